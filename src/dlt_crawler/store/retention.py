"""What is forgotten: old checks, as somebody else chooses them, and what nothing refers to any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, delete, func, select, update

from dlt_crawler.model import ROBOTS_LIFE
from dlt_crawler.store.database import Database
from dlt_crawler.store.paging import has_check, next_with_check
from dlt_crawler.store.records import CHECK, check_of
from dlt_crawler.store.rereading import StoredCheck
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import (
    Values,
    checks,
    evidence,
    pages,
    repairs,
    resources,
    robots,
    runs,
    tallies,
    transitions,
)
from dlt_crawler.store.tables.seen import failed


@dataclass(frozen=True, slots=True)
class Past:
    """All checks of one resource, oldest first, without what they saw."""

    resource: int
    checks: tuple[StoredCheck, ...]
    shown: frozenset[int]
    """Numbers of those of which is kept what they saw (`Evidence`)."""


@dataclass(frozen=True, slots=True)
class Thinned:
    """What is to become of the checks of one resource, by their numbers."""

    dropped: Sequence[int] = ()
    times: Mapping[int, int] | None = None
    """Check that stays → `Check.times` from now on."""
    unseen: Sequence[int] = ()
    """Checks of which is forgotten what they saw."""


@dataclass(frozen=True, slots=True)
class Volume:
    """How much there is: rows, and bytes on the disk."""

    checks: int
    evidence: int
    pages: int
    runs: int
    bytes: int


class Retention:
    """What is kept, and for how long. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def volume(self) -> Volume:
        """Return how much is stored."""
        with self._database.reading() as connection:
            tables = (checks, evidence, pages, runs)
            rows = {table: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}
        return Volume(rows[checks], rows[evidence], rows[pages], rows[runs], self._database.bytes)

    def failing(self) -> Iterator[Past]:
        """Return the past of every resource that ever showed no page. Memory stays bounded."""
        last = 0
        while True:
            with self._database.reading() as connection:
                found = _pasts_after(connection, last, failed())
            if not found:
                return
            last = found[-1].resource
            yield from found
            del found

    def number(self, before: datetime) -> int:
        """Return how many resources have a check from before that time."""
        query = select(func.count()).select_from(resources).where(has_check(checks.c.at < before))
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def thin(self, before: datetime, choose: Callable[[Past], Thinned]) -> Iterator[int]:
        """Do with every resource that has a check from before that time what `choose` says of it.

        Yields how many resources were looked at, transaction by transaction: cut off between two, some are thinned.
        """
        last = 0
        while True:
            with self._database.writing() as connection:
                found = _pasts_after(connection, last, checks.c.at < before)
                _apply(connection, [choose(past) for past in found])
            if not found:
                return
            last = found[-1].resource
            yield len(found)

    def sweep(self, before: datetime, now: datetime) -> None:
        """Delete what nothing refers to: what checks saw, pages, and runs from before that time; old robots.txt, too.

        Runs stay that changed a verdict or a document, whose links were counted at their end, and the latest. Each
        table is one transaction.
        """
        pages_used = _used(checks.c.page_id).union(_used(resources.c.page_id))
        runs_used = (_used(table.c.run_id) for table in (checks, transitions, repairs, tallies))
        latest = select(func.max(runs.c.id)).scalar_subquery()
        unused: Mapping[Table, ColumnElement[bool]] = {
            evidence: evidence.c.id.not_in(_used(checks.c.evidence_id)),
            pages: pages.c.id.not_in(pages_used),
            runs: and_(runs.c.started < before, runs.c.id < latest, *map(runs.c.id.not_in, runs_used)),
            robots: robots.c.at < now - ROBOTS_LIFE,
        }
        for table, condition in unused.items():
            with self._database.sweeping(table) as connection:
                connection.execute(delete(table).where(condition))

    def compact(self) -> None:
        """Give what is free now back to the disk. When there is no room to do so, all is as it was."""
        self._database.compact()


def _used(column: ColumnElement[Any]) -> Select[Any]:
    return select(column).where(column.is_not(None))


def _pasts_after(connection: Connection, last: int, condition: ColumnElement[bool]) -> Sequence[Past]:
    """Return the next resources, by id, that have a check which meets the condition: as many as memory has room for."""
    return _pasts(connection, next_with_check(connection, last, condition))


def _pasts(connection: Connection, ids: Sequence[int]) -> Sequence[Past]:
    query = (
        select(checks.c.resource_id, checks.c.id, checks.c.evidence_id, *CHECK)
        .join_from(checks, resources)
        .outerjoin(pages, checks.c.page_id == pages.c.id)
        .where(checks.c.resource_id.in_(ids))
        .order_by(checks.c.resource_id, checks.c.at, checks.c.id)
    )
    found: dict[int, list[StoredCheck]] = {number: [] for number in ids}
    shown: dict[int, list[int]] = {number: [] for number in ids}
    for of, number, showed, *row in connection.execute(query):
        found[of].append(StoredCheck(number, check_of(row)))
        if showed is not None:
            shown[of].append(number)
    return [Past(number, tuple(found[number]), frozenset(shown[number])) for number in ids]


def _apply(connection: Connection, chosen: Sequence[Thinned]) -> None:
    for dropped in batches(number for each in chosen for number in each.dropped):
        connection.execute(delete(checks).where(checks.c.id.in_(dropped)))
    for unseen in batches(number for each in chosen for number in each.unseen):
        connection.execute(update(checks).where(checks.c.id.in_(unseen)).values(evidence_id=None))
    counts: list[Values] = [
        {"check": number, "stands_for": times} for each in chosen for number, times in (each.times or {}).items()
    ]
    if counts:
        statement = update(checks).where(checks.c.id == bindparam("check")).values(times=bindparam("stands_for"))
        connection.execute(statement, counts)
