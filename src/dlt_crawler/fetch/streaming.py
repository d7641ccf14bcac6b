"""The calling side of one stream: hands out batches, answers questions, and has recorded what becomes of each link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TypeVar

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.clerk import Clerk
from dlt_crawler.fetch.frontier import Batch, seconds_for
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.messages import (
    Added,
    BatchEnded,
    Done,
    Drawn,
    Filling,
    Laden,
    OpenedSlot,
    Paused,
    Reply,
    Seen,
    Stop,
    Stream,
)
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import HandedOn, Observation, Resource, Rest

_Seen = TypeVar("_Seen", Observation, HandedOn)

OnPause = Callable[[Rest], object]
"""Hears of a longer pause of a slot as it begins: one that its host wants, or one that follows a request."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a batch: all that it had handed out, each link once."""

    site: str
    observed: int
    handed_on: int
    released: int
    """Given back, because the stream was stopped."""
    rests: tuple[Rest, ...]
    """What its slots are to have, from when the last of it ended, before they are asked again: by `fetch.delay`,
    Crawl-delay, back-off and Retry-After, at most six hours. Without those that it came with, and that still last."""


@dataclass(slots=True, eq=False)
class Work:
    """A batch, from when it is added until its future is resolved."""

    site: str
    batch: Batch
    look: tuple[int, int]
    rests: tuple[Rest, ...] = ()
    future: Future[Ended] = field(default_factory=Future)
    tally: Tally | None = None
    """None: nothing of it is claimed yet."""
    observed: int = 0
    handed_on: int = 0


class Streaming:
    """One stream, by all children. For one thread."""

    def __init__(
        self,
        children: Children,
        clerk: Clerk,
        limits: SlotLimits,
        resolve: Callable[[Work, Ended], None],
        *,
        paused: OnPause | None,
        flush: Callable[[], object] | None,
    ) -> None:
        """`resolve` is told when nothing more will come of a batch, and everything is recorded."""
        self._children = children
        self._clerk = clerk
        self._limits = limits
        self._resolve = resolve
        self._paused = paused
        self._flush = flush
        self._works: dict[str, Work] = {}
        self._of: dict[Resource, Work] = {}
        self._laden: set[int] = set()
        self._done = 0

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self._done == len(self._children)

    @property
    def is_laden(self) -> bool:
        """Whether every child has as much to do as its processor can. May be read by any thread."""
        return len(self._laden) == len(self._children)

    def begin(self) -> None:
        """Let the children wait for batches."""
        for number in range(len(self._children)):
            self._children.tell(number, Stream(keep=True))

    def stop(self) -> None:
        """Let them begin no more links."""
        for number in range(len(self._children)):
            self._children.tell(number, Stop())

    def take(self, work: Work) -> None:
        """Hand out all links of a batch."""
        opened, filled = [], []
        for load in work.batch.loads():
            due = tuple(work.batch.claim(load.slot, load.links))
            if due:
                opened.append(OpenedSlot(load.slot, len(due), seconds_for(load, self._limits.of(load.slot))))
                filled.append(Filling(load.slot, due, more=False))
        resources = [each.resource for filling in filled for each in filling.due]
        if not resources:
            self._resolve(work, Ended(work.site, 0, 0, 0, ()))
            return
        if twice := next((each for each in resources if each in self._of), None):
            raise CrawlError(f"two batches have {twice.url}")
        work.tally = Tally(len(resources))
        work.tally.hand_out(resources)
        self._works[work.site] = work
        self._of.update(dict.fromkeys(resources, work))
        drawn = Drawn(tuple(opened), tuple(filled), end=False)
        added = Added(work.site, work.look, drawn, work.rests)
        self._children.tell(owner_of(work.site, len(self._children)), added)

    def give_back(self, work: Work) -> None:
        """End a batch of which nothing was handed out."""
        work.batch.release()
        self._resolve(work, Ended(work.site, 0, 0, 0, ()))

    def hear(self, number: int, reply: Reply) -> None:
        """Take what a child says. Raises what the batches do, and CrawlError for an error of ours."""
        match reply:
            case Seen(observations, handed):
                for work, seen in self._by_work(observations).items():
                    work.batch.record(seen)
                    work.observed += len(seen)
                if self._flush is not None:
                    self._flush()
                for work, given in self._by_work(handed).items():
                    work.batch.hand_on(given)
                    work.handed_on += len(given)
                self._clerk.keep_robots()
            case BatchEnded():
                self._end(reply)
            case Paused(rest):
                if self._paused is not None:
                    self._paused(rest)
            case Laden(is_laden):
                (self._laden.add if is_laden else self._laden.discard)(number)
            case Done():
                self._clerk.keep_robots()
                self._done += 1
            case _:
                self._clerk.hear(number, reply)

    def _by_work(self, seen: Sequence[_Seen]) -> dict[Work, list[_Seen]]:
        """Sort what was seen by batches, and tick it off there."""
        sorted_: defaultdict[Work, list[_Seen]] = defaultdict(list)
        for each in seen:
            sorted_[self._tick_off(each.resource)].append(each)
        return sorted_

    def _tick_off(self, resource: Resource) -> Work:
        work = self._of.pop(resource, None)
        if work is None or work.tally is None:
            raise CrawlError(f"there is an observation too many of {resource.url}")
        work.tally.count((resource,))
        return work

    def _end(self, ended: BatchEnded) -> None:
        work = self._works.pop(ended.site)
        for resource in ended.released:
            self._tick_off(resource)
        if ended.released:
            work.batch.release()
        if work.tally is not None:
            work.tally.close()
        released = len(ended.released)
        self._resolve(work, Ended(work.site, work.observed, work.handed_on, released, ended.rests))
