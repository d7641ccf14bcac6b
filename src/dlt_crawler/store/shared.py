"""What a run still has to look at, shared by several machines: whoever has the turn of a site claims a batch of it.

A row of `waiting` is there from when a look is drawn up until the check of its resource is stored, in the same
transaction. So a batch that nobody ends is the next one's, nothing is lost, and what two machines have seen of one
link, because one of them was thought dead, is counted once.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from dlt_crawler.model import Due, HandedOn, Observation, Page, Resource, RunId, SlotLoad, Trail
from dlt_crawler.store import checks, judgements
from dlt_crawler.store.database import Database
from dlt_crawler.store.documents import fragments_of
from dlt_crawler.store.frontier import StoredFrontier
from dlt_crawler.store.pages import PAGE
from dlt_crawler.store.resources import batches, conflicting
from dlt_crawler.store.tables import pages, pauses, resources, runs, validators, waiting
from dlt_crawler.store.validators import HELD, held_of
from dlt_crawler.urls import site_of

BATCH = 200
"""Links that are claimed at once: what is asked twice at most when a machine is lost."""

_GUESS = 0.5
"""Seconds that a link takes of which nothing is known, as `fetch.frontier` has it."""
_SETTINGS = "workers"
"""The mark under which is kept what the coordinator's settings for crawling are."""

_BYTES = Text().with_variant(Text(collation="C"), "postgresql")
"""Compared byte by byte, as in the tables."""
_sites = Table(
    "slot_sites",
    MetaData(),
    Column("slot", _BYTES, primary_key=True),
    Column("site", _BYTES, nullable=False),
    prefixes=["TEMPORARY"],
)

_OF_LOOK = (waiting.c.run_id == bindparam("run"), waiting.c.look == bindparam("look_of"))
_OF_SITE = (*_OF_LOOK, waiting.c.site == bindparam("of"))
_IN_TURN = (waiting.c.asked_in, waiting.c.resource_id)
_CLAIM = (
    select(*_IN_TURN, waiting.c.slot, waiting.c.elapsed, waiting.c.trail, waiting.c.hops, resources.c.url, *PAGE, *HELD)
    .join_from(waiting, resources, waiting.c.resource_id == resources.c.id)
    .outerjoin(pages, pages.c.id == resources.c.page_id)
    .outerjoin(validators, validators.c.resource_id == resources.c.id)
    .where(*_OF_SITE)
    .order_by(*_IN_TURN)
    .limit(BATCH)
)
_ANY_OF_SITE = select(exists().where(*_OF_SITE))
_STRIKE = (
    delete(waiting)
    .where(*_OF_LOOK, waiting.c.resource_id.in_(bindparam("ids", expanding=True)))
    .returning(waiting.c.resource_id)
)
_MOVE = update(waiting).where(
    *_OF_SITE, waiting.c.resource_id == bindparam("resource"), waiting.c.hops == bindparam("hops_before")
)


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """What waits of one site, slot by slot."""

    site: str
    slots: tuple[SlotLoad, ...]


