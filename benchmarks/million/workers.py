"""PostgreSQL: a night of two workers, and what the second of them is worth where the processor is what lacks."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from benchmarks.million import documents, log, truth
from benchmarks.million.cluster import Cluster, running
from benchmarks.million.law import List
from benchmarks.million.measuring import Command, Spent
from benchmarks.million.stages import SECOND_LOOK, Database, Site, after_the_night, require_polite
from benchmarks.million.target import Seen, Target

WORKERS = 2
GAIN = 1.7
"""Target: so many times as fast are two workers as one, on work that is bound by the processor."""

PAGES = 3_000
"""Links of that work, on a tenth as many hosts, …"""
HEAD = 250_000
"""… each with a head of so many bytes: reading it takes some 40 ms, an ordinary page 1.5 ms. What is beside the workers
on one machine here (coordinator, PostgreSQL, target) has little to do then: elsewhere it has a machine of its own."""

_ENDED = (0, -signal.SIGTERM, 128 + signal.SIGTERM)
"""Statuses of a worker that was asked to end."""


def night(site: Site) -> None:
    """Measure a night of two workers from an empty database, and what comes after it."""
    with running(site.directory) as cluster:
        name = "million"
        if "postgresql: load" not in site.results:
            cluster.fresh(name)
        database = Database(site, "postgresql", cluster.url(name), partial(cluster.size, name))
        site.configure()
        database.measure("load", database.load, reference=("insert",))
        site.run(f"postgresql: run of {WORKERS} workers", partial(_distributed, cluster, database))
        after_the_night(database)


def _distributed(cluster: Cluster, database: Database) -> Mapping[str, Any]:
    site, file = database.site, database.site.directory / "requests-postgresql.bin"
    with Target(file, speed=site.speed) as target:
        figures = _measure(cluster, database, target, WORKERS)
        served = target.served()
    truth.check_outcomes(site.listed, database.url)
    truth.check_verdicts(site.listed, database.url)
    truth.check_snapshots(site.listed, database.url)
    truth.check_repairs(site.listed, site.directory, database.storage / "repaired")
    seen = log.manners(log.read(file), site.delay)
    require_polite(seen)
    return {**figures, **_of_target(served), "manners": asdict(seen), "crawl_seconds": log.span(log.read(file))}


def _of_target(served: Seen) -> Mapping[str, Any]:
    return {"target_cpu": served.cpu, "connections": served.connections, "archive_calls": served.archive}


def _measure(
    cluster: Cluster, database: Database, target: Target, workers: int, *, a_processor_each: bool = False
) -> Mapping[str, Any]:
    """Measure `run --distributed` with so many workers, and the server beside them."""
    before = cluster.cpu()
    target.served()
    with _working(database, workers, a_processor_each=a_processor_each) as (commands, spent):
        coordinator = Command(
            database.program("run", "--distributed"), database.site.directory, environment=database.environment
        )
        end = coordinator.end(lambda: target.cpu() + cluster.cpu() - before)
        for command in commands:
            command.process.send_signal(signal.SIGTERM)
    of_all = [end, *spent]
    return {
        **asdict(end),
        "cpu": sum(each.cpu for each in of_all),
        "main_cpu": end.cpu,
        "workers_cpu": [each.cpu for each in spent],
        "postgresql_cpu": cluster.cpu() - before,
        "peak_mb": max(each.peak_mb for each in of_all),
        # Each of these was looked at by itself, and none of it knows when the others had their most.
        "together_mb": None,
        # What the workers had is no others'.
        "others": max(0.0, end.others - sum(each.cpu for each in spent) / (end.seconds * end.cores)),
        "database_mb": database.size() / 1e6,
    }


@contextmanager
def _working(
    database: Database, workers: int, *, a_processor_each: bool
) -> Iterator[tuple[list[Command], list[Spent]]]:
    """Run so many workers; what they cost is known behind the block, which has to ask them to end.

    `a_processor_each`: as if each had a machine of one processor. Otherwise the threads of one use several.
    """
    spent: list[Spent] = []
    processors = sorted(os.sched_getaffinity(0))
    commands = [
        Command(
            [*_only_on(processors[number % len(processors)], a_processor_each), *database.program("worker")],
            database.site.directory,
            environment={
                **database.environment,
                # By this the target tells them apart.
                "DLT_CRAWL_CONTACT": f"worker-{number}@bench.example",
                "DLT_CRAWL_FETCH__PROCESSES": "1",
            },
        )
        for number in range(1, workers + 1)
    ]
    try:
        yield commands, spent
        spent += [command.end(statuses=_ENDED) for command in commands]
    finally:
        for command in commands:
            if command.process.poll() is None:
                command.process.kill()


def _only_on(processor: int, there: bool) -> list[str]:
    """Return what runs a command on one processor alone (util-linux)."""
    return ["taskset", "--cpu-list", str(processor)] if there else []


def compare(site: Site) -> None:
    """Measure one worker and two on pages that are costly to read, and say how much sooner two are through."""
    listed = List(min(PAGES, site.listed.links), site.listed.seed)
    small = replace(site, directory=site.directory / "workers", listed=listed)
    documents.write(listed, small.directory)
    text = documents.settings(delay=0, second_look=SECOND_LOOK)
    (small.directory / "dlt-crawl.toml").write_text(text, "utf-8")
    with running(site.directory) as cluster:
        for workers in (1, WORKERS):
            site.run(f"costly pages, {workers} worker{'s' * (workers > 1)}", partial(_costly, cluster, small, workers))
    one, two = (site.results[name] for name in site.results if name.startswith("costly pages, "))
    gain, whole = one["crawl_seconds"] / two["crawl_seconds"], one["seconds"] / two["seconds"]
    workers_cpu = sum(two["workers_cpu"])
    beside = two["main_cpu"] + two["postgresql_cpu"] + two["target_cpu"]
    share = beside / (beside + workers_cpu)
    said = (
        f"from the first request to the last answer {one['crawl_seconds']:.1f} s and {two['crawl_seconds']:.1f} s: "
        f"{gain:.2f} times as fast (target: {GAIN}), whole runs {whole:.2f}; of the processor time "
        f"of two, coordinator, PostgreSQL and target had {share:.0%}; others had {two['others']:.0%} of the machine"
    )
    site.results.keep("two workers beside one", {"gain": gain, "whole": whole, "said": said})


def _costly(cluster: Cluster, site: Site, workers: int) -> Mapping[str, Any]:
    name = f"costly_{workers}"
    database = Database(site, name, cluster.fresh(name), partial(cluster.size, name))
    # The documents are not what is compared.
    Command(database.load, site.directory, environment=database.environment).end()
    file = site.directory / f"requests-{workers}.bin"
    with Target(file, speed=site.speed, head=HEAD) as target:
        figures = _measure(cluster, database, target, workers, a_processor_each=True)
        served = target.served()
    truth.check_outcomes(site.listed, database.url)
    truth.check_verdicts(site.listed, database.url)
    seen = log.manners(log.read(file), 0.0)
    require_polite(seen)
    return {**figures, **_of_target(served), "manners": asdict(seen), "crawl_seconds": log.span(log.read(file))}
