"""A service that is asked for one thing at a time."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from dlt_crawler.model import Due, Observation, Outcome, Resource
from dlt_crawler.sites.lookups.service import Ask, Told


class OneByOne(ABC):
    """Asks once for each thing, however many links lead to it (Service)."""

    name: str
    url: str
    hosts: frozenset[str]
    batch = 20
    """A second's worth of requests to a fast interface, and what is lost of them when the program is killed."""

    def __init__(self) -> None:
        self._knows_some = False

    @abstractmethod
    def thing_of(self, url: str) -> str | None:
        """Return what a (normalised) URL is a link to, in one spelling; None when that is not for this service."""

    @abstractmethod
    async def look_up(self, thing: str, ask: Ask) -> Told | None:
        """Return what the service says of a thing; None: its links are for the ordinary fetch."""

    def claims(self, resource: Resource) -> bool:
        """Return whether this is a link to a thing of the service (Service)."""
        return self.thing_of(resource.url) is not None

    async def check(self, due: Sequence[Due], ask: Ask) -> Mapping[Resource, Observation]:
        """Return what the service says of links (Service).

        That there is no such thing is only believed of a service that has known another one in the same run: an
        interface that was moved, or shut down, knows none.
        """
        links: dict[str, list[Resource]] = {}
        for each in due:
            thing = self.thing_of(each.resource.url)
            if thing is not None:
                links.setdefault(thing, []).append(each.resource)
        answers = await asyncio.gather(*(self.look_up(thing, ask) for thing in links))
        told = [(resources, told) for resources, told in zip(links.values(), answers, strict=True) if told is not None]
        self._knows_some = self._knows_some or any(each.outcome is not Outcome.NOT_FOUND for _, each in told)
        return {
            resource: each.of(resource)
            for resources, each in told
            if self._knows_some or each.outcome is not Outcome.NOT_FOUND
            for resource in resources
        }
