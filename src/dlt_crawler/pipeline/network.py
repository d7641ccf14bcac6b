"""Our own network: asked before a crawl, and while one goes on in which failures pile up.

A run in which it is not to be trusted is ended as such: its failures are never evidence.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NoReturn

from dlt_crawler.errors import NetworkDown
from dlt_crawler.fetch.dialogue import Record
from dlt_crawler.model import Network, Observation, Resource, Run
from dlt_crawler.network import LatestHosts, Trouble, names_of_nobody, need_names, trouble_with
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.web import Web

_PAUSES = (2.0, 4.0, 8.0, 16.0)
"""Seconds before the canaries are asked again when they fail in the middle of a crawl: 30 s in all, in which a router
starts anew, or a machine finds its network. The crawl meanwhile goes on with what it has in hand, and no further."""


def require_network(job: Job, run: Run, web: Web) -> None:
    """Ask the canaries; end the run and raise NetworkDown when our network, its names or our clock are wrong.

    That costs one request to each, and look-ups of names that do not exist. Without canaries nothing is asked.
    """
    trouble = _trouble(job, web)
    if trouble is not None:
        _give_up(job, run, trouble)


def watched(job: Job, run: Run, record: Record, *, wait: Callable[[float], None] = time.sleep) -> Record:
    """Return a recorder of a crawl that asks the canaries when failures pile up over many hosts.

    When they fail, too, it waits and asks again, for 30 s in all; then it raises as `require_network` does. By then
    everything that was seen has gone to `record`. The crawl's own crawler is busy: the canaries are asked by another.
    """
    if not job.settings.network.canaries:
        return record
    hosts = LatestHosts()

    def record_and_watch(batch: Sequence[Observation]) -> None:
        record(batch)
        hosts.take(batch)
        if hosts.are_failing:
            trouble = lasting_trouble(job, wait=wait)
            if trouble is not None:
                _give_up(job, run, trouble)
            hosts.vouched_for()

    return record_and_watch


def lasting_trouble(job: Job, *, wait: Callable[[float], None] = time.sleep) -> Trouble | None:
    """Ask the canaries by a crawler of its own, again and again for 30 s when they fail; None: all is well."""
    trouble = trouble_now(job)
    for seconds in _PAUSES:
        if trouble is None:
            return None
        job.progress.say(f"{trouble.what}: asking again in {seconds:g} s")
        wait(seconds)
        trouble = trouble_now(job)
    return trouble


def trouble_now(job: Job) -> Trouble | None:
    """Ask the canaries once, by a crawler of its own; None: all is well."""
    # A new one each time: it remembers no host that did not answer before.
    with job.web(job.settings, job.store, job.clock) as web:
        return _trouble(job, web)


def _trouble(job: Job, web: Web) -> Trouble | None:
    canaries = tuple(dict.fromkeys(job.settings.network.canaries))
    if not canaries:
        return None
    nobody = _names_of_nobody(job) if need_names(canaries) else ()
    seen: dict[str, Observation] = {}

    def keep(batch: Sequence[Observation]) -> None:
        seen.update((each.resource.url, each) for each in batch)

    # A canary is not a link of the list: any answer will do, and its robots.txt is not asked for.
    # No host sees two of us at once, or closer together than the delay; several workers may want to know just now.
    with job.store.sharing.exclusively("canaries"):
        web.check([Resource(url) for url in (*canaries, *nobody)], keep, robots=False)
        if job.store.sharing.is_possible:
            time.sleep(job.settings.fetch.delay)
    return trouble_with([seen[url] for url in canaries], [seen[url] for url in nobody], job.store.newest_check())


def _names_of_nobody(job: Job) -> tuple[str, ...]:
    fetch = job.settings.fetch
    if fetch.proxy is not None:
        return ()  # It looks names up, and not we.
    # At another port they would be refused without having been looked up.
    return names_of_nobody(80 if 80 in fetch.ports else fetch.ports[0])


def _give_up(job: Job, run: Run, trouble: Trouble) -> NoReturn:
    job.store.finish_run(run.id, now=job.now, network=Network.DOWN, trouble=str(trouble))
    raise NetworkDown(f"{trouble.what}: the links are stored and nothing was judged; {trouble.advice}.")
