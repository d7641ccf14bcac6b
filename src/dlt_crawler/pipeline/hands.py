"""Who asks what a look is about: this process, or workers on any machine (`distributed`). Nothing above knows which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from dlt_crawler.model import Observation, Run
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.network import watched
from dlt_crawler.pipeline.watching import crawl
from dlt_crawler.pipeline.web import Web
from dlt_crawler.store import StoredFrontier


class Hands(Protocol):
    """Those who ask. Raise what `fetch` raises."""

    def begin(self, run: Run) -> Counter[int]:
        """Begin with a run, or go on with it: when this returns nobody asks anything.

        Returns at how many links each look was taken meanwhile, by those who went on with it.
        """

    def ask(self, run: Run, look: int, web: Web, frontier: StoredFrontier) -> None:
        """Take this look at everything in the frontier, and store each check soon after it was made.

        When this returns all are stored, and nobody asks anything any more.
        """


class OurOwn:
    """This process and its children."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def begin(self, run: Run) -> Counter[int]:
        """Do nothing: whoever worked here before is gone (Hands)."""
        return Counter()

    def ask(self, run: Run, look: int, web: Web, frontier: StoredFrontier) -> None:
        """Crawl (Hands). Failures that pile up in a first look are looked into."""
        record = recorder(self._job, run, look)
        crawl(self._job, web, frontier, watched(self._job, run, record) if look == 1 else record)


@contextmanager
def hands_for(job: Job, *, distributed: bool) -> Iterator[Hands]:
    """Have workers ask for the block, or this process.

    Raises ConfigError for workers without PostgreSQL; LockHeld when this process is to ask, and workers still do.
    """
    if not distributed and not job.store.sharing.is_possible:
        yield OurOwn(job)
        return
    # Procrastinate, 0.3 s, only where several machines may be at work.
    from dlt_crawler.pipeline.distributed import require_no_workers, workers  # noqa: PLC0415 - as above

    if distributed:
        with workers(job) as them:
            yield them
    else:
        require_no_workers(job)
        yield OurOwn(job)


def recorder(job: Job, run: Run, look: int) -> Callable[[Sequence[Observation]], None]:
    """Return what stores checks of a look, and tells who watches the job."""

    def record(batch: Sequence[Observation]) -> None:
        job.store.add_checks(run.id, look, batch)
        job.progress.advance(len(batch))

    return record
