"""Scrapy's scheduler, ours: the links of one crawl, in the order of a `Window`, drawn as they are needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Request

from dlt_crawler.fetch.crawl.window import Window
from dlt_crawler.fetch.messages import Draw

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from dlt_crawler.config import FetchSettings
    from dlt_crawler.fetch.crawl.spider import CheckSpider
    from dlt_crawler.fetch.manners.slots import HostSlots
    from dlt_crawler.fetch.messages import Drawn
    from dlt_crawler.model import Due

CHECKS_PER_REQUEST = 8
"""Checks and open slots for every request that may be under way: with a delay of 0.5 s and answers in 0.1 s a slot has
a request under way a fifth of the time, so that five slots keep one request busy."""
_FIRST = 4
"""Links that a slot is opened with, at least: half of all slots have no more."""
_CROWD = 4
"""No check is begun while this part of the requests that may be under way could begin at once and lacks a place only:
more hosts in turn would mean more connections that are closed before their host's turn comes again."""
_BURST = 4
"""Checks that are begun in one turn of the event loop. All at once, answers would be kept waiting, and connections be
opened for hosts while others stand idle: a link would take half as much processor time again (benchmarks/cpu.py)."""
WAKE_UP = Request("http://wake-up.invalid/")
"""What is given to the engine when links may be started that were not there before, or not allowed: it looks at the
scheduler only when something has ended, or is to be enqueued."""
PARKED = 2_000
"""Checks beyond those: they wait for the turn of a host that their links are redirected to, which may be slow, and must
not keep the others from their own hosts. At 10 KB each."""
_LINK = "dlt_link"
_UNSPEAKABLE = "http://unspeakable.invalid/"
"""Stands in for a URL that Scrapy's Request refuses, or has no handler for: the link is checked by its own."""


@dataclass(slots=True, eq=False)
class Link:
    """A link on its way through Scrapy."""

    due: Due
    slot: str
    site: str = ""
    """The site that is held for it; empty: all may be asked."""
    busy: bool = True
    """Whether it keeps its slot busy: until it is checked, or redirected elsewhere."""


class HostWindow(BaseScheduler):
    """Holds the drawn links of one crawl. Spider and engine share it: `from_crawler` returns the spider's."""

    def __init__(self, settings: FetchSettings, slots: HostSlots) -> None:
        self._window: Window[Request] = Window(
            slots=CHECKS_PER_REQUEST * settings.concurrency,
            first=max(_FIRST, settings.per_host),
            cap=lambda slot: slots.limits.of(slot).per_host,
            patience=settings.timeout,
        )
        self._slots = slots
        self._crowd = settings.concurrency // _CROWD + 1
        self._hungry = asyncio.Event()
        self._held_up = False
        self._begun = 0
        self.wake_up: Callable[[], object] = _nothing
        """Lets the engine look at this scheduler."""
        slots.on_progress = self._on_progress

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostWindow:
        """Return the window of the crawler's spider."""
        window = cast("CheckSpider", crawler.spider).window
        window.wake_up = partial(crawler.engine.crawl, WAKE_UP)
        return window

    def close(self, reason: str) -> None:
        """Wake nobody up any more: there is no engine (BaseScheduler)."""
        self._held_up = False

    async def needs(self) -> Draw | None:
        """Wait until there is room for more links, and return for which; None when there are no more."""
        while not self._window.drawn:
            if self._window.is_hungry:
                return self._window.draw()
            self._hungry.clear()
            await self._hungry.wait()
        return None

    def admit(self, drawn: Drawn, site: str = "") -> None:
        """Take in the links that were drawn, for which `site` is held; the engine is to be woken up for them.

        Through the engine one by one, each would cost a turn of the event loop, and a long slot would get its next
        links only after the new slots: with 800 of them it stood still for 1.5 s (benchmarks/world.py).
        """
        for slot in drawn.opened:
            self._window.open(slot.name, links=slot.links, seconds=slot.seconds)
        if drawn.end:
            self._window.no_more_slots()
        for filling in drawn.filled:
            for due in filling.due:
                self._window.put(filling.slot, _request(Link(due, filling.slot, site)))
            self._window.filled(filling.slot, more=filling.more)

    def clear(self) -> list[Link]:
        """Take out the links that were not begun, for good."""
        left = list(map(link_of, self._window.clear()))
        self._look()
        return left

    def release(self, link: Link) -> None:
        """Give back the place that a link has in its slot, unless it was given back before."""
        if link.busy:
            link.busy = False
            self._window.release(link.slot)
            self._look()

    def has_pending_requests(self) -> bool:
        """Return whether any request waits (BaseScheduler)."""
        return len(self._window) > 0

    def enqueue_request(self, request: Request) -> bool:
        """Do nothing: links come by `admit`, and this is WAKE_UP (BaseScheduler)."""
        return True

    def next_request(self) -> Request | None:
        """Return the request to start next; None when none may be started now (BaseScheduler)."""
        if self._begun >= _BURST or self._slots.lined_up >= self._crowd:
            # What ends then may be a peer's request, of which the engine does not know.
            self._held_up = True
            return None
        request = self._window.take()
        if request is not None:
            if not self._begun:
                asyncio.get_running_loop().call_soon(self._next_turn)
            self._begun += 1
        self._look()
        return request

    def _next_turn(self) -> None:
        self._begun = 0
        self._on_progress()

    def _on_progress(self) -> None:
        if self._held_up and self._slots.lined_up < self._crowd:
            self._held_up = False
            self.wake_up()

    def _look(self) -> None:
        if self._window.is_hungry or self._window.drawn:
            self._hungry.set()


def _nothing() -> None:
    """Do nothing: there is no engine yet."""


def link_of(request: Request) -> Link:
    """Return the link that a request is for."""
    return cast("Link", request.meta[_LINK])


def _request(link: Link) -> Request:
    # One slot of Scrapy's downloader for all: the window has the order, and HostSlots the turns.
    meta, url = {_LINK: link, "download_slot": "links"}, link.due.resource.url
    try:
        return Request(url if url.startswith(("http://", "https://")) else _UNSPEAKABLE, meta=meta)
    except ValueError:
        return Request(_UNSPEAKABLE, meta=meta)
