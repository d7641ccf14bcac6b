"""The calling side of one crawl: hands out links, answers questions, and records what is seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.copying import Copies, hear
from dlt_crawler.fetch.messages import (
    Ask,
    Broken,
    Done,
    Draw,
    Logged,
    PayloadWanted,
    Recorded,
    Reply,
    RobotsKnown,
    RobotsWanted,
    Seen,
)
from dlt_crawler.fetch.shares import Shares
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.model import Observation, RobotsRecord

logger = logging.getLogger(__name__)

Record = Callable[[Sequence[Observation]], None]


class RobotsCache(Protocol):
    """Where robots.txt files are kept from run to run."""

    def get(self, origin: str) -> RobotsRecord | None:
        """Return what is known of an origin (scheme://host:port), if it is not older than a day."""

    def put(self, records: Sequence[RobotsRecord]) -> None:
        """Keep what was answered."""


def heed(word: Logged | Broken) -> None:
    """Log what a child has logged. Raises CrawlError for an error of ours in it."""
    match word:
        case Logged(name, level, text):
            logging.getLogger(name).log(level, "%s", text)
        case Broken(reason, traceback):
            logger.error("the crawl broke off:\n%s", traceback)
            raise CrawlError(f"the crawl broke off: {reason}")


class Dialogue:
    """One crawl, by all children."""

    def __init__(
        self,
        children: Children,
        shares: Shares,
        tally: Tally,
        record: Record,
        *,
        cache: RobotsCache | None,
        copies: Copies | None,
    ) -> None:
        self._children = children
        self._shares = shares
        self._tally = tally
        self._record = record
        self._robots = cache
        self._copies = copies
        self._first: dict[int, Draw] = {}
        self._learnt: list[RobotsRecord] = []
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
                self._tally.count(observations)
                self._record(observations)
                self._keep_robots()
            case Draw():
                self._draw(number, reply)
            case RobotsWanted(origin):
                record = None if self._robots is None else self._robots.get(origin)
                self._children.tell(number, RobotsKnown(origin, record))
            case RobotsRecord():
                self._learnt.append(reply)
            case PayloadWanted() | Recorded():
                hear(self._children, number, reply, self._copies)
            case Logged() | Broken():
                heed(reply)
            case Done():
                self._keep_robots()
                self._done += 1
            case _:
                raise AssertionError(f"nothing of the kind is said in a crawl: {reply}")

    def _keep_robots(self) -> None:
        if self._robots is not None and self._learnt:
            self._robots.put(tuple(self._learnt))
            self._learnt.clear()

    def _draw(self, number: int, draw: Draw) -> None:
        if len(self._first) == len(self._children):
            self._children.tell(number, self._shares.draw(number, draw))
            return
        # A link may lead one child to a site of another, which is to have begun the same crawl by then.
        self._first[number] = draw
        if len(self._first) == len(self._children):
            for each, first in self._first.items():
                self._children.tell(each, self._shares.draw(each, first))
