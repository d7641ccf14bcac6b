"""The web as the stages see it: the crawler with what the database remembers. A simulation can take its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from dlt_crawler.config import Settings
from dlt_crawler.fetch import Answered, Crawler
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


def crawler(settings: Settings, store: Store, clock: Clock) -> Crawler:
    """Return the crawler for these settings, with the robots.txt files that the database remembers."""
    return Crawler(
        settings.fetch,
        contact=settings.contact,
        sites=known_sites(settings.sites),
        robots=_KnownRobots(store, clock),
        services=services_of(settings.lookups),
    )


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
