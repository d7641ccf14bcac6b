"""Checks to verdicts."""

from __future__ import annotations

from dlt_crawler import verdict
from dlt_crawler.pipeline.job import Job


def judge(job: Job) -> None:
    """Judge every resource anew from its history. Needs no network."""
    distrusted = job.store.distrusted_runs()
    now = job.now
    job.store.save_verdicts(
        (
            (resource, verdict.judge(checks, job.settings.verdict, now, distrusted=distrusted))
            for resource, checks in job.store.histories()
        ),
        now=now,
    )
