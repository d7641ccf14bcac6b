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
_BATCH = 32
"""New slots that are drawn at once, at most: links of those under way wait for that."""
_ROOM = 8
"""New slots are drawn when this part of the window is free."""
_STALE = 1_000
"""Places in line that may be kept although they are given up."""
_Key = tuple[int, int, int]


@dataclass(slots=True, eq=False)
class _Queue(Generic[Item]):
    """What waits for one slot."""

    name: str
    cap: int
    pace: float
    """Seconds until the end of the slot that each of its links stands for."""
    left: int
    """Links that are not taken yet, drawn or not."""
    links: deque[Item] = field(default_factory=deque)
    """Those that are drawn and not taken."""
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
        self._open: dict[str, _Queue[Item]] = {}
        self._line: list[tuple[_Key, _Queue[Item]]] = []
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
        room = 0 if self._all_open else max(0, self._limit - len(self._open))
        return Draw(min(room, _BATCH), self._first, more)

    def no_more_slots(self) -> None:
        """Note that all slots have been opened."""
        self._all_open = True

    def open(self, name: str, *, links: int, seconds: float) -> None:
        """Open a slot that has so many links and is expected to take so many seconds; its first links are to be put."""
        self._open[name] = _Queue(name, self._cap(name), seconds / max(1, links), links, turn=next(self._turns))
        self._undrawn += 1

    def filled(self, name: str, *, more: bool) -> None:
        """Note that what was drawn for a slot has been put, and whether more may be drawn."""
        queue = self._open[name]
        self._undrawn += more - queue.more
        queue.more = more
        queue.drawing = False
        self._look_at(queue)
        self._close_if_done(queue)

    def put(self, name: str, item: Item) -> None:
        """Add a link to an open queue."""
        queue = self._open[name]
        queue.links.append(item)
        self._waiting += 1
        self._line_up(queue)

    def take(self) -> Item | None:
        """Return the link to be checked next; None when none may be now."""
        while self._line:
            key, queue = heapq.heappop(self._line)
            if queue.key != key:
                continue
            queue.key = None
            queue.under_way += 1
            queue.taken += 1
            queue.left -= 1
            self._waiting -= 1
            item = queue.links.popleft()
            self._look_at(queue)
            self._line_up(queue)
            return item
        return None

    def release(self, name: str) -> None:
        """Note that a link of the slot keeps it busy no longer."""
        queue = self._open[name]
        queue.under_way -= 1
        queue.silent = False
        queue.turn = -next(self._turns)
        self._line_up(queue)
        self._close_if_done(queue)

    def clear(self) -> list[Item]:
        """Take out all links that were not taken, and note that no more will be drawn."""
        left = [item for queue in self._open.values() for item in queue.links]
        for queue in [*self._open.values()]:
            queue.links.clear()
            queue.more, queue.key = False, None
            self._close_if_done(queue)
        self._line.clear()
        self._low.clear()
        self._waiting = self._undrawn = 0
        self._all_open = True
        return left

    def _close_if_done(self, queue: _Queue[Item]) -> None:
        if not (queue.under_way or queue.links or queue.more):
            del self._open[queue.name]

    def _look_at(self, queue: _Queue[Item]) -> None:
        if queue.more and not queue.drawing and len(queue.links) <= queue.cap:
            self._low[queue.name] = None

    def _line_up(self, queue: _Queue[Item]) -> None:
        if not queue.links or queue.under_way >= queue.cap:
            return
        key = _key(queue, self._patience)
        if queue.key == key:
            return
        queue.key = key
        heapq.heappush(self._line, (key, queue))
        if len(self._line) > _STALE + 2 * len(self._open):
            # Those that have another place by now are skipped when their turn comes, which may be never.
            self._line = [(key, queue) for key, queue in self._line if queue.key == key]
            heapq.heapify(self._line)


def _key(queue: _Queue[Item], patience: float) -> _Key:
    """Return what slots are lined up by: how long they will take, by powers of two; then which is to be tried first."""
    seconds = queue.pace * max(0, queue.left) + (patience if queue.silent else 0)
    return -int(log2(1 + seconds)), queue.taken if queue.silent else queue.under_way, queue.turn
