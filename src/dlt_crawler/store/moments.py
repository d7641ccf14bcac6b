"""A look at the database that lasts: all that is read of one is as it was when it began."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection

from dlt_crawler.store.database import Database


class Moment:
    """A transaction that reads, for as long as somebody has it: it ends with the last one who does, or by `end`.

    It holds up no writer; but what is deleted meanwhile keeps its room.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        held = ExitStack()
        self._connection = held.enter_context(database.reading())
        self._end = weakref.finalize(self, held.close)

    def end(self) -> None:
        """End it, for everybody who has it."""
        self._end()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read as of this moment. Raises StoreError as `Database.reading` does."""
        with self._database.errors_in_our_words():
            yield self._connection
