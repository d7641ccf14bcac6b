"""How long a polite night takes: a discrete-event simulation of the crawl, with measured costs. Pure.

The order of work is the program's own (`fetch.crawl.window.Window`, drawn as `fetch.shares.Shares` does). Its
politeness (`fetch.manners.slots.HostSlots`) is told again here, because it lives by the clock of an event loop: a slot
has at most `per_host` requests at once, two starts are `delay` apart, all together are at most `concurrency`, and a
slot's turn lasts until its page is read. One crawling process reads one page after the other.

Left out, because they are rare in such a list or small beside what is simulated: back-off and pauses that hosts ask
for, alternatives of links that fail, the time to connect and to look a name up.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.crawl.scheduler import CHECKS_PER_REQUEST
from dlt_crawler.fetch.crawl.window import Window
from dlt_crawler.fetch.frontier import seconds_for
from dlt_crawler.fetch.manners.limits import Limits
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import SlotLoad

_FIRST, _CROWD = 4, 4
"""As in `fetch.crawl.scheduler`: links that a slot is opened with, and the part of the places that may be wanted."""

_LATE = 0.001
"""Seconds that a start comes late: a delay is counted from when the request before has left (docs/benchmarks.md)."""

Latency = Callable[[int, int], float]
"""Host and link → seconds until the answer."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a link costs, measured."""

    crawling: float
    """Seconds of processor time of a crawling process for a link."""
    rest: float
    """The same of everything else that the machine does meanwhile: the calling process, the database."""
    cores: int
    processes: int

    @property
    def serial(self) -> float:
        """Seconds that a crawling process needs for a link, where all have to share the cores."""
        return max(self.crawling, (self.crawling + self.rest) * self.processes / self.cores)


@dataclass(frozen=True, slots=True)
class Look:
    """How long a look at all links takes."""

    seconds: float
    requests: int
    last_host: int
    """The one that ended last."""
    busy: float
    """Share of the time in which the busiest crawling process was at work."""
    under_way: float
    """Requests under way, on average."""


@dataclass(slots=True, eq=False)
class _Slot:
    host: int
    waiting: deque[int] = field(default_factory=deque)
    active: int = 0
    due: float = 0.0
    in_line: bool = False
    has_timer: bool = False
    ruled: bool = False
    """Its robots.txt is here …"""
    asking: bool = False
    """… or on its way, and these links wait for it."""
    held: list[int] = field(default_factory=list)


ROBOTS = -1
"""In the place of a link."""
_WAKE, _ANSWER, _READ = 0, 1, 2


