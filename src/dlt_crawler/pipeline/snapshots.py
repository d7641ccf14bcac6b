"""Dead links to snapshots."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from dlt_crawler.archive import Archive, Calls
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Resource, Snapshot, State, Wanted
from dlt_crawler.pipeline.archives import open_archive
from dlt_crawler.pipeline.asking import Mistake, answers_to, ask_safely, tell_of_mistake
from dlt_crawler.pipeline.citations import wanted
from dlt_crawler.pipeline.fallbacks import fall_back
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import inert

log = logging.getLogger(__name__)

ROUNDS = 2
"""Times the archive is asked for a link: what it could not be asked for waits until all others are done, since pages
that time out load fast minutes later (wayback.md, section 2.3)."""

NOT_SEEN = "save_page_now"
"""How earlier versions marked what Save Page Now had captured, which nobody has looked at."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the archive said, in links. Those it could not be asked for are left for the next run."""

    found: int = 0
    """In the Wayback Machine …"""
    elsewhere: Mapping[str, int] = field(default_factory=dict)
    """… and, of what it does not have, by whom (`Snapshot.source`)."""
    none: Mapping[NoSnapshotReason, int] = field(default_factory=dict)
    """There is none, by reason; it is never asked for those that are private."""
    could_not_ask: int = 0
    """It, or one of the others that was to be asked for what it does not have."""
    calls: Calls = field(default_factory=lambda: Calls(0, 0, 0))
    """That this took; the other archives' are not among them."""

    @property
    def private(self) -> int:
        """Links that nobody was asked for."""
        return self.none.get(NoSnapshotReason.PRIVATE, 0)

    @property
    def asked(self) -> int:
        """Links that the Wayback Machine was asked for."""
        return self.found + sum(self.elsewhere.values()) + sum(self.none.values()) - self.private + self.could_not_ask


def resolve(job: Job, only: Collection[Resource] | None = None) -> Resolved:
    """Ask the archive for a snapshot of every dead or failing link that has none yet, or of these, the dead first.

    What it finds is stored as it comes; that there is none as soon as others have been asked for it, too, so that a run
    which is cut off before, or for which they took too long, asks again.
    """
    due = [link for link in _due(job) if only is None or link in only]
    job.progress.begin("resolve", len(due))
    if not due:
        # Most nights: to make ready for requests takes a while.
        return Resolved()
    missing: list[tuple[Wanted, NoSnapshot]] = []
    found, private = 0, 0
    with open_archive(job) as archive, closing(_answers(job, archive, due)) as answers:
        for question, answer in answers:
            if isinstance(answer, Snapshot):
                found += 1
            elif answer.reason is NoSnapshotReason.PRIVATE:
                private += 1
            else:
                missing.append((question, answer))
                continue
            job.store.save_answer(question.resource, answer, now=job.now)
        calls = archive.calls
    elsewhere: Counter[str] = Counter()
    none: Counter[NoSnapshotReason] = Counter({NoSnapshotReason.PRIVATE: private})
    for resource, answer in fall_back(job, missing):
        job.store.save_answer(resource, answer, now=job.now)
        if isinstance(answer, Snapshot):
            elsewhere[answer.source] += 1
        else:
            none[answer.reason] += 1
    return Resolved(found, elsewhere, none, len(due) - found - elsewhere.total() - none.total(), calls)


def _answers(
    job: Job, archive: Archive, due: Sequence[Resource]
) -> Generator[tuple[Wanted, ArchiveAnswer], None, None]:
    """Yield what the archive answers for each link, as it comes, without those that it could not be asked for."""
    citations = wanted(job, due)
    questions = [citations[resource] for resource in due]
    refusal: ArchiveRateLimited | None = None
    is_mistaken = False
    for again in reversed(range(ROUNDS)):
        failed: list[Wanted] = []
        ask = partial(ask_safely, partial(archive.resolve, last_try=not again))
        for question, answer in answers_to(questions, ask, job.settings.archive.workers):
            if isinstance(answer, Mistake):
                # The next attempt would fall over the same thing.
                if not is_mistaken:
                    tell_of_mistake(job.progress, "the archive", question, answer)
                is_mistaken = True
            elif isinstance(answer, ArchiveError):
                log.info("%s: could not ask the archive: %s", question.url, inert(str(answer)))
                refusal = answer if isinstance(answer, ArchiveRateLimited) else refusal
                failed.append(question)
                if again:
                    continue
            else:
                yield question, answer
            job.progress.advance()
        questions = failed
    if questions and refusal is not None:
        job.progress.say(f"{refusal}: {len(questions)} links are left for the next run")


def _due(job: Job) -> list[Resource]:
    """Return the links that the archive is to be asked for, the dead first."""
    states = (State.DEAD, State.FAILING)
    known = job.store.answers(states)
    verdicts = job.store.written_verdicts(states)
    again = timedelta(days=job.settings.archive.ask_again_days)
    ordered: list[Resource] = []
    for state in states:
        links = [
            resource
            for resource, verdict in verdicts.items()
            if verdict.state is state
            and (resource not in known or _worth_asking_again(*known[resource], job.now - again))
        ]
        # In another order every night: links that the archive has trouble with, side by side, end a stage early, and
        # must not do so before the same others each time.
        ordered += random.sample(links, len(links))
    return ordered


def _worth_asking_again(answer: ArchiveAnswer, asked: datetime, long_ago: datetime) -> bool:
    if isinstance(answer, NoSnapshot):
        return asked <= long_ago
    return answer.validated == NOT_SEEN
