"""What a crawling process is made of, put together; it lives as long as the process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from dlt_crawler.config import user_agent
from dlt_crawler.fetch.crawl.inquiries import Inquiries
from dlt_crawler.fetch.crawl.lateness import Lateness
from dlt_crawler.fetch.link.check import Checker
from dlt_crawler.fetch.manners.breaker import Breaker
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.fetch.messages import Setup
from dlt_crawler.fetch.visit.asking import Asking
from dlt_crawler.fetch.visit.client import Client
from dlt_crawler.fetch.visit.pages import PageReader
from dlt_crawler.fetch.visit.peers import Peer
from dlt_crawler.fetch.visit.robots import Robots, RobotsMemory
from dlt_crawler.fetch.visit.visits import HeldVisits, LocalVisits, RoutedVisits
from dlt_crawler.fetch.wire.guard import AddressGuard
from dlt_crawler.fetch.wire.self_test import prove
from dlt_crawler.fetch.wire.transport import Transport

if TYPE_CHECKING:
    from dlt_crawler.fetch.visit.recorder import Files, Recorder

_IDLE_CONNECTIONS = 2
"""Connections that are kept for every request that may be under way."""


class Engine:
    """What one crawl teaches of a host holds for the next: its pauses, its robots.txt, its open connections."""

    def __init__(
        self,
        setup: Setup,
        peers: Sequence[Peer | None],
        memory: RobotsMemory,
        files: Files,
        lease: Lease | None = None,
    ) -> None:
        """`peers`: by number of the process; None for this one. `files`: where copies are kept, if any are.

        `lease`: under which anybody is asked; None: always.
        """
        self._settings = settings = setup.settings
        self._guard = AddressGuard(settings.allow_networks, frozenset(settings.ports), proxy=settings.proxy)
        self._breaker = Breaker()
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="read_page")
        self.slots = HostSlots(settings.concurrency, SlotLimits(settings, setup.sites))
        transport = Transport(
            trust_file=setup.trust,
            proxy=settings.proxy,
            may_connect=self._guard.may_connect,
            max_connections=_IDLE_CONNECTIONS * settings.concurrency,
        )
        self._trust = setup.trust
        self._sites = setup.sites
        client = Client(
            transport,
            settings,
            user_agent=user_agent(setup.contact),
            slots=self.slots,
            guard=self._guard,
            breaker=self._breaker,
            pages=PageReader(self._reading, setup.sites),
            recorder=None if setup.copies is None else _recorder(setup.copies, settings.max_body, files),
            lease=lease,
        )
        self._robots = Robots(HeldVisits(RoutedVisits(client, peers)), self.slots, memory, settings)
        self.visits = LocalVisits(client, self._robots)
        routed = RoutedVisits(self.visits, peers)
        self._held = HeldVisits(routed, self._robots)
        self.inquiries = Inquiries(setup.services, Asking(routed, seconds=settings.timeout))

    async def prove_guard(self) -> None:
        """Raise CrawlError when a request to a listener of our own gets through the guard."""

        def transport(may_connect: Callable[[str, int], bool]) -> Transport:
            return Transport(trust_file=self._trust, proxy=None, may_connect=may_connect, max_connections=1)

        await prove(transport)

    def lateness(self, tell: Callable[[bool], object]) -> Lateness:
        """Return what looks at how late this process is."""
        return Lateness(self._reading, tell)

    def forget_failures(self) -> None:
        """Forget what went wrong before: a later look deserves its own answer."""
        self._guard.forget_failures()
        self._breaker.new_look()
        self._robots.new_look()

    def leave(self, site: str) -> None:
        """Forget what belongs to the links of a site that is held no longer."""
        self._robots.leave(site)

    def new_look(self, *, robots: bool, keep: bool) -> Checker:
        """Return what checks links, after forgetting what went wrong before."""
        self.forget_failures()
        settings = self._settings
        return Checker(
            self._held,
            self._sites,
            max_redirects=settings.max_redirects,
            timeout=settings.timeout,
            max_body=settings.max_body,
            robots=robots,
            keep=keep,
        )


def _recorder(directory: Path, limit: int, files: Files) -> Recorder:
    from dlt_crawler.fetch.visit.recorder import Recorder  # noqa: PLC0415 - warcio, 10 ms, only where it is used

    return Recorder(directory, limit, files)
