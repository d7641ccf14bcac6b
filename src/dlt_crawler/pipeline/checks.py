"""Resources to checks: what is due, a first look at it, and a second look at what failed."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler import revisit, verdict
from dlt_crawler.fetch import Answered
from dlt_crawler.model import Network, Outcome, Resource, Run, RunId, Shard
from dlt_crawler.pipeline.hands import Hands, OurOwn, recorder
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.lookups import look_up
from dlt_crawler.pipeline.network import require_network
from dlt_crawler.pipeline.rereading import reread_crowds
from dlt_crawler.pipeline.web import Web
from dlt_crawler.report import Added
from dlt_crawler.store import Remarks, StoredFrontier

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


def fetch(
    job: Job,
    documents: Sequence[str],
    *,
    full: bool = False,
    added: Added | None = None,
    shard: Shard | None = None,
    hands: Hands | None = None,
) -> Fetched:
    """Check what is due of all that these documents link to (with `full`: all), and what failed once more at the end.

    With `added`, only what was added is asked for, and no other link: the run is no night then, and no night goes on
    with it. With `shard`, only what is in it, in a run that is no night either. A run that was cut off is gone on with,
    by one that is narrowed down alike: what it checked is not asked again. `hands`: who asks; None: this process.

    Raises NetworkDown, with the run ended and its failures not counted as evidence, when our own network cannot be
    trusted.
    """
    hands = OurOwn(job) if hands is None else hands
    since, only = (None, None) if added is None else (added.since, added.resources)
    wanted = _Wanted(documents, since, only, shard)
    run = _run_to_work_on(job, wanted, full=full)
    if run.finished is not None:
        # Everything is checked, and vouched for: what is left to do comes later.
        return Fetched(run, 0, 0, {}, job.store.remarks(run.id))
    looked_at = hands.begin(run)
    again, clocks = looked_at[2], _Clocks(job)
    with job.web(job.settings, job.store, job.clock) as web:
        require_network(job, run, web)
        due_by = None if run.full else run.started
        with wanted.frontier(job, run.id, 1, due_by=due_by, conditional=not run.full) as first:
            job.progress.begin("fetch", first.links)
            looked_up = look_up(web, first, recorder(job, run, look=1))
            hands.ask(run, 1, web, first)
        checked = looked_at[1] + first.links + (_ask_witnesses(job, run, web, wanted, hands) if added is None else 0)
        reread_crowds(job, run)
        if job.settings.fetch.second_look:
            with wanted.frontier(job, run.id, 2, verdict.WORTH_A_SECOND_LOOK) as failed:
                again += failed.links
                if failed.links:
                    _wait_for_second_look(job, run, failed.links)
                    job.progress.begin("second look", failed.links)
                    look_up(web, failed, recorder(job, run, look=2))
                    hands.ask(run, 2, web, failed)
                    reread_crowds(job, run)
        if clocks.differ or job.store.last_look(run.id, verdict.FAILURES) is not None:
            require_network(job, run, web)
    run = job.store.finish_run(run.id, now=job.now, network=Network.OK)
    return Fetched(run, checked, again, looked_up, job.store.remarks(run.id))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a run is about."""

    documents: Sequence[str]
    since: str | None
    only: Collection[Resource] | None
    """None: all that the documents link to."""
    shard: Shard | None
    """None: whatever site they are on."""

    def frontier(
        self,
        job: Job,
        run: RunId,
        look: int,
        outcomes: Collection[Outcome] = (),
        *,
        due_by: datetime | None = None,
        conditional: bool = False,
    ) -> AbstractContextManager[StoredFrontier]:
        """Draw up what of it is due for a look."""
        return job.store.frontier(
            run,
            look,
            self.documents,
            outcomes,
            due_by=due_by,
            conditional=conditional,
            only=self.only,
            shard=self.shard,
        )


def _ask_witnesses(job: Job, run: Run, web: Web, wanted: _Wanted, hands: Hands) -> int:
    """Ask beside what failed whether it is the host that is in trouble (`revisit.witnesses`); return how many links."""
    if run.full:
        return 0
    slots = job.store.neighbours(run.id, verdict.SLOW).slots()
    least = job.settings.verdict.host_links
    asked = [witness for slot in slots for witness in revisit.witnesses(slot.failed, slot.others, least)]
    if not asked:
        return 0
    # Due from now on, and therefore in the frontier: also when this run is cut off and gone on with.
    job.store.save_due((witness, run.started) for witness in asked)
    with wanted.frontier(job, run.id, 1, due_by=run.started, conditional=True) as witnesses:
        hands.ask(run, 1, web, witnesses)
        return witnesses.links


def _run_to_work_on(job: Job, wanted: _Wanted, *, full: bool) -> Run:
    since, shard = wanted.since, wanted.shard
    unfinished = job.store.run_to_go_on_with(since, shard)
    if unfinished is None or job.now - unfinished.started >= RESUME_WITHIN or unfinished.full < full:
        return job.store.begin_run(job.now, full=full, since=since, shard=shard)
    job.progress.say(f"run {unfinished.id} of {unfinished.started:%Y-%m-%d %H:%M} UTC was cut off: going on with it")
    if unfinished.finished is not None:
        with wanted.frontier(job, unfinished.id, 1, due_by=unfinished.started) as new:
            if new.links:
                # What nobody knew of then. What the other run saw is judged with what this one sees.
                job.store.complete_run(unfinished.id, now=job.now)
                return job.store.begin_run(job.now, full=full, since=since, shard=shard)
    return unfinished


class _Clocks:
    """The time of day and the time that has passed, from now on."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._now, self._passed = job.now, time.monotonic()

    @property
    def differ(self) -> bool:
        """Whether the time of day has gone another way than time has: it was set, or the machine slept."""
        passed = timedelta(seconds=time.monotonic() - self._passed)
        return abs(self._job.now - self._now - passed) > verdict.CLOCK_TOLERANCE


def _wait_for_second_look(job: Job, run: Run, failed: int) -> None:
    wanted = job.settings.fetch.second_look
    latest = job.store.last_look(run.id, verdict.WORTH_A_SECOND_LOOK, look=1) or run.started
    # No longer than that, should the clock have been set back meanwhile.
    seconds = min(wanted, wanted - (job.now - latest).total_seconds())
    if seconds > 0:
        job.progress.say(
            f"{failed} link failed: a second look in {seconds:.0f} s"
            if failed == 1
            else f"{failed} links failed: a second look in {seconds:.0f} s"
        )
        if seconds >= 1:
            job.progress.begin("pause", round(seconds))
        for left in range(math.ceil(seconds), 0, -1):
            time.sleep(min(1, seconds - left + 1))
            job.progress.advance()
