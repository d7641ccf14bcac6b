"""Which metrics there are, what they are called, and what each of them says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from dlt_crawler import __version__
from dlt_crawler.model import Jobs, Measures, Network, Run, Stage, Turns

_PREFIX = "dlt_crawl_"


@dataclass(frozen=True, slots=True)
class Known:
    """What is measured, and what else is known of it."""

    measures: Measures
    rates: Mapping[str, float]
    """Archive's pool → requests a minute that it is asked at most."""
    stage: Stage | None = None
    """Of the job of this process, if it has one."""


def families(known: Known) -> Iterator[Metric]:
    """Yield every metric of which something is known: what never was is not there, and never 0."""
    measures = known.measures
    yield _info("build_info", "The program that measures.", {"version": __version__})
    yield _info("database_info", "The database.", {"engine": measures.engine, "schema": measures.schema})
    yield _gauge("database_size_bytes", "Bytes of the disk that the database takes.", measures.bytes)
    if measures.links:
        counts = {state.value: number for state, number in measures.links.items()}
        yield _by("links", "Links by state, at the end of the latest run that judged all.", "state", counts)
    if measures.run is not None:
        yield from _run(measures.run)
        yield _checks(measures)
        yield _gauge("checks_per_second", "Checks a second over the last minute.", measures.per_second)
    if measures.last_success is not None:
        meaning = "When the latest nightly run came to its end with a network that worked."
        yield _gauge("last_success_timestamp_seconds", meaning, measures.last_success.timestamp())
    yield _gauge("snapshots", "Links for which an archive has a good copy.", measures.snapshots)
    yield _gauge("repairs", "Repairs in the log that nobody has taken back.", measures.repairs)
    yield from _archive(measures.turns, known.rates)
    if measures.jobs is not None:
        yield from _jobs(measures.jobs)
    yield from _queue(known.stage, measures.jobs)


def _run(run: Run) -> Iterator[Metric]:
    yield _gauge("run_id", "Number of the latest run.", run.id)
    yield _gauge("run_start_timestamp_seconds", "When the latest run began.", run.started.timestamp())
    yield from _moment("run_checked_timestamp_seconds", "When the latest run had checked its last link.", run.finished)
    yield from _moment("run_end_timestamp_seconds", "When the latest run had nothing left to do.", run.done)
    if run.done is not None:
        seconds = (run.done - run.started).total_seconds()
        yield _gauge("run_duration_seconds", "How long the latest run took, once it has ended.", seconds)
    meaning = "Whether our own network worked in the latest run (1) or it proves nothing (0)."
    yield _gauge("run_network_up", meaning, run.network is Network.OK)


def _checks(measures: Measures) -> Metric:
    meaning = "Checks of the latest run, by what they saw; begins at 0 with each run."
    family = CounterMetricFamily(f"{_PREFIX}checks", meaning, labels=["outcome"])
    for outcome, number in measures.checks.items():
        family.add_metric([outcome.value], number)
    return family


def _archive(turns: Turns, rates: Mapping[str, float]) -> Iterator[Metric]:
    limits = {pool: rate / 60 for pool, rate in rates.items()}
    yield _by("archive_limit_requests_per_second", "How often a pool of the archive may be asked.", "pool", limits)
    if turns.last:
        last = {pool: at.timestamp() for pool, at in turns.last.items()}
        meaning = "The latest turn to ask a pool of the archive that was given away: in the future when others wait."
        yield _by("archive_last_turn_timestamp_seconds", meaning, "pool", last)
    until = turns.until.timestamp() if turns.until is not None else 0
    meaning = "Until when the archive is left in peace because it refused or failed; 0: it never had to be."
    yield _gauge("archive_silenced_until_timestamp_seconds", meaning, until)
    yield _gauge("archive_refusals", "How often in a row the archive has refused.", turns.refusals)


def _jobs(jobs: Jobs) -> Iterator[Metric]:
    meaning = "Batches of links in the queue of the workers, by what becomes of them."
    yield _by("jobs", meaning, "status", jobs.by_status)
    yield _gauge("workers", "Workers that are alive.", jobs.alive)
    if jobs.heartbeats:
        beats = {worker: at.timestamp() for worker, at in jobs.heartbeats.items()}
        meaning = "When a worker was last heard of."
        yield _by("worker_last_heartbeat_timestamp_seconds", meaning, "worker", beats)


def _queue(stage: Stage | None, jobs: Jobs | None) -> Iterator[Metric]:
    waiting: dict[str, float] = {} if jobs is None else {"shared": jobs.waiting}
    if stage is not None:
        name = {stage.name: stage.total}
        yield _by("stage_steps", "Steps of the stage that this process is at.", "stage", name)
        yield _by("stage_steps_done", "Of these, those that are done.", "stage", {stage.name: stage.done})
        if stage.crawls:
            waiting["local"] = stage.total - stage.done
    if waiting:
        meaning = "Links that wait to be checked: in this process (local), or for any worker (shared)."
        yield _by("queue_links", meaning, "frontier", waiting)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, meaning, value=value)


def _moment(name: str, meaning: str, at: datetime | None) -> Iterator[Metric]:
    if at is not None:
        yield _gauge(name, meaning, at.timestamp())


def _by(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, meaning, labels=[label])
    for of, value in values.items():
        family.add_metric([of], value)
    return family


def _info(name: str, meaning: str, labels: Mapping[str, str]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, meaning, labels=list(labels))
    family.add_metric(list(labels.values()), 1)
    return family
