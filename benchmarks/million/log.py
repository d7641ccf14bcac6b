"""What the target wrote down, and whether that was polite: told by those who were asked, not by who asked."""

from __future__ import annotations

import heapq
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.million.law import site_number

ENTRY = struct.Struct("<IIBdd")
"""Host, link, client, when the request came and when its answer went (CLOCK_MONOTONIC)."""
ROBOTS = 2**32 - 1
"""In the place of a link."""
_READ = 65_536
LATE = 0.02
"""Seconds that a request may seem to come too early, because the one before was read late: the machine is busy."""


class Request(NamedTuple):
    """One request, as the target saw it."""

    host: int
    link: int
    client: int
    """Which worker; 0 where they are not told apart."""
    came: float
    went: float


@dataclass(frozen=True, slots=True)
class Manners:
    """What the target saw of politeness."""

    requests: int
    at_once: int
    """The most requests that were under way to one host."""
    too_close: int
    """Requests that came sooner than the delay after the one before, `LATE` aside."""
    closest: float
    """The least seconds between two requests to one host."""
    shared: int
    """Requests that came to a site while one of another worker was under way there."""


def read(log: Path) -> Iterator[Request]:
    """Yield all requests, in the order of their answers."""
    with log.open("rb") as file:
        while block := file.read(ENTRY.size * _READ):
            for entry in ENTRY.iter_unpack(block):
                yield Request(*entry)


_Seen = tuple[float, float, int]


def manners(requests: Iterator[Request], delay: float) -> Manners:
    """Look at what all hosts saw."""
    hosts: defaultdict[int, list[_Seen]] = defaultdict(list)
    sites: defaultdict[int, list[_Seen]] = defaultdict(list)
    for request in requests:
        hosts[request.host].append((request.came, request.went, request.client))
    for host, seen in hosts.items():
        seen.sort()
        sites[site_number(host)] += seen
    gaps = [after[0] - before[0] for seen in hosts.values() for before, after in pairwise(seen)]
    return Manners(
        requests=sum(map(len, hosts.values())),
        at_once=max((_at_once(seen) for seen in hosts.values()), default=0),
        too_close=sum(gap < delay - LATE for gap in gaps),
        closest=min(gaps, default=0.0),
        shared=sum(map(_shared, sites.values())),
    )


def _at_once(seen: Sequence[_Seen]) -> int:
    most, ends = 0, list[float]()
    for came, went, _ in seen:
        while ends and ends[0] <= came:
            heapq.heappop(ends)
        heapq.heappush(ends, went)
        most = max(most, len(ends))
    return most


def _shared(seen: Sequence[_Seen]) -> int:
    shared, until = 0, dict[int, float]()
    for came, went, client in sorted(seen):
        shared += any(other != client and end > came for other, end in until.items())
        until[client] = max(went, until.get(client, went))
    return shared


def span(requests: Iterable[Request]) -> float:
    """Return the seconds from the first request to the last answer."""
    began, ended = float("inf"), float("-inf")
    for request in requests:
        began, ended = min(began, request.came), max(ended, request.went)
    return max(0.0, ended - began)
