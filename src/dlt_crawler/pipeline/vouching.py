"""What a worker has seen go wrong, held until somebody vouches for its network. Checks are never taken back.

The coordinator's canaries say nothing of a worker's network. So a failure that an outage of our own looks like is
stored only after another host has answered, while hosts do not fail one after the other, or after the canaries have.
Until then its link waits as if nobody had asked: a worker without a network leaves nothing behind.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dlt_crawler.fetch import Batch
from dlt_crawler.model import Due, HandedOn, Observation, SlotLoad
from dlt_crawler.network import LatestHosts, looks_like_ours

_PATIENCE = 60.0
"""Seconds for which a failure waits for an answer of another host before the canaries are asked …"""
_AT_THE_END = 1.0
"""… and when all else of its batch is done."""


@dataclass(frozen=True, slots=True)
class _Held:
    batch: VouchedBatch
    seen: Observation
    at: float


class Vouching:
    """What all batches of one worker have seen. Methods may be called from any thread."""

    def __init__(self, *, asks: bool) -> None:
        """`asks`: whether there are canaries. Without them nothing is held."""
        self._asks = asks
        self._hosts = LatestHosts()
        self._held: list[_Held] = []
        self._lock = threading.Lock()
        self.seen = 0
        """Links."""

    @property
    def is_due(self) -> bool:
        """Whether the canaries are to be asked now."""
        with self._lock:
            if not self._held:
                return False
            patience = _AT_THE_END if any(each.batch.ending for each in self._held) else _PATIENCE
            return self._hosts.are_failing or time.monotonic() - self._held[0].at >= patience

    def vouch(self, until: float) -> None:
        """Say that the canaries have answered: what was held when they were asked (time.monotonic) is stored."""
        with self._lock:
            vouched = [each for each in self._held if each.at <= until]
            self._held = [each for each in self._held if each.at > until]
            self._hosts.vouched_for()
        _store(vouched)

    def take(self, batch: VouchedBatch, observations: Sequence[Observation]) -> None:
        """Store what proves itself, and hold what does not."""
        doubtful: list[_Held] = []
        good: list[_Held] = []
        now = time.monotonic()
        for seen in observations:
            (doubtful if self._asks and seen.asked and looks_like_ours(seen) else good).append(_Held(batch, seen, now))
        with self._lock:
            self.seen += len(observations)
            self._hosts.take(observations)
            vouched: list[_Held] = []
            if any(each.seen.asked for each in good) and not self._hosts.are_failing:
                vouched, self._held = self._held, []
            self._held.extend(doubtful)
        _store([*good, *vouched])

    def holds(self, batch: VouchedBatch) -> bool:
        """Return whether anything of a batch is held."""
        with self._lock:
            return any(each.batch is batch for each in self._held)


class VouchedBatch:
    """A batch whose failures are stored when they are vouched for (`fetch.Batch`)."""

    def __init__(self, batch: Batch, vouching: Vouching, handed_on: Callable[[Sequence[HandedOn]], None]) -> None:
        """`handed_on` is told what was handed on, when that is stored."""
        self.batch = batch
        self._vouching = vouching
        self._handed_on = handed_on
        self.ending = False
        """Whether nothing else of it is left to do."""

    def loads(self) -> Iterable[SlotLoad]:
        """Return what there is (Batch)."""
        return self.batch.loads()

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out links (Batch)."""
        return self.batch.claim(slot, count)

    def record(self, observations: Sequence[Observation]) -> None:
        """Store what was seen, or hold it (Batch)."""
        self._vouching.take(self, observations)

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        """Hand links on: what they were answered so far is no failure (Batch)."""
        self.batch.hand_on(handed)
        self._handed_on(handed)

    def release(self) -> None:
        """Give back what was not begun (Batch)."""
        self.batch.release()


def _store(found: Iterable[_Held]) -> None:
    by_batch: dict[int, tuple[VouchedBatch, list[Observation]]] = {}
    for each in found:
        by_batch.setdefault(id(each.batch), (each.batch, []))[1].append(each.seen)
    for batch, observations in by_batch.values():
        batch.batch.record(observations)
