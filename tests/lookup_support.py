"""What the tests of look-ups share: interfaces of the test internet, and what they say of links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from dlt_crawler.config import LookupSettings
from dlt_crawler.fetch import Answered, Crawler
from dlt_crawler.model import Due, Observation, Resource, SlotLoad
from dlt_crawler.sites.lookups import services_of
from tests.fetch_support import crawler
from tests.internet.client import Internet
from tests.internet.interfaces import GOOD_TOKEN

DOI, AGENCY, OTHER_AGENCY, VIDEOS, PAPERS = "127.0.0.30", "127.0.0.31", "127.0.0.32", "127.0.0.35", "127.0.0.36"
"""Loopback addresses at which the interfaces are asked."""


class LookedUp(NamedTuple):
    """What the services knew, by URL, and what each of them did."""

    found: Mapping[str, Observation]
    answered: Mapping[str, Answered]


def interfaces(internet: Internet, **changes: Any) -> LookupSettings:
    """The settings that make a program ask the interfaces of the test internet."""
    given = {
        "arxiv_url": internet.http_url("/api/query", PAPERS),
        "arxiv_delay": 0,
        "doi_url": internet.http_url("/", DOI),
        "doi_agencies": (AGENCY, OTHER_AGENCY),
        "github_url": internet.https_url(""),
        "github_token": GOOD_TOKEN,
        "youtube_url": internet.http_url("/oembed", VIDEOS),
    }
    return LookupSettings(**{**given, **changes})


def ask(running: Crawler, urls: Iterable[str], fragments: Sequence[str] = ()) -> LookedUp:
    due, seen = [Due(Resource(url), tuple(fragments)) for url in urls], list[Observation]()
    answered = running.look_up(lambda _service: due, seen.extend, loads=[SlotLoad("any.example", len(due), None)])
    found = {each.resource.url: each for each in seen}
    assert len(found) == len(seen)
    return LookedUp(found, answered)


def look_up(internet: Internet, urls: Iterable[str], settings: LookupSettings | None = None, **fetch: Any) -> LookedUp:
    """What the interfaces of the test internet know of links."""
    services = services_of(settings or interfaces(internet))
    with crawler(internet, services=services, **{"timeout": 20, **fetch}) as running:
        return ask(running, urls)
