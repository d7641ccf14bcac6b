"""The calling side of what children say beside what they see: they ask for robots.txt files and copies, and log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.copying import Copies, hear
from dlt_crawler.fetch.messages import Broken, Logged, PayloadWanted, Recorded, Reply, RobotsKnown, RobotsWanted
from dlt_crawler.model import RobotsRecord

logger = logging.getLogger(__name__)


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
            if traceback:
                logger.error("the crawl broke off:\n%s", traceback)
            raise CrawlError(f"the crawl broke off: {reason}")


class Clerk:
    """Answers the children of one crawl."""

    def __init__(self, children: Children, cache: RobotsCache | None, copies: Copies | None) -> None:
        self._children = children
        self._cache = cache
        self._copies = copies
        self._learnt: list[RobotsRecord] = []

    def hear(self, number: int, reply: Reply) -> None:
        """Answer what is asked. Raises CrawlError for an error of ours that a child reports."""
        match reply:
            case RobotsWanted(origin):
                record = None if self._cache is None else self._cache.get(origin)
                self._children.tell(number, RobotsKnown(origin, record))
            case RobotsRecord():
                self._learnt.append(reply)
            case PayloadWanted() | Recorded():
                hear(self._children, number, reply, self._copies)
            case Logged() | Broken():
                heed(reply)
            case _:
                raise AssertionError(f"nothing of the kind is said in a crawl: {reply}")

    def keep_robots(self) -> None:
        """Keep what was learnt of robots.txt files: together, as each time is a transaction."""
        if self._cache is not None and self._learnt:
            self._cache.put(tuple(self._learnt))
            self._learnt.clear()
