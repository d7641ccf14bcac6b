"""The calling side of the look-ups: hands links to the services of a crawling process, and records what they know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.clerk import heed
from dlt_crawler.fetch.copying import Copies, hear
from dlt_crawler.fetch.dialogue import Record
from dlt_crawler.fetch.messages import (
    Broken,
    Claim,
    Claimed,
    Done,
    Logged,
    LookedUp,
    LookUp,
    PayloadWanted,
    Recorded,
    Reply,
)
from dlt_crawler.model import Due, Resource
from dlt_crawler.sites.lookups import Service

_ASKED = 0
"""The process that has the services; what it asks for, the owner of the site asks for."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one service did, in links."""

    asked: int
    known: int
    """Of these; the others are for the ordinary fetch."""


class Inquiry:
    """One pass over what services claim."""

    def __init__(
        self,
        children: Children,
        services: Sequence[Service],
        waiting: Callable[[Service], Iterable[Due]],
        record: Record,
        *,
        seconds: float,
        copies: Copies | None = None,
    ) -> None:
        """Begin nothing yet.

        `waiting`: what the service may claim; it is read while `record` is called in between. `seconds`: after these
        nothing more is asked.
        """
        self._children = children
        self._record = record
        self._batch = {service.name: service.batch for service in services}
        self._claimed = {service.name: _claimed(service, waiting) for service in services}
        self._under_way: dict[str, frozenset[Resource]] = {service.name: frozenset() for service in services}
        self._answered = {service.name: Answered(0, 0) for service in services}
        self._seconds = seconds
        self._copies = copies
        self._done = False

    def hold(self) -> Mapping[str, Answered]:
        """Look up until there is nothing more, and return what each service did, by its name.

        Raises CrawlError when the process dies or reports an error of ours.
        """
        self._children.tell(_ASKED, LookUp(self._seconds))
        while not self._done:
            for number, reply in self._children.replies():
                self._hear(number, reply)
        return self._answered

    def _hear(self, number: int, reply: Reply) -> None:
        match reply:
            case Claim(service):
                due = tuple(islice(self._claimed[service], self._batch[service]))
                self._under_way[service] = frozenset(each.resource for each in due)
                self._children.tell(number, Claimed(service, due))
            case LookedUp():
                self._take(reply)
            case PayloadWanted() | Recorded():
                # Of a crawl before this, of whose answer nobody waited for the end.
                hear(self._children, number, reply, self._copies)
            case Logged() | Broken():
                heed(reply)
            case Done():
                self._done = True
            case _:
                raise AssertionError(f"nothing of the kind is said while links are looked up: {reply}")

    def _take(self, told: LookedUp) -> None:
        under_way, before = self._under_way[told.service], self._answered[told.service]
        known = {observation.resource for observation in told.observations}
        if len(known) != len(told.observations) or not known <= under_way:
            raise CrawlError(f"{told.service} has told of what it was not asked for")
        self._under_way[told.service] = frozenset()
        self._answered[told.service] = Answered(before.asked + len(under_way), before.known + len(known))
        if told.observations:
            self._record(told.observations)


def _claimed(service: Service, waiting: Callable[[Service], Iterable[Due]]) -> Iterator[Due]:
    return (due for due in waiting(service) if service.claims(due.resource))
