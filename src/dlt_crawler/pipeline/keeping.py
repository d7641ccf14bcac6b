"""Living links into the archive, before they die: which ones, in which order, and how many a night."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dlt_crawler.archive import Archive, Clock
from dlt_crawler.archive.saving import Concern, Refused, Unanswered, keys_of
from dlt_crawler.config import Settings
from dlt_crawler.errors import ArchiveError, ArchiveExcluded, ArchiveRateLimited, ArchiveUnavailable
from dlt_crawler.model import Keeping, Resource
from dlt_crawler.pipeline.archives import StoredMemory
from dlt_crawler.pipeline.asking import answers_to
from dlt_crawler.pipeline.captures import PENDING, Captures, End
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.uncopied import NIGHT, is_plain, is_young, uncopied
from dlt_crawler.report import inert
from dlt_crawler.store import Served
from dlt_crawler.urls import host_of

log = logging.getLogger(__name__)

SLOT_PATIENCE = 120.0
"""Seconds without a free capture, and none of ours under way, until the rest is left for the next run: whatever else
the account captures has ended by then (Save Page Now documentation, "Max capture duration")."""


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
    """Are to have a copy, and were not asked for …"""
    why: str
    """… for this reason, a clause; empty when none is left."""


class _Enough(Exception):
    """Nothing more is asked for tonight; the message says why."""


def require_keys(settings: Settings) -> None:
    """Raise ConfigError when captures are to be asked for and there are no keys of archive.org."""
    keys_of(settings.archive)


def archive(job: Job, *, clock: Clock = time) -> Archived:
    """Have every living link captured that has no copy younger than `archive.max_age`, the riskiest first.

    Goes on with what an earlier run has asked for. `clock` is what waiting is done by. Raises ConfigError without keys,
    before anything is done. When the archive cannot be asked, the rest is left for the next run.
    """
    require_keys(job.settings)
    known = job.store.keepings.all()
    served = job.store.keepings.served()
    pending = [each for each in known.values() if each.state in PENDING]
    due = uncopied(job, known, served)
    job.progress.begin("archive", len(due))
    if not due and not pending:
        # Most nights: to make ready for requests takes a while.
        return Archived(0, 0, 0, 0, 0, 0, "")
    memory = StoredMemory(job.store)
    with Archive(job.settings.archive, contact=job.settings.contact, clock=clock, memory=memory) as asked:
        captures = Captures(job, asked, clock, pending)
        captures.confirm()
        night = _Night(job, asked, captures, known, served)
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

    def __init__(
        self,
        job: Job,
        archive: Archive,
        captures: Captures,
        known: Mapping[Resource, Keeping],
        served: Mapping[Resource, Served],
    ) -> None:
        self._job = job
        self._archive = archive
        self._captures = captures
        self._known = known
        self._served = served
        self._room = 0
        """Captures that may be asked for before the account is asked again."""
        self._asked_for = 0
        self._idle = 0.0
        """Seconds without a capture of ours under way in which the account had none free."""
        self._busy: set[str] = set()
        """Hosts of which no more is to be captured tonight."""
        self._withheld: set[Resource] = set()
        """Links whose copies the archive shows to nobody."""
        self.left = 0
        """Links that were not asked for …"""
        self.why = ""
        """… and why."""

    def keep(self, due: Sequence[Resource]) -> None:
        """Have these captured in their order, and wait for all captures under way."""
        done = 0
        workers = self._job.settings.archive.workers
        try:
            while done < len(due):
                self._make_room()
                # Most of a long list has young copies: that is found out for a few at once.
                some = due[done : done + workers]
                known = self._looked_at(some)
                for resource in some:
                    match known[resource]:
                        case None:
                            self._leave(1, "the archive did not say what copies it has")
                        case Keeping() as each if resource not in self._withheld and not is_young(self._job, each):
                            self._keep_one(each)
                    done += 1
                    self._job.progress.advance()
        except _Enough as enough:
            self._leave(len(due) - done, str(enough))
        while self._captures.under_way:
            self._captures.wait()

    def _looked_at(self, some: Sequence[Resource]) -> Mapping[Resource, Keeping | None]:
        """Return what is known of the newest copies of these pages now; None: the archive could not be asked for them.

        Raises _Enough when the archive wants to be left in peace.
        """
        now = self._job.now
        before = {resource: self._known.get(resource, Keeping(resource)) for resource in some}
        known: dict[Resource, Keeping | None] = {**before}
        unknown = [each.resource for each in before.values() if each.looked is None or now - each.looked >= NIGHT]
        silent: ArchiveRateLimited | None = None
        for resource, newest in answers_to(unknown, lambda each: self._archive.newest(each.url), len(unknown)):
            if isinstance(newest, ArchiveExcluded):
                self._captures.refuse(before[resource], str(newest))
                self._withheld.add(resource)
            elif isinstance(newest, ArchiveError):
                log.info("%s: could not look for copies: %s", resource.url, inert(str(newest)))
                known[resource] = None
                silent = newest if isinstance(newest, ArchiveRateLimited) else silent
            else:
                known[resource] = found = replace(before[resource], newest=newest, looked=now)
                self._job.store.keepings.save(found)
        if silent is not None:
            raise self._trouble(silent)
        return known

    def _keep_one(self, known: Keeping) -> None:
        """Have one page captured. Raises _Enough when no other is to be asked for, either."""
        host = host_of(known.resource.url)
        while host not in self._busy:
            self._make_room()
            try:
                answer = self._captures.submit(known, plain=is_plain(known.resource, self._served))
            except ArchiveError as error:
                raise self._trouble(error) from error
            self._room -= 1
            match answer:
                case Refused(Concern.SESSIONS):
                    self._room = 0
                    self._wait_for_room()
                    continue
                case Refused(Concern.ACCOUNT, why):
                    raise _Enough(why)
                case Refused(Concern.HOST, why):
                    log.info("no more of %s is captured tonight: %s", host, inert(why))
                    self._busy.add(host)
                    continue
                case Unanswered():
                    # What the account says tells whether Save Page Now answers at all.
                    self._room = 0
            self._asked_for += 1
            self._idle = 0
            return
        self._leave(1, "their hosts refuse the archive today")

    def _leave(self, links: int, why: str) -> None:
        self.left += links
        self.why = why

    def _make_room(self) -> None:
        """Return when a capture may be asked for. Raises _Enough when none may be tonight."""
        most = self._job.settings.archive.max_saves
        if self._asked_for >= most:
            raise _Enough(f"archive.max_saves is {most}")
        while self._room <= 0:
            try:
                account = self._archive.saving.account(self._job.now)
            except ArchiveError as error:
                raise self._trouble(error) from error
            if account.today == 0:
                raise _Enough(f"the account has made its {account.limit} captures for today")
            # Those under way may not be counted yet.
            today = most if account.today is None else account.today - self._captures.under_way
            self._room = min(account.available, today, most - self._asked_for)
            if self._room <= 0:
                self._wait_for_room()

    def _wait_for_room(self) -> None:
        if not self._captures.under_way:
            if self._idle >= SLOT_PATIENCE:
                raise _Enough("the account has no capture free")
            self._idle += self._captures.interval
        self._captures.wait()

    def _trouble(self, error: ArchiveError) -> _Enough:
        """Return why nothing more is asked for; say so aloud where somebody has to do something about it."""
        if not isinstance(error, ArchiveUnavailable | ArchiveRateLimited):
            self._job.progress.fail(str(error))
        return _Enough(inert(str(error)))
