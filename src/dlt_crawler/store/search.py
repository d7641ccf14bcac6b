"""The search: an index of the links that are written now, by the words of their titles, labels, abstracts and URLs.

An engine has three parts: how it keeps its index (`Search.update`), how it asks it (`_best`), and the texts that both
are about, which are the same for all. This one is SQLite's FTS5. What it is given is cut into words by `store.words`
already, so that its own tokeniser has nothing to decide: `ascii` parts them at the blanks, and takes all that is not
ASCII for letters, whichever version of Unicode this SQLite knows.

What has to be indexed anew stands in `search_pending`, where triggers write it in the transaction of the change itself
(`store.derived`); it is taken out in the transaction that indexes it. So a kill at any time leaves nothing that a later
`update` does not find, and a night in which nothing changed costs two short queries. An index that other rules have
made (`words.RULES`), that is missing or damaged, is made anew from the other tables.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection, delete, func, insert, select, text, union_all

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Findings, Found
from dlt_crawler.store import judgements, reports
from dlt_crawler.store.database import PATIENCE, Database
from dlt_crawler.store.sqlite import result_code
from dlt_crawler.store.excerpts import excerpts_of
from dlt_crawler.store.tables import occurrences, pages, resources, search_pending
from dlt_crawler.store.words import RULES, Term, terms_of, words, words_of_url

_log = logging.getLogger(__name__)

INDEX = "search_index"
COLUMNS = ("title", "labels", "abstract", "url")
WEIGHTS = (8.0, 4.0, 2.0, 1.0)
"""For bm25, in the order of the columns: a title is about its page, a URL holds much that is about nothing."""

BATCH = 1_000
"""Links indexed in one transaction: 0.1 s, for as long as which nobody else can write."""

_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY})
"""Who looks only finds what is indexed all the same."""
_DAMAGED = sqlite3.SQLITE_CORRUPT_VTAB
"""What FTS5 says of an index that does not fit together; of a damaged file SQLITE_CORRUPT is said."""

T = TypeVar("T")

# Between two texts in one column: no phrase is found that begins in one label and ends in the next. No word of ours
# has this character, which is for private use.
_BREAK = " \ue000 "

_MARK = "search"
_AVAILABLE = text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")
_EXISTS = text("SELECT 1 FROM sqlite_master WHERE name = :name").bindparams(name=INDEX)
_CREATE = text(f"CREATE VIRTUAL TABLE {INDEX} USING fts5({', '.join(COLUMNS)}, tokenize = 'ascii')")
_INDEXED = f"SELECT rowid, {', '.join(COLUMNS)} FROM {INDEX} WHERE rowid IN ({{}})"  # noqa: S608 - numbers
_INSERT = text(f"INSERT INTO {INDEX} (rowid, {', '.join(COLUMNS)}) VALUES (:id, :{', :'.join(COLUMNS)})")  # noqa: S608
_DELETE = text(f"DELETE FROM {INDEX} WHERE rowid = :id")  # noqa: S608 - names of ours
_COUNT = text(f"SELECT count(*) FROM {INDEX} WHERE {INDEX} MATCH :wanted")  # noqa: S608
_BEST = text(
    f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :wanted "  # noqa: S608
    f"ORDER BY bm25({INDEX}, {', '.join(map(str, WEIGHTS))}), rowid LIMIT :number"
)

# What a link is listed under: the resource that it is checked as, or, where it is none, its other reading.
_LISTED = func.coalesce(occurrences.c.resource_id, occurrences.c.alternative_id)


class Search:
    """The index of the links, and what is found in it. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def update(self) -> None:
        """Bring the index up to date. In batches: after a kill the rest is found by the next.

        Where this Python's SQLite has no FTS5 there is no index, and only `find` minds.
        """
        self._with_sound_index(lambda: self._update(PATIENCE))

    def _update(self, patience: int) -> None:
        with self._database.reading() as connection:
            if not connection.scalar(_AVAILABLE) or not (anew := not _is_current(connection)) | _is_pending(connection):
                return
        if anew:
            with self._database.writing(durable=False, patience=patience) as connection:
                if not _is_current(connection):
                    _begin_anew(connection)
        done = False
        while not done:
            # Lost with the power, it stands in `search_pending` again.
            with self._database.writing(durable=False, patience=patience) as connection:
                done = not _index_next(connection)

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
            if (result_code(error) or 0) & 0xFF not in _LOCKED or not self._is_there():
                raise
            behind = True
        with self._database.reading() as connection:
            if not connection.scalar(_AVAILABLE):
                raise StoreError(
                    f"the SQLite of this Python ({sqlite3.sqlite_version}) has no full-text search (FTS5): use a Python"
                    " from your system or from python.org to search"
                )
            total, ids = _best(connection, terms, number)
            links = reports.links(connection, ids)
            shown = dict.fromkeys(link for found in ids for link in links[found])
            best = tuple(Found(link, excerpts_of(link, terms)) for link in shown)
        return Findings(total, best, behind)

    def _is_there(self) -> bool:
        with self._database.reading() as connection:
            return _is_current(connection)

    def _with_sound_index(self, work: Callable[[], T]) -> T:
        """Do what needs the index; once more after it is made anew, where it turns out to be damaged.

        If something else is, the same is raised again.
        """
        try:
            return work()
        except StoreError as error:
            if result_code(error) != _DAMAGED:
                raise
            _log.warning("the index of the search is damaged, and made anew (%s)", error.__cause__)
            with self._database.writing(durable=False) as connection:
                judgements.set_mark(connection, _MARK, "")
        return work()


