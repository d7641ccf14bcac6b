"""The index of the search in SQLite: a table of FTS5.

What it is given is cut into words by `store.words` already, so that its own tokeniser has nothing to decide: `ascii`
parts them at the blanks, and takes all that is not ASCII for letters, whichever version of Unicode this SQLite knows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from dlt_crawler.errors import StoreError
from dlt_crawler.store.search.engine import INDEX, WEIGHTS
from dlt_crawler.store.search.texts import COLUMNS, Texts
from dlt_crawler.store.sqlite import result_code
from dlt_crawler.store.words import Term

_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY})
"""Who looks only finds what is indexed all the same."""
_DAMAGED = sqlite3.SQLITE_CORRUPT_VTAB
"""What FTS5 says of an index that does not fit together; of a damaged file SQLITE_CORRUPT is said."""

_AVAILABLE = text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")
_EXISTS = text("SELECT 1 FROM sqlite_master WHERE name = :name").bindparams(name=INDEX)
_CREATE = text(f"CREATE VIRTUAL TABLE {INDEX} USING fts5({', '.join(COLUMNS)}, tokenize = 'ascii')")
_INDEXED = f"SELECT rowid, {', '.join(COLUMNS)} FROM {INDEX} WHERE rowid IN ({{}})"  # noqa: S608 - numbers
_INSERT = text(f"INSERT INTO {INDEX} (rowid, {', '.join(COLUMNS)}) VALUES (:id, :{', :'.join(COLUMNS)})")  # noqa: S608
_DELETE = text(f"DELETE FROM {INDEX} WHERE rowid = :id")  # noqa: S608 - names of ours
_COUNT = text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH :wanted")  # noqa: S608
_BEST = text(
    f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :wanted "  # noqa: S608
    f"ORDER BY bm25({INDEX}, {', '.join(f'{weight}.0' for weight in WEIGHTS)}), rowid LIMIT :number"
)


class Fts5:
    """`Engine` for SQLite."""

    def missing(self, connection: Connection) -> str | None:
        """Ask whether this SQLite was made with FTS5 (Engine)."""
        if connection.scalar(_AVAILABLE):
            return None
        return (
            f"the SQLite of this Python ({sqlite3.sqlite_version}) has no full-text search (FTS5): use a Python"
            " from your system or from python.org to search"
        )

    def exists(self, connection: Connection) -> bool:
        """Look for the table (Engine)."""
        return connection.scalar(_EXISTS) is not None

    def make(self, connection: Connection) -> None:
        """Make the table (Engine)."""
        if self.exists(connection):
            connection.execute(text(f"DROP TABLE {INDEX}"))
        connection.execute(_CREATE)

    def replace(self, connection: Connection, ids: Sequence[int], texts: Mapping[int, Texts]) -> None:
        """Compare the texts with those of the table, which holds them all, and write those that differ (Engine)."""
        numbers = ", ".join(map(str, ids))
        indexed = {number: tuple(row) for number, *row in connection.execute(text(_INDEXED.format(numbers)))}
        if old := [{"id": number} for number, row in indexed.items() if texts.get(number) != row]:
            connection.execute(_DELETE, old)
        new = [
            {"id": number, **dict(zip(COLUMNS, row, strict=True))}
            for number, row in texts.items()
            if indexed.get(number) != row
        ]
        if new:
            connection.execute(_INSERT, new)

    def best(self, connection: Connection, terms: Sequence[Term], number: int) -> tuple[int, Sequence[int]]:
        """Ask FTS5 (Engine)."""
        wanted = {"wanted": " AND ".join(map(_phrase, terms))}
        total: int = connection.scalar(_COUNT, wanted) or 0
        return total, connection.scalars(_BEST, {**wanted, "number": number}).all()

    def is_damage(self, error: StoreError) -> bool:
        """Go by what FTS5 says (Engine)."""
        return result_code(error) == _DAMAGED

    def is_refusal(self, error: StoreError) -> bool:
        """Go by the result code (Engine)."""
        return (result_code(error) or 0) & 0xFF in _LOCKED


def _phrase(term: Term) -> str:
    """Write a term in the query language of FTS5, where a quoted string has no operators; words have no quotes."""
    return f'"{" ".join(term.words)}"' + " *" * term.prefix
