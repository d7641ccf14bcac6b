"""What who watches the machines is told of a database, without asking it much, however large it is.

What grows with the links is counted once; from then on only what came since is (checks), or it is counted anew only
when that takes a small share of the time (the rest).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, func, select, text

from dlt_crawler.model import Jobs, Measures, Network, Outcome, Run, RunId, State, Turns
from dlt_crawler.store import runs, turns
from dlt_crawler.store.arrays import is_postgresql
from dlt_crawler.store.database import Database
from dlt_crawler.store.tables import checks, repairs, snapshots, tallies, waiting
from dlt_crawler.store.tables import runs as runs_table
from dlt_crawler.store.tables.seen import failed

LATELY = timedelta(minutes=1)
"""What the rate of checks is of."""
MOST_LATELY = 64_000
"""Checks that are looked at for it: a rate of over 1,000 a second would be shown as that."""
MOST_NEW = 50_000
"""Checks that are counted one by one: of more at once, all of the run are."""

SHARE = 20
"""What is counted anew only now and then is left alone for at least so many times as long as that took …"""
LEAST = 5.0
"""… and so many seconds."""

_Counted = TypeVar("_Counted")


class Measuring:
    """Raises what `Store` raises. For one thread at a time; the longer it lives, the less it asks."""

    def __init__(self, database: Database, stalled: float) -> None:
        """`stalled`: seconds without a heartbeat after which a worker is taken for dead."""
        self._database = database
        self._checks = _Checks()
        self._bytes = _NowAndThen(lambda _connection: database.bytes)
        self._repairs = _NowAndThen(_standing_repairs)
        self._snapshots = _NowAndThen(_found_snapshots)
        self._jobs = _NowAndThen(lambda connection: _jobs(connection, stalled))

    def now(self, at: datetime) -> Measures:
        """Return what is so `at` this moment, all but what is counted now and then of one transaction."""
        with self._database.reading() as connection:
            run = runs.last(connection)
            self._checks.go_on(connection, run)
            return Measures(
                engine=connection.dialect.name,
                schema=str(connection.scalar(text("SELECT version_num FROM alembic_version"))),
                bytes=self._bytes.of(connection),
                run=run,
                checks={outcome: self._checks.counts[outcome] for outcome in Outcome},
                per_second=self._checks.per_second(connection, run, at),
                last_success=_last_success(connection),
                links=_links(connection),
                snapshots=self._snapshots.of(connection),
                repairs=self._repairs.of(connection),
                turns=Turns(*turns.given(connection)),
                jobs=self._jobs.of(connection),
            )


class _NowAndThen(Generic[_Counted]):
    """A count that may cost something: it takes no more than a twentieth of the time."""

    def __init__(self, count: Callable[[Connection], _Counted]) -> None:
        self._count = count
        self._last: _Counted | None = None
        self._until = 0.0

    def of(self, connection: Connection) -> _Counted:
        began = time.monotonic()
        if self._last is None or began >= self._until:
            self._last = self._count(connection)
            now = time.monotonic()
            self._until = now + max(LEAST, SHARE * (now - began))
        return self._last


class _Checks:
    """How many checks of the latest run saw what, as they were read when they were counted.

    Their numbers grow, and one transaction writes at a time: what is counted once is not looked at again.
    """

    def __init__(self) -> None:
        self.counts: Counter[Outcome] = Counter()
        self._run: RunId | None = None
        self._last = 0

    def go_on(self, connection: Connection, run: Run | None) -> None:
        """Count what came since the last time, of this run; all of it the first time, and when that is quicker."""
        if run is None:
            return
        before, self._last = self._last, connection.scalar(select(func.max(checks.c.id))) or 0
        # Numbers of checks that were deleted are given again.
        if run.id != self._run or not 0 <= self._last - before <= MOST_NEW:
            self._run, self.counts = run.id, Counter(_all_of(connection, run.id))
            return
        # One by one, by the number: SQLite would go through all of them for groups.
        new = select(checks.c.run_id, checks.c.outcome).where(checks.c.id > before).order_by(checks.c.id)
        self.counts.update(outcome for of, outcome in connection.execute(new) if of == run.id)

    def per_second(self, connection: Connection, run: Run | None, at: datetime) -> float:
        """Return how many checks a second there were lately; 0 when everything is checked."""
        if run is None or run.finished is not None or not self._last:
            return 0.0
        looked_at, number = 0, 0
        # Twice as many each time, until half of them are older: so it takes what the rate is.
        while looked_at < MOST_LATELY and 2 * number >= looked_at:
            looked_at = 2 * looked_at or 1_000
            lately = (checks.c.id > self._last - looked_at, checks.c.at > at - LATELY)
            number = connection.scalar(select(func.count()).select_from(checks).where(*lately)) or 0
        return number / LATELY.total_seconds()


def _all_of(connection: Connection, run: RunId) -> dict[Outcome, int]:
    """Return how many checks of a run saw what.

    Most are good: those are what is left of all when the others are counted. So two indices are gone through, and few
    rows are looked at, where groups would have all of them sorted.
    """
    of_run = select(func.count()).select_from(checks).where(checks.c.run_id == run)
    bad = select(checks.c.outcome, func.count()).where(checks.c.run_id == run, failed())
    counted: list[tuple[Outcome, int]] = [
        (outcome, number) for outcome, number in connection.execute(bad.group_by(checks.c.outcome))
    ]
    found = dict(counted)
    found[Outcome.REDIRECTED] = connection.scalar(of_run.where(checks.c.outcome == Outcome.REDIRECTED)) or 0
    return found | {Outcome.OK: (connection.scalar(of_run) or 0) - sum(found.values())}


def _links(connection: Connection) -> dict[State, int]:
    last = select(func.max(tallies.c.run_id)).scalar_subquery()
    counted: list[tuple[State, int]] = [
        (state, links)
        for state, links in connection.execute(select(tallies.c.state, tallies.c.links).where(tallies.c.run_id == last))
    ]
    return dict.fromkeys(State, 0) | dict(counted) if counted else {}


def _last_success(connection: Connection) -> datetime | None:
    nights = (runs_table.c.since.is_(None), runs_table.c.network == Network.OK, runs_table.c.done.is_not(None))
    found: datetime | None = connection.scalar(
        select(runs_table.c.done).where(*nights).order_by(runs_table.c.id.desc()).limit(1)
    )
    return found


def _standing_repairs(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(repairs).where(repairs.c.ending.is_(None))) or 0


def _found_snapshots(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(snapshots).where(snapshots.c.none.is_(None))) or 0


def _jobs(connection: Connection, stalled: float) -> Jobs | None:
    """Return what the queue of several machines holds, as far as Procrastinate's tables are there."""
    if not is_postgresql(connection) or not _has_queue(connection):
        return None
    # By words of its partial indices: of the jobs that have ended, which are far more, none is looked at.
    by_status = connection.execute(
        text(
            "SELECT CAST(status AS text), count(*) FROM procrastinate_jobs "
            "WHERE status = ANY (ARRAY['todo'::procrastinate_job_status, 'doing'::procrastinate_job_status]) GROUP BY 1"
        )
    )
    workers: list[Any] = [
        *connection.execute(
            text(
                "SELECT coalesce(to_jsonb(workers) ->> 'dlt_crawl', CAST(id AS text)), last_heartbeat, "
                "clock_timestamp() - last_heartbeat < make_interval(secs => :stalled) "
                "FROM procrastinate_workers AS workers ORDER BY id"
            ),
            {"stalled": stalled},
        )
    ]
    return Jobs(
        waiting=connection.scalar(select(func.count()).select_from(waiting)) or 0,
        by_status={"todo": 0, "doing": 0, **{str(status): int(number) for status, number in by_status}},
        heartbeats={str(name): beat.astimezone(UTC) for name, beat, _ in workers},
        alive=sum(alive for _, _, alive in workers),
    )


def _has_queue(connection: Connection) -> bool:
    return connection.scalar(text("SELECT to_regclass('procrastinate_jobs')")) is not None
