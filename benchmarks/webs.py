"""The webs that are crawled: which link is on which host, and how long each takes to answer. Seeded, so all agree."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

MEDIAN = 0.2
PERCENTILE_99 = 5.0
"""Seconds of the log-normal latencies of `world`."""

HANGS = math.inf
"""The latency of a link that takes the request and never answers."""

PLAIN = "text/plain"
PAGE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Web:
    """Hosts are numbered; each is an address of 127.0.0.0/8, so no names need to be resolved."""

    hosts: Sequence[int]
    """Link → host, in the order in which checkers are given the links."""
    latencies: Sequence[float]
    """Link → seconds from the request to the answer. A shorter sequence is begun again at its end."""
    media_type: str = PLAIN

    def urls(self, port: int) -> list[str]:
        """Return the links; the number of a link is its path."""
        return [f"http://{address(host)}:{port}/{link}" for link, host in enumerate(self.hosts)]


def address(host: int) -> str:
    """Return the address of a host: 250 of them in each of the networks 127.1.0.0/24, 127.1.1.0/24 and so on."""
    return f"127.1.{host // 250}.{host % 250 + 1}"


def even(links: int, hosts: int, latency: float = 0.0) -> Web:
    """Return a web of hosts of one size that take turns, all equally fast."""
    return Web([link % hosts for link in range(links)], [latency])


def world(seed: int, links: int, hosts: int, hanging: float) -> Web:
    """Return a web like that of a curated list.

    Sizes of hosts follow Zipf's law: the n-th has 1/n of the links of the first (in seeds/, 732 links on 385 hosts, the
    first has 13 % and the second 7 %). Latencies are log-normal; half of the variance of their logarithm is between
    hosts, half between the requests to one host. The share `hanging` of the hosts, whatever their size, never answers.
    The links of all hosts are shuffled.
    """
    chance = random.Random(seed)
    deviation = math.log(PERCENTILE_99 / MEDIAN) / NormalDist().inv_cdf(0.99)
    part = deviation / math.sqrt(2)
    medians = [MEDIAN * chance.lognormvariate(0, part) for _ in range(hosts)]
    for host in chance.sample(range(hosts), round(hosts * hanging)):
        medians[host] = HANGS
    chosen = [host for host, size in enumerate(_zipf(links, hosts)) for _ in range(size)]
    chance.shuffle(chosen)
    return Web(chosen, [medians[host] * chance.lognormvariate(0, part) for host in chosen], PAGE)


def _zipf(links: int, hosts: int) -> list[int]:
    """Return sizes of hosts, largest first, that add up to `links`; none is empty."""
    total = sum(1 / rank for rank in range(1, hosts + 1))
    sizes = [max(1, round(links / rank / total)) for rank in range(1, hosts + 1)]
    sizes[0] += links - sum(sizes)
    return sizes
