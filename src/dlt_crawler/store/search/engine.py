"""What the search asks of a database: to keep an index of texts, and to say which hold words, the best first.

Both engines are given the same words (`search.texts`), and rank by the same numbers: bm25 as SQLite's FTS5 has it
(sqlite.org/fts5.html, section 5.1.1), so that they answer with the same links in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy import Connection

from dlt_crawler.errors import StoreError
from dlt_crawler.store.search.texts import Texts
from dlt_crawler.store.words import Term

INDEX = "search_index"

WEIGHTS = (8, 4, 2, 1)
"""In the order of `texts.COLUMNS`: a title is about its page, a URL holds much that is about nothing."""


class Engine(Protocol):
    """The index in one database. Who calls has begun the transaction."""

    def missing(self, connection: Connection) -> str | None:
        """Return why there can be no index in this database, as a sentence; None where there can be one."""

    def exists(self, connection: Connection) -> bool:
        """Whether there is an index, of whatever rules."""

    def make(self, connection: Connection) -> None:
        """Make an empty index, in the place of the one that is there."""

    def replace(self, connection: Connection, ids: Sequence[int], texts: Mapping[int, Texts]) -> None:
        """Let the index hold these texts of these resources, and nothing of those that have none.

        What is there already is not written again.
        """

    def best(self, connection: Connection, terms: Sequence[Term], number: int) -> tuple[int, Sequence[int]]:
        """Return how many entries hold all of the terms, and the ids of the best, at most so many."""

    def is_damage(self, error: StoreError) -> bool:
        """Whether an error says that the index does not fit together, which a new one would."""

    def is_refusal(self, error: StoreError) -> bool:
        """Whether an error says that nothing can be written now: somebody else does, or we may not."""
