"""What several machines share of the runs of one database: what waits, and who is to be left in peace."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    Table,
    delete,
    func,
    insert,
    literal,
    select,
)

from dlt_crawler.model import Observation, Rest, RunId, SlotLoad
from dlt_crawler.store import judgements, shared
from dlt_crawler.store.arrays import is_postgresql
from dlt_crawler.store.columns import BYTEWISE
from dlt_crawler.store.database import Database
from dlt_crawler.store.frontier import StoredFrontier
from dlt_crawler.store.resources import batches, conflicting
from dlt_crawler.store.shared import OF_LOOK, SharedFrontier
from dlt_crawler.store.tables import pauses, runs, waiting
from dlt_crawler.urls import site_of

_SETTINGS = "workers"
"""The mark under which is kept what the coordinator's settings for crawling are."""

_sites = Table(
    "slot_sites",
    MetaData(),
    Column("slot", BYTEWISE, primary_key=True),
    Column("site", BYTEWISE, nullable=False),
    prefixes=["TEMPORARY"],
)


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """What waits of one site, slot by slot."""

    site: str
    slots: tuple[SlotLoad, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What there is of a site when its turn begins."""

    batch: SharedFrontier | None
    """What waits of it; None when the run is over."""
    rests: tuple[Rest, ...]
    """Which of its slots are to be left in peace."""
    at: datetime
    """The time, by the clock of the database."""


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

    def claim(self, run: RunId, look: int, site: str) -> Claim:
        """Claim what waits for a site, and learn which of its slots are to be left in peace: all of one moment."""
        with self._database.reading() as connection:
            found = connection.execute(select(runs.c.full, runs.c.finished).where(runs.c.id == run)).one_or_none()
            batch = None
            if found is not None and found.finished is None:
                batch = SharedFrontier(self._database, connection, run, look, site, conditional=not found.full)
            query = select(pauses.c.slot, pauses.c.until, pauses.c.given_up).where(pauses.c.site == site)
            rows = connection.execute(query.order_by(pauses.c.slot)).all()
            now = _now(connection)
        rests = (Rest(slot, (until - now).total_seconds(), given_up) for slot, until, given_up in rows)
        return Claim(batch, tuple(rest for rest in rests if rest.seconds > 0), now)

    @property
    def is_possible(self) -> bool:
        """Whether this database is one that several machines may work on."""
        return self._database.shared

    @property
    def is_used(self) -> bool:
        """Whether anything was ever coordinated here."""
        return self.settings() is not None

    def record(self, found: Sequence[tuple[SharedFrontier, Sequence[Observation]]]) -> None:
        """Store the checks of what was seen of several batches, and have it wait no more, all or nothing of some rows.

        What does not wait any more was seen by somebody else, or its run is over: it is left as it is. After a loss of
        power the links of the last second may wait again, without a check.
        """
        shared.record(self._database, found)

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
                    select(func.count()).select_from(waiting).where(*OF_LOOK), {"run": run, "look_of": look}
                )
                or 0
            )

    def loads(self, run: RunId, look: int) -> Sequence[SiteLoad]:
        """Return what waits for a look, site by site. Takes 100 bytes a slot."""
        count, mean = func.count(), func.avg(waiting.c.elapsed)
        query = (
            select(waiting.c.site, waiting.c.slot, count, mean * count)
            .where(*OF_LOOK)
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

    def rest(self, rests: Sequence[Rest]) -> datetime:
        """Leave slots in peace for so long, or for as long as they wanted before; return the present time.

        By the clock of the database, which all machines share.
        """
        with self._database.writing(durable=False) as connection:
            now = _now(connection)
            for rest in rests:
                until = now + timedelta(seconds=math.ceil(rest.seconds * 1000) / 1000)
                row = conflicting(connection, pauses).values(
                    slot=rest.slot, site=site_of(rest.slot), until=until, given_up=rest.given_up
                )
                longer = row.excluded.until > pauses.c.until
                given = {"until": row.excluded.until, "given_up": row.excluded.given_up}
                connection.execute(row.on_conflict_do_update(index_elements=["slot"], set_=given, where=longer))
            return now

    def keep_settings(self, digest: str) -> None:
        """Write down by which settings for crawling the present run is coordinated."""
        with self._database.writing(durable=False) as connection:
            judgements.set_mark(connection, _SETTINGS, digest)

    def settings(self) -> str | None:
        """Return what `keep_settings` was told last."""
        with self._database.reading() as connection:
            return judgements.mark(connection, _SETTINGS)


def _now(connection: Connection) -> datetime:
    """Return the time by the clock of the database's machine."""
    if not is_postgresql(connection):
        return datetime.now(UTC)
    now: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return now.astimezone(UTC)
