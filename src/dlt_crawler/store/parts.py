"""Runs of other databases that were brought into runs of this one: which they are, and how far that went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, insert, select, update

from dlt_crawler.model import Network, Run, RunId
from dlt_crawler.store import runs as stored_runs
from dlt_crawler.store.database import Database
from dlt_crawler.store.records import RUN, run_of
from dlt_crawler.store.tables import checks, parts, runs


class Identity(NamedTuple):
    """What a run is known by in whatever database it is: no machine begins two runs of a shard in one microsecond."""

    shard: str
    """Empty for a run of no shard."""
    started: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """What became of a run of another database."""

    run: RunId
    """The run of this database that it is a part of."""
    finished: datetime | None
    """None: not all of it is here."""


class Parts:
    """Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self) -> tuple[Run, ...]:
        """Return all runs, in the order in which they came into the database."""
        with self._database.reading() as connection:
            return tuple(map(run_of, connection.execute(select(*RUN).order_by(runs.c.id))))

    def all(self) -> Mapping[Identity, Part]:
        """Return all that was ever brought, also what `prune` has forgotten since."""
        query = select(parts.c.shard, parts.c.started, parts.c.run_id, parts.c.finished)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return {Identity(row.shard, row.started): Part(RunId(row.run_id), row.finished) for row in rows}

    def begin(self, brought: Sequence[Run], into: RunId | None, *, shard: str | None) -> RunId:
        """Write down that these runs are being brought into one; None: into a new one, of this shard or of none.

        Returns that one. Its failures prove nothing until `end`, since some of what they would be judged with is still
        missing.
        """
        first = min(brought, key=lambda run: run.started)
        with self._database.writing() as connection:
            if into is None:
                of_new = {"started": first.started, "network": Network.OK, "since": first.since, "shard": shard}
                connection.execute(insert(runs).values(**of_new, full=all(run.full for run in brought)))
                into = RunId(connection.scalars(select(func.max(runs.c.id))).one())
            else:
                connection.execute(update(runs).where(runs.c.id == into).values(finished=None))
            known = {Identity(*row) for row in connection.execute(select(parts.c.shard, parts.c.started))}
            rows = [
                {"shard": one.shard, "started": one.started, "run_id": into}
                for one in map(identity_of, brought)
                if one not in known
            ]
            if rows:
                connection.execute(insert(parts), rows)
        return into

    def end(self, run: RunId, brought: Iterable[Run], *, network: Network, trouble: str | None) -> None:
        """Write down that all of these is in a run. When all of its parts are, it is finished, and to be judged."""
        with self._database.writing() as connection:
            for one in brought:
                of_one = (parts.c.shard == identity_of(one).shard, parts.c.started == one.started)
                connection.execute(update(parts).where(*of_one).values(finished=one.finished or one.started))
            ends = connection.scalars(select(parts.c.finished).where(parts.c.run_id == run)).all()
            if None not in ends:
                stored_runs.end(connection, run, max(end for end in ends if end is not None), network, trouble)

    def looks(self, run: RunId) -> Mapping[int, int]:
        """Return how many links were looked at in a run once, twice …, by the number of the look."""
        query = select(checks.c.look, func.count()).where(checks.c.run_id == run).group_by(checks.c.look)
        with self._database.reading() as connection:
            return dict(connection.execute(query).all())


def identity_of(run: Run) -> Identity:
    """Return what a run is known by."""
    return Identity(run.shard or "", run.started)
