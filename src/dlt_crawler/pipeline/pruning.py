"""Old checks thinned out, and the disk space that they took given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from dlt_crawler import verdict
from dlt_crawler.errors import StoreError
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.thinning import Judging, Thinning
from dlt_crawler.store import Volume

_LONGEST = 36_500.0
"""Days: a century."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much there was, and how much there is."""

    before: Volume
    after: Volume


def prune(job: Job, days: float | None = None) -> Pruned:
    """Thin out the checks that are older than so many days ([retention] days), and delete what only they needed.

    Verdicts, and when links are due, stay as they are now and become what they would have become (`thinning`). What
    `judge --replay` reads is kept of the checks of those days, and of older ones that are more than plain successes.
    Cut off, some of it is done; the next time the rest is. When the disk has no room for the database to be written
    anew without what was deleted, that is said, and what was deleted stays deleted.
    """
    now = job.now
    before = now - timedelta(days=min(_LONGEST, job.settings.retention.days if days is None else days))
    retention = job.store.retention
    volume = retention.volume()
    latest = job.store.last_run()
    judging = Judging(
        policy=job.settings.verdict,
        now=now,
        before=before,
        latest=latest.id if latest else None,
        distrusted=job.store.distrusted_runs(),
        bad_nights=job.store.bad_nights(verdict.SLOW, job.settings.verdict.host_links),
    )
    thinning = Thinning(judging, retention.failing)
    job.progress.begin("prune", retention.number(before))
    for resources in retention.thin(before, thinning.thinned):
        job.progress.advance(resources)
    retention.sweep(before, now)
    try:
        retention.compact()
    except StoreError as error:
        job.progress.fail(f"old checks are thinned out, and the file could not be made smaller: {error}")
    return Pruned(volume, retention.volume())
