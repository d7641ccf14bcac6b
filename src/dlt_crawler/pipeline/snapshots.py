"""Dead links to snapshots."""

from __future__ import annotations

import logging
import math
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Resource, Snapshot, State
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import inert

log = logging.getLogger(__name__)

PATIENCE = 300.0
"""Seconds that a stage waits in all when the archive refuses; after that the rest is left for the next run. A refusal
without Retry-After is a pause of a minute (archive.limits), so that a few of them do not cost the night."""

PLAYED_BACK = "playback"
"""How a snapshot was validated that we have seen ourselves."""

ASK_AGAIN_AFTER = timedelta(days=14)
"""Until the archive is asked again for what it did not have (wayback.md, section 8)."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the archive said, in links. Those it could not be asked for are left for the next run."""

    found: int
    none: int
    could_not_ask: int
    private: int
    """It is never asked for these."""
    calls: Calls


def resolve(job: Job) -> Resolved:
    """Ask the archive for a snapshot of every dead or failing link that has none yet, the dead first."""
    known = job.store.answers()
    due = [
        resource
        for resource in in_state(job, State.DEAD, State.FAILING)
        if resource not in known or _worth_asking_again(*known[resource], job.now)
    ]
    job.progress.begin("resolve", len(due))
    if not due:
        # Most nights: to make ready for requests takes a while.
        return Resolved(0, 0, 0, 0, Calls(0, 0, 0))
    with Archive(job.settings.archive, contact=job.settings.contact) as archive:
        answers = ask_for_each(job, due, lambda resource: archive.resolve(resource.url, _wanted_date(job, resource)))
        found = sum(isinstance(answer, Snapshot) for answer in answers)
        private = sum(_is_private(answer) for answer in answers)
        none = len(answers) - found - private
        return Resolved(found, none, len(due) - len(answers), private, archive.calls)


def ask_for_each(job: Job, due: Sequence[Resource], ask: Callable[[Resource], ArchiveAnswer]) -> list[ArchiveAnswer]:
    """Store the archive's answer for each resource, and return the answers. What it could not be asked is left out.

    When the archive refuses, the resource goes to the end of the queue once, and the next is asked after the pause.
    """
    answers: list[ArchiveAnswer] = []
    queue = deque((resource, True) for resource in due)
    patience = PATIENCE
    while queue:
        resource, again = queue.popleft()
        try:
            answer = ask(resource)
        except ArchiveRateLimited as error:
            pause = math.inf if error.retry_after is None else error.retry_after
            patience -= pause
            if patience < 0:
                job.progress.say(f"{error}: {len(queue) + 1} links are left for the next run")
                break
            if again:
                queue.append((resource, False))
            else:
                job.progress.advance()
            if queue:
                job.progress.say(f"the archive asks us to wait: going on in {pause:.0f} s")
                time.sleep(pause)
            continue
        except ArchiveError as error:
            log.info("%s: could not ask the archive: %s", resource.url, inert(str(error)))
        else:
            job.store.save_answer(resource, answer, now=job.now)
            answers.append(answer)
        job.progress.advance()
    return answers


def in_state(job: Job, *states: State) -> list[Resource]:
    """Return the links that are written and in one of the states, those of the first state first."""
    verdicts = job.store.written_verdicts()
    ordered: list[Resource] = []
    for state in states:
        links = [resource for resource, verdict in verdicts.items() if verdict.state is state]
        # In another order every night: links that the archive has trouble with, side by side, end a stage early, and
        # must not do so before the same others each time.
        ordered += random.sample(links, len(links))
    return ordered


def _is_private(answer: ArchiveAnswer) -> bool:
    return isinstance(answer, NoSnapshot) and answer.reason is NoSnapshotReason.PRIVATE


def _worth_asking_again(answer: ArchiveAnswer, asked: datetime, now: datetime) -> bool:
    if isinstance(answer, NoSnapshot):
        return now - asked >= ASK_AGAIN_AFTER
    # What Save Page Now captured while the link lived was not looked at since.
    return answer.validated != PLAYED_BACK


def _wanted_date(job: Job, resource: Resource) -> datetime | None:
    return job.store.first_seen(resource) if job.settings.archive.prefer == "citation" else None
