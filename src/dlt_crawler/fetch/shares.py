"""Who checks what: the slots of a frontier shared out among the processes, the longest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.fetch.frontier import Frontier, seconds_for
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.messages import Draw, Drawn, Filling, OpenedSlot
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import SlotLoad


class Shares:
    """Hands out the links of one crawl, to each process those of the sites that it owns."""

    def __init__(
        self, frontier: Frontier, loads: Iterable[SlotLoad], limits: SlotLimits, processes: int, tally: Tally
    ) -> None:
        self._frontier = frontier
        self._tally = tally
        self._slots: list[list[OpenedSlot]] = [[] for _ in range(processes)]
        for load in loads:
            slot = OpenedSlot(load.slot, load.links, seconds_for(load, limits.of(load.slot)))
            self._slots[owner_of(load.slot, processes)].append(slot)
        for slots in self._slots:
            # The longest at the end, where it is taken from.
            slots.sort(key=lambda slot: slot.seconds)

    def draw(self, process: int, draw: Draw) -> Drawn:
        """Claim what a process has room for."""
        slots = self._slots[process]
        opened = tuple(slots.pop() for _ in range(min(draw.slots, len(slots))))
        wanted = [*((slot.name, draw.first) for slot in opened), *draw.more]
        return Drawn(opened, tuple(self._filling(*each) for each in wanted), end=not slots)

    def _filling(self, slot: str, count: int) -> Filling:
        due = tuple(self._frontier.claim(slot, count))
        self._tally.hand_out(each.resource for each in due)
        return Filling(slot, due, more=len(due) == count)
