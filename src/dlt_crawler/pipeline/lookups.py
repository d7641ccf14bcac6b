"""Links to checks without their pages: what the documented interfaces of sites know, in batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from dlt_crawler.fetch import Answered
from dlt_crawler.model import Due, Observation, Resource
from dlt_crawler.pipeline.web import Web
from dlt_crawler.sites.lookups import Service
from dlt_crawler.store import Place, StoredFrontier
from dlt_crawler.urls import slot_of


def look_up(
    crawler: Web, frontier: StoredFrontier, record: Callable[[Sequence[Observation]], None]
) -> Mapping[str, Answered]:
    """Record what the crawler's services know of what waits, and strike it off: the rest is to be fetched.

    Returns what each service did, by its name.
    """
    places: dict[Resource, Place] = {}

    def waiting(service: Service) -> Iterator[Due]:
        batch: deque[Resource] = deque()
        for each in frontier.waiting({slot_of(host) for host in service.hosts}):
            resource = each.due.resource
            if service.claims(resource):
                # Of a service, one batch is under way: it has told of those before.
                if len(batch) == service.batch:
                    places.pop(batch.popleft(), None)
                batch.append(resource)
                places[resource] = each.place
                yield each.due

    def known(batch: Sequence[Observation]) -> None:
        record(batch)
        frontier.strike(places[seen.resource] for seen in batch)

    return crawler.look_up(waiting, known, loads=frontier.loads())
