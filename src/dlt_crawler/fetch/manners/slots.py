"""Politeness: at most so many requests at once, over all slots and to one slot, and a pause between two to one slot.

A slot is a host, or the hosts of one server farm (`urls.slot_of`).
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from dlt_crawler.fetch.manners.backoff import BackOff
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.manners.slot import HostPaused, Slot, Tenant, Turn
from dlt_crawler.model import Rest

_KEPT = 5.0
"""Seconds for which a slot is remembered at least: between its robots.txt and the page that waits for it, too."""
_GENTLE_KEPT = 60.0
"""The same for one that is asked more gently: twice the longest pause. Whoever is asked after that has had a rest."""
_TENANTS = 4_096
"""Hosts of farms whose Crawl-delay is remembered; it is said anew with every request."""


class HostSlots:
    """Where every request waits until it may start.

    Unlike in Scrapy's downloader slots, a request that waits for its own slot takes no place from the others. A request
    takes constant time, and a slot that is not asked any more is forgotten.
    """

    def __init__(self, concurrency: int, limits: SlotLimits) -> None:
        self._concurrency = concurrency
        self.limits = limits
        self._active = 0
        self._slots: dict[str, Slot] = {}
        self._line: deque[Slot] = deque()
        self._idle: deque[Slot] = deque()
        """Slots that may be forgotten."""
        self._tenants: OrderedDict[str, Tenant] = OrderedDict()
        self.on_progress: Callable[[], None] | None = None
        """Called when the line of `lined_up` has become shorter."""
        self.on_pause: Callable[[Rest], None] | None = None
        """Called when a slot is to be left alone: by each request that begins, and when a host wants it."""

    @asynccontextmanager
    async def request_to(self, name: str, host: str = "") -> AsyncIterator[Turn]:
        """Wait for the turn of one request to the slot `name`, and to `host` in it; the block is the request.

        `Turn.leaves` is to be asked when there is a connection: pauses are counted from there.
        Raises HostPaused while the slot makes a pause that is not waited out.
        """
        tenant = self._tenants.get(host)
        if tenant is None:
            turn = await self._enter(name)
            try:
                yield turn
            finally:
                self._end(turn)
            return
        async with tenant.turn:
            await asyncio.sleep(tenant.started + tenant.delay - asyncio.get_running_loop().time())
            turn = await self._enter(name)
            try:
                yield turn
            finally:
                tenant.started = turn.slot.started
                self._end(turn)

    def rest_of(self, name: str, now: float) -> Rest | None:
        """Return for how long the slot `name`, and every host in it, is to be left in peace; None: not at all.

        From the loop time `now` on.
        """
        due = [tenant.started + tenant.delay for tenant in self._tenants.values() if tenant.slot == name]
        slot = self._slots.get(name)
        if slot is not None:
            due.append(slot.due)
        seconds = max(due, default=now) - now
        # What is given up may end before the pause that we make by ourselves, which is waited for.
        given_up = slot is not None and slot.pauses.given_up_for(now) >= seconds
        return Rest(name, seconds, given_up) if seconds > 0 else None

    def leave_in_peace(self, rest: Rest) -> float:
        """Let a slot have the rest that it was left with by somebody else; return the loop time when that is over."""
        now = asyncio.get_running_loop().time()
        until = now + rest.seconds
        slot = self._slot(rest.slot, now)
        slot.pauses.hold(until, given_up=rest.given_up)
        self._settle(slot, now)
        return until

    @property
    def lined_up(self) -> int:
        """How many slots have a request that waits for nothing but a place."""
        return len(self._line)

    def pause(self, name: str, seconds: float) -> None:
        """Start no request to the slot `name` for so many seconds: those that wait may get HostPaused."""
        now = asyncio.get_running_loop().time()
        slot = self._slot(name, now)
        if not slot.pauses.add(seconds, now):
            return
        given_up = slot.pauses.given_up_for(now)
        if self.on_pause is not None:
            self.on_pause(Rest(name, seconds, given_up > 0))
        if given_up > 0:
            for turn in slot.waiting:
                if not turn.done():
                    turn.set_exception(HostPaused(given_up))
            slot.waiting.clear()
        self._settle(slot, now)

    def crawl_delay(self, name: str, seconds: float, host: str = "") -> None:
        """Ask the slot `name`, or `host` alone where it has several, for one thing at a time, so many seconds apart.

        Never hastier than without. Forgotten some time after the last request, so to be said again before every one.
        """
        now = asyncio.get_running_loop().time()
        if host and host != name:
            tenant = self._tenants.setdefault(host, Tenant(name, seconds, now))
            tenant.delay = seconds
            self._tenants.move_to_end(host)
            if len(self._tenants) > _TENANTS:
                self._tenants.popitem(last=False)
            return
        slot = self._slot(name, now)
        slot.crawl_delay = max(slot.crawl_delay, seconds)
        self._settle(slot, now)

    def slow_down(self, name: str, *, refused: bool, took: float = 0.0) -> bool:
        """Ask the slot `name` more gently: it `refused` to answer for now (429, 503), or `took` too many seconds.

        Returns whether that was a step: an answer to what was asked before the last step says nothing about that one.
        """
        now = asyncio.get_running_loop().time()
        slot = self._slot(name, now)
        if slot.back_off is None:
            slot.back_off = BackOff(per_host=slot.limits.per_host, delay=slot.limits.delay)
        elif now - took <= slot.slowed:
            return False
        slot.back_off.slow_down(refused=refused)
        slot.slowed = now
        self._settle(slot, now)
        return True

    def at_ease(self, name: str) -> None:
        """Count a good answer of the slot `name`: after some, it is asked less gently again."""
        slot = self._slots.get(name)
        if slot is None:
            return
        slot.pauses.answered()
        if slot.back_off is None:
            return
        if slot.back_off.at_ease():
            slot.back_off = None
        self._settle_sooner(slot, asyncio.get_running_loop().time())

    def _slot(self, name: str, now: float) -> Slot:
        if (slot := self._slots.get(name)) is None:
            slot = self._slots[name] = Slot(name, self.limits.of(name), now)
        slot.used = now
        return slot

    async def _enter(self, name: str) -> Turn:
        """Return the turn of a request to the slot `name` when it has come; `_end` ends it."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        slot = self._slot(name, now)
        slot.refuse(now)
        if self._line or self._active >= self._concurrency or slot.waiting or not slot.may_start(now):
            turn = await self._waited(slot, now)
            # Counted again from here: a busy loop may have let time pass between the turn and the start.
            slot.started = loop.time()
            return turn
        return self._begin(slot, now)

    async def _waited(self, slot: Slot, now: float) -> Turn:
        coming: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        slot.waiting.append(coming)
        self._settle(slot, now)
        self._start()
        try:
            return await coming
        except asyncio.CancelledError:
            # It may have had its turn, and been cancelled before it could use it.
            if not coming.cancelled() and coming.exception() is None:
                self._end(coming.result())
            raise

    def _begin(self, slot: Slot, now: float) -> Turn:
        self._active += 1
        turn = Turn(slot, now, self._settle_sooner)
        if slot.back_off is not None:
            slot.back_off.waited()
        if self.on_pause is not None:
            self.on_pause(Rest(slot.name, slot.pause))
        return turn

    def _end(self, turn: Turn) -> None:
        self._active -= 1
        turn.end()
        slot = turn.slot
        slot.used = now = asyncio.get_running_loop().time()
        self._settle(slot, now)
        self._start()
        self._forget(now)

    def _settle(self, slot: Slot, now: float) -> None:
        """Line the slot up when its next request may start, and let it be forgotten when none is wanted."""
        if not slot.waiting:
            if not slot.active and not slot.idle:
                slot.idle = True
                self._idle.append(slot)
        elif slot.in_line or slot.timer is not None or not slot.has_room:
            pass
        elif slot.due > now:
            slot.timer = asyncio.get_running_loop().call_at(slot.due, self._wake, slot)
        else:
            slot.in_line = True
            self._line.append(slot)

    def _settle_sooner(self, slot: Slot, now: float) -> None:
        """Do so where it may be due earlier than it was."""
        if slot.timer is not None:
            slot.timer.cancel()
            slot.timer = None
        self._settle(slot, now)
        self._start()

    def _wake(self, slot: Slot) -> None:
        slot.timer = None
        self._settle(slot, asyncio.get_running_loop().time())
        self._start()

    def _start(self) -> None:
        if not self._line or self._active >= self._concurrency:
            return
        now = asyncio.get_running_loop().time()
        while self._line and self._active < self._concurrency:
            slot = self._line.popleft()
            slot.in_line = False
            if slot.waiting and slot.may_start(now):  # It may have been paused since.
                coming = slot.waiting.popleft()
                if not coming.done():  # done: cancelled
                    coming.set_result(self._begin(slot, now))
            self._settle(slot, now)
        if self.on_progress is not None:
            self.on_progress()

    def _forget(self, now: float) -> None:
        """Look at two idle slots; as each request, or rest, leaves at most one, they cannot pile up."""
        for _ in range(min(2, len(self._idle))):
            slot = self._idle.popleft()
            kept_until = max(slot.due, slot.used + (_GENTLE_KEPT if slot.gentle else _KEPT))
            if slot.active or slot.waiting:
                slot.idle = False
            elif kept_until > now:
                self._idle.append(slot)
            else:
                del self._slots[slot.name]
