"""Runs: their beginning and end, what is left to do of them, and which of them prove nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, or_, select, true, update

from dlt_crawler.model import Network, Run, RunId
from dlt_crawler.store import validators, works
from dlt_crawler.store.pages import disown_pages
from dlt_crawler.store.records import RUN, run_of
from dlt_crawler.store.tables import checks, resources, runs


def begin(connection: Connection, now: datetime, *, full: bool, since: str | None = None) -> Run:
    """Add a run. One that was cut off and is not gone on with any more has nobody to vouch for what it saw.

    That is the latest run, and the latest night, which only another night outdates (`to_go_on_with`).
    """
    # Those before these were not gone on with either, and were disowned when a later one began.
    for before in {run.id: run for run in (last(connection), last(connection, whole=True)) if run}.values():
        if before.finished is None and (since is None or before.since is not None):
            _disown(connection, before.id)
    connection.execute(insert(runs).values(started=now, network=Network.OK, full=full, since=since))
    return run_of(connection.execute(_latest_first().limit(1)).one())


def finish(connection: Connection, run: RunId, now: datetime, network: Network, trouble: str | None) -> Run:
    """Write the end of a run. One without a network has nothing more to do."""
    done = now if network is Network.DOWN else None
    connection.execute(
        update(runs).where(runs.c.id == run).values(finished=now, network=network, trouble=trouble, done=done)
    )
    if network is Network.DOWN:
        _disown(connection, run)
    _judge_again(connection, run)
    return _run(connection, run)


def complete(connection: Connection, run: RunId, now: datetime) -> Run:
    """Write down that nothing is left to do of a run."""
    connection.execute(update(runs).where(runs.c.id == run).values(done=now))
    return _run(connection, run)


def last(connection: Connection, *, whole: bool = False) -> Run | None:
    """Return the latest run; with `whole`, the latest that was not narrowed down to changes."""
    among = runs.c.since.is_(None) if whole else true()
    row = connection.execute(_latest_first().where(among).limit(1)).one_or_none()
    return None if row is None else run_of(row)


def to_go_on_with(connection: Connection, since: str | None) -> Run | None:
    """Return what was cut off of what is wanted now; None: nothing.

    That is the latest night, whatever was checked for changes since then, or the latest run, if it was about these.
    """
    run = last(connection, whole=since is None)
    return run if run is not None and run.done is None and run.since == since else None


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
