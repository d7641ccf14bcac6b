"""The night at default politeness: simulated with what was measured, after the simulation was tried on small crawls."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from benchmarks.million import documents, log, truth
from benchmarks.million.law import KINDS, List, latency
from benchmarks.million.measuring import Command
from benchmarks.million.night import Look, Machine, by_host, look
from benchmarks.million.stages import Database, Site
from benchmarks.million.target import Target
from dlt_crawler.config import ArchiveSettings, FetchSettings

NIGHT_HOURS = 8.0
"""Target."""
AGREES = 0.15
"""Target: simulated and real time differ by no more than this share."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A crawl that is both done and simulated."""

    name: str
    links: int
    delay: float
    concurrency: int
    speed: float


TRIALS = (
    Trial("default politeness", 1_000, 0.5, 128, 1.0),
    # In all that takes time but our own work.
    Trial("ten times as fast", 2_000, 0.05, 128, 10.0),
    # Nothing but places is lacking.
    Trial("places", 2_000, 0.0, 32, 1.0),
)


def measure(site: Site) -> None:
    """Try the simulation, and simulate the night."""
    machine = _machine(site)
    for trial in TRIALS:
        name = f"rehearsal, {trial.name}"
        figures = site.run(name, partial(_try, site, trial, machine))
        if abs(figures["simulated"] / figures["real"] - 1) > AGREES:
            print(f"{name}: the simulation is not to be believed: {figures['said']}", file=sys.stderr)
    site.run("night at default politeness", partial(_night, site, machine))


def _machine(site: Site) -> Machine:
    """Return what a link costs, as the stage `fetch` has shown, or the small crawl before `fill`."""
    if "sqlite: fetch" in site.results:
        fetched, links = site.results["sqlite: fetch"], site.listed.links
    elif "sqlite: fill" in site.results:
        # Too much rather than too little: the crawl was a short one, and its beginning counts.
        fetched = site.results["sqlite: fill"]["specimens"]
        links = fetched["links"]
    else:
        raise truth.Wrong("the stages `sqlite: fetch` and `sqlite: fill` say what a link costs: measure one first")
    cores = os.cpu_count() or 1
    rest = fetched["main_cpu"] / links
    return Machine(fetched["cpu"] / links - rest, rest, cores, min(cores, 4))


def _try(site: Site, trial: Trial, machine: Machine) -> Mapping[str, Any]:
    listed = List(trial.links, site.listed.seed)
    small = replace(
        site, directory=site.directory / f"rehearsal-{trial.name.replace(' ', '-')}", listed=listed, speed=trial.speed
    )
    documents.write(listed, small.directory)
    text = documents.settings(delay=trial.delay, second_look=0, concurrency=trial.concurrency)
    (small.directory / "dlt-crawl.toml").write_text(text, "utf-8")
    file = small.directory / "sqlite.db"
    for left in small.directory.glob("sqlite.db*"):
        left.unlink()
    database = Database(small, "rehearsal", f"sqlite:///{file}", lambda: file.stat().st_size)
    requests = small.directory / "requests.bin"
    with Target(requests, speed=trial.speed) as target:
        target.served()
        spent = Command(database.program("fetch"), small.directory, environment=database.environment).end(target.cpu)
        target.served()
    settings = FetchSettings(delay=trial.delay, concurrency=trial.concurrency)
    simulated = look(by_host(listed.host_of), settings, machine, _at(trial.speed))
    real, seen = log.span(log.read(requests)), log.manners(log.read(requests), trial.delay)
    said = (
        f"{trial.links:,} links, delay {trial.delay} s, {trial.concurrency} at once: "
        f"simulated {simulated.seconds:.1f} s, real {real:.1f} s, ratio {simulated.seconds / real:.2f} "
        f"(target: within {AGREES:.0%}; "
        f"{spent.others:.0%} of the machine was others')"
    )
    return {"simulated": simulated.seconds, "real": real, "said": said, "manners": asdict(seen)}


def _at(speed: float) -> Callable[[int, int], float]:
    return lambda host, link: latency(host, link) / speed


def _night(site: Site, machine: Machine) -> Mapping[str, Any]:
    listed, settings = site.listed, FetchSettings()
    first = look(by_host(listed.host_of), settings, machine, latency)
    failed = [link for link, kind in enumerate(listed.kinds) if KINDS[kind].looks == 2]
    again = look(by_host(listed.host_of, failed), settings.model_copy(update={"robots": "ignore"}), machine, latency)
    stages = ("load", "judge", "repair", "report json", "report html")
    local = sum(site.results[name]["seconds"] for stage in stages if (name := f"sqlite: {stage}") in site.results)
    calls = site.results["sqlite: resolve"]["archive_calls"] if "sqlite: resolve" in site.results else 0
    archive = calls / (ArchiveSettings().playback_rate / 60)
    crawl = first.seconds + settings.second_look + again.seconds
    bounds = {
        "longest host": max(listed.sizes) * settings.delay,
        "processor": listed.links * machine.serial / machine.processes,
        "places": sum(map(latency, listed.host_of, range(listed.links))) / settings.concurrency,
    }
    said = (
        f"first look {_hours(first.seconds)}, second look {_hours(again.seconds)} after {settings.second_look:.0f} s, "
        f"crawl {_hours(crawl)} (target: {NIGHT_HOURS:.0f} h); "
        + ", ".join(f"{name} alone {_hours(seconds)}" for name, seconds in bounds.items())
        + f"; {_shape(first)}; before and after it {_hours(local)}; "
        f"{calls:,} calls to the archive take {_hours(archive)} at its limits"
    )
    return {"first": asdict(first), "again": asdict(again), "bounds": bounds, "crawl_seconds": crawl, "said": said}


def _shape(of: Look) -> str:
    return f"crawling processes busy {of.busy:.0%}, {of.under_way:.1f} requests under way on average"


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.2f} h"
