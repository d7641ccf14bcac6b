"""The web as the stages see it: the crawler with what the database remembers. A simulation can take its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from dlt_crawler.config import Settings
from dlt_crawler.fetch import Answered, Crawler, Stream
from dlt_crawler.fetch.copying import Copies
from dlt_crawler.fetch.dialogue import Record
from dlt_crawler.fetch.frontier import Frontier
from dlt_crawler.model import Due, Resource, RobotsRecord, SlotLoad
from dlt_crawler.sites import known_sites
from dlt_crawler.sites.lookups import Service, services_of
from dlt_crawler.store import Store

Clock = Callable[[], datetime]
"""Returns the time, aware UTC."""


class Web(Protocol):
    """What is asked, and answers with observations (`fetch.Crawler` has the rest of what is promised)."""

    def check(self, frontier: Frontier | Sequence[Resource], record: Record, *, robots: bool = True) -> None:
        """Ask for every resource once, and hand what is seen to `record`."""

    def look_up(
        self, waiting: Callable[[Service], Iterable[Due]], record: Record, *, loads: Iterable[SlotLoad]
    ) -> Mapping[str, Answered]:
        """Ask services for what they know of what is waiting, and hand that to `record`."""


OpenWeb = Callable[[Settings, Store, Clock], AbstractContextManager[Web]]


@contextmanager
def crawler(settings: Settings, store: Store, clock: Clock) -> Iterator[Crawler]:
    """Run the crawler for these settings, with the robots.txt files that the database remembers.

    Copies are kept if the settings say so. Raises CrawlError when their directory cannot be made.
    """
    with (
        _copies(settings, store, clock) as copies,
        Crawler(
            settings.fetch,
            contact=settings.contact,
            sites=known_sites(settings.sites),
            robots=_KnownRobots(store, clock),
            copies=copies,
            services=services_of(settings.lookups),
        ) as running,
    ):
        yield running


@contextmanager
def stream(settings: Settings, store: Store, clock: Clock, flush: Callable[[], object]) -> Iterator[Stream]:
    """Run the crawler of a worker for these settings (`crawler` has the rest). Others learn of pauses at once.

    `flush`: as `Stream` has it.
    """
    with (
        _copies(settings, store, clock) as copies,
        Stream(
            settings.fetch,
            contact=settings.contact,
            sites=known_sites(settings.sites),
            robots=_KnownRobots(store, clock),
            copies=copies,
            paused=lambda rest: store.sharing.rest([rest]),
            flush=flush,
        ) as running,
    ):
        yield running


@contextmanager
def _copies(settings: Settings, store: Store, clock: Clock) -> Iterator[Copies | None]:
    if not settings.archive.warc:
        yield None
        return
    from dlt_crawler.pipeline.copies import WarcCopies  # noqa: PLC0415 - warcio, 10 ms, only where it is used

    with WarcCopies(settings, store, clock) as copies:
        yield copies


class _KnownRobots:
    """The robots.txt files that the database remembers, as the crawler asks for them."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def get(self, origin: str) -> RobotsRecord | None:
        """Return what an origin answered in the last 24 hours."""
        return self._store.robots(origin, self._clock())

    def put(self, records: Sequence[RobotsRecord]) -> None:
        """Remember what origins answered."""
        self._store.save_robots(records, now=self._clock())
