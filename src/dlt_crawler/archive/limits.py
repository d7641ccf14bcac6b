"""How often the archive is asked, and when it is left in peace."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from dlt_crawler.errors import ArchiveRateLimited

log = logging.getLogger(__name__)

BURST = 1 / 6
"""Minutes' worth of requests that may go out at once. So no minute sees more than 7/6 of a rate, which at the default
rates is the archive's own limit or less: 28 of 30 CDX queries, 560 of 600 playbacks, 7 of 7 captures (config.py)."""
FIRST_PAUSE = 60.0
"""Seconds of silence after a refusal without Retry-After, doubling with each further one … The archive drops an
address at its firewall when refusals are passed over for more than a minute (edgi-govdata-archiving/wayback#137)."""
LONGEST_PAUSE = 3600.0
"""… up to this; Retry-After is believed up to here, too (wayback.md, sections 4 and 8)."""
SHORTEST_PAUSE = 1.0
"""Seconds; what `Retry-After: 0` and dates in the past mean here."""
LONGEST_WAIT = 30.0
"""Seconds of a pause that are waited out. With a longer one left the work is better done in the next run, so every
request raises at once."""
REFUSALS_BEFORE_BREAK = 5
"""Requests in a row that were refused or not answered, after which LONGEST_PAUSE begins (spn-client 0.4.0 breaks at
five; the firewall's first ban is an hour long)."""


class Pool(StrEnum):
    """What the archive counts separately."""

    CDX = "cdx"
    PLAYBACK = "playback"
    SAVE = "save"
    STATUS = "status"
    """Polls for a capture under way: paced by their own interval, not by a rate."""


class Clock(Protocol):
    """What waiting needs of time; the module `time` is one."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def sleep(self, seconds: float, /) -> None:
        """Return after so many seconds."""


class TokenBucket:
    """Lets `rate` requests a minute through, and `rate * BURST` (at least one) at once after a quiet time."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self._clock = clock
        self._per_second = rate / 60
        self._capacity = max(1.0, rate * BURST)
        self._tokens = self._capacity
        self._filled = clock.monotonic()

    def take(self) -> None:
        """Take a token, waiting for it as long as need be."""
        self._fill()
        if self._tokens < 1:
            self._clock.sleep((1 - self._tokens) / self._per_second)
            self._fill()
        # A clock may wake up a moment early: the debt is paid by the next request.
        self._tokens -= 1

    def _fill(self) -> None:
        now = self._clock.monotonic()
        self._tokens = min(self._capacity, self._tokens + (now - self._filled) * self._per_second)
        self._filled = now


class Limiter:
    """One bucket a pool, and one block clock for all of them: a refusal anywhere silences every request."""

    def __init__(self, rates: Mapping[Pool, float], clock: Clock) -> None:
        """`rates` in requests a minute; a pool without one is not slowed down, only silenced."""
        self._clock = clock
        self._buckets = {pool: TokenBucket(rate, clock) for pool, rate in rates.items()}
        self._blocked_until = clock.monotonic()
        self._next_pause = FIRST_PAUSE
        self._refusals = 0

    def admit(self, pool: Pool) -> None:
        """Return when a request may go out. Raises ArchiveRateLimited when that is more than LONGEST_WAIT away."""
        remaining = self._blocked_until - self._clock.monotonic()
        if remaining > LONGEST_WAIT:
            why = (
                f"{self._refusals} requests in a row were refused or not answered"
                if self._refusals >= REFUSALS_BEFORE_BREAK
                else "it asked for fewer requests"
            )
            raise ArchiveRateLimited(f"the archive is left in peace for {remaining:.0f} s: {why}", remaining)
        if remaining > 0:
            log.info("waiting %.0f s for the archive", remaining)
            self._clock.sleep(remaining)
        if pool in self._buckets:
            self._buckets[pool].take()

    def refused(self, retry_after: float | None, *, again: bool = False) -> float:
        """Note that the archive asked us to wait `retry_after` seconds; return how long we will, in seconds.

        `again`: the same request was refused before, which counts as one refusal.
        """
        if retry_after is None:
            pause, self._next_pause = self._next_pause, min(self._next_pause * 2, LONGEST_PAUSE)
        else:
            pause = min(max(retry_after, SHORTEST_PAUSE), LONGEST_PAUSE)
        return self._count_refusal(pause, 0 if again else 1)

    def failed(self) -> None:
        """Note that a request got no answer, or a server error."""
        self._count_refusal(0, 1)

    def answered(self) -> None:
        """Note that the archive answered."""
        self._refusals = 0
        self._next_pause = FIRST_PAUSE

    def _count_refusal(self, pause: float, refusals: int) -> float:
        self._refusals += refusals
        if self._refusals >= REFUSALS_BEFORE_BREAK:
            pause = LONGEST_PAUSE
        self._blocked_until = max(self._blocked_until, self._clock.monotonic() + pause)
        return pause
