"""Resources to checks: the canaries, the first look, the second look."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dlt_crawler import verdict
from dlt_crawler.errors import NetworkDown
from dlt_crawler.fetch import Answered
from dlt_crawler.model import Network, Observation, Outcome, Resource, Run
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.lookups import look_up
from dlt_crawler.pipeline.rereading import reread_crowds
from dlt_crawler.pipeline.web import Web
from dlt_crawler.store import Remarks

RESUME_WITHIN = timedelta(hours=20)
"""A run that was cut off is taken up again for so long; after that the next night has come, and a new run begins."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the fetch stage did, in links."""

    run: Run
    checked: int
    looked_again: int
    looked_up: Mapping[str, Answered]
    """What each service did at the first look, by its name."""
    remarks: Remarks


def fetch(job: Job, documents: Sequence[str]) -> Fetched:
    """Check everything that these documents link to, and what failed a second time at the end.

    A run that was cut off is gone on with: what it checked is not asked again. Raises NetworkDown, with the run ended
    and its failures not counted as evidence, when the canaries do not answer before, or after failures.
    """
    run = _run_to_work_on(job)
    again = 0
    with job.web(job.settings, job.store, job.clock) as crawler:
        _require_network(job, run, crawler)
        with job.store.frontier(run.id, 1, documents) as first:
            job.progress.begin("fetch", first.links)
            looked_up = look_up(crawler, first, _recorder(job, run, look=1))
            crawler.check(first, _recorder(job, run, look=1))
        reread_crowds(job, run)
        if job.settings.fetch.second_look:
            with job.store.frontier(run.id, 2, documents, verdict.WORTH_A_SECOND_LOOK) as failed:
                again = failed.links
                if again:
                    _wait_for_second_look(job, run, again)
                    job.progress.begin("second look", again)
                    look_up(crawler, failed, _recorder(job, run, look=2))
                    crawler.check(failed, _recorder(job, run, look=2))
                    reread_crowds(job, run)
        if job.store.last_look(run.id, verdict.FAILURES) is not None:
            _require_network(job, run, crawler)
    run = job.store.finish_run(run.id, now=job.now, network=Network.OK)
    return Fetched(run, first.links, again, looked_up, job.store.remarks(run.id))


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


def _wait_for_second_look(job: Job, run: Run, failed: int) -> None:
    wanted = job.settings.fetch.second_look
    latest = job.store.last_look(run.id, verdict.WORTH_A_SECOND_LOOK, look=1) or run.started
    # No longer than that, should the clock have been set back meanwhile.
    seconds = min(wanted, wanted - (job.now - latest).total_seconds())
    if seconds > 0:
        job.progress.say(f"{failed} links failed: a second look in {seconds:.0f} s")
        time.sleep(seconds)


def _require_network(job: Job, run: Run, crawler: Web) -> None:
    """Ask the canaries; end the run and raise NetworkDown when fewer than half of them answer."""
    canaries = [Resource(url) for url in dict.fromkeys(job.settings.network.canaries)]
    if not canaries:
        return
    answers = 0

    def count(batch: Sequence[Observation]) -> None:
        nonlocal answers
        # Also one that has asked us to come back later: it was not asked for now, but it was there.
        answers += sum(seen.status is not None or seen.outcome is Outcome.RATE_LIMITED for seen in batch)

    # A canary is not a link of the list: any answer will do, and its robots.txt is not asked for.
    crawler.check(canaries, count, robots=False)
    if 2 * answers < len(canaries):
        job.store.finish_run(run.id, now=job.now, network=Network.DOWN)
        raise NetworkDown(
            f"The network is down ({answers} of {len(canaries)} canaries answered): the links are stored and nothing "
            "was judged; try again with a network, or see it all work without one with `make demo`."
        )
