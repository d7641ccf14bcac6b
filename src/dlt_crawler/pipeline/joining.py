"""Which runs of shards are one night: a pure function of runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dlt_crawler.model import Network, Run, RunId, Shard

NIGHT = timedelta(hours=20)
"""The shards of one night begin within so long of the first: machines are free at different times. As long as a run
that was cut off may be gone on with (`checks.RESUME_WITHIN`), and less than a day."""


@dataclass(slots=True)
class Joined:
    """One run of the merged database, and what it is put together from."""

    started: datetime
    run: RunId | None = None
    """None: it is a new one."""
    shards: set[Shard] = field(default_factory=set)
    """Those that the night has; none for a run that stays by itself."""
    new: list[Run] = field(default_factory=list)
    """What is to be brought into it."""

    @property
    def missing(self) -> Sequence[Shard]:
        """Return the shards that the night does not have."""
        of = max((shard.of for shard in self.shards), default=0)
        return [shard for number in range(1, of + 1) if (shard := Shard(number, of)) not in self.shards]


def vouches(run: Run) -> bool:
    """Tell whether a run of a shard can be a part of a night: it came to its end, and its network was trusted."""
    return run.shard is not None and run.since is None and run.finished is not None and run.network is Network.OK


def join(new: Iterable[Run], nights: Sequence[Joined]) -> Sequence[Joined]:
    """Return the runs that are not known yet, each with what becomes of it, oldest first; `nights` are those known.

    A run that vouches for what it saw joins the nearest night that began within `NIGHT` of it, has as many shards and
    does not have this one yet; where there is none, it begins one. So two runs of one shard are two nights, however
    near. Every other run stays by itself, as it is in its own database.
    """
    known = list(nights)
    changed: list[Joined] = []
    for run in sorted(new, key=lambda each: each.started):
        if run.shard is None or not vouches(run):
            changed.append(Joined(run.started, new=[run]))
            continue
        shard = Shard.parse(run.shard)
        night = _nearest(run.started, shard, known)
        if night is None:
            known.append(night := Joined(run.started))
        if not night.new:
            changed.append(night)
        night.shards.add(shard)
        night.new.append(run)
    return sorted(changed, key=lambda each: each.started)


def _nearest(started: datetime, shard: Shard, nights: Iterable[Joined]) -> Joined | None:
    free = [night for night in nights if shard in night.missing and abs(started - night.started) < NIGHT]
    return min(free, key=lambda night: abs(started - night.started), default=None)
