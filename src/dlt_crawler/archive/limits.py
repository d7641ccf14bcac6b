"""How often an archive is asked, and when it is left in peace: one limiter for all threads of a process, or of many."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from dlt_crawler.archive.pace import Pace, SharedPace, Turns
from dlt_crawler.archive.silence import Blocks, Memory, Silence
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveUnavailable

log = logging.getLogger(__name__)

LONG = 30.0
"""Seconds of silence from which on people are warned of it; shorter ones are part of any night."""
SETTING = 60.0
"""Seconds by which clocks are set now and then, without having been wrong."""
SELDOM = 0.5
"""Seconds between two requests from which on the last one is kept for the next process. It takes that long to start."""


class Pool(StrEnum):
    """What the archive counts separately."""

    CDX = "cdx"
    PLAYBACK = "playback"
    SAVE = "save"
    STATUS = "status"
    """What is asked about captures under way: paced by an interval of its own, not by a rate."""


class Clock(Protocol):
    """What waiting needs of time; the module `time` is one. Called by several threads at once."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def sleep(self, seconds: float, /) -> None:
        """Return after so many seconds."""

    def time(self) -> float:
        """Return the time of day, in seconds since 1970-01-01 UTC."""


class Limiter:
    """A pace for each pool, and one block clock for all of them: a refusal anywhere silences every request.

    Thread-safe. Nothing is waited for while others are kept from being admitted.
    """

    def __init__(
        self,
        rates: Mapping[Pool, float],
        clock: Clock,
        settings: ArchiveSettings,
        memory: Memory | None = None,
        turns: Turns | None = None,
    ) -> None:
        """`rates` in requests a minute; a pool without one is not slowed down, only silenced.

        Of the settings those of pauses, `breaker` and `patience` count, and `attempts`, for the transport. With a
        `memory`, a new process goes on where the last one was; with `turns`, all that share them keep the pace and the
        silence of one. Raises what these raise, as do other methods.
        """
        self._clock = clock
        self._longest_pause = settings.longest_pause
        self.attempts = settings.attempts
        self._turns = turns
        self._horizon = settings.longest_pause + SETTING
        """Seconds. Nothing is that far away: it was written down by a clock that was wrong, or this one is."""
        self._paces: Mapping[Pool, Pace | SharedPace] = {
            pool: Pace(rate) if turns is None else SharedPace(pool.value, rate, turns, self._horizon)
            for pool, rate in rates.items()
        }
        self._silence = Silence(settings)
        self._memory = memory
        self._closed = False
        self._told = clock.monotonic()
        self._lock = threading.Lock()
        self._keeping = threading.Lock()
        known = memory.load() if memory is not None else None
        if known is not None:
            self._go_on(known)

    def close(self) -> None:
        """Let no request through any more: those that wait for their turn raise when it comes."""
        self._closed = True

    def admit(self, pool: Pool) -> float:
        """Return when a request may go out, and when that is, by the clock.

        Raises ArchiveRateLimited when all the patience there is is used up, or would be, and ArchiveUnavailable after
        `close`.
        """
        pace = self._paces.get(pool)
        while True:
            with self._lock:
                self._require_open()
                now = self._hear()
                silent = self._silence.wait(now)
                wait = silent if silent or pace is None else pace.reserve(now)
                news, self._told = now + silent > self._told + 1, max(self._told, now + silent)
            if silent:
                if news:
                    level = logging.WARNING if silent >= LONG else logging.INFO
                    log.log(level, "the archive is left in peace for %.0f s", silent)
                self._clock.sleep(silent)
                continue
            if pace is not None and pace.interval >= SELDOM and self._memory is not None:
                # Before the wait: it may take a moment, and the turn would be late.
                self._keep()
            if wait > 0:
                self._clock.sleep(wait)
            with self._lock:
                self._require_open()
                now = self._hear()
                # A block may have begun meanwhile: then the turn is lost.
                if not self._silence.left(now):
                    return now

    def send(self, pool: Pool) -> None:
        """Return when a request that was admitted may go out now that it has a connection: a moment, mostly none."""
        pace = self._paces.get(pool)
        while pace is not None:
            with self._lock:
                wait = pace.send(self._clock.monotonic())
            if not wait:
                return
            self._clock.sleep(wait)

    def rest(self, seconds: float, charge: float) -> None:
        """Return after so many seconds, in which others may be admitted; `charge` of them are charged to the patience.

        Raises ArchiveRateLimited at once when they are more than is left of it, as every request does then.
        """
        with self._lock:
            self._silence.charge(charge, self._clock.monotonic())
        self._clock.sleep(seconds)

    def refused(self, sent: float, retry_after: float | None) -> float:
        """Note that a request which was admitted at `sent` was refused, and asked to wait for so many seconds.

        Returns how long nothing is sent now, in seconds.
        """
        with self._lock:
            pause = self._silence.refused(sent, self._hear(), retry_after)
        self._keep()
        return pause

    def failed(self, sent: float, retry_after: float | None = None) -> None:
        """Note that a request which was admitted at `sent` got no answer, or a server error."""
        with self._lock:
            blocked = self._silence.failed(sent, self._hear(), retry_after)
        if blocked:
            self._keep()

    def answered(self, sent: float) -> None:
        """Note that a request which was admitted at `sent` was answered."""
        with self._lock:
            if self._silence.refusals:
                self._hear()
            forgotten = self._silence.answered(sent)
        if forgotten:
            self._keep()

    def _require_open(self) -> None:
        if self._closed:
            raise ArchiveUnavailable("the archive is not asked any more: its stage has ended")

    def _hear(self) -> float:
        """Return the time, and know of what others were told until then."""
        if self._turns is None:
            return self._clock.monotonic()
        left, refusals = self._turns.silence()
        now = self._clock.monotonic()
        self._silence.hear(now, *((left, refusals) if left <= self._horizon else (0.0, 0)))
        return now

    def _go_on(self, known: Blocks) -> None:
        now, today = self._clock.monotonic(), self._today()
        left = -math.inf if known.until is None else (known.until - today).total_seconds()
        forgotten = left > self._horizon
        if -self._longest_pause < left and not forgotten:
            self._silence.go_on(now + min(left, self._longest_pause), known.refusals)
        for pool, pace in self._paces.items():
            last = known.last.get(pool)
            if last is not None:
                # What was to be sent after the end of that process was not.
                pace.follow(now + min((last - today).total_seconds(), 0))
        if forgotten:
            # Or it would be read by each process until that day.
            self._keep()

    def _keep(self) -> None:
        # One at a time: the newest last.
        with self._keeping:
            if self._turns is not None:
                with self._lock:
                    lasting, refusals = self._silence.lasting(self._clock.monotonic()), self._silence.refusals
                self._turns.keep_silence(lasting, refusals, self._horizon)
            if self._memory is not None:
                with self._lock:
                    blocks = self._blocks()
                self._memory.keep(blocks)

    def _blocks(self) -> Blocks:
        now, today = self._clock.monotonic(), self._today()
        lasting = self._silence.lasting(now)
        return Blocks(
            until=today + timedelta(seconds=lasting) if lasting or self._silence.refusals else None,
            refusals=self._silence.refusals,
            last={
                pool.value: today + timedelta(seconds=pace.last - now)
                for pool, pace in self._paces.items()
                if pace.last is not None and pace.interval >= SELDOM
            },
        )

    def _today(self) -> datetime:
        return datetime.fromtimestamp(self._clock.time(), UTC)
