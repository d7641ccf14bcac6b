"""Where a URL is asked for: in the process that owns its site, after its robots.txt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

from dlt_crawler.fetch.visit.client import Answer, NoAnswer
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.urls import host_of, slot_of

if TYPE_CHECKING:
    from dlt_crawler.fetch.visit.peers import Peer
    from dlt_crawler.fetch.visit.robots import Robots
    from dlt_crawler.fetch.wire.transport import Reading

told_of_visits: ContextVar[Callable[[str], None] | None] = ContextVar("told_of_visits", default=None)
"""Called with the slot of every URL that the check in this context is about to visit."""


class Getter(Protocol):
    """What asks for one URL: `Client`, and `Routes` on the way to it."""

    async def get(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str = "",
        verify: bool = True,
        seconds: float | None = None,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Ask once, at the turn of the URL's host (see `Client.get`)."""


class Visits(Protocol):
    """What the check of a link asks for its URLs."""

    async def visit(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str,
        robots: bool,
        verify: bool,
        seconds: float,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Ask for `url` if its robots.txt lets us (not consulted with `robots=False`); the rest as in `Client.get`."""


class LocalVisits:
    """Visits by this process."""

    def __init__(self, client: Getter, robots: Robots) -> None:
        self._client = client
        self._robots = robots

    async def visit(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str,
        robots: bool,
        verify: bool,
        seconds: float,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Ask here (Visits)."""
        clock = asyncio.get_running_loop().time
        began = clock()
        if robots and (forbidden := await self._robots.forbids(url)) is not None:
            # What was waited for in vain is taken from the time of the link's alternatives.
            return NoAnswer(forbidden, clock() - began)
        return await self._client.get(
            url, reading, cookie=cookie, verify=verify, seconds=seconds, on_silence=on_silence
        )


class RoutedGetter:
    """Asks in the process that owns the site: for what a robots.txt redirects to, which may be anybody's.

    The owner asks nobody in turn, so that no process waits for one that waits for it.
    """

    def __init__(self, here: Getter, peers: Sequence[Peer | None]) -> None:
        """`peers`: by number of the process; None for this one."""
        self._here = here
        self._peers = peers

    async def get(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str = "",
        verify: bool = True,
        seconds: float | None = None,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Ask where it belongs (Getter)."""
        peer = self._peers[owner_of(host_of(url), len(self._peers))]
        getter = self._here if peer is None else peer
        return await getter.get(url, reading, cookie=cookie, verify=verify, seconds=seconds, on_silence=on_silence)


class RoutedVisits:
    """Visits by the process that owns the site: it has the robots.txt, the turns and the failures of its hosts."""

    def __init__(self, here: Visits, peers: Sequence[Peer | None]) -> None:
        """`peers`: by number of the process; None for this one."""
        self._here = here
        self._peers = peers

    async def visit(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str,
        robots: bool,
        verify: bool,
        seconds: float,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Ask where it belongs (Visits)."""
        host = host_of(url)
        if (tell := told_of_visits.get()) is not None:
            tell(slot_of(host))
        peer = self._peers[owner_of(host, len(self._peers))]
        visits = self._here if peer is None else peer
        return await visits.visit(
            url, reading, cookie=cookie, robots=robots, verify=verify, seconds=seconds, on_silence=on_silence
        )
