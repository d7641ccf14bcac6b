"""The block clock: when an archive is left in peace, for how long, and how much of that one stage waits out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveRateLimited

SHORTEST_PAUSE = 1.0
"""Seconds; what `Retry-After: 0` and dates in the past mean here."""
FIRST_SILENCE = 5.0
"""Seconds of the first silence for failures in a row: as many workers fail at once when a server hiccups for one."""

_INSTANT = 1e-6
"""Seconds that are no time: what rounding loses."""
_DOUBLINGS = 20
"""More than any pause takes to become the longest."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """What the next process has to know of this one's requests. All times are aware UTC."""

    until: datetime | None = None
    """The archive is left in peace until then …"""
    refusals: int = 0
    """… after so many refusals in a row."""
    last: Mapping[str, datetime] = field(default_factory=dict)
    """When each pool was asked last, those that are asked seldom."""


class Memory(Protocol):
    """Keeps `Blocks` from one process to the next. Called by several threads, never by two at once."""

    def load(self) -> Blocks | None:
        """Return what was kept last; None: nothing was."""

    def keep(self, blocks: Blocks) -> None:
        """Replace what is kept."""


class Silence:
    """One block for all pools of an archive, begun by refusals and by failures in a row.

    Times are seconds of a clock that never goes back; `sent` is when the request was that met a trouble. Requests that
    were under way when a block began meet the trouble that it was begun for: they count for nothing more.
    Not thread-safe.
    """

    def __init__(self, settings: ArchiveSettings) -> None:
        self._settings = settings
        self._patience = settings.patience
        self._waited_until = -math.inf
        """All of a block up to here has been charged to the patience."""
        self._given_up = False
        self._began = self._until = -math.inf
        self._refused_until = -math.inf
        """The part of the block that the archive asked for; the rest is our own answer to an outage."""
        self.refusals = 0
        self._failures = 0
        self._has_answered = False

    def go_on(self, until: float, refusals: int) -> None:
        """Go on with what another process has begun: a block, and so many refusals in a row."""
        self._until = self._refused_until = until
        self.refusals = refusals

    def hear(self, now: float, left: float, refusals: int) -> None:
        """Take over what all processes share: a block of which so many seconds are left, and the refusals in a row.

        What was under way when one that began elsewhere is heard of was under way when it began, as far as we know.
        """
        self.refusals = refusals
        if left > _INSTANT and now + left > self._until + _INSTANT:
            self._began, self._until = now, now + left
            self._refused_until = self._until

    def wait(self, now: float) -> float:
        """Return for how many seconds nothing may be sent; 0: it may. They are charged to the patience, once for all.

        Raises ArchiveRateLimited when they are more than is left of it, and ever after.
        """
        left = self.left(now)
        self.charge(max(self._until - max(now, self._waited_until), 0) if left else 0, now)
        self._waited_until = max(self._waited_until, self._until)
        return left

    def charge(self, seconds: float, now: float) -> None:
        """Charge so many seconds to the patience. Raises as `wait` does."""
        self._given_up = self._given_up or seconds > self._patience
        if self._given_up:
            left = self.left(now)
            how_long = f"for {left:.0f} s" if left else "until the next run"
            raise ArchiveRateLimited(f"the archive is left in peace {how_long}: {self._why()}", left or None)
        self._patience -= seconds

    def left(self, now: float) -> float:
        """Return for how many seconds nothing may be sent; 0: it may."""
        left = self._until - now
        return left if left > _INSTANT else 0.0

    def refused(self, sent: float, now: float, retry_after: float | None) -> float:
        """Begin a block, or extend one, by a refusal (429) that asks for so many seconds; return how long it lasts.

        Without Retry-After, `pause`, doubled with each further refusal in a row; after `breaker` of them
        `longest_pause`, whatever it says: the firewall's first ban is an hour long (wayback.md, section 4).
        """
        if sent > self._began:
            self.refusals += 1
            pause = self._doubled(self.refusals - 1) if retry_after is None else self._capped(retry_after)
            if self.refusals >= self._settings.breaker:
                pause = self._settings.longest_pause
            self._block(now, pause)
            self._refused_until = self._until
        elif retry_after is not None:
            self._until = max(self._until, now + self._capped(retry_after))
            self._refused_until = max(self._refused_until, self._until)
        return self._until - now

    def failed(self, sent: float, now: float, retry_after: float | None) -> bool:
        """Count a request that got no answer, or a server error; return whether a block begins by that.

        It does after `breaker` in a row: for a few seconds, then for `pause`, doubled as long as it goes on, and at
        least as long as the last answer asks for. An archive that has never answered is not waited for longer than
        those seconds: it may be out of reach from here, or down for the night.
        """
        if sent <= self._began:
            return False
        self._failures += 1
        if self._failures < self._settings.breaker:
            return False
        further = self._failures - self._settings.breaker
        if further and not self._has_answered:
            self._given_up = True
            return False
        pause = self._doubled(further - 1) if further else min(FIRST_SILENCE, self._settings.pause)
        self._block(now, max(pause, 0 if retry_after is None else self._capped(retry_after)))
        return True

    def answered(self, sent: float) -> bool:
        """Note that the archive answers again; return whether refusals are forgotten by that."""
        if sent <= self._began:
            return False
        self._has_answered = True
        forgotten = self.refusals > 0
        self.refusals = self._failures = 0
        return forgotten

    def lasting(self, now: float) -> float:
        """Return for how many seconds the next process should send nothing; 0: it may at once.

        What the archive asked for; of an outage no more than `pause`, since nobody knows how long it lasts.
        """
        return max(self._refused_until - now, min(self._until - now, self._settings.pause), 0)

    def _why(self) -> str:
        if self._failures >= self._settings.breaker:
            return f"{self._failures} requests in a row were not answered"
        if self.refusals >= self._settings.breaker:
            return f"{self.refusals} requests in a row were refused"
        return "it asked for fewer requests"

    def _block(self, now: float, pause: float) -> None:
        self._began = now
        self._until = max(self._until, now + pause)

    def _capped(self, seconds: float) -> float:
        return min(max(seconds, SHORTEST_PAUSE), self._settings.longest_pause)

    def _doubled(self, times: int) -> float:
        return min(self._settings.pause * 2.0 ** min(times, _DOUBLINGS), self._settings.longest_pause)
