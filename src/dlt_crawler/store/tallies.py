"""How many links were in each state at the end of each run."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, insert, select

from dlt_crawler.model import RunId, State, Tally
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import Values, runs, tallies

LATEST = 30
"""Of so many runs each one is told of …"""
DAYS = timedelta(days=90)
"""… of those before, for so long the last one of each day …"""
WEEKS = timedelta(days=2 * 365)
"""… then for so long the last one of each week, and of those before the last one of each month: of ten years some
300."""


def save(connection: Connection, run: RunId, counts: Mapping[State, int], ignored: Mapping[State, int]) -> None:
    """Replace how many links were in each state at the end of a run, and how many of these are ignored."""
    connection.execute(delete(tallies).where(tallies.c.run_id == run))
    rows: list[Values] = [
        {"run_id": run, "state": state, "links": links, "ignored": ignored.get(state, 0)}
        for state, links in counts.items()
        if links
    ]
    if rows:
        connection.execute(insert(tallies), rows)


def found(connection: Connection) -> tuple[Tally, ...]:
    """Return the tallies of the runs, oldest first: of older ones the fewer, the older they are."""
    query = select(runs.c.id, runs.c.started).where(exists().where(tallies.c.run_id == runs.c.id)).order_by(runs.c.id)
    chosen = _thinned([(RunId(run), started) for run, started in connection.execute(query)])
    return tuple(_tallies(connection, dict(chosen)).values())


def of_runs(connection: Connection, wanted: Collection[RunId]) -> Mapping[RunId, tuple[datetime, Tally | None]]:
    """Return when each of these runs began, and its tally if it has one; without those that are not stored."""
    began: dict[RunId, datetime] = {}
    for batch in batches(wanted):
        query = select(runs.c.id, runs.c.started).where(runs.c.id.in_(batch))
        began.update((RunId(run), started) for run, started in connection.execute(query))
    counted = _tallies(connection, began)
    return {run: (at, counted.get(run)) for run, at in began.items()}


def _tallies(connection: Connection, began: Mapping[RunId, datetime]) -> Mapping[RunId, Tally]:
    """Return the tallies of those of these runs that have one, in their order."""
    rows: dict[RunId, list[tuple[State, int, int]]] = {run: [] for run in began}
    columns = (tallies.c.run_id, tallies.c.state, tallies.c.links, tallies.c.ignored)
    for batch in batches(began):
        for run, *row in connection.execute(select(*columns).where(tallies.c.run_id.in_(batch))):
            rows[run].append((row[0], row[1], row[2]))
    none = dict.fromkeys(State, 0)
    return {
        run: Tally(
            run,
            began[run],
            none | {state: links for state, links, _ in of_run},
            {state: ignored for state, _, ignored in of_run if ignored},
        )
        for run, of_run in rows.items()
        if of_run
    }


def _thinned(of_all: Sequence[tuple[RunId, datetime]]) -> Sequence[tuple[RunId, datetime]]:
    older, latest = of_all[:-LATEST], of_all[-LATEST:]
    last = {_period(at, latest[-1][1] - at): (run, at) for run, at in older}
    return [*sorted(last.values()), *latest]


def _period(at: datetime, ago: timedelta) -> str:
    """Return the name of the time of which one run is enough."""
    if ago <= DAYS:
        return f"{at:%Y-%m-%d}"
    return f"{at:%G-W%V}" if ago <= WEEKS else f"{at:%Y-%m}"
