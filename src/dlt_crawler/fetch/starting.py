"""The start of crawling processes: how many, and what each is told first."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence

from dlt_crawler.config import FetchSettings, trust_store
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.copying import Copies
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.messages import Setup
from dlt_crawler.sites import Sites
from dlt_crawler.sites.lookups import Service

_MOST_PROCESSES = 4


def useful_processes(settings: FetchSettings) -> int:
    """Return how many processes are worth their start where there is much to ask for."""
    return min(os.cpu_count() or 1, _MOST_PROCESSES, settings.concurrency)


def start(
    processes: int,
    settings: FetchSettings,
    *,
    contact: str,
    sites: Sites,
    remembers_robots: bool,
    copies: Copies | None,
    services: Sequence[Service] = (),
    lease: Lease | None = None,
) -> Children:
    """Start so many processes, but no more than may have a request under way at once, and share that number out."""
    processes = min(processes, settings.concurrency)
    # What is left over goes to the first ones.
    share, rest = divmod(settings.concurrency, processes)
    level = logging.getLogger("dlt_crawler").getEffectiveLevel()
    trust = trust_store()
    return Children(
        [
            Setup(
                settings=settings.model_copy(update={"concurrency": share + (number < rest)}),
                sites=sites,
                contact=contact,
                trust=trust,
                log_level=level,
                remembers_robots=remembers_robots,
                copies=None if copies is None else copies.directory,
                services=tuple(services),
            )
            for number in range(processes)
        ],
        lease,
    )
