"""The door: crawling processes, and the loop on the calling side that feeds them and records what they see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType

from dlt_crawler.config import FetchSettings
from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.clerk import Clerk, RobotsCache
from dlt_crawler.fetch.copying import CopiedFrontier, Copies
from dlt_crawler.fetch.dialogue import Dialogue, Record
from dlt_crawler.fetch.frontier import Frontier, ListFrontier, seconds_for
from dlt_crawler.fetch.inquiry import Answered, Inquiry
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.shares import Shares
from dlt_crawler.fetch.starting import start, useful_processes
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.model import Due, Resource, SlotLoad
from dlt_crawler.sites import Sites
from dlt_crawler.sites.lookups import Service

_MANY_LINKS = 2_000
"""From here on several processes pay: their start takes a core 0.6 s each, a link 0.6 ms (measured)."""
_LOOK_UPS = 60.0
"""Seconds that look-ups may take before a crawl, however short that is: some 100 things of each service …"""
_SHARE_OF_LOOK_UPS = 0.5
"""… or this share of the crawl, which takes at least as long as its longest slot. Where that is doi.org's, half of the
DOIs are looked up meanwhile, and both together take no longer than the crawl alone would."""


class Crawler:
    """Child processes that ask the web, for as long as the `with` block lasts.

    Scrapy and its event loop live in the children, so that a program can crawl several times in its life, and a fault
    in there cannot take the program with it. They end with the block, and also when this process is killed.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        contact: str = "",
        sites: Sites | None = None,
        robots: RobotsCache | None = None,
        copies: Copies | None = None,
        services: Sequence[Service] = (),
    ) -> None:
        """`sites`: what is known of single sites; None: nothing. `services`: what `look_up` asks.

        `copies` keeps what is answered when links are checked; None: nothing is kept.
        """
        self._settings = settings
        self._sites = Sites() if sites is None else sites
        self._contact = contact
        self._robots = robots
        self._copies = copies
        self._services = tuple(services)
        self._children: Children | None = None

    def __enter__(self) -> Crawler:
        """Start as many children as the settings say, or one until a longer list is to be checked."""
        self._children = self._start(self._settings.processes or 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(at_once=kind is not None)

    def check(self, frontier: Frontier | Sequence[Resource], record: Record, *, robots: bool = True) -> None:
        """Ask for every resource of the frontier once, and hand what is seen to `record`.

        `record` is called in this process with batches of at most 500 observations, at most about a second old. What it
        raises ends the children at once and is raised from here. `robots=False`: robots.txt is not consulted, whatever
        the settings say, and no copies are kept. Raises CrawlError when a child dies, reports an error of ours, or
        leaves a resource without exactly one observation; what was recorded until then stands. After any exception the
        crawler is of no more use.
        """
        source = ListFrontier(frontier) if isinstance(frontier, Sequence) else frontier
        if self._copies is not None:
            source = CopiedFrontier(source, self._copies)
        loads = list(source.loads())
        links = sum(load.links for load in loads)
        if not links:
            return
        try:
            children = self._enough_for(links)
            tally = Tally(links)
            shares = Shares(source, loads, SlotLimits(self._settings, self._sites), len(children), tally)
            del loads
            dialogue = Dialogue(children, shares, tally, record, Clerk(children, self._robots, self._copies))
            dialogue.hold(robots=robots)
            tally.close()
        except BaseException:
            self._end(at_once=True)
            raise

    def look_up(
        self, waiting: Callable[[Service], Iterable[Due]], record: Record, *, loads: Iterable[SlotLoad]
    ) -> Mapping[str, Answered]:
        """Ask the services for what they claim of what is `waiting` for each, and hand what they know to `record`.

        What they do not know is left to `check`, whose list has these `loads`; and so is what they have not come to in
        a share of the time that the list takes. A service that does not answer, or wants to be left alone, is not asked
        any more, nor at a later look. Returns what each did, by its name; raises as `check` does.
        """
        if not self._services:
            return {}
        try:
            links, longest, limits = 0, 0.0, SlotLimits(self._settings, self._sites)
            for load in loads:
                links += load.links
                longest = max(longest, seconds_for(load, limits.of(load.slot)))
            seconds = max(_LOOK_UPS, _SHARE_OF_LOOK_UPS * longest)
            children = self._enough_for(links)
            inquiry = Inquiry(children, self._services, waiting, record, seconds=seconds, copies=self._copies)
            return inquiry.hold()
        except BaseException:
            self._end(at_once=True)
            raise

    def _enough_for(self, links: int) -> Children:
        """Return as many children as this list is worth; when they become more, what the one learnt is forgotten."""
        if self._children is None:
            raise CrawlError("the crawling process is not running")
        useful = useful_processes(self._settings)
        if self._settings.processes or links < _MANY_LINKS or len(self._children) >= useful:
            return self._children
        self._end(at_once=True)
        self._children = self._start(useful)
        return self._children

    def _start(self, processes: int) -> Children:
        return start(
            processes,
            self._settings,
            contact=self._contact,
            sites=self._sites,
            remembers_robots=self._robots is not None,
            copies=self._copies,
            services=self._services,
        )

    def _end(self, *, at_once: bool) -> None:
        children, self._children = self._children, None
        if children is not None:
            children.end(at_once=at_once)
