"""A crawl as somebody watches it: what was seen so far, which hosts are being waited for, and for how long at least."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from dlt_crawler.fetch import Frontier
from dlt_crawler.fetch.dialogue import Record
from dlt_crawler.fetch.frontier import seconds_for
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.model import Due, Observation, Outcome, Resource, SlotLoad
from dlt_crawler.pipeline.job import Crawling, Job, Progress
from dlt_crawler.pipeline.web import Web
from dlt_crawler.sites import known_sites

_SHOWN = 5
"""Hosts that are told of."""


@dataclass(slots=True)
class _Slot:
    left: int
    seconds: float
    """That each of its links takes, by what is known of it."""


def crawl(job: Job, web: Web, frontier: Frontier, record: Record) -> None:
    """Let `web.check` the frontier, and whoever watches the job see where it stands. Raises what that raises."""
    limits = SlotLimits(job.settings.fetch, known_sites(job.settings.sites))
    seen = _Watched(frontier, job.progress, lambda load: seconds_for(load, limits.of(load.slot)))

    def record_and_tell(batch: Sequence[Observation]) -> None:
        record(batch)
        seen.saw(batch)

    web.check(seen, record_and_tell)


class _Watched:
    """A frontier that hands out what another does, and tells of it: `saw` is to hear of each observation."""

    def __init__(self, frontier: Frontier, progress: Progress, seconds_for: Callable[[SlotLoad], float]) -> None:
        self._frontier = frontier
        self._progress = progress
        self._seconds_for = seconds_for
        self._waiting: dict[str, _Slot] = {}
        self._asked: dict[str, _Slot] = {}
        """Those of which links were handed out, and which are not done."""
        self._slots: dict[Resource, str] = {}
        """Of what was handed out and not seen yet."""
        self._outcomes: Counter[Outcome] = Counter()

    def loads(self) -> Iterator[SlotLoad]:
        """Yield what waits (Frontier)."""
        for load in self._frontier.loads():
            self._waiting[load.slot] = _Slot(load.links, self._seconds_for(load) / load.links)
            yield load

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out resources of a slot (Frontier)."""
        due = self._frontier.claim(slot, count)
        if slot in self._waiting:
            self._asked[slot] = self._waiting.pop(slot)
        self._slots.update((each.resource, slot) for each in due)
        return due

    def saw(self, batch: Sequence[Observation]) -> None:
        """Hear what was seen, and tell where the crawl stands."""
        for seen in batch:
            self._outcomes[seen.outcome] += 1
            slot = self._slots.pop(seen.resource)
            self._asked[slot].left -= 1
            if not self._asked[slot].left:
                del self._asked[slot]
        last = nlargest(_SHOWN, self._asked.items(), key=lambda item: item[1].left * item[1].seconds)
        longest = max((slot.left * slot.seconds for _, slot in last), default=0.0)
        self._progress.crawling(Crawling(self._outcomes, {name: slot.left for name, slot in last}, longest))
