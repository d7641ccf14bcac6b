"""Politeness: at most so many requests at once, over all hosts and to one host, and a pause between two to one host."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class _Host:
    name: str
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    active: int = 0
    not_before: float = 0.0
    """Loop time of the earliest next start."""
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
        """Wait for the turn of one request to the host `name`; the block is the request."""
        loop = asyncio.get_running_loop()
        host = self._hosts.setdefault(name, _Host(name))
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

    def _settle(self, host: _Host) -> None:
        """Line the host up when its next request may start, and forget the host when none is wanted."""
        if host.has_turn or host.timer is not None or host.active >= self._per_host:
            return
        loop = asyncio.get_running_loop()
        pause = host.not_before - loop.time()
        if pause > 0:
            host.timer = loop.call_later(pause, self._wake, host)
        elif host.waiting:
            host.has_turn = True
            self._turns.append(host)
        elif not host.active:
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
