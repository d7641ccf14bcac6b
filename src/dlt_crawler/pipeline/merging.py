"""Shards to one database: everything that they know and it does not, and then the rest of the night.

Runs of shards that are one night become one run (`joining`), so that what goes by runs (bad nights of hosts, remarks,
reports) sees what it would see had one machine checked everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError, NetworkDown, ShardMissing
from dlt_crawler.model import Network, Run, RunId, Shard
from dlt_crawler.pipeline.checks import Fetched
from dlt_crawler.pipeline.dating import date
from dlt_crawler.pipeline.job import Job, Progress, open_job
from dlt_crawler.pipeline.joining import NIGHT, Joined, join
from dlt_crawler.pipeline.links import forget, store_links
from dlt_crawler.pipeline.night import Nightly, conclude
from dlt_crawler.pipeline.notices import require_addressees
from dlt_crawler.pipeline.repairs import mirror
from dlt_crawler.pipeline.shards import Source, complete_runs, open_sources
from dlt_crawler.store import Identity, Part, database_file, identity_of


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did."""

    shards: tuple[Shard, ...]
    """Those of the latest night."""
    absent: tuple[Shard, ...]
    """Those that it does not have: their links are what they were."""
    checks: int
    """That were brought, of whatever night."""
    nightly: Nightly


@contextmanager
def open_merge(
    settings: Settings, named: Sequence[str], progress: Progress, *, partial: bool = False
) -> Iterator[tuple[Job, Sequence[Source]]]:
    """Open the database for one job, alone, and those of shards: for `merge`, which is to be told the same.

    `named`: theirs, as paths or URLs; those beside ours when empty. No database is made where nothing can be merged.
    Raises ShardMissing as `merge` does; ConfigError and LockHeld as `open_sources` does; and what `open_job` raises.
    """
    with open_sources(settings, named, progress) as sources:
        file = database_file(settings.database)
        if file is not None and not file.exists():
            _Plan.of(_Known({}, ()), sources, partial=partial)
        with open_job(settings, "merge", progress) as job:
            yield job, sources


def merge(job: Job, sources: Sequence[Source], *, partial: bool = False, yes: bool = False) -> Merged:
    """Bring what shards know into the database, and do the rest of their night.

    What is here already is left alone: cut off, it is begun again, and ends as one that was not. Raises ShardMissing,
    with nothing brought, when the latest night has not all of its shards, unless it may be `partial`; ConfigError, with
    nothing brought, for a shard of another list; NetworkDown, with nothing judged, when no shard had a network.
    """
    require_addressees(job)
    known = _Known(job.store.parts.all(), job.store.parts.runs())
    plan = _Plan.of(known, sources, partial=partial)
    stored = store_links(job, ())
    _require_our_list(job, sources)
    forget(job, stored.forgotten, mirror(job.settings.storage / "repaired"))
    brought = sum(_bring(job, known, sources, plan.nights))
    latest = plan.latest
    for night in plan.nights:
        if night is not latest and night.run is not None:
            _close(job, night.run)
    if latest is None or latest.run is None or all(map(_was_down, sources)):
        raise NetworkDown(f"no shard had a network to be trusted ({_troubles(sources)}): nothing was judged")
    date(job)
    fetched = _fetched(job, latest.run, anew=bool(latest.new))
    shards = tuple(sorted(latest.shards, key=lambda shard: shard.number))
    return Merged(shards, tuple(plan.absent), brought, conclude(job, fetched, yes=yes))


def _require_our_list(job: Job, sources: Iterable[Source]) -> None:
    for source in sources:
        if job.store.merging(source.store).is_of_another_list():
            raise ConfigError(
                f"{source.name} is of another list: none of its links stands in the documents here; merge it where "
                "its documents are"
            )


