"""From one database into another: the checks of a run, with all that they refer to and what follows from them.

Rows are read from the one and written to the other, some hundred at a time: they may be of different engines, and
memory stays bounded. What is there already is left alone, so that a merge which was cut off is simply begun again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from dlt_crawler.model import ROBOTS_LIFE, Resource, RobotsRecord, RunId
from dlt_crawler.store import first_seen
from dlt_crawler.store import robots as stored_robots
from dlt_crawler.store.arrays import among
from dlt_crawler.store.checks import latest_check
from dlt_crawler.store.database import Database
from dlt_crawler.store.first_seen import see_earlier
from dlt_crawler.store.resources import batches, judge_again, resource_ids, upsert
from dlt_crawler.store.tables import (
    Values,
    checks,
    evidence,
    occurrences,
    pages,
    payloads,
    resources,
    robots,
    validators,
    works,
)

_AT_ONCE = 1_000
"""Checks: one transaction, of 0.1 s. Larger ones gain nothing."""

_CHECK = tuple(column for column in checks.c if column.name not in ("id", "run_id"))
_CHECK_NAMES = tuple(column.name for column in _CHECK)

_OURS = (resources.c.id, resources.c.first_seen, resources.c.page_id, resources.c.unjudged)


class Merging:
    """Brings what another database knows into ours. Raises what `Store` raises."""

    def __init__(self, ours: Database, theirs: Database) -> None:
        self._ours = ours
        self._theirs = theirs

    def number_of_checks(self, run: RunId) -> int:
        """Return how many checks one of their runs has."""
        with self._theirs.reading() as connection:
            return connection.scalar(select(func.count()).select_from(checks).where(checks.c.run_id == run)) or 0

    def is_of_another_list(self) -> bool:
        """Tell whether links stand in their documents, and in ours not one of these."""
        written = select(occurrences.c.resource_id).distinct()
        with self._theirs.reading() as theirs, self._ours.reading() as ours:
            keys = theirs.scalars(select(resources.c.key).where(resources.c.id.in_(written)))
            of_ours = select(resources.c.id).where(resources.c.id.in_(written))
            some = False
            for batch in batches(keys):
                some = True
                if ours.scalar(of_ours.where(resources.c.key.in_(batch)).limit(1)) is not None:
                    return False
            return some

    def checks(self, run: RunId, runs: Mapping[RunId, RunId]) -> Iterator[int]:
        """Add the checks of one of their runs, and yield how many were looked at, transaction by transaction.

        `runs`: which of their runs is which of ours. With the last check of a resource comes what is known of it since
        then: its page and work, and what it can be asked for with; unless we have a later one.
        """
        last = (0, 0)
        query = _checks_of(run)
        while True:
            with self._theirs.reading() as theirs:
                rows = theirs.execute(query.where(tuple_(checks.c.resource_id, checks.c.look) > tuple_(*last))).all()
                if not rows:
                    return
                last = (rows[-1].resource_id, rows[-1].look)
                # Lost with the power, it is brought again: that it is complete is what `Parts.end` says, durably.
                with self._ours.writing(durable=False) as ours:
                    _Batch(ours, theirs, rows).add(runs[run], runs)
            yield len(rows)

    def caches(self, since: datetime, now: datetime) -> None:
        """Bring what origins answered for robots.txt, as far as it is in force, and which bodies are kept since then.

        The latest answer of each counts.
        """
        with self._theirs.reading() as theirs, self._ours.writing(durable=False) as ours:
            in_force = select(robots.c.origin, robots.c.at, robots.c.text).where(robots.c.at > now - ROBOTS_LIFE)
            for some in batches(theirs.execute(in_force)):
                known = _latest(ours, robots.c.origin, robots.c.at, [row.origin for row in some])
                newer = [RobotsRecord(*row) for row in some if row.origin not in known or row.at > known[row.origin]]
                stored_robots.save(ours, newer, now)
            for bodies in batches(theirs.execute(select(*payloads.c).where(payloads.c.at > since))):
                known = _latest(ours, payloads.c.key, payloads.c.at, [row.key for row in bodies])
                rows = [row._asdict() for row in bodies if row.key not in known or row.at > known[row.key]]
                if rows:
                    ours.execute(upsert(ours, payloads, "key"), rows)

    def first_seen(self, since: datetime) -> None:
        """Let what we have seen first after that time have been seen first when they saw it, if that is earlier."""
        first_seen.of_resources(self._ours, self._theirs, since)
        first_seen.of_links(self._ours, self._theirs, since)


class _Batch:
    """Some checks of theirs, and what of ours they refer to."""

    def __init__(self, ours: Connection, theirs: Connection, rows: Sequence[Row[Any]]) -> None:
        self._ours = ours
        self._theirs = theirs
        self._rows = rows
        of_ours = select(resources.c.key, *_OURS).where(
            among(ours, resources.c.key, {row.resource_key for row in rows})
        )
        known = {row.key: row for row in ours.execute(of_ours).all()}
        self._known: dict[int, Any] = {row.id: row for row in known.values()}
        """What is known of those that we had before."""
        self._ids = {row.resource_id: known[row.resource_key].id for row in rows if row.resource_key in known}
        # What stands in no document that we have read; it may in theirs.
        new = {Resource(row.resource_url): row for row in rows if row.resource_id not in self._ids}
        self._added: dict[int, datetime] = {}
        if new:
            latest = max(row.first_seen for row in new.values())
            added = resource_ids(ours, new, latest)
            self._ids.update((row.resource_id, added[resource]) for resource, row in new.items())
            self._added = dict.fromkeys(added.values(), latest)
        self._pages = self._shared(pages, {row.page_id for row in rows} | {row.known_page for row in rows})
        self._evidence = self._shared(evidence, {row.evidence_id for row in rows})

    def add(self, run: RunId, runs: Mapping[RunId, RunId]) -> None:
        """Add them to one of our runs."""
        ids = sorted(set(self._ids.values()))
        there = select(checks.c.resource_id, checks.c.look).where(
            checks.c.run_id == run, among(self._ours, checks.c.resource_id, ids)
        )
        known = set(map(tuple, self._ours.execute(there).all()))
        new = [self._values(row, run) for row in self._rows if (self._ids[row.resource_id], row.look) not in known]
        if new:
            self._ours.execute(insert(checks), new)
        seen = {self._ids[row.resource_id]: row.first_seen for row in self._rows}
        see_earlier(self._ours, {number: at for number, at in seen.items() if at < self._first_seen(number)})
        times = select(checks.c.resource_id, func.max(checks.c.at)).where(among(self._ours, checks.c.resource_id, ids))
        newest = dict(self._ours.execute(times.group_by(checks.c.resource_id)).all())
        # What follows from the latest check of all, wherever that was made.
        led_by = [row for row in self._rows if row.is_latest and newest[self._ids[row.resource_id]] <= row.at]
        self._learn(led_by, runs)
        judge_again(self._ours, [number for number, row in self._known.items() if not row.unjudged])

    def _first_seen(self, number: int) -> datetime:
        return self._added[number] if number in self._added else self._known[number].first_seen

    def _values(self, row: Row[Any], run: RunId) -> Values:
        return {
            **dict(zip(_CHECK_NAMES, row, strict=False)),
            "run_id": run,
            "resource_id": self._ids[row.resource_id],
            "page_id": self._pages.get(row.page_id),
            "evidence_id": self._evidence.get(row.evidence_id),
        }

    def _learn(self, rows: Sequence[Row[Any]], runs: Mapping[RunId, RunId]) -> None:
        told = {row.resource_id: self._ids[row.resource_id] for row in rows}
        if not told:
            return
        had = {number: row.page_id for number, row in self._known.items()}
        known: list[Values] = [
            {"of": told[row.resource_id], "page": page}
            for row in rows
            if row.known_page and (page := self._pages[row.known_page]) != had.get(told[row.resource_id])
        ]
        if known:
            self._ours.execute(
                update(resources).where(resources.c.id == bindparam("of")).values(page_id=bindparam("page")), known
            )
        of_works = select(*works.c).where(among(self._theirs, works.c.resource_id, told))
        self._replace(works, [
            row._asdict() | {"resource_id": told[row.resource_id], "run_id": runs.get(RunId(row.run_id), 0)}
            for row in self._theirs.execute(of_works).all()
        ])  # fmt: skip
        # Where they have none, the page is to be seen whole the next time.
        self._ours.execute(delete(validators).where(among(self._ours, validators.c.resource_id, told.values())))
        held = select(*validators.c).where(among(self._theirs, validators.c.resource_id, told))
        self._replace(validators, [
            row._asdict() | {"resource_id": told[row.resource_id]} for row in self._theirs.execute(held).all()
        ])  # fmt: skip

    def _replace(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._ours.execute(upsert(self._ours, table, "resource_id"), rows)

    def _shared(self, table: Any, wanted: Collection[int | None]) -> Mapping[int | None, int]:
        """Return which rows of ours say what these of theirs do, by their ids. New ones are added."""
        numbers = [number for number in wanted if number is not None]
        theirs = select(table.c.key, table.c.id).where(among(self._theirs, table.c.id, numbers))
        keys: dict[str, int] = dict(self._theirs.execute(theirs).all())
        of_ours = select(table.c.key, table.c.id)
        known: dict[str, int] = dict(self._ours.execute(of_ours.where(among(self._ours, table.c.key, keys))).all())
        if new := {key: number for key, number in keys.items() if key not in known}:
            content = [column for column in table.c if column.name != "id"]
            rows = self._theirs.execute(select(*content).where(among(self._theirs, table.c.id, new.values()))).all()
            self._ours.execute(insert(table), [row._asdict() for row in rows])
            known.update(self._ours.execute(of_ours.where(among(self._ours, table.c.key, new))).all())
        return {number: known[key] for key, number in keys.items()}


def _checks_of(run: RunId) -> Select[Any]:
    return (
        select(
            *_CHECK,
            resources.c.key.label("resource_key"),
            resources.c.url.label("resource_url"),
            resources.c.first_seen,
            resources.c.page_id.label("known_page"),
            (checks.c.id == latest_check()).label("is_latest"),
        )
        .join_from(checks, resources)
        .where(checks.c.run_id == run)
        .order_by(checks.c.resource_id, checks.c.look)
        .limit(_AT_ONCE)
    )


def _latest(
    connection: Connection, key: ColumnElement[Any], at: ColumnElement[Any], wanted: Iterable[Any]
) -> dict[Any, datetime]:
    return dict(connection.execute(select(key, at).where(among(connection, key, wanted))).all())
