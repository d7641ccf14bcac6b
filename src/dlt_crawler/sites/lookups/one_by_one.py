"""A service that is asked for one thing at a time."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime

from dlt_crawler.model import Due, Observation, Resource
from dlt_crawler.sites.lookups.service import Ask, Told

_UNKNOWN = 10
"""Answers that tell of nothing that an interface knows, before it has known anything: it has moved, was shut down, or
answers nobody where we are. What it says is not believed then, and why go on."""


class OneByOne(ABC):
    """Asks once for each thing, however many links lead to it (Service)."""

    name: str
    url: str
    hosts: frozenset[str]
    batch = 20
    """A second's worth of requests to a fast interface, and what is lost of them when the program is killed."""

    def __init__(self) -> None:
        self._known: str | None = None
        """What was known last: with this it can be asked whether it still knows anything."""
        self._unknown = 0

    @abstractmethod
    def thing_of(self, url: str) -> str | None:
        """Return what a (normalised) URL is a link to, in one spelling; None when that is not for this service."""

    @abstractmethod
    async def look_up(self, thing: str, ask: Ask) -> Told | None:
        """Return what the service says of a thing; None: its links are for the ordinary fetch."""

    async def ask_again(self, thing: str, ask: Ask) -> Told | None:
        """Return what the service says of a thing, if only that it knows it: by one request where that can be."""
        return await self.look_up(thing, ask)

    def claims(self, resource: Resource) -> bool:
        """Return whether this is a link to a thing of the service (Service)."""
        return self.thing_of(resource.url) is not None

    async def check(self, due: Sequence[Due], ask: Ask) -> Mapping[Resource, Observation]:
        """Return what the service says of links (Service).

        What speaks against a thing (4xx) is only believed when the service has known some thing afterwards: an
        interface that was moved or shut down, or that answers nobody where we are, knows none, perhaps from now on.
        """
        links: dict[str, list[Resource]] = {}
        for each in due:
            thing = self.thing_of(each.resource.url)
            if thing is not None:
                links.setdefault(thing, []).append(each.resource)
        answers = await asyncio.gather(*(self.look_up(thing, ask) for thing in links))
        told = {thing: told for thing, told in zip(links, answers, strict=True) if told is not None}
        known = {thing: each.reply.at for thing, each in told.items() if _is_known(each)}
        doubtful = [each.reply.at for thing, each in told.items() if thing not in known]
        if known:
            self._known = max(known, key=lambda thing: known[thing])
        working = max(known.values(), default=None)
        if doubtful and (working is None or max(doubtful) > working):
            working = await self._works(ask, working, len(doubtful))
        return {
            resource: each.of(resource)
            for thing, each in told.items()
            if thing in known or (working is not None and each.reply.at < working)
            for resource in links[thing]
        }

    async def _works(self, ask: Ask, before: datetime | None, doubtful: int) -> datetime | None:
        """Return when the service is known to have worked last, after it has worked `before`; None: it does not."""
        if self._known is None:
            self._unknown += doubtful
            if self._unknown >= _UNKNOWN:
                ask.give_up(self.url, "it knows nothing of what it is asked for")
            return None
        told = await self.ask_again(self._known, ask)
        if told is None:
            return before
        if _is_known(told):
            return told.reply.at
        ask.give_up(self.url, "it does not know any more what it has known in this run")
        return None


def _is_known(told: Told) -> bool:
    return told.reply.status < 400
