"""The books of one crawl: every resource that is asked for is to be observed exactly once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.errors import CrawlError
from dlt_crawler.model import Observation, Resource


class Tally:
    """Which resources still have no observation."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.asked = tuple(dict.fromkeys(resources))
        """Each resource once, in the order given."""
        self._left = set(self.asked)

    def count(self, observations: Iterable[Observation]) -> None:
        """Tick off what is observed. Raises CrawlError for what was not asked for, or is ticked off already."""
        for observation in observations:
            if observation.resource not in self._left:
                raise CrawlError(f"there is an observation too many of {observation.resource.url}")
            self._left.remove(observation.resource)

    def close(self) -> None:
        """Raise CrawlError when anything is left; it says how much, and names an example."""
        if self._left:
            example = next(resource for resource in self.asked if resource in self._left)
            raise CrawlError(
                f"{len(self._left)} of {len(self.asked)} resources were left without an observation, "
                f"for example {example.url}"
            )