class SharedFrontier:
    """At most BATCH links of one site, claimed when it is made, for the one worker that has the turn of the site.

    Links are claimed in one thread; all else may be called from any. All methods raise StoreError.
    """

    def __init__(self, database: Database, run: RunId, look: int, site: str, *, conditional: bool) -> None:
        self._database = database
        self._run, self._look, self._site = run, look, site
        self._of_site = {"run": run, "look_of": look, "of": site}
        self._slots: dict[str, list[Due]] = defaultdict(list)
        self._elapsed: dict[str, list[float]] = defaultdict(list)
        self._claimed: dict[Resource, tuple[int, int]] = {}
        """Of each resource its number, and how often it was handed on before."""
        with database.reading() as connection:
            rows = connection.execute(_CLAIM, self._of_site).all()
            fragments = fragments_of(connection, (row.resource_id for row in rows))
        for row in rows:
            due = _due(row, fragments[row.resource_id], conditional=conditional and look == 1)
            self._slots[row.slot].append(due)
            self._claimed[due.resource] = row.resource_id, row.hops
            if row.elapsed is not None:
                self._elapsed[row.slot].append(row.elapsed)
        self.links = len(rows)
        """How many there are."""

    def loads(self) -> Iterator[SlotLoad]:
        """Yield the slots of the batch (Frontier)."""
        for slot, due in self._slots.items():
            known = self._elapsed[slot]
            yield SlotLoad(slot, len(due), len(due) * sum(known) / len(known) if known else None)

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out links of a slot (Frontier)."""
        due = self._slots[slot]
        self._slots[slot] = due[count:]
        return due[:count]

    def record(self, observations: Sequence[Observation]) -> None:
        """Store what was seen (Batch), as `Sharing.record` does."""
        _record(self._database, [(self, observations)])

    @property
    def of(self) -> tuple[RunId, int]:
        """The run and the look."""
        return self._run, self._look

    def number(self, resource: Resource) -> int:
        """Return the number of a resource of the batch."""
        return self._claimed[resource][0]

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        """Have these links wait for who has the turn of the other site, with what was answered so far."""
        with self._database.writing(durable=False) as connection:
            for each in handed:
                number, hops = self._claimed[each.resource]
                moved = _MOVE.values(site=each.site, slot=each.slot, trail=each.trail.text, hops=each.trail.hops)
                connection.execute(moved, {**self._of_site, "resource": number, "hops_before": hops})

    def release(self) -> None:
        """Do nothing: what is not recorded waits as it did (Batch)."""

    @property
    def is_left(self) -> bool:
        """Whether anything waits for the site now, of this batch or behind it."""
        with self._database.reading() as connection:
            return bool(connection.scalar(_ANY_OF_SITE, self._of_site))


class Sharing:
    """What machines share of the runs of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def exclusively(self, what: str) -> AbstractContextManager[None]:
        """Let one process at a time, on any machine, do this in the block: wait until no other one does."""
        return self._database.exclusively(what)

    def share(self, frontier: StoredFrontier, run: RunId, look: int) -> None:
        """Have everything that is in this frontier wait for whoever comes, all or nothing."""

        def fill(connection: Connection, queue: Table) -> None:
            _sites.create(connection)
            slots = connection.scalars(select(queue.c.slot).distinct())
            for batch in batches(slots.all(), 1_000):
                connection.execute(insert(_sites), [{"slot": slot, "site": site_of(slot)} for slot in batch])
            rows = select(
                literal(run), literal(look), queue.c.id, _sites.c.site, queue.c.slot, queue.c.asked_in,
                queue.c.elapsed, literal(0),
            ).join_from(queue, _sites, queue.c.slot == _sites.c.slot)  # fmt: skip
            columns = ["run_id", "look", "resource_id", "site", "slot", "asked_in", "elapsed", "hops"]
            in_turn = rows.order_by(_sites.c.site, queue.c.asked_in, queue.c.id)
            statement = conflicting(connection, waiting).from_select(columns, in_turn)
            connection.execute(statement.on_conflict_do_nothing())
            _sites.drop(connection)

        frontier.copy_to(fill)

    def batch(self, run: RunId, look: int, site: str) -> SharedFrontier | None:
        """Claim what waits for a site; None when the run is over."""
        with self._database.reading() as connection:
            found = connection.execute(select(runs.c.full, runs.c.finished).where(runs.c.id == run)).one_or_none()
        if found is None or found.finished is not None:
            return None
        return SharedFrontier(self._database, run, look, site, conditional=not found.full)

    @property
    def is_used(self) -> bool:
        """Whether anything was ever coordinated here."""
        return self.settings() is not None

    def record(self, found: Sequence[tuple[SharedFrontier, Sequence[Observation]]]) -> None:
        """Store the checks of what was seen of several batches, and have it wait no more, all or nothing of some rows.

        What does not wait any more was seen by somebody else, or its run is over: it is left as it is. After a loss of
        power the links of the last second may wait again, without a check.
        """
        _record(self._database, found)

    def looks(self, run: RunId) -> tuple[int, ...]:
        """Return for which looks of a run something waits."""
        with self._database.reading() as connection:
            query = select(waiting.c.look).where(waiting.c.run_id == run).distinct().order_by(waiting.c.look)
            return tuple(connection.scalars(query))

    def left(self, run: RunId, look: int) -> int:
        """Return how many links wait for a look."""
        with self._database.reading() as connection:
            return (
                connection.scalar(
                    select(func.count()).select_from(waiting).where(*_OF_LOOK), {"run": run, "look_of": look}
                )
                or 0
            )

    def loads(self, run: RunId, look: int) -> Sequence[SiteLoad]:
        """Return what waits for a look, site by site. Takes 100 bytes a slot."""
        count, mean = func.count(), func.avg(waiting.c.elapsed)
        query = (
            select(waiting.c.site, waiting.c.slot, count, mean * count)
            .where(*_OF_LOOK)
            .group_by(waiting.c.site, waiting.c.slot)
        )
        sites: dict[str, list[SlotLoad]] = defaultdict(list)
        with self._database.reading() as connection:
            for site, *load in connection.execute(query, {"run": run, "look_of": look}):
                sites[site].append(SlotLoad(*load))
        return [SiteLoad(site, tuple(loads)) for site, loads in sites.items()]

    def forget(self, *, but: RunId | None = None) -> None:
        """Have nothing wait any more, or only what is of one run; and forget pauses that are over."""
        with self._database.writing() as connection:
            of_others = delete(waiting)
            connection.execute(of_others if but is None else of_others.where(waiting.c.run_id != but))
            connection.execute(delete(pauses).where(pauses.c.until <= _now(connection)))

    def rest(self, site: str, seconds: float) -> datetime:
        """Leave a site in peace for so long, or for as long as somebody wanted before; return until when.

        By the clock of the database, which all machines share.
        """
        with self._database.writing(durable=False) as connection:
            now = _now(connection)
            until = now + timedelta(seconds=math.ceil(seconds * 1000) / 1000)
            before: datetime | None = connection.scalar(select(pauses.c.until).where(pauses.c.site == site))
            if before is not None and before >= until:
                return before.astimezone(UTC)
            if seconds > 0:
                row = conflicting(connection, pauses).values(site=site, until=until)
                connection.execute(row.on_conflict_do_update(index_elements=["site"], set_={"until": until}))
            return until

    def resting(self, site: str) -> tuple[float, datetime | None]:
        """Return for how many seconds a site is to be left in peace, and until when."""
        with self._database.reading() as connection:
            until: datetime | None = connection.scalar(select(pauses.c.until).where(pauses.c.site == site))
            seconds = 0.0 if until is None else (until - _now(connection)).total_seconds()
        return max(seconds, 0.0), until

    def keep_settings(self, digest: str) -> None:
        """Write down by which settings for crawling the present run is coordinated."""
        with self._database.writing(durable=False) as connection:
            judgements.set_mark(connection, _SETTINGS, digest)

    def settings(self) -> str | None:
        """Return what `keep_settings` was told last."""
        with self._database.reading() as connection:
            return judgements.mark(connection, _SETTINGS)


def _record(database: Database, found: Sequence[tuple[SharedFrontier, Sequence[Observation]]]) -> None:
    looks: defaultdict[tuple[RunId, int], list[tuple[int, Observation]]] = defaultdict(list)
    for frontier, observations in found:
        looks[frontier.of].extend((frontier.number(seen.resource), seen) for seen in observations)
    for (run, look), rows in looks.items():
        for batch in batches(rows):
            with database.writing(durable=False) as connection:
                numbers = [number for number, _ in batch]
                struck = set(connection.scalars(_STRIKE, {"run": run, "look_of": look, "ids": numbers}))
                first = [seen for number, seen in batch if number in struck]
                if first:
                    checks.add(connection, run, look, first)


def _due(row: Any, fragments: tuple[str, ...], *, conditional: bool) -> Due:
    return Due(
        Resource(row.url),
        fragments,
        Page(row.title, None, row.language, row.script),
        held_of(row, fragments) if conditional else None,
        None if row.trail is None else Trail(row.trail, row.hops),
    )


def _now(connection: Connection) -> datetime:
    """Return the time by the clock of the database's machine."""
    if connection.dialect.name != "postgresql":
        return datetime.now(UTC)
    now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return now.astimezone(UTC)
