"""Resources to checks: the canaries, the first look, the second look."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler import verdict
from dlt_crawler.errors import NetworkDown
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Network, Observation, Resource, Run
from dlt_crawler.pipeline.job import Job

RESUME_WITHIN = timedelta(hours=20)
"""A run that was cut off is taken up again for so long; after that the next night has come, and a new run begins."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the fetch stage did, in links."""

    run: Run
    checked: int
    looked_again: int


def fetch(job: Job, resources: Sequence[Resource]) -> Fetched:
    """Check every resource, and what failed a second time at the end.

    A run that was cut off is gone on with: what it checked is not asked again. Raises NetworkDown, with the run ended
    and its failures not counted as evidence, when the canaries do not answer before, or after failures.
    """
    run = _run_to_work_on(job)
    looked = job.store.looks_of_run(run.id)
    first = [resource for resource in resources if resource not in looked]
    with Crawler(job.settings.fetch, contact=job.settings.contact) as crawler:
        _require_network(job, run, crawler)
        job.progress.begin("fetch", len(first))
        crawler.check(first, _recorder(job, run, look=1))
        again = _failed_once(job, run, resources) if job.settings.fetch.second_look else {}
        if again:
            _wait_for_second_look(job, again)
            job.progress.begin("second look", len(again))
            crawler.check(tuple(again), _recorder(job, run, look=2))
        if any(look.outcome in verdict.FAILURES for looks in job.store.looks_of_run(run.id).values() for look in looks):
            _require_network(job, run, crawler)
    run = job.store.finish_run(run.id, now=job.now, network=Network.OK)
    return Fetched(run, len(first), len(again))


def _run_to_work_on(job: Job) -> Run:
    unfinished = job.store.unfinished_run()
    if unfinished is not None and job.now - unfinished.started < RESUME_WITHIN:
        job.progress.say(
            f"run {unfinished.id} of {unfinished.started:%Y-%m-%d %H:%M} UTC was cut off: going on with it"
        )
        return unfinished
    return job.store.begin_run(job.now)


def _recorder(job: Job, run: Run, look: int) -> Callable[[Sequence[Observation]], None]:
    def record(batch: Sequence[Observation]) -> None:
        job.store.add_checks(run.id, look, batch)
        job.progress.advance(len(batch))

    return record


def _failed_once(job: Job, run: Run, resources: Sequence[Resource]) -> Mapping[Resource, datetime]:
    """Return the resources whose only look in this run is worth a second one, and when that look was."""
    looked = job.store.looks_of_run(run.id)
    return {
        resource: looks[0].at
        for resource in resources
        if len(looks := looked.get(resource, ())) == 1 and looks[0].outcome in verdict.WORTH_A_SECOND_LOOK
    }


def _wait_for_second_look(job: Job, failed: Mapping[Resource, datetime]) -> None:
    wanted = job.settings.fetch.second_look
    # No longer than that, should the clock have been set back meanwhile.
    seconds = min(wanted, wanted - (job.now - max(failed.values())).total_seconds())
    if seconds > 0:
        job.progress.say(f"{len(failed)} links failed: a second look in {seconds:.0f} s")
        time.sleep(seconds)


def _require_network(job: Job, run: Run, crawler: Crawler) -> None:
    """Ask the canaries; end the run and raise NetworkDown when fewer than half of them answer."""
    canaries = [Resource(url) for url in dict.fromkeys(job.settings.network.canaries)]
    if not canaries:
        return
    answers = 0

    def count(batch: Sequence[Observation]) -> None:
        nonlocal answers
        answers += sum(seen.status is not None for seen in batch)

    # A canary is not a link of the list: any answer will do, and its robots.txt is not asked for.
    crawler.check(canaries, count, robots=False)
    if 2 * answers < len(canaries):
        job.store.finish_run(run.id, now=job.now, network=Network.DOWN)
        raise NetworkDown(
            f"The network is down ({answers} of {len(canaries)} canaries answered): the links are stored and nothing "
            "was judged; try again with a network, or see it all work without one with `make demo`."
        )