def _best(connection: Connection, terms: Sequence[Term], number: int) -> tuple[int, Sequence[int]]:
    """Return how many entries hold all of the terms, and the ids of the best."""
    wanted = {"wanted": " AND ".join(map(_phrase, terms))}
    total: int = connection.scalar(_COUNT, wanted) or 0
    return total, connection.scalars(_BEST, {**wanted, "number": number}).all()


def _phrase(term: Term) -> str:
    """Write a term in the query language of FTS5, where a quoted string has no operators; words have no quotes."""
    return f'"{" ".join(term.words)}"' + " *" * term.prefix


def _is_current(connection: Connection) -> bool:
    return judgements.mark(connection, _MARK) == RULES and connection.scalar(_EXISTS) is not None


def _is_pending(connection: Connection) -> bool:
    return connection.scalar(select(search_pending.c.resource_id).limit(1)) is not None


def _begin_anew(connection: Connection) -> None:
    """Make an empty index, with all that is written now yet to be indexed."""
    if connection.scalar(_EXISTS) is not None:
        connection.execute(text(f"DROP TABLE {INDEX}"))
    connection.execute(_CREATE)
    connection.execute(delete(search_pending))
    everything = select(_LISTED).distinct().where(_LISTED.is_not(None))
    connection.execute(insert(search_pending).from_select(["resource_id"], everything))
    judgements.set_mark(connection, _MARK, RULES)


def _index_next(connection: Connection) -> bool:
    """Index a batch of what is pending; return False when nothing was."""
    ids = connection.scalars(select(search_pending.c.resource_id).limit(BATCH)).all()
    if not ids:
        return False
    connection.execute(delete(search_pending).where(search_pending.c.resource_id.in_(ids)))
    texts = _texts(connection, ids)
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
    return True


def _texts(connection: Connection, ids: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """Return what is to be indexed of those of these resources that are written now: a text for each of COLUMNS.

    A link that is read in two ways has the words of both.
    """
    columns = tuple(
        occurrences.c[name] for name in ("resource_id", "alternative_id", "text", "url", "document_id", "position")
    )
    written = union_all(
        select(*columns).where(occurrences.c.resource_id.in_(ids)),
        select(*columns).where(occurrences.c.resource_id.is_(None), occurrences.c.alternative_id.in_(ids)),
    ).order_by("document_id", "position")
    readings: defaultdict[int, dict[int, None]] = defaultdict(dict)
    labels: defaultdict[int, dict[str, None]] = defaultdict(dict)
    urls: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for target, alternative, label, url, *_ in connection.execute(written):
        both = [number for number in (target, alternative) if number is not None]
        readings[both[0]].update(dict.fromkeys(both))
        labels[both[0]][label] = None
        # As it is written: with letters where the resource has escapes, and with a fragment.
        urls[both[0]][url or ""] = None
    says = (
        select(resources.c.id, resources.c.url, pages.c.title, pages.c.abstract)
        .join_from(resources, pages, isouter=True)
        .where(resources.c.id.in_({number for both in readings.values() for number in both}))
    )
    known = {number: (url, title or "", abstract or "") for number, url, title, abstract in connection.execute(says)}
    return {
        number: (
            _joined(words(known[each][1]) for each in both),
            _joined(map(words, labels[number])),
            _joined(words(known[each][2]) for each in both),
            _joined(map(words_of_url, [*(known[each][0] for each in both), *urls[number]])),
        )
        for number, both in readings.items()
    }


def _joined(texts: Iterable[Sequence[str]]) -> str:
    """Return the words of texts, each different text once."""
    return _BREAK.join(filter(None, dict.fromkeys(" ".join(found) for found in texts)))
