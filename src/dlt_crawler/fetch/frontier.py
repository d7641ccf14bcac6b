"""What is to be checked, on the calling side: counted slot by slot, and drawn a few links at a time. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from dlt_crawler.fetch.manners.limits import Limits
from dlt_crawler.model import Due, HandedOn, Observation, Resource, SlotLoad
from dlt_crawler.urls import host_of, slot_of

_GUESS = 0.5
"""Seconds that a link of a slot we know nothing of takes."""


class Frontier(Protocol):
    """The resources of one crawl. Each is handed out once."""

    def loads(self) -> Iterable[SlotLoad]:
        """Return what waits, each slot once, before anything is claimed."""

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out so many resources of a slot; fewer only when it has no more."""


class Batch(Frontier, Protocol):
    """Links of one site that are claimed together, and where what becomes of each of them is written down.

    Each link that was claimed is recorded, handed on or released, once.
    """

    def record(self, observations: Sequence[Observation]) -> None:
        """Store what was seen. Whatever has been stored already, by whoever had the batch before, is left alone."""

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        """Give links to the sites that they lead to, each with its trail."""

    def release(self) -> None:
        """Give back what was claimed and is neither recorded nor handed on; nothing more is claimed after that."""


class ListFrontier:
    """A frontier of a list in memory, in its order; a resource that is in it several times is handed out once."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._waiting: dict[str, deque[Resource]] = {}
        for resource in dict.fromkeys(resources):
            self._waiting.setdefault(slot_of(host_of(resource.url)), deque()).append(resource)

    def loads(self) -> Iterator[SlotLoad]:
        """Yield what waits (Frontier)."""
        for slot, waiting in self._waiting.items():
            yield SlotLoad(slot, len(waiting), None)

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out resources of a slot (Frontier)."""
        waiting = self._waiting[slot]
        return [Due(waiting.popleft()) for _ in range(min(count, len(waiting)))]


def seconds_for(load: SlotLoad, limits: Limits) -> float:
    """Return how long a slot is expected to take: its pauses, or its requests side by side, whichever is longer."""
    requests = load.links * _GUESS if load.seconds is None else load.seconds
    return max(load.links * limits.delay, requests / limits.per_host)