class _Known:
    """What our database has of other ones."""

    def __init__(self, parts: Mapping[Identity, Part], of_ours: Iterable[Run]) -> None:
        self.parts = parts
        runs = {run.id: run for run in of_ours}
        self.places = {identity_of(run): run.id for run in runs.values()}
        """Which of our runs a run is, wherever it was made."""
        self.places.update((identity, part.run) for identity, part in self.parts.items())
        of_runs: dict[RunId, Joined] = {}
        for identity, part in self.parts.items():
            run = runs.get(part.run)
            if identity.shard and run is not None and run.shard is None:
                night = of_runs.setdefault(run.id, Joined(run.started, run.id))
                night.shards.add(Shard.parse(identity.shard))
        self.nights = list(of_runs.values())

    def joined_by(self, sources: Sequence[Source]) -> Sequence[Joined]:
        """Return the runs of which there is something to bring, each with what it is to be brought into, oldest first.

        What a merge that was cut off has begun to bring goes on to where that brought it.
        """
        complete = complete_runs(sources)
        missing = {identity: run for identity, (_, run) in complete.items() if not self._is_here(run)}
        begun: dict[RunId, Joined] = {}
        known = {night.run: night for night in self.nights}
        for identity in [each for each in missing if each in self.parts]:
            run, place = missing.pop(identity), self.places[identity]
            begun.setdefault(place, known.get(place) or Joined(run.started, place)).new.append(run)
        joined = [night for night in join(missing.values(), self.nights) if night.run not in begun]
        return sorted([*begun.values(), *joined], key=_started)

    def _is_here(self, run: Run) -> bool:
        part = self.parts.get(identity_of(run))
        return identity_of(run) in self.places if part is None else part.finished is not None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be brought, and what cannot be."""

    nights: Sequence[Joined]
    latest: Joined | None
    absent: Sequence[Shard]

    @classmethod
    def of(cls, known: _Known, sources: Sequence[Source], *, partial: bool) -> Self:
        """Raise ShardMissing when the latest night has not all of its shards, unless it may be `partial`."""
        nights = known.joined_by(sources)
        latest = max((each for each in (*known.nights, *nights) if each.shards), key=_started, default=None)
        absent = _absent(sources, latest)
        if absent and not partial:
            raise ShardMissing(_why_absent(absent, sources))
        return cls(nights, latest, absent)


def _bring(job: Job, known: _Known, sources: Sequence[Source], nights: Sequence[Joined]) -> Iterator[int]:
    """Yield how many checks were brought, transaction by transaction."""
    new = {identity_of(run) for night in nights for run in night.new}
    if not new:
        return
    brings = [(source, run) for source, run in complete_runs(sources).values() if identity_of(run) in new]
    since = min(identity.started for identity in new)
    # First: cut off, a later merge sees by the runs that there is something left to do.
    for source in sources:
        merging = job.store.merging(source.store)
        merging.first_seen(since)
        merging.caches(since, job.now)
    job.progress.begin("merge", sum(job.store.merging(source.store).number_of_checks(run.id) for source, run in brings))
    for night in nights:
        run = job.store.parts.begin(night.new, night.run, shard=None if night.shards else night.new[0].shard)
        night.run = run
        known.places.update((identity_of(each), run) for each in night.new)
        for source, part in brings:
            if known.places.get(identity_of(part)) == run:
                for checks in job.store.merging(source.store).checks(part.id, _runs(known, source)):
                    job.progress.advance(checks)
                    yield checks
        network, trouble = _proof(night)
        job.store.parts.end(run, night.new, network=network, trouble=trouble)


def _runs(known: _Known, source: Source) -> dict[RunId, RunId]:
    """Return which runs of a shard are which of ours."""
    places = ((run.id, known.places.get(identity_of(run))) for run in source.runs)
    return {theirs: ours for theirs, ours in places if ours is not None}


def _proof(night: Joined) -> tuple[Network, str | None]:
    """Return whether failures in a run prove something, and why they do not."""
    first = night.new[0]
    if night.shards or first.finished is not None:
        return first.network, first.trouble
    return Network.DOWN, "the run was cut off, and not gone on with"


def _fetched(job: Job, number: RunId, *, anew: bool) -> Fetched:
    """Return what the shards of a night did together. `anew`: there is something left to do of it again."""
    run = next(run for run in job.store.parts.runs() if run.id == number)
    looks = job.store.parts.looks(number)
    remarks = job.store.remarks(number)
    return Fetched(replace(run, done=None) if anew else run, looks.get(1, 0), looks.get(2, 0), {}, remarks)


def _close(job: Job, number: RunId) -> None:
    """Say of a run that is not the latest night that nothing is left to do of it."""
    run = next(run for run in job.store.parts.runs() if run.id == number)
    if run.done is None:
        job.store.complete_run(number, now=run.finished or run.started)


def _absent(sources: Sequence[Source], latest: Joined | None) -> Sequence[Shard]:
    """Return the shards of which nothing is known in the latest night. One without a network is no such shard."""
    every = [Shard(number + 1, sources[0].shard.of) for number in range(sources[0].shard.of)]
    missing = every if latest is None else latest.missing
    down = {
        source.shard for source in sources if (_was_down(source) if latest is None else _was_down_in(source, latest))
    }
    return [shard for shard in missing if shard not in down]


def _why_absent(absent: Sequence[Shard], sources: Sequence[Source]) -> str:
    found = {source.shard: source for source in sources}
    reasons = "; ".join(f"{shard}: {_why_one_is_absent(found.get(shard))}" for shard in absent)
    return (
        f"not all shards of the night are there ({reasons}): run them, and merge again; with --partial their links "
        "stay what they were"
    )


def _why_one_is_absent(source: Source | None) -> str:
    if source is None:
        return "no database"
    latest = source.latest
    if latest.finished is None:
        return f"its run of {latest.started:%Y-%m-%d %H:%M} UTC was cut off"
    return f"its latest run is of {latest.started:%Y-%m-%d %H:%M} UTC"


def _was_down(source: Source) -> bool:
    return source.latest.network is Network.DOWN


def _was_down_in(source: Source, night: Joined) -> bool:
    return any(
        run.shard == str(source.shard) and run.network is Network.DOWN and abs(run.started - night.started) < NIGHT
        for run in source.runs
    )


def _troubles(sources: Sequence[Source]) -> str:
    return "; ".join(f"{source.shard}: {source.latest.trouble}" for source in sources if _was_down(source))


def _started(night: Joined) -> datetime:
    return night.started
