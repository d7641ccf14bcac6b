"""The search: an index of the links that are written now, by the words of their titles, labels, abstracts and URLs.

An engine (`search.engine`) keeps the index and asks it; the texts that it is about (`search.texts`), and when they are
indexed, are the same for all.

What has to be indexed anew stands in `search_pending`, where triggers write it in the transaction of the change itself
(`store.derived`); it is taken out in the transaction that indexes it. So a kill at any time leaves nothing that a later
`update` does not find, and a night in which nothing changed costs two short queries. An index that other rules have
made (`words.RULES`), that is missing or damaged, is made anew from the other tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection, delete, func, insert, select

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Findings, Found
from dlt_crawler.store import judgements, reports
from dlt_crawler.store.database import PATIENCE, Database
from dlt_crawler.store.excerpts import excerpts_of
from dlt_crawler.store.resources import batches
from dlt_crawler.store.search.engine import Engine
from dlt_crawler.store.search.fts5 import Fts5
from dlt_crawler.store.search.texts import texts_of
from dlt_crawler.store.search.tsvector import Tsvector
from dlt_crawler.store.sqlite import SqliteDatabase
from dlt_crawler.store.tables import occurrences, search_pending
from dlt_crawler.store.words import RULES, Term, terms_of

_log = logging.getLogger(__name__)

BATCH = 1_000
"""Links indexed in one transaction: 0.1 s, for as long as which nobody else can write."""

T = TypeVar("T")

_MARK = "search"

# What a link is listed under: the resource that it is checked as, or, where it is none, its other reading.
_LISTED = func.coalesce(occurrences.c.resource_id, occurrences.c.alternative_id)


class Search:
    """The index of the links, and what is found in it. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._engine: Engine = Fts5() if isinstance(database, SqliteDatabase) else Tsvector()

    def update(self) -> None:
        """Bring the index up to date. In batches: after a kill the rest is found by the next.

        Where this Python's SQLite has no FTS5 there is no index, and only `find` minds.
        """
        self._with_sound_index(lambda: self._update(PATIENCE))

    def _update(self, patience: int) -> None:
        with self._database.reading() as connection:
            if self._engine.missing(connection):
                return
            anew = not self._is_current(connection)
            if not (anew or _is_pending(connection)):
                return
        if anew:
            with self._database.writing(durable=False, patience=patience) as connection:
                if not self._is_current(connection):
                    self._begin_anew(connection)
        last: int | None = 0
        while last is not None:
            # Lost with the power, it stands in `search_pending` again.
            with self._database.writing(durable=False, patience=patience) as connection:
                last = self._index_next(connection, last)

    def find(self, asked: str, number: int) -> Findings:
        """Return the best links that hold all of `asked` (`words.terms_of`), at most so many.

        The index is updated before, if that is possible within seconds. Raises ValueError where nothing is asked for:
        there is no letter and no digit.
        """
        terms = terms_of(asked)
        if not terms:
            raise ValueError(f"there is no word in {asked!r}")
        return self._with_sound_index(lambda: self._find(terms, number))

    def _find(self, terms: Sequence[Term], number: int) -> Findings:
        behind = False
        try:
            self._update(patience=1)
        except StoreError as error:
            if not (self._engine.is_refusal(error) and self._is_there()):
                raise
            behind = True
        with self._database.reading() as connection:
            if missing := self._engine.missing(connection):
                raise StoreError(missing)
            total, ids = self._engine.best(connection, terms, number)
            shown = dict.fromkeys(
                link
                for batch in batches(ids)
                for links in [reports.links(connection, batch)]
                for number in batch
                for link in links[number]
            )
            best = tuple(Found(link, excerpts_of(link, terms)) for link in shown)
        return Findings(total, best, behind)

    def _is_there(self) -> bool:
        with self._database.reading() as connection:
            return self._is_current(connection)

    def _is_current(self, connection: Connection) -> bool:
        return judgements.mark(connection, _MARK) == RULES and self._engine.exists(connection)

    def _with_sound_index(self, work: Callable[[], T]) -> T:
        """Do what needs the index; once more after it is made anew, where it turns out to be damaged.

        If something else is, the same is raised again.
        """
        try:
            return work()
        except StoreError as error:
            if not self._engine.is_damage(error):
                raise
            _log.warning("the index of the search is damaged, and made anew (%s)", error.__cause__)
            with self._database.writing(durable=False) as connection:
                judgements.set_mark(connection, _MARK, "")
        return work()

    def _begin_anew(self, connection: Connection) -> None:
        """Make an empty index, with all that is written now yet to be indexed."""
        self._engine.make(connection)
        connection.execute(delete(search_pending))
        everything = select(_LISTED).distinct().where(_LISTED.is_not(None))
        connection.execute(insert(search_pending).from_select(["resource_id"], everything))
        judgements.set_mark(connection, _MARK, RULES)

    def _index_next(self, connection: Connection, last: int) -> int | None:
        """Index the next batch of what is pending behind a resource, and return its last one; None: nothing was.

        In the order of ids, in which most tables were written: what is read together stands together.
        """
        query = select(search_pending.c.resource_id).where(search_pending.c.resource_id > last)
        ids: Sequence[int] = connection.scalars(query.order_by(search_pending.c.resource_id).limit(BATCH)).all()
        if not ids:
            return None
        connection.execute(delete(search_pending).where(search_pending.c.resource_id.in_(ids)))
        self._engine.replace(connection, ids, texts_of(connection, ids))
        return ids[-1]


def _is_pending(connection: Connection) -> bool:
    return connection.scalar(select(search_pending.c.resource_id).limit(1)) is not None
