"""What is known of one slot while it is asked, of a request to it, and of a host in one that has rules of its own."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from dlt_crawler.fetch.manners.backoff import BackOff
from dlt_crawler.fetch.manners.limits import Limits
from dlt_crawler.fetch.manners.pauses import Pauses

_CONNECTING = 3.0
"""Seconds from the start of a request in which it may leave without another one having started: three round trips to
the other side of the earth over a bad line, and one packet lost. Who has no connection by then may never have one."""


class HostPaused(Exception):
    """The host asks for a pause that is not waited out (`Pauses`): it may be asked again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not to be asked for {seconds:.0f} s")
        self.seconds = seconds


@dataclass(slots=True, eq=False)
class Slot:
    """Who waits for its turn, how many are under way, and when the next one may start."""

    name: str
    limits: Limits
    used: float
    """Loop time at which it was spoken of last."""
    waiting: deque[asyncio.Future[Turn]] = field(default_factory=deque)
    active: int = 0
    connecting: Turn | None = None
    """The one that started last, until it leaves or ends."""
    held_back: set[Turn] = field(default_factory=set)
    """Those that were not let leave: nobody else starts until they have."""
    started: float = -math.inf
    """Loop time at which a request started, or left, last …"""
    left: float = -math.inf
    """… and at which one left last: it is what the server sees."""
    pauses: Pauses = field(default_factory=Pauses)
    """What the host itself wants."""
    crawl_delay: float = 0.0
    back_off: BackOff | None = None
    slowed: float = -math.inf
    """Loop time of the last step of the back-off."""
    in_line: bool = False
    idle: bool = False
    timer: asyncio.TimerHandle | None = None

    @property
    def gentle(self) -> bool:
        """Whether it is asked more gently than the settings have it."""
        return bool(self.crawl_delay or self.pauses.in_all) or self.back_off is not None

    @property
    def at_once(self) -> int:
        """How many requests may be under way."""
        if self.crawl_delay:
            return 1
        return self.limits.per_host if self.back_off is None else self.back_off.at_once

    @property
    def pause(self) -> float:
        """Seconds from when one request leaves to when the next one may."""
        return max(self.limits.delay if self.back_off is None else self.back_off.pause, self.crawl_delay)

    @property
    def due(self) -> float:
        """Loop time of the earliest next start."""
        pause = self.pause
        if pause and self.connecting:
            # The next one may have its connection at once, and would leave right before or behind this one.
            pause = max(pause, _CONNECTING)
        return max(self.started + pause, self.pauses.until)

    @property
    def free(self) -> float:
        """Loop time of the earliest next departure."""
        return max(self.left + self.pause, self.pauses.until)

    def refuse(self, now: float) -> None:
        """Raise HostPaused while the host makes a pause that is not waited out."""
        if (seconds := self.pauses.given_up_for(now)) > 0:
            raise HostPaused(seconds)

    @property
    def has_room(self) -> bool:
        """Whether a request may start when it is time."""
        return self.active < self.at_once and not self.held_back

    def may_start(self, now: float) -> bool:
        """Whether a request may start."""
        return self.has_room and self.due <= now


class Turn:
    """One request that may start: it leaves when it has a connection, and a pause after the one before."""

    __slots__ = ("_has_left", "_on_left", "slot")

    def __init__(self, slot: Slot, now: float, on_left: Callable[[Slot, float], None]) -> None:
        """`on_left`: called with the loop time when it is known when the next one may start."""
        self.slot = slot
        self._on_left = on_left
        self._has_left = False
        slot.active += 1
        slot.connecting = self
        slot.started = now

    def leaves(self) -> bool:
        """Return whether the request may leave now; it does then, and the pause is counted from here.

        Otherwise another one has just left, which started while this one had been connecting for long; or the host has
        asked for a pause meanwhile, or is asked more gently. Then it is the next one to leave.
        """
        loop = asyncio.get_running_loop()
        now = loop.time()
        if not self._has_left and self.slot.free > now:
            self.slot.held_back.add(self)
            return False
        self._count(now)
        # And from when it has been sent: on a busy machine this process may stand still between the two.
        loop.call_soon(self._sent)
        return True

    async def wait(self) -> None:
        """Return when it may be tried again whether the request may leave.

        Raises HostPaused while the slot makes a pause that is not waited out.
        """
        slot, loop = self.slot, asyncio.get_running_loop()
        self._has_left = False
        while True:
            now = loop.time()
            slot.refuse(now)
            if slot.free <= now:
                return
            await asyncio.sleep(slot.free - now)

    def end(self) -> None:
        """Make room for the next one."""
        slot = self.slot
        slot.active -= 1
        if slot.connecting is self or self in slot.held_back:
            self._make_way()
            self._on_left(slot, asyncio.get_running_loop().time())

    def _count(self, now: float) -> None:
        self.slot.left = self.slot.started = now
        self._has_left = True
        self._make_way()

    def _make_way(self) -> None:
        self.slot.held_back.discard(self)
        if self.slot.connecting is self:
            self.slot.connecting = None

    def _sent(self) -> None:
        now = asyncio.get_running_loop().time()
        self._count(now)
        self._on_left(self.slot, now)


@dataclass(slots=True, eq=False)
class Tenant:
    """One host of a farm that asks for a Crawl-delay: it speaks for itself, not for its neighbours."""

    slot: str
    delay: float
    started: float
    """Loop time of the last start."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
