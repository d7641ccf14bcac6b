"""The look-ups of a crawling process: every service at once, each with a batch of links at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from dlt_crawler.fetch.messages import LookedUp
from dlt_crawler.fetch.visit.asking import Asking
from dlt_crawler.model import Due, Observation, Resource
from dlt_crawler.sites.lookups import Service

logger = logging.getLogger(__name__)


class Inquiries:
    """Asks the services for what the calling process has for them."""

    def __init__(self, services: Sequence[Service], asking: Asking) -> None:
        self._services = services
        self._asking = asking

    async def make(
        self, claim: Callable[[str], Awaitable[Sequence[Due]]], tell: Callable[[LookedUp], None], *, seconds: float
    ) -> None:
        """Look up what `claim` returns for each service, by its name, until that is nothing, and tell the answers.

        After so many seconds nothing more is asked; what is under way may take a time-out longer.
        """
        self._asking.end_in(seconds)
        await asyncio.gather(*(self._ask(service, claim, tell) for service in self._services))

    async def _ask(
        self, service: Service, claim: Callable[[str], Awaitable[Sequence[Due]]], tell: Callable[[LookedUp], None]
    ) -> None:
        while not (self._asking.ended or self._asking.has_given_up(service.url)):
            due = await claim(service.name)
            if not due:
                return
            tell(LookedUp(service.name, tuple((await self._check(service, due)).values())))

    async def _check(self, service: Service, due: Sequence[Due]) -> Mapping[Resource, Observation]:
        try:
            return await service.check(due, self._asking)
        except Exception:  # Whatever an interface answers: the links are fetched as any others.
            logger.exception("%s: an answer could not be read", service.name)
            self._asking.give_up(service.url, "its answers cannot be read")
            return {}