class _Process:
    """One crawling process, and the hosts that it owns."""

    def __init__(self, hosts: Mapping[int, Sequence[int]], settings: FetchSettings, serial: float, latency: Latency):
        """`settings` with this process's share of the concurrency; `hosts` with the links of each."""
        self._settings, self._serial, self._latency = settings, serial, latency
        limits = Limits(settings.per_host, settings.delay)
        self._seconds = {host: seconds_for(SlotLoad("", len(links), None), limits) for host, links in hosts.items()}
        self._left = sorted(hosts, key=self._seconds.__getitem__)
        self._links = {host: deque(links) for host, links in hosts.items()}
        self._window: Window[int] = Window(
            slots=CHECKS_PER_REQUEST * settings.concurrency,
            first=max(_FIRST, settings.per_host),
            cap=lambda _: settings.per_host,
            patience=settings.timeout,
        )
        self._crowd = settings.concurrency // _CROWD + 1
        self._slots: dict[int, _Slot] = {}
        self._line: deque[_Slot] = deque()
        self._events: list[tuple[float, int, int, _Slot, int]] = []
        self._number = 0
        self._active = 0
        self.now = self._free = self.busy = self.under_way = 0.0
        self.requests = 0
        self.last_host = 0
        self._host_of: dict[int, int] = {}

    def crawl(self) -> None:
        """Look at every link once."""
        self._draw()
        self._begin()
        while self._events:
            self.now, _, kind, slot, link = heapq.heappop(self._events)
            if kind == _WAKE:
                slot.has_timer = False
                self._settle(slot)
            elif kind == _ANSWER:
                self._answered(slot, link)
            else:
                self._read(slot, link)
            self._start()
            self._draw()
            self._begin()

    def _at(self, when: float, kind: int, slot: _Slot, link: int) -> None:
        self._number += 1
        heapq.heappush(self._events, (when, self._number, kind, slot, link))

    def _draw(self) -> None:
        """Fill the window, as the spider and the calling process do: the longest slots first."""
        while not self._window.drawn and self._window.is_hungry:
            draw = self._window.draw()
            for _ in range(min(draw.slots, len(self._left))):
                host = self._left.pop()
                links = self._links[host]
                self._slots[host] = _Slot(host, ruled=self._settings.robots == "ignore")
                self._window.open(str(host), links=len(links), seconds=self._seconds[host])
                self._fill(host, draw.first)
            for name, count in draw.more:
                self._fill(int(name), count)
            if not self._left:
                self._window.no_more_slots()

    def _fill(self, host: int, count: int) -> None:
        links = self._links[host]
        drawn = [links.popleft() for _ in range(min(count, len(links)))]
        for link in drawn:
            self._host_of[link] = host
            self._window.put(str(host), link)
        self._window.filled(str(host), more=len(drawn) == count)

    def _begin(self) -> None:
        """Begin checks while not too many wait for a place."""
        while len(self._line) < self._crowd and (link := self._window.take()) is not None:
            slot = self._slots[self._host_of.pop(link)]
            if slot.ruled:
                self._enter(slot, link)
            else:
                slot.held.append(link)
                if not slot.asking:
                    slot.asking = True
                    self._enter(slot, ROBOTS)
            self._start()

    def _enter(self, slot: _Slot, link: int) -> None:
        slot.waiting.append(link)
        self._settle(slot)

    def _settle(self, slot: _Slot) -> None:
        if not slot.waiting or slot.in_line or slot.has_timer or slot.active >= self._settings.per_host:
            return
        if slot.due > self.now:
            slot.has_timer = True
            self._at(slot.due, _WAKE, slot, 0)
        else:
            slot.in_line = True
            self._line.append(slot)

    def _start(self) -> None:
        while self._line and self._active < self._settings.concurrency:
            slot = self._line.popleft()
            slot.in_line = False
            link = slot.waiting.popleft()
            slot.active += 1
            self._active += 1
            slot.due = self.now + self._settings.delay + (_LATE if self._settings.delay else 0.0)
            taken = min(self._latency(slot.host, max(0, link)), self._settings.timeout)
            self.under_way += taken
            self._at(self.now + taken, _ANSWER, slot, link)
            self._settle(slot)

    def _answered(self, slot: _Slot, link: int) -> None:
        """Read the page when the process comes to it. A robots.txt costs a fifth: nothing is stored or judged of it."""
        cost = self._serial if link != ROBOTS else self._serial / 5
        self._free = max(self._free, self.now) + cost
        self.busy += cost
        self._at(self._free, _READ, slot, link)

    def _read(self, slot: _Slot, link: int) -> None:
        self.requests += 1
        slot.active -= 1
        self._active -= 1
        if link == ROBOTS:
            slot.ruled = True
            slot.waiting.extend(slot.held)
            slot.held.clear()
        else:
            self._window.release(str(slot.host))
            self.last_host = slot.host
        self._settle(slot)


def look(hosts: Mapping[int, Sequence[int]], settings: FetchSettings, machine: Machine, latency: Latency) -> Look:
    """Return how long it takes to look at these links, by host, once. `settings.processes` is that of the machine."""
    share, rest = divmod(settings.concurrency, machine.processes)
    owned: list[dict[int, Sequence[int]]] = [{} for _ in range(machine.processes)]
    for host, links in hosts.items():
        owned[owner_of(f"w{host}.example", machine.processes)][host] = links
    done = []
    for number, own in enumerate(owned):
        given = settings.model_copy(update={"concurrency": share + (number < rest)})
        process = _Process(own, given, machine.serial, latency)
        process.crawl()
        done.append(process)
    last = max(done, key=lambda process: process.now)
    return Look(
        seconds=last.now,
        requests=sum(process.requests for process in done),
        last_host=last.last_host,
        busy=max(process.busy / process.now for process in done if process.now),
        under_way=sum(process.under_way for process in done) / last.now,
    )


def by_host(host_of: Sequence[int], chosen: Iterable[int] | None = None) -> Mapping[int, Sequence[int]]:
    """Return the links of each host: all of them, or those that are chosen."""
    hosts: dict[int, list[int]] = {}
    for link in range(len(host_of)) if chosen is None else chosen:
        hosts.setdefault(host_of[link], []).append(link)
    return hosts
