"""The order of a crawl: a bounded window of open slots, and which of their links is checked next. Pure.

The crawl ends when its last slot does, so the slot that is expected to take longest goes first. A slot from which
nothing has come back yet may take a whole time-out: it counts as that much longer, and the first link of each such slot
goes before the second of any, so that what hangs is found early and hangs while everything else goes on. Slots that
will take about the same time take turns, the one that has just answered first, because its connection is still open.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import log2
from typing import Generic, TypeVar

from dlt_crawler.fetch.messages import Draw

Item = TypeVar("Item")

_REFILL = 16
"""Links that are drawn at once for a slot under way, at least: a question to the calling process costs 0.2 ms."""
_ROOM = 8
"""New slots are drawn when this part of the window is free."""
_STALE = 1_000
"""Places in line that may be kept although they are given up."""
_Key = tuple[int, int, int]


@dataclass(slots=True, eq=False)
class _Slot(Generic[Item]):
    name: str
    cap: int
    pace: float
    """Seconds until the end of the slot that each of its links stands for."""
    left: int
    """Links that are not taken yet, drawn or not."""
    queue: deque[Item] = field(default_factory=deque)
    under_way: int = 0
    taken: int = 0
    silent: bool = True
    """Nothing has come back yet."""
    turn: int = 0
    key: _Key | None = None
    """Where it stands in line, if it does."""
    more: bool = True
    """Whether some of its links may be not drawn yet …"""
    drawing: bool = True
    """… and whether some are on their way."""


class Window(Generic[Item]):
    """The open slots. Every operation costs at most the logarithm of their number."""

    def __init__(self, *, slots: int, first: int, cap: Callable[[str], int], patience: float) -> None:
        """Hold up to so many `slots`, drawn with `first` links each; of each, `cap` links are under way at most.

        `patience`: seconds that a slot may take that does not answer at all.
        """
        self._limit = slots
        self._first = first
        self._cap = cap
        self._patience = patience
        self._open: dict[str, _Slot[Item]] = {}
        self._line: list[tuple[_Key, _Slot[Item]]] = []
        self._turns = count(1)
        self._low: dict[str, None] = {}
        self._waiting = 0
        self._undrawn = 0
        self._all_open = False

    def __len__(self) -> int:
        """Links that are drawn and not taken."""
        return self._waiting

    @property
    def drawn(self) -> bool:
        """Whether there is nothing left to draw."""
        return self._all_open and not self._undrawn

    @property
    def is_hungry(self) -> bool:
        """Whether it is worth drawing."""
        return bool(self._low) or (not self._all_open and (self._limit - len(self._open)) * _ROOM >= self._limit)

    def draw(self) -> Draw:
        """Return what there is room for; nothing of it is asked for again before it is `fill`ed."""
        more = tuple((name, max(_REFILL, 2 * self._open[name].cap)) for name in self._low)
        for name in self._low:
            self._open[name].drawing = True
        self._low.clear()
        return Draw(0 if self._all_open else max(0, self._limit - len(self._open)), self._first, more)

    def no_more_slots(self) -> None:
        """Note that all slots have been opened."""
        self._all_open = True

    def open(self, name: str, *, links: int, seconds: float) -> None:
        """Open a slot that has so many links and is expected to take so many seconds; its first links are to be put."""
        self._open[name] = _Slot(name, self._cap(name), seconds / max(1, links), links, turn=next(self._turns))
        self._undrawn += 1

    def filled(self, name: str, *, more: bool) -> None:
        """Note that what was drawn for a slot has been put, and whether more may be drawn."""
        slot = self._open[name]
        self._undrawn += more - slot.more
        slot.more = more
        slot.drawing = False
        self._look_at(slot)
        self._close_if_done(slot)

    def put(self, name: str, item: Item, *, front: bool = False) -> None:
        """Add a link to an open slot; `front`: one that was taken out by `leave`."""
        slot = self._open[name]
        if front:
            slot.queue.appendleft(item)
        else:
            slot.queue.append(item)
        self._waiting += 1
        self._line_up(slot)

    def take(self) -> Item | None:
        """Return the link to be checked next; None when none may be now."""
        while self._line:
            key, slot = heapq.heappop(self._line)
            if slot.key != key:
                continue
            slot.key = None
            slot.under_way += 1
            slot.taken += 1
            slot.left -= 1
            self._waiting -= 1
            item = slot.queue.popleft()
            self._look_at(slot)
            self._line_up(slot)
            return item
        return None

    def release(self, name: str) -> None:
        """Note that a link of the slot keeps it busy no longer."""
        slot = self._open[name]
        slot.under_way -= 1
        slot.silent = False
        slot.turn = -next(self._turns)
        self._line_up(slot)
        self._close_if_done(slot)

    def take_back(self, name: str) -> Item | None:
        """Return the next link of a slot, if it has one that could be taken; the caller will `put` it to the front."""
        slot = self._open.get(name)
        if slot is None or not slot.queue or slot.under_way >= slot.cap:
            return None
        self._waiting -= 1
        return slot.queue.popleft()

    def _close_if_done(self, slot: _Slot[Item]) -> None:
        if not (slot.under_way or slot.queue or slot.more):
            del self._open[slot.name]

    def _look_at(self, slot: _Slot[Item]) -> None:
        if slot.more and not slot.drawing and len(slot.queue) <= slot.cap:
            self._low[slot.name] = None

    def _line_up(self, slot: _Slot[Item]) -> None:
        if not slot.queue or slot.under_way >= slot.cap:
            return
        key = _key(slot, self._patience)
        if slot.key == key:
            return
        slot.key = key
        heapq.heappush(self._line, (key, slot))
        if len(self._line) > _STALE + 2 * len(self._open):
            # Those that have another place by now are skipped when their turn comes, which may be never.
            self._line = [(key, slot) for key, slot in self._line if slot.key == key]
            heapq.heapify(self._line)


def _key(slot: _Slot[Item], patience: float) -> _Key:
    """Return what slots are lined up by: how long they will take, by powers of two; then which is to be tried first."""
    seconds = slot.pace * max(0, slot.left) + (patience if slot.silent else 0)
    return -int(log2(1 + seconds)), slot.taken if slot.silent else slot.under_way, slot.turn
