"""What is known of one slot while it is asked, and of a host in one that has rules of its own."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field

from dlt_crawler.fetch.manners.backoff import BackOff
from dlt_crawler.fetch.manners.limits import Limits
from dlt_crawler.fetch.manners.pauses import Pauses


@dataclass(slots=True, eq=False)
class Slot:
    """Who waits for its turn, how many are under way, and when the next one may start."""

    name: str
    limits: Limits
    used: float
    """Loop time at which it was spoken of last."""
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    active: int = 0
    started: float = -math.inf
    """Loop time of the last start."""
    pauses: Pauses = field(default_factory=Pauses)
    """What the host itself wants."""
    crawl_delay: float = 0.0
    back_off: BackOff | None = None
    slowed: float = -math.inf
    """Loop time of the last step of the back-off."""
    in_line: bool = False
    idle: bool = False
    timer: asyncio.TimerHandle | None = None

    def leaves(self) -> None:
        """Count the pause from now on: a request leaves."""
        self.started = asyncio.get_running_loop().time()

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
    def due(self) -> float:
        """Loop time of the earliest next start."""
        pause = self.limits.delay if self.back_off is None else self.back_off.pause
        return max(self.started + max(pause, self.crawl_delay), self.pauses.until)

    def may_start(self, now: float) -> bool:
        """Whether a request may start."""
        return self.active < self.at_once and self.due <= now


@dataclass(slots=True, eq=False)
class Tenant:
    """One host of a farm that asks for a Crawl-delay: it speaks for itself, not for its neighbours."""

    slot: str
    delay: float
    started: float
    """Loop time of the last start."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
