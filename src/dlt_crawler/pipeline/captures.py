"""Captures of living pages, from asking for them to seeing them in playback, over as many runs as that takes.

Each step is stored before the next one: a capture before it is asked for, its job before the next is asked for, its end
as soon as it is known. So a run that is killed asks for nothing twice: what it left is polled while Save Page Now knows
of it, and looked for in playback after that.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from dlt_crawler.archive import Archive, Clock
from dlt_crawler.archive.saving import Accepted, Captured, Concern, Recent, Refused, Submission, Unanswered, moment_of
from dlt_crawler.errors import ArchiveError, ArchiveExcluded, ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.model import Keeping, KeepState, Resource
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import inert

log = logging.getLogger(__name__)

CAPTURES_A_POLL = 1.5
"""How many captures could be asked for between two looks at all that are under way: at the default rate that is every
15 s (wayback.md, section 8: 15 to 30). One typically takes 9 to 33."""
POLLED_FOR = timedelta(minutes=10)
"""Until a run waits no longer for a capture. It may take two minutes, and begins later when the archive is busy (Save
Page Now documentation, "Max capture duration" and "System status")."""
REMEMBERED = timedelta(hours=1)
"""How long the archive knows of a job (documentation, "Status request"). One that it has forgotten looks like one that
is under way (agude/wayback-machine-archiver#28), so that only the clock can tell."""
SHOWN_AFTER = timedelta(hours=12)
"""Until a capture is in playback at the latest, however lazily it was asked for (documentation, delay_wb_availability).
What was asked for, and nobody knows what became of it, is not asked for again before that."""
GIVEN_UP_AFTER = timedelta(days=3)
"""Until a capture that was reported, and that playback does not show, is made again."""
NOT_ASKED_AFTER = timedelta(days=30)
"""… and one that playback could not be asked for: for a single URL it may fail whenever it is asked."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much another clock may be behind ours: the archive's, or our own after it was set right."""
PENDING = frozenset({KeepState.SUBMITTED, KeepState.CAPTURED})
"""What a capture is in until playback shows it."""


class End(StrEnum):
    """What this run has seen of a capture."""

    SAVED = "saved"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class _UnderWay:
    known: Keeping
    until: float
    """When a run waits for it no longer, by the clock that is never set."""


class Captures:
    """The captures that are known of, and those of this run. Not thread-safe."""

    def __init__(self, job: Job, archive: Archive, clock: Clock, known: Iterable[Keeping]) -> None:
        """`known`: what is stored, whatever its state. `clock` is what waiting for captures is done by."""
        self._job = job
        self._archive = archive
        self._clock = clock
        self.interval = CAPTURES_A_POLL * 60 / job.settings.archive.save_rate
        """Seconds between two looks at what is under way."""
        self._unconfirmed = {each.resource: each for each in known if each.state in PENDING}
        self._under_way = {
            each.job: _UnderWay(each, self._until(self._age(each)))
            for each in self._unconfirmed.values()
            if each.job and self._is_known(each)
        }
        self._polled = clock.monotonic()
        self.seen: Counter[End] = Counter()

    @property
    def under_way(self) -> int:
        """How many captures of ours the archive works on, as far as we know."""
        return len(self._under_way)

    @property
    def waiting(self) -> int:
        """How many captures playback has not shown yet."""
        return len(self._unconfirmed)

    def confirm(self) -> None:
        """Look in playback for every capture that is made, or that the archive has forgotten.

        What is not there yet stays as it is, for a later run, until too much time has passed.
        """
        for known in list(self._unconfirmed.values()):
            if known.job in self._under_way:
                continue
            if self._age(known) < timedelta(0):
                # Our clock was ahead then. From now on time passes for it.
                known = replace(known, submitted=self._job.now)  # noqa: PLW2901
                self._keep(known)
            try:
                shown = self._shown(known)
            except ArchiveExcluded as error:
                self.refuse(known, str(error))
                continue
            except ArchiveRateLimited as error:
                log.info("captures are confirmed by the next run: %s", inert(str(error)))
                return
            except ArchiveError as error:
                log.info("%s: could not look for its capture: %s", known.resource.url, inert(str(error)))
                if self._age(known) >= NOT_ASKED_AFTER:
                    self._fail(known, "playback could not be asked whether it shows the capture")
                continue
            if shown is not None:
                self._keep(replace(known, state=KeepState.CONFIRMED, newest=shown, looked=self._job.now), End.CONFIRMED)
            elif (why := self._given_up(known)) is not None:
                self._fail(known, why)

    def submit(self, known: Keeping, *, plain: bool) -> Submission:
        """Ask for a capture, and return the answer. A refusal that is not of this page alone is not noted of it.

        Raises ArchiveError when it could not be asked for.
        """
        max_age = timedelta(days=self._job.settings.archive.max_age)
        # Killed behind this line, we do not know whether it was asked for: it is looked for in playback then.
        asked = replace(known, state=KeepState.SUBMITTED, job=None, submitted=self._job.now, timestamp=None, detail="")
        self._keep(asked)
        try:
            answer = self._archive.saving.submit(known.resource.url, max_age=max_age, plain=plain)
        except ArchiveError:
            self._keep(known)
            raise
        match answer:
            case Accepted(number):
                asked = replace(asked, job=number)
                if not self._under_way:
                    self._polled = self._clock.monotonic()
                self._under_way[number] = _UnderWay(asked, self._until(timedelta(0)))
                self._keep(asked)
            case Recent(said):
                self._keep(replace(asked, state=KeepState.CAPTURED, detail=said))
            case Unanswered(why):
                log.info("%s: nobody knows whether it is being captured: %s", known.resource.url, inert(why))
                self._keep(replace(asked, detail=why))
            case Refused(Concern.NOW | Concern.URL):
                self._end(asked, answer)
            case Refused():
                self._keep(known)
        return answer

    def refuse(self, known: Keeping, why: str) -> None:
        """Note that a page is not to be asked for: the archive withholds all copies of it."""
        self._end(replace(known, submitted=self._job.now), Refused(Concern.URL, why))

    def wait(self) -> Sequence[tuple[Resource, Captured | Refused]]:
        """Wait for a while, then ask what became of all captures under way, and return those that have ended.

        What was refused for a reason that is not of its page alone is as if it had not been asked for. Captures that
        take too long are left for the next run.
        """
        self._clock.sleep(self.interval)
        return self._poll()

    def glance(self) -> Sequence[tuple[Resource, Captured | Refused]]:
        """As `wait`, but without waiting: nothing is asked before it is time to."""
        if not self._under_way or self._clock.monotonic() - self._polled < self.interval:
            return ()
        return self._poll()

    def _poll(self) -> Sequence[tuple[Resource, Captured | Refused]]:
        self._polled = self._clock.monotonic()
        ended: Mapping[str, Captured | Refused] = {}
        try:
            if self._under_way:
                ended = self._archive.saving.poll(tuple(self._under_way))
        except ArchiveUnavailable as error:
            # The captures go on without us.
            log.info("could not ask what became of captures: %s", inert(str(error)))
        except ArchiveError as error:
            log.info("captures under way are left for the next run: %s", inert(str(error)))
            self._under_way.clear()
            return ()
        outcomes: list[tuple[Resource, Captured | Refused]] = []
        for number, outcome in ended.items():
            known = self._under_way.pop(number).known
            self._end(known, outcome)
            outcomes.append((known.resource, outcome))
        now = self._clock.monotonic()
        self._under_way = {number: each for number, each in self._under_way.items() if each.until >= now}
        return outcomes

    def _end(self, known: Keeping, outcome: Captured | Refused) -> None:
        match outcome:
            case Captured(timestamp):
                self._keep(replace(known, state=KeepState.CAPTURED, job=None, timestamp=timestamp), End.SAVED)
            case Refused(Concern.URL, why):
                failures = known.failures + 1
                self._keep(
                    replace(known, state=KeepState.REFUSED, job=None, detail=why, failures=failures), End.REFUSED
                )
            case Refused(Concern.NOW, why):
                self._fail(known, why)
            case Refused(_, why):
                log.info("%s is not captured tonight: %s", known.resource.url, inert(why))
                self._keep(replace(known, state=None, job=None, submitted=None, detail=""))

    def _fail(self, known: Keeping, why: str) -> None:
        log.info("%s was not captured: %s", known.resource.url, inert(why))
        failed = replace(known, state=KeepState.FAILED, job=None, detail=why, failures=known.failures + 1)
        self._keep(failed, End.FAILED)

    def _keep(self, known: Keeping, end: End | None = None) -> None:
        if known.state is KeepState.CONFIRMED:
            known = replace(known, job=None, detail="", failures=0)
        self._job.store.keepings.save(known)
        if known.state in PENDING:
            self._unconfirmed[known.resource] = known
        else:
            self._unconfirmed.pop(known.resource, None)
        if end is not None:
            self.seen[end] += 1

    def _shown(self, known: Keeping) -> datetime | None:
        """Return the time of the capture that playback shows for one that was asked for; None: none yet."""
        url, submitted = known.resource.url, known.submitted or self._job.now
        captured = moment_of(known.timestamp or "")
        if known.timestamp is not None and captured is not None:
            return captured if self._archive.shows(url, known.timestamp) else None
        newest = self._archive.newest(url)
        # Where the archive said that there is a copy which is young enough, that is the one.
        max_age = timedelta(days=self._job.settings.archive.max_age)
        before = CLOCKS_DIFFER if known.state is KeepState.SUBMITTED else max_age
        # Differences of dates, and no sums, which the calendar may not have.
        return newest if newest is not None and submitted - newest <= before else None

    def _given_up(self, known: Keeping) -> str | None:
        age = self._age(known)
        if known.state is KeepState.SUBMITTED and age >= SHOWN_AFTER:
            return f"nobody knows what became of it{f': {known.detail}' if known.detail else ''}"
        return "playback never showed the capture" if age >= GIVEN_UP_AFTER else None

    def _is_known(self, known: Keeping) -> bool:
        return known.state is KeepState.SUBMITTED and -CLOCKS_DIFFER <= self._age(known) < REMEMBERED

    def _until(self, age: timedelta) -> float:
        """Return until when a capture of this age is waited for."""
        return self._clock.monotonic() + (POLLED_FOR - max(age, timedelta(0))).total_seconds()

    def _age(self, known: Keeping) -> timedelta:
        """Return how long ago it was asked for; less than nothing when our clock was ahead then, or is behind now."""
        return self._job.now - (known.submitted or datetime.min.replace(tzinfo=UTC))
