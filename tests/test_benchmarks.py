"""The lower bound that crawls are measured against: reached by hand in small webs, never undercut in large ones."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence

import pytest

from benchmarks.bound import least_seconds
from benchmarks.webs import HANGS, Web, world
from dlt_crawler.config import FetchSettings


@pytest.mark.parametrize(
    ("hosts", "latencies", "limits", "seconds"),
    [
        ([0], [3.0], {}, 3.0),
        ([0], [30.0], {"timeout": 10}, 10.0),
        ([0] * 4, [1.0] * 4, {"per_host": 2, "delay": 0}, 2.0),
        ([0] * 10, [0.0] * 10, {"delay": 0.5}, 4.5),
        # The longest may go first, and the others meanwhile.
        ([0] * 4, [0.1, 5.0, 0.1, 0.1], {"delay": 1}, 5.0),
        # Of two long ones, one has to wait for its turn.
        ([0] * 4, [0.1, 5.0, 0.1, 5.0], {"delay": 1}, 6.0),
        ([0, 1, 2, 3], [1.0] * 4, {"concurrency": 2}, 2.0),
        ([0] * 20, [HANGS] * 20, {"timeout": 10, "per_host": 2}, 10.0),
    ],
)
def test_bound_of_small_webs(
    hosts: Sequence[int], latencies: Sequence[float], limits: dict[str, float], seconds: float
) -> None:
    assert least_seconds(Web(hosts, latencies), FetchSettings(**limits)) == pytest.approx(seconds)


@pytest.mark.parametrize("seed", range(5))
def test_no_host_can_be_checked_in_less_time_than_the_bound(seed: int) -> None:
    limits = FetchSettings(per_host=10, delay=0.05, timeout=10, concurrency=500)
    web = world(seed, links=1000, hosts=50, hanging=0.02)
    of_host: defaultdict[int, list[float]] = defaultdict(list)
    for host, latency in zip(web.hosts, web.latencies, strict=True):
        of_host[host].append(min(latency, limits.timeout))
    ends = [max(_ends(sorted(taken, reverse=True), limits)) for taken in of_host.values()]
    assert least_seconds(web, limits) <= max(ends)


def _ends(seconds: Sequence[float], limits: FetchSettings) -> Sequence[float]:
    """Return when each request to a host ends, when they start in this order and as early as the limits allow."""
    start, under_way, ends = -limits.delay, [], []
    for taken in seconds:
        start += limits.delay
        if len(under_way) == limits.per_host:
            start = max(start, heapq.heappop(under_way))
        heapq.heappush(under_way, start + taken)
        ends.append(start + taken)
    return ends


def test_world_has_the_size_that_was_asked_for() -> None:
    web = world(1, links=5000, hosts=800, hanging=0.01)
    hanging = {host for host, latency in zip(web.hosts, web.latencies, strict=True) if latency == HANGS}
    assert (len(web.latencies), len(set(web.hosts)), len(hanging)) == (5000, 800, 8)
