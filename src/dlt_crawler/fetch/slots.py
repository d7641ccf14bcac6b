"""Politeness: at most so many requests at once, over all hosts and to one host, and a pause between two to one host."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

PATIENCE = 30.0
"""Seconds for which the pauses that one host asks for may hold up its links, in all. A run ends when its slowest host
does: with 30 s it still ends in minutes, and short pauses, the usual ones of a busy server, are waited out."""


class HostPaused(Exception):
    """The host has asked for more patience than we have: it may be asked again in `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not to be asked for {seconds:.0f} s")
        self.seconds = seconds


@dataclass(slots=True, eq=False)
class _Host:
    name: str
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    active: int = 0
    not_before: float = 0.0
    """Loop time of the earliest next start."""
    paused_until: float = 0.0
    """Loop time before which the host itself wants no request."""
    held_up: float = 0.0
    """Seconds that its pauses have taken so far."""
    has_turn: bool = False
    timer: asyncio.TimerHandle | None = None


class HostSlots:
    """Where every request waits until it may start.

    Unlike in Scrapy's downloader slots, a request that waits for its own host takes no place from the others.
    """

    def __init__(self, *, concurrency: int, per_host: int, delay: float) -> None:
        self._concurrency = concurrency
        self._per_host = per_host
        self._delay = delay
        self._active = 0
        self._hosts: dict[str, _Host] = {}
        self._turns: deque[_Host] = deque()

    @asynccontextmanager
    async def request_to(self, name: str) -> AsyncIterator[None]:
        """Wait for the turn of one request to the host `name`; the block is the request.

        Raises HostPaused while the host is paused and its pauses, this one included, take longer than PATIENCE.
        """
        loop = asyncio.get_running_loop()
        host = self._hosts.setdefault(name, _Host(name))
        if host.held_up > PATIENCE and (seconds := host.paused_until - loop.time()) > 0:
            raise HostPaused(seconds)
        turn: asyncio.Future[None] = loop.create_future()
        host.waiting.append(turn)
        self._settle(host)
        self._start()
        await turn
        # Counted again from here: a busy loop may have let time pass between the turn and the start.
        host.not_before = loop.time() + self._delay
        try:
            yield
        finally:
            host.active -= 1
            self._active -= 1
            self._settle(host)
            self._start()

    def pause(self, name: str, seconds: float) -> None:
        """Start no request to the host `name` for so many seconds; those that wait may get HostPaused."""
        now = asyncio.get_running_loop().time()
        host = self._hosts.setdefault(name, _Host(name))
        if now + seconds <= max(now, host.paused_until):
            return
        host.held_up += now + seconds - max(now, host.paused_until)
        host.paused_until = now + seconds
        if host.has_turn:
            self._turns.remove(host)
            host.has_turn = False
        if host.held_up > PATIENCE:
            for turn in host.waiting:
                if not turn.done():
                    turn.set_exception(HostPaused(seconds))
            host.waiting.clear()
        self._settle(host)

    def _settle(self, host: _Host) -> None:
        """Line the host up when its next request may start, and forget the host when none is wanted."""
        if host.has_turn or host.timer is not None or host.active >= self._per_host:
            return
        loop = asyncio.get_running_loop()
        pause = max(host.not_before, host.paused_until) - loop.time()
        if pause > 0:
            host.timer = loop.call_later(pause, self._wake, host)
        elif host.waiting:
            host.has_turn = True
            self._turns.append(host)
        elif not host.active and not host.held_up:
            self._hosts.pop(host.name, None)

    def _wake(self, host: _Host) -> None:
        host.timer = None
        self._settle(host)
        self._start()

    def _start(self) -> None:
        while self._turns and self._active < self._concurrency:
            host = self._turns.popleft()
            host.has_turn = False
            turn = host.waiting.popleft()
            if not turn.done():  # done: cancelled, because the crawl breaks off
                host.active += 1
                self._active += 1
                host.not_before = asyncio.get_running_loop().time() + self._delay
                turn.set_result(None)
            self._settle(host)
