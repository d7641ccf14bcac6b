"""The calling side of one crawl: hands out links, answers questions, and records what is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.clerk import Clerk
from dlt_crawler.fetch.messages import Ask, Done, Draw, Reply, Seen
from dlt_crawler.fetch.shares import Shares
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.model import Observation

Record = Callable[[Sequence[Observation]], None]


class Dialogue:
    """One crawl, by all children."""

    def __init__(self, children: Children, shares: Shares, tally: Tally, record: Record, clerk: Clerk) -> None:
        self._children = children
        self._shares = shares
        self._tally = tally
        self._record = record
        self._clerk = clerk
        self._first: dict[int, Draw] = {}
        self._done = 0

    def hold(self, *, robots: bool) -> None:
        """Crawl until all children are done. Raises CrawlError when one dies or reports an error of ours."""
        for number in range(len(self._children)):
            # What is asked whatever robots.txt says is no link of a list.
            self._children.tell(number, Ask(robots, keep=robots))
        while self._done < len(self._children):
            for number, reply in self._children.replies():
                self._hear(number, reply)

    def _hear(self, number: int, reply: Reply) -> None:
        match reply:
            case Seen(observations):
                self._tally.count(each.resource for each in observations)
                self._record(observations)
                self._clerk.keep_robots()
            case Draw():
                self._draw(number, reply)
            case Done():
                self._clerk.keep_robots()
                self._done += 1
            case _:
                self._clerk.hear(number, reply)

    def _draw(self, number: int, draw: Draw) -> None:
        if len(self._first) == len(self._children):
            self._children.tell(number, self._shares.draw(number, draw))
            return
        # A link may lead one child to a site of another, which is to have begun the same crawl by then.
        self._first[number] = draw
        if len(self._first) == len(self._children):
            for each, first in self._first.items():
                self._children.tell(each, self._shares.draw(each, first))
