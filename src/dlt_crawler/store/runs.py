"""Runs: their beginning and end, what is left to do of them, and which of them prove nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, insert, or_, select, true, update

from dlt_crawler.model import Network, Run, RunId
from dlt_crawler.store import validators, works
from dlt_crawler.store.pages import disown_pages
from dlt_crawler.store.records import RUN, run_of
from dlt_crawler.store.tables import checks, resources, runs


def begin(
    connection: Connection, now: datetime, *, full: bool, since: str | None = None, shard: str | None = None
) -> Run:
    """Add a run. One that was cut off and is not gone on with any more has nobody to vouch for what it saw.

    That is the latest run, and the latest night, which only another night outdates (`to_go_on_with`).
    """
    is_night = since is None and shard is None
    # Those before these were not gone on with either, and were disowned when a later one began.
    for before in {run.id: run for run in (last(connection), last(connection, whole=True)) if run}.values():
        if before.finished is None and (is_night or before.since is not None or before.shard is not None):
            _disown(connection, before.id)
    connection.execute(insert(runs).values(started=now, network=Network.OK, full=full, since=since, shard=shard))
    return run_of(connection.execute(_latest_first().limit(1)).one())


def finish(connection: Connection, run: RunId, now: datetime, network: Network, trouble: str | None) -> Run:
    """Write the end of a run. One without a network has nothing more to do."""
    end(connection, run, now, network, trouble)
    if network is Network.DOWN:
        _disown(connection, run)
        complete(connection, run, now)
    return _run(connection, run)


def end(connection: Connection, run: RunId, at: datetime, network: Network, trouble: str | None) -> None:
    """Write down when everything was checked in a run, and what vouches for it; what it saw is to be judged."""
    connection.execute(update(runs).where(runs.c.id == run).values(finished=at, network=network, trouble=trouble))
    _judge_again(connection, run)


def complete(connection: Connection, run: RunId, now: datetime) -> Run:
    """Write down that nothing is left to do of a run."""
    connection.execute(update(runs).where(runs.c.id == run).values(done=now))
    return _run(connection, run)


def last(connection: Connection, *, whole: bool = False) -> Run | None:
    """Return the latest run; with `whole`, the latest that was not narrowed down, to changes or to a shard."""
    among = and_(runs.c.since.is_(None), runs.c.shard.is_(None)) if whole else true()
    row = connection.execute(_latest_first().where(among).limit(1)).one_or_none()
    return None if row is None else run_of(row)


def to_go_on_with(connection: Connection, since: str | None, shard: str | None = None) -> Run | None:
    """Return what was cut off of what is wanted now; None: nothing.

    That is the latest night, whatever was checked for changes or in a shard since then, or the latest run, if it was
    about these changes or of this shard.
    """
    run = last(connection, whole=since is None and shard is None)
    if run is None or run.done is not None:
        return None
    return run if (run.since, run.shard) == (since, shard) else None


def distrusted(connection: Connection) -> frozenset[RunId]:
    """Return the runs whose failures no canary vouches for."""
    query = select(runs.c.id).where(or_(runs.c.network == Network.DOWN, runs.c.finished.is_(None)))
    return frozenset(map(RunId, connection.scalars(query)))


def _disown(connection: Connection, run: RunId) -> None:
    """Forget what pages said in a run that is distrusted: what was shown may have been a portal's, and not theirs."""
    disown_pages(connection, run, distrusted(connection))
    validators.disown(connection, run)
    works.disown(connection, run)


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
