"""How links fare by where they lead and by how old they are. Pure: counts of the states that a report shows.

Only links that are checked count: neither those that are skipped, nor what is no http or https URL.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler.language import N_, _
from dlt_crawler.model import LinkStatus, Outline, State, links_of
from dlt_crawler.urls import host_of, slot_of

_ORIGIN = re.compile("https?://[^/?#]*", re.IGNORECASE | re.ASCII)
"""What a URL has before its path: all that says which host it is on."""
_YEAR = timedelta(days=365.2425)
"""Of the Gregorian calendar, on average."""
_BANDS = (
    (1, N_("less than 1 year")),
    (2, N_("1 to 2 years")),
    (5, N_("2 to 5 years")),
    (10, N_("5 to 10 years")),
)
"""Ages below so many years, and what they are called."""
_OLDEST = N_("10 years and more")
_UNKNOWN = N_("not known")


@dataclass(frozen=True, slots=True)
class Share:
    """Some of the links, and how many of them are in each state."""

    name: str
    """Of a host, or of a band of ages in the language in use."""
    links: int
    counts: Mapping[State, int]
    """A state that none of them is in counts 0, and is no key."""


def by_host(links: Iterable[LinkStatus]) -> Sequence[Share]:
    """Return a share for each host that links lead to: the ones with the most links first, then by name.

    A host with and without "www." is one; so are the many of one platform, whose pages live and die together
    (alice.github.io → github.io, by `urls.slot_of`).
    """
    found: dict[str, Counter[State]] = {}
    for host, link in _checked(links):
        found.setdefault(host, Counter())[link.kind.state] += 1
    shares = [Share(host, counts.total(), counts) for host, counts in found.items()]
    return sorted(shares, key=lambda share: (-share.links, share.name))


def by_age(links: Iterable[LinkStatus], now: datetime) -> Sequence[Share]:
    """Return a share for each band of ages, from the youngest links to the oldest, then those of unknown age.

    Empty ones, too. A link is as old as its oldest occurrence (`LinkStatus.written`); `now` is aware.
    """
    names = [*(name for _years, name in _BANDS), _OLDEST, _UNKNOWN]
    found: dict[str, Counter[State]] = {name: Counter() for name in names}
    for _host, link in _checked(links):
        found[_band(link.written, now)][link.kind.state] += 1
    return [Share(_(name), counts.total(), counts) for name, counts in found.items()]


def _band(written: datetime | None, now: datetime) -> str:
    if written is None:
        return _UNKNOWN
    age = (now - written) / _YEAR
    return next((name for years, name in _BANDS if age < years), _OLDEST)


def _checked(links: Iterable[LinkStatus]) -> Iterator[tuple[str, Outline]]:
    """Yield the links that are checked, each with the host that it counts for."""
    # Of a million links most are on a host that others are on, too.
    known: dict[str, str] = {}
    for link in links_of(links).outlines():
        if link.kind.state is State.SKIPPED or (origin := _ORIGIN.match(link.url)) is None:
            continue
        if (host := known.get(origin[0])) is None:
            host = known[origin[0]] = _counted_as(origin[0])
        if host:
            yield host, link


def _counted_as(origin: str) -> str:
    """Return the host that links of an origin count for; empty where there is none."""
    try:
        host = host_of(origin)
    except ValueError:  # Two brackets that hold no address.
        return ""
    return _without_www(slot_of(host)) if host else ""


def _without_www(host: str) -> str:
    bare = host.removeprefix("www.")
    return bare if "." in bare else host
