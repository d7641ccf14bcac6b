"""Runs: their beginning and end, what is left to do of them, and which of them prove nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, update

from dlt_crawler.model import Network, Run, RunId
from dlt_crawler.store.records import RUN, run_of
from dlt_crawler.store.tables import checks, resources, runs

NEWS_LIFE = timedelta(days=7)
"""What changed longer ago than that is not told any more: nobody was told because nobody could be reached."""


def begin(connection: Connection, now: datetime, *, full: bool) -> Run:
    """Add a run."""
    connection.execute(insert(runs).values(started=now, network=Network.OK, full=full))
    return run_of(connection.execute(_latest_first().limit(1)).one())


def reopen(connection: Connection, run: RunId) -> Run:
    """Take back the end of a run. Its failures prove nothing until it ends again."""
    connection.execute(
        update(runs)
        .where(runs.c.id == run)
        .values(finished=None, network=Network.OK, trouble=None, done=None, notified=None)
    )
    _judge_again(connection, run)
    return _run(connection, run)


def finish(connection: Connection, run: RunId, now: datetime, network: Network, trouble: str | None) -> Run:
    """Write the end of a run. One without a network has nothing more to do, and nothing to tell."""
    done = now if network is Network.DOWN else None
    connection.execute(
        update(runs)
        .where(runs.c.id == run)
        .values(finished=now, network=network, trouble=trouble, done=done, notified=done)
    )
    _judge_again(connection, run)
    return _run(connection, run)


def complete(connection: Connection, run: RunId, now: datetime) -> Run:
    """Write down that nothing is left to do of a run."""
    connection.execute(update(runs).where(runs.c.id == run).values(done=now))
    return _run(connection, run)


def last(connection: Connection) -> Run | None:
    """Return the latest run."""
    row = connection.execute(_latest_first().limit(1)).one_or_none()
    return None if row is None else run_of(row)


def distrusted(connection: Connection) -> frozenset[RunId]:
    """Return the runs whose failures no canary vouches for."""
    query = select(runs.c.id).where(or_(runs.c.network == Network.DOWN, runs.c.finished.is_(None)))
    return frozenset(map(RunId, connection.scalars(query)))


def untold(connection: Connection, now: datetime) -> tuple[Run, ...]:
    """Return the runs of which people are still to be told, oldest first."""
    query = (
        select(*RUN)
        .where(
            runs.c.done.is_not(None),
            runs.c.notified.is_(None),
            runs.c.network == Network.OK,
            runs.c.started > now - NEWS_LIFE,
        )
        .order_by(runs.c.id)
    )
    return tuple(map(run_of, connection.execute(query)))


def told(connection: Connection, wanted: Iterable[Run], now: datetime) -> None:
    """Write down that people know what these runs have changed."""
    numbers = [run.id for run in wanted]
    connection.execute(update(runs).where(runs.c.id.in_(numbers)).values(notified=now))


def _judge_again(connection: Connection, run: RunId) -> None:
    """Have everything judged that has a check in this run: whether its failures prove something has changed."""
    looked_at = select(checks.c.resource_id).where(checks.c.run_id == run)
    connection.execute(
        update(resources).where(resources.c.id.in_(looked_at), ~resources.c.unjudged).values(unjudged=True)
    )


def _run(connection: Connection, run: RunId) -> Run:
    return run_of(connection.execute(select(*RUN).where(runs.c.id == run)).one())


def _latest_first() -> Select[Any]:
    return select(*RUN).order_by(runs.c.id.desc())
