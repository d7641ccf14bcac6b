"""The list: which link is on which host, what it answers, after how long. All of it follows from a seed.

The URL of a link says what will be answered, so that the target needs no table and the truth no file:
http://HOST/KIND/LINK, for a redirect to another site http://HOST/g/OTHER HOST/LINK.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from dlt_crawler.model import Outcome, State

PER_HOST = 10
"""Links of a host, on average."""
MEDIAN = 0.2
PERCENTILE_99 = 2.0
"""Seconds of the log-normal latencies; as in `webs.world`, half of their variance is between hosts. Cut at …"""
LONGEST = 15.0
"""… so that no link is a time-out by chance (its truth would be another one)."""
SUBDOMAINS = 10
"""Each tenth host is another host of the site of the one before."""

ARCHIVED = 2
"""Of the links that are gone, the archive has each second one: those of an even number."""
SNAPSHOT = "20200101000000"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a link answers, what is to be seen of it, and what is to be said of it after one night."""

    share: float
    outcome: Outcome
    state: State

    @property
    def looks(self) -> int:
        return 1 if self.state is State.ALIVE else 2

    @property
    def gone(self) -> bool:
        return self.state is State.DEAD


KINDS: Mapping[str, Kind] = {
    "a": Kind(0.97, Outcome.OK, State.ALIVE),
    "b": Kind(0.015, Outcome.NOT_FOUND, State.DEAD),  # 404
    "c": Kind(0.002, Outcome.NOT_FOUND, State.DEAD),  # 410
    "d": Kind(0.002, Outcome.SERVER_ERROR, State.FAILING),  # 500
    "e": Kind(0.001, Outcome.SOFT_404, State.FAILING),
    "f": Kind(0.005, Outcome.REDIRECTED, State.ALIVE),  # to another page of the host, for good
    "g": Kind(0.005, Outcome.REDIRECTED, State.ALIVE),  # to another site
}

_PART = math.log(PERCENTILE_99 / MEDIAN) / NormalDist().inv_cdf(0.99) / math.sqrt(2)
_STEPS = 4_093
_FACTORS = [math.exp(_PART * NormalDist().inv_cdf((step + 0.5) / _STEPS)) for step in range(_STEPS)]
"""Quantiles of a log-normal law: drawn by number, they need no generator and no state."""
_MIDDLE = _STEPS // 2
"""The largest host is neither a fast nor a slow one."""
_HOSTS, _LINKS = 2_654_435_761, 2_246_822_519
"""Odd numbers that scatter (Knuth, TAOCP 3, 6.4)."""

_SUBJECTS = ("maps", "tides", "networks", "grammar", "bridges", "moths", "proofs", "dyes", "glaciers", "ballads")
_THEMES = ("地图", "潮汐", "网络", "语法", "桥梁", "飞蛾", "证明", "染料", "冰川", "民谣")


def latency(host: int, link: int) -> float:
    """Return the seconds that a link takes to answer."""
    return min(LONGEST, MEDIAN * _FACTORS[(_MIDDLE + host * _HOSTS) % _STEPS] * _FACTORS[link * _LINKS % _STEPS])


def name_of(host: int) -> str:
    """Return the name of a host: in most cases it has a site of its own."""
    return f"d{host}.w{host - 1}.example" if host % SUBDOMAINS == SUBDOMAINS - 1 else f"w{host}.example"


def site_number(host: int) -> int:
    """Return the number of the host that a host's site is named after."""
    return host - (host % SUBDOMAINS == SUBDOMAINS - 1)


def title_of(link: int) -> str:
    """Return what the page of a link is called, and in the documents the link: each tenth in Chinese."""
    if link % 10 == 3:
        return f"关于{_THEMES[link // 10 % 10]}的第{link}篇笔记"
    return f"Notes on {_SUBJECTS[link % 10]} and {_SUBJECTS[link // 7 % 10]}, number {link}"


def kind_of(url: str) -> Kind:
    """Return what is true of a URL of the list."""
    return KINDS[url.split("/", 4)[3]]


def link_of(url: str) -> int:
    """Return the number of the link of a URL of the list."""
    return int(url.rpartition("/")[2])


@dataclass(frozen=True)
class List:
    """So many links, shuffled over all hosts.

    Sizes of hosts follow Zipf's law without its first host, the n-th has 1 / (n + 1) of what that would have: the host
    that leads such lists (39 % of an awesome list; docs/scaling.md) is one whose interface answers in batches, and does
    not count here. Of a million links on 100,000 hosts, the largest has 4.5 %.
    """

    links: int
    seed: int = 1

    @property
    def hosts(self) -> int:
        return max(1, self.links // PER_HOST)

    @cached_property
    def sizes(self) -> Sequence[int]:
        """Links of each host, the largest first; none is empty, and they add up."""
        total = sum(1 / (rank + 1) for rank in range(1, self.hosts + 1))
        sizes = [max(1, round(self.links / (rank + 1) / total)) for rank in range(1, self.hosts + 1)]
        sizes[0] += self.links - sum(sizes)
        return sizes

    @cached_property
    def host_of(self) -> Sequence[int]:
        """Link → host."""
        chosen = array("I", (host for host, size in enumerate(self.sizes) for _ in range(size)))
        random.Random(self.seed).shuffle(chosen)
        return chosen

    @cached_property
    def kinds(self) -> str:
        """Link → kind, a letter each. The shares are exact: the night's length must not depend on the draw."""
        rest = {name: round(kind.share * self.links) for name, kind in KINDS.items() if name != "a"}
        letters = list("a" * (self.links - sum(rest.values())) + "".join(name * count for name, count in rest.items()))
        random.Random(self.seed + 1).shuffle(letters)
        return "".join(letters)

    def url(self, link: int) -> str:
        """Return the URL of a link."""
        host, kind = self.host_of[link], self.kinds[link]
        # Far away in the order of sizes, and therefore on another site.
        other = f"{(host + self.hosts // 2) % self.hosts}/" if kind == "g" else ""
        return f"http://{name_of(host)}/{kind}/{other}{link}"

    def urls(self) -> Iterator[str]:
        return map(self.url, range(self.links))

    def gone(self) -> Iterator[int]:
        """Yield the links that are to be judged dead."""
        return (link for link, kind in enumerate(self.kinds) if KINDS[kind].gone)

    def quantiles(self) -> Mapping[str, int]:
        """Return how many links hosts have: of half of them no more than the first figure, and so on."""
        ascending = self.sizes[::-1]
        at = {name: math.ceil(share * self.hosts) - 1 for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))}
        return {**{name: ascending[place] for name, place in at.items()}, "max": ascending[-1]}
