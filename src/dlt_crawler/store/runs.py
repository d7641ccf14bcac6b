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
    """Add a run. One that was cut off before it is not gone on with any more: nobody vouches for what it saw."""
    before = last(connection)
    # Those before that one were not gone on with either, and were disowned when it began.
    if before is not None and before.finished is None:
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
