"""When links were written, as far as the history of their documents was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from dlt_crawler.model import LinkOccurrence
from dlt_crawler.store import documents as stored
from dlt_crawler.store.database import Database
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import Values, documents, occurrences

_ALL = "all"
"""In `documents.blamed`, for a document all of whose links have a date: there is nothing to ask. Else what git
was asked for, as the caller names it: the contents that were committed of it, empty for none; null: git was not asked
since other links were found in it."""


class Dates:
    """The dates of written links, and of which documents git can tell more. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def asked(self) -> Mapping[str, str | None]:
        """Return the documents that have links without a date, by path, sorted: for what state of them git was asked.

        None: it was not asked since other links were found in the document.
        """
        query = select(documents.c.path, documents.c.blamed)
        query = query.where(or_(documents.c.blamed.is_(None), documents.c.blamed != _ALL))
        with self._database.reading() as connection:
            return dict(sorted(connection.execute(query).all()))

    def undated(self, path: str) -> Sequence[tuple[int, LinkOccurrence]]:
        """Return the links of a document that have no date, each with its number in the document."""
        with self._database.reading() as connection:
            return stored.undated(connection, path)

    def keep_asked(self, states: Mapping[str, str]) -> None:
        """Write down, for each of these documents, for what state of it git was asked, and told no date."""
        # Lost with the power, it is asked once more; so are the dates below.
        rows: list[Values] = [{"of": path, "state": state} for path, state in states.items()]
        statement = update(documents).where(documents.c.path == bindparam("of")).values(blamed=bindparam("state"))
        with self._database.writing(durable=False) as connection:
            for batch in batches(rows):
                connection.execute(statement, batch)

    def keep(self, path: str, state: str, dates: Mapping[int, datetime]) -> None:
        """Write down when links of a document were written, by their numbers, and for what state git was asked."""
        with self._database.writing(durable=False) as connection:
            number = connection.scalars(select(documents.c.id).where(documents.c.path == path)).one()
            _date(connection, number, dates)
            left = select(occurrences.c.position).where(
                occurrences.c.document_id == number, occurrences.c.written.is_(None)
            )
            known = _ALL if connection.scalar(left.limit(1)) is None else state
            connection.execute(update(documents).where(documents.c.id == number).values(blamed=known))


def _date(connection: Connection, document: int, dates: Mapping[int, datetime]) -> None:
    rows: list[Values] = [{"number": position, "at": at} for position, at in dates.items()]
    statement = (
        update(occurrences)
        .where(occurrences.c.document_id == document, occurrences.c.position == bindparam("number"))
        .values(written=bindparam("at"))
    )
    for batch in batches(rows):
        connection.execute(statement, batch)
