"""The books of one crawl: every resource that is handed out is to be observed exactly once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.errors import CrawlError
from dlt_crawler.model import Resource


class Tally:
    """What is under way. Holds no more than that, however long the list is."""

    def __init__(self, links: int) -> None:
        """`links`: how many will be handed out in all."""
        self._links = links
        self._observed = 0
        self._under_way: set[Resource] = set()

    def hand_out(self, resources: Iterable[Resource]) -> None:
        """Note what is to be observed."""
        self._under_way.update(resources)

    def count(self, resources: Iterable[Resource]) -> None:
        """Tick off what is observed. Raises CrawlError for what was not handed out, or is ticked off already."""
        for resource in resources:
            if resource not in self._under_way:
                raise CrawlError(f"there is an observation too many of {resource.url}")
            self._under_way.remove(resource)
            self._observed += 1

    def close(self) -> None:
        """Raise CrawlError when anything is left; it says how much, and names an example."""
        if self._observed != self._links or self._under_way:
            example = next((f", for example {resource.url}" for resource in self._under_way), "")
            raise CrawlError(
                f"{self._links - self._observed} of {self._links} resources were left without an observation{example}"
            )
