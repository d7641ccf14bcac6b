"""Living links into the archive, before they die: which ones, in which order, and how many a night."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dlt_crawler.archive import Archive, Clock
from dlt_crawler.archive.saving import Captured, Concern, Refused, Unanswered, keys_of
from dlt_crawler.config import Settings
from dlt_crawler.errors import ArchiveError, ArchiveExcluded, ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.model import Keeping, Resource
from dlt_crawler.pipeline.archives import open_archive
from dlt_crawler.pipeline.asking import answers_to
from dlt_crawler.pipeline.captures import PENDING, Captures, End
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.public import PublicHosts, Resolver, addresses_of
from dlt_crawler.pipeline.uncopied import Uncopied, is_looked_up, is_young, uncopied
from dlt_crawler.report import inert
from dlt_crawler.urls import host_of, is_on_this_machine

log = logging.getLogger(__name__)

SLOT_PATIENCE = 120.0
"""Seconds without a free capture, and none of ours under way, until the rest is left for the next run: whatever else
the account captures has ended by then (Save Page Now documentation, "Max capture duration")."""
LOOKS_A_SAVE = 20
"""Pages whose copies are looked for in one run, for each capture that it may ask for (`archive.max_saves`): at the
default rates these looks take no longer than the capture, and repair and report wait. The next run looks for more."""
_HOSTS_REFUSE = "their hosts refuse the archive today"


@dataclass(frozen=True, slots=True)
class Archived:
    """What became of captures, in links."""

    saved: int
    """Save Page Now has made these …"""
    confirmed: int
    """… and playback shows these, which earlier runs may have asked for."""
    waiting: int
    """Asked for, by whatever run, and not in playback yet."""
    refused: int
    """The archive does not capture these."""
    failed: int
    """Could not be captured this time."""
    left: int
    """Are to have a copy, and were not asked for, or in vain, through no fault of theirs …"""
    why: str
    """… most of them for this reason, a clause; empty when none is left."""


class _Enough(Exception):
    """Nothing more is asked for tonight; the message says why."""


class _NotPublic(ArchiveError):
    """The archive is not asked for a page that it could not see."""


def require_keys(settings: Settings) -> None:
    """Raise ConfigError when captures are to be asked for and there are no keys of archive.org."""
    keys_of(settings.archive)


def archive(job: Job, *, clock: Clock = time, resolver: Resolver = addresses_of) -> Archived:
    """Have every living link captured that has no copy younger than `archive.max_age`, the riskiest first.

    Goes on with what an earlier run has asked for. `clock` is what waiting is done by; what `resolver` has no public
    address for is not sent. Raises ConfigError without keys, before anything is done. When the archive cannot be asked,
    the rest is left for the next run.
    """
    require_keys(job.settings)
    known = job.store.keepings.all()
    pending = [each for each in known.values() if each.state in PENDING]
    due = uncopied(job, known)
    job.progress.begin("archive", len(due))
    if not due and not pending:
        # Most nights: to make ready for requests takes a while.
        return Archived(0, 0, 0, 0, 0, 0, "")
    with open_archive(job, clock) as asked:
        captures = Captures(job, asked, clock, pending)
        captures.confirm()
        hosts = PublicHosts(resolver, with_loopback=is_on_this_machine(job.settings.archive.save_url))
        night = _Night(job, asked, captures, hosts)
        night.keep(due)
        captures.confirm()
    return Archived(
        saved=captures.seen[End.SAVED],
        confirmed=captures.seen[End.CONFIRMED],
        waiting=captures.waiting,
        refused=captures.seen[End.REFUSED],
        failed=captures.seen[End.FAILED],
        left=night.left,
        why=night.why,
    )


class _Night:
    """One run of the stage."""

    def __init__(self, job: Job, archive: Archive, captures: Captures, hosts: PublicHosts) -> None:
        self._job = job
        self._archive = archive
        self._captures = captures
        self._hosts = hosts
        self._room = 0
        """Captures that may be asked for before the account is asked again."""
        self._asked_for = 0
        self._looked = 0
        """Pages whose newest copy was asked for."""
        self._idle = 0.0
        """Seconds without a capture of ours under way in which the account had none free."""
        self._busy: set[str] = set()
        """Hosts of which no more is to be captured tonight."""
        self._overloaded = 0
        """Captures in a row that Save Page Now had no means for."""
        self._over = ""
        """Why nothing more is asked for; empty while more is."""
        self._left: Counter[str] = Counter()
        """Links that were not asked for, or in vain, by the reason."""

    @property
    def left(self) -> int:
        """Links that are to have a copy, and that nobody has tried to capture."""
        return self._left.total()

    @property
    def why(self) -> str:
        """Why most of them were left; empty when none was."""
        return next((why for why, _ in self._left.most_common(1)), "")

    def keep(self, due: Sequence[Uncopied]) -> None:
        """Have these captured in their order, and wait for all captures under way."""
        done = 0
        workers = self._job.settings.archive.workers
        try:
            while done < len(due):
                self._make_room()
                # Most of a long list has young copies: that is found out for a few at once.
                some = due[done : done + workers]
                known = self._looked_at([each.known for each in some])
                for each in some:
                    match known[each.known.resource]:
                        case ArchiveExcluded() as excluded:
                            self._captures.refuse(each.known, str(excluded))
                        case _NotPublic():
                            log.info("%s is not shown to an archive: its host is not public", each.known.resource.url)
                        case ArchiveError():
                            self._leave("the archive did not say what copies it has")
                        case Keeping() as found if not is_young(self._job, found):
                            self._keep_one(found, plain=each.plain)
                    done += 1
                    self._job.progress.advance()
        except _Enough as enough:
            self._leave(str(enough), len(due) - done)
        while self._captures.under_way:
            self._wait()

    def _looked_at(self, some: Sequence[Keeping]) -> Mapping[Resource, Keeping | ArchiveError]:
        """Return what is known of the newest copies of these pages now, or why it is not.

        Raises _Enough when that is enough for one night, or when the archive wants to be left in peace.
        """
        most = LOOKS_A_SAVE * self._job.settings.archive.max_saves
        if self._looked >= most:
            raise _Enough(f"copies of {most} pages are looked for in one run")
        known: dict[Resource, Keeping | ArchiveError] = {}
        for before, found in answers_to(some, self._look, len(some)):
            known[before.resource] = found
            self._looked += found is not before and not isinstance(found, _NotPublic)
            if isinstance(found, Keeping):
                if found is not before:
                    self._job.store.keepings.save(found)
            elif not isinstance(found, ArchiveExcluded | _NotPublic):
                log.info("%s: could not look for copies: %s", before.resource.url, inert(str(found)))
        for found in known.values():
            if isinstance(found, ArchiveRateLimited):
                raise self._trouble(found)
        return known

    def _look(self, known: Keeping) -> Keeping:
        # The other threads do this.
        url = known.resource.url
        if not self._hosts.has(url):
            raise _NotPublic(url)
        if is_looked_up(self._job, known):
            return known
        return replace(known, newest=self._archive.newest(url), looked=self._job.now)

    def _keep_one(self, known: Keeping, *, plain: bool) -> None:
        """Have one page captured. Raises _Enough when no other is to be asked for, either."""
        host = host_of(known.resource.url)
        while True:
            self._make_room()
            if host in self._busy:
                self._leave(_HOSTS_REFUSE)
                return
            try:
                answer = self._captures.submit(known, plain=plain)
            except ArchiveError as error:
                raise self._trouble(error) from error
            self._room -= 1
            if not isinstance(answer, Refused):
                break
            self._heed(host, answer)
            match answer.concern:
                case Concern.SESSIONS:
                    self._wait_for_room()
                case Concern.SERVICE:
                    self._leave(answer.why)
                    break
                case Concern.NOW | Concern.URL:
                    break
        if isinstance(answer, Unanswered):
            # What the account says tells whether Save Page Now answers at all.
            self._room = 0
        self._asked_for += 1
        self._idle = 0

    def _heed(self, host: str, outcome: Captured | Refused) -> None:
        """Learn from what became of one page whether others are to be asked for."""
        match outcome:
            case Refused(Concern.ACCOUNT, why):
                self._over = why
            case Refused(Concern.HOST, why):
                log.info("no more of %s is captured tonight: %s", host, inert(why))
                self._busy.add(host)
            case Refused(Concern.SESSIONS):
                self._room = 0
            case Refused(Concern.SERVICE, why):
                self._overloaded += 1
                if self._overloaded >= self._job.settings.archive.breaker:
                    self._over = why
            case _:
                self._overloaded = 0

    def _learn(self, ended: Sequence[tuple[Resource, Captured | Refused]]) -> None:
        """Learn from how captures ended, and count those that are to be asked for again."""
        for resource, outcome in ended:
            self._heed(host_of(resource.url), outcome)
            match outcome:
                case Refused(Concern.HOST):
                    self._leave(_HOSTS_REFUSE)
                case Refused(Concern.ACCOUNT | Concern.SESSIONS | Concern.SERVICE, why):
                    self._leave(why)

    def _leave(self, why: str, links: int = 1) -> None:
        self._left[why] += links

    def _make_room(self) -> None:
        """Return when a capture may be asked for. Raises _Enough when none may be tonight."""
        most = self._job.settings.archive.max_saves
        self._learn(self._captures.glance())
        while True:
            if self._over:
                raise _Enough(self._over)
            if self._asked_for >= most:
                raise _Enough(f"archive.max_saves is {most}")
            if self._room > 0:
                return
            try:
                account = self._archive.saving.account(self._job.now)
            except ArchiveError as error:
                raise self._trouble(error) from error
            if account.today == 0:
                raise _Enough(f"the account has made its {account.limit} captures for today")
            # Those under way may not be counted yet.
            ours = self._captures.under_way
            free = account.available - max(ours - account.processing, 0)
            today = most if account.today is None else account.today - ours
            self._room = min(free, today, most - self._asked_for)
            if self._room <= 0:
                self._wait_for_room()

    def _wait_for_room(self) -> None:
        if not self._captures.under_way:
            if self._idle >= SLOT_PATIENCE:
                raise _Enough("the account has no capture free")
            self._idle += self._captures.interval
        self._wait()

    def _wait(self) -> None:
        self._learn(self._captures.wait())

    def _trouble(self, error: ArchiveError) -> _Enough:
        """Return why nothing more is asked for; say so aloud where somebody has to do something about it."""
        if not isinstance(error, ArchiveUnavailable | ArchiveRateLimited):
            self._job.progress.fail(str(error))
        return _Enough(inert(str(error)))
