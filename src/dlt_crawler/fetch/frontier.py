"""The order in which resources are asked for: fair to hosts, longest host first. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from dlt_crawler.model import Resource
from dlt_crawler.urls import host_of


class Frontier:
    """The resources that are still to be checked, by host.

    The host with most links comes first, because it is the one that the crawl ends with; hosts take turns, so that it
    holds nobody back; and a host that was begun goes on before a new one is opened, which keeps its connections and its
    robots.txt in use and bounds how many of them are open (scrapy.md, "The scheduler is where the time goes").
    """

    def __init__(self, resources: Iterable[Resource], per_host: int) -> None:
        self._per_host = per_host
        self._waiting: dict[str, deque[Resource]] = {}
        for resource in resources:
            self._waiting.setdefault(host_of(resource.url), deque()).append(resource)
        self._taken = dict.fromkeys(self._waiting, 0)
        self._turns = deque(sorted(self._waiting, key=lambda host: -len(self._waiting[host])))

    def take(self) -> Resource | None:
        """Return the next resource whose host has less than `per_host` taken; None when there is none right now."""
        if not self._turns:
            return None
        host = self._turns.popleft()
        resource = self._waiting[host].popleft()
        self._taken[host] += 1
        if self._waiting[host] and self._taken[host] < self._per_host:
            self._turns.append(host)
        return resource

    def release(self, resource: Resource) -> None:
        """Give back what was taken: the check of `resource` is over."""
        host = host_of(resource.url)
        self._taken[host] -= 1
        if not self._waiting[host]:
            if not self._taken[host]:
                del self._waiting[host], self._taken[host]
        elif self._taken[host] == self._per_host - 1:
            self._turns.appendleft(host)
