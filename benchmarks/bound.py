"""The least time in which anyone can check a web within given limits, knowing all latencies beforehand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from benchmarks.webs import HANGS, Web
from dlt_crawler.config import FetchSettings


def least_seconds(web: Web, limits: FetchSettings) -> float:
    """Return a lower bound of the finishing time: the greatest of those of the hosts and that of the whole.

    A request takes as long as its link's latency, at most `timeout`. All requests of all hosts take at least their sum
    / `concurrency`. A host that hangs counts as one request: a checker may find out by asking once.
    """
    requests: defaultdict[int, list[float]] = defaultdict(list)
    for host, latency in zip(web.hosts, web.latencies, strict=True):
        if latency != HANGS or not requests[host]:
            requests[host].append(min(latency, limits.timeout))
    work = sum(map(sum, requests.values())) / limits.concurrency
    return max(work, *(_host(seconds, limits) for seconds in requests.values()))


def _host(seconds: Sequence[float], limits: FetchSettings) -> float:
    """Return the bound of one host, whose requests take so many seconds each.

    At most `per_host` of them go on at once. And they start `delay` apart: of the n longest ones, in whatever order,
    the last starts (n - 1) * delay after the first or later, and takes at least as long as the n-th longest.
    """
    longest_first = sorted(seconds, reverse=True)
    starts = max(number * limits.delay + taken for number, taken in enumerate(longest_first))
    return max(starts, math.fsum(seconds) / limits.per_host)
