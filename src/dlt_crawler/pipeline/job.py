"""What every stage needs, and who watches it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from dlt_crawler.config import Settings
from dlt_crawler.errors import LockHeld, StoreError
from dlt_crawler.model import Outcome, Run
from dlt_crawler.pipeline.measuring import Metered, metered
from dlt_crawler.pipeline.web import Clock, OpenWeb, crawler
from dlt_crawler.store import Store, lock


@dataclass(frozen=True, slots=True)
class Crawling:
    """Where a crawl stands."""

    outcomes: Mapping[Outcome, int]
    """What was seen so far, in links."""
    waiting: Mapping[str, int]
    """The few hosts, or groups of hosts that count as one, that take longest → links that are not seen yet."""
    seconds: float
    """What these take at least, by the pauses that are kept between requests and what is known of the hosts."""


class Progress(Protocol):
    """Who watches a job: told of each stage, of each step in it, and of what a person should know meanwhile."""

    def begin(self, stage: str, total: int) -> None:
        """Say that a stage of `total` steps begins; the one before has ended."""

    def advance(self, steps: int = 1) -> None:
        """Say that so many steps of the stage are done."""

    def crawling(self, now: Crawling) -> None:
        """Say where the crawl of this stage stands: about once a second."""

    def say(self, sentence: str) -> None:
        """Say something that a person should know."""

    def fail(self, sentence: str) -> None:
        """Say that a part of the work could not be done; the rest goes on."""


def _utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """What every stage needs."""

    settings: Settings
    store: Store
    progress: Progress
    clock: Clock = _utc
    web: OpenWeb = crawler

    @property
    def now(self) -> datetime:
        """The time, aware UTC."""
        return self.clock()

    @property
    def watcher(self) -> Progress:
        """Who watches the job, whatever else is told of its progress."""
        return self.progress.behind if isinstance(self.progress, Metered) else self.progress


@contextmanager
def open_job(settings: Settings, purpose: str, progress: Progress, *, create: bool = True) -> Iterator[Job]:
    """Open the database for one job, alone; without `create` it has to exist.

    Raises LockHeld when another job works on it, StoreError when it cannot be opened.
    """
    with (
        lock(settings.database, purpose),
        Store.open(settings.database, create=create, alone=True) as store,
        metered(settings, store, progress) as told,
    ):
        yield Job(settings, store, told)


@contextmanager
def open_for_reading(settings: Settings, progress: Progress) -> Iterator[Job]:
    """Open a database that exists, only to look at it: another job may be at work. Raises StoreError without one."""
    with Store.open(settings.database, create=False) as store:
        yield Job(settings, store, progress)


def last_run(settings: Settings) -> Run | None:
    """Return the latest night; None when there was none, or when no database can tell: the next run will say why."""
    try:
        with Store.open(settings.database, create=False) as store:
            return store.last_night()
    except (LockHeld, StoreError):
        return None
