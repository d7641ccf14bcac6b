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
from datetime import timedelta

from dlt_crawler.model import Due, HandedOn, Observation, SlotLoad
from dlt_crawler.network import LatestHosts, looks_like_ours
from dlt_crawler.store import SharedFrontier

Store = Callable[[Sequence[tuple[SharedFrontier, Sequence[Observation]]]], None]
"""Stores what was seen of several batches, all at once."""

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

    def __init__(self, store: Store, *, asks: bool) -> None:
        """`asks`: whether there are canaries. Without them nothing is held."""
        self._store = store
        self._asks = asks
        self._hosts = LatestHosts()
        self._held: list[_Held] = []
        self._ready: list[_Held] = []
        self._storing: list[_Held] = []
        self._lock = threading.Lock()
        self._flushing = threading.Lock()
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
            self._release(lambda held: held.at <= until)
            self._hosts.vouched_for()
        self.flush()

    def take(self, batch: VouchedBatch, observations: Sequence[Observation]) -> None:
        """Have stored with the next `flush` what proves itself, and hold what does not."""
        doubtful: list[_Held] = []
        good: list[_Held] = []
        now = time.monotonic()
        for seen in observations:
            (doubtful if self._asks and seen.asked and looks_like_ours(seen) else good).append(_Held(batch, seen, now))
        with self._lock:
            self.seen += len(observations)
            self._hosts.take(observations)
            answered = max((each.seen.at for each in good if each.seen.asked), default=None)
            if answered is not None and not self._hosts.are_failing:
                # What was asked for before it failed says nothing of the network since.
                self._release(lambda held: held.seen.at + timedelta(seconds=held.seen.elapsed) <= answered)
            self._ready.extend(good)
            self._held.extend(doubtful)

    def flush(self) -> None:
        """Store what is to be stored, in one go."""
        with self._flushing:
            with self._lock:
                self._storing, self._ready = self._ready, []
            by_batch: dict[int, tuple[SharedFrontier, list[Observation]]] = {}
            for each in self._storing:
                by_batch.setdefault(id(each.batch), (each.batch.batch, []))[1].append(each.seen)
            if by_batch:
                self._store([*by_batch.values()])
            with self._lock:
                self._storing = []

    def holds(self, batch: VouchedBatch) -> bool:
        """Return whether anything of a batch is held, or not stored yet."""
        with self._lock:
            return any(each.batch is batch for each in (*self._held, *self._ready, *self._storing))

    def _release(self, is_vouched_for: Callable[[_Held], bool]) -> None:
        self._ready += [each for each in self._held if is_vouched_for(each)]
        self._held = [each for each in self._held if not is_vouched_for(each)]


class VouchedBatch:
    """A batch whose failures are stored when they are vouched for (`fetch.Batch`)."""

    def __init__(
        self, batch: SharedFrontier, vouching: Vouching, handed_on: Callable[[Sequence[HandedOn]], None]
    ) -> None:
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
