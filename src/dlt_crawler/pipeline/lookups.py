"""Links to checks without their pages: what the documented interfaces of sites know, in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from dlt_crawler.fetch import Answered, Crawler
from dlt_crawler.model import Due, Observation
from dlt_crawler.sites.lookups import Service
from dlt_crawler.store import StoredFrontier
from dlt_crawler.urls import slot_of


def look_up(
    crawler: Crawler, frontier: StoredFrontier, record: Callable[[Sequence[Observation]], None]
) -> Mapping[str, Answered]:
    """Record what the crawler's services know of what waits, and strike it off: the rest is to be fetched.

    Returns what each service did, by its name.
    """

    def waiting(service: Service) -> Iterable[Due]:
        return frontier.waiting({slot_of(host) for host in service.hosts})

    def known(batch: Sequence[Observation]) -> None:
        record(batch)
        frontier.strike(seen.resource for seen in batch)

    return crawler.look_up(waiting, known, links=frontier.links)
