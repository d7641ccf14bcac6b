"""The stages of the nightly job and their order. The only package that knows several adapters.

    extract → fetch → judge → resolve → (archive) → repair → report

One module a stage. Each stage but `extract` begins and ends at the database, so that each can be run again alone, and
a job that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlt_crawler.model import Report
from dlt_crawler.pipeline.archive import Archived, Resolved, archive, resolve
from dlt_crawler.pipeline.extract import Extracted, extract, store_links
from dlt_crawler.pipeline.fetch import Fetched, fetch
from dlt_crawler.pipeline.job import Job, Progress, job, last_run, look_only
from dlt_crawler.pipeline.judge import judge
from dlt_crawler.pipeline.repair import Choice, Repaired, diff, in_place, mirror, nowhere, repair
from dlt_crawler.pipeline.report import write_reports

__all__ = [
    "Archived",
    "Choice",
    "Extracted",
    "Fetched",
    "Job",
    "Nightly",
    "Progress",
    "Repaired",
    "Resolved",
    "archive",
    "diff",
    "extract",
    "fetch",
    "in_place",
    "job",
    "judge",
    "last_run",
    "look_only",
    "mirror",
    "nowhere",
    "repair",
    "resolve",
    "run",
    "store_links",
    "write_reports",
]


@dataclass(frozen=True, slots=True)
class Nightly:
    """What one nightly job did."""

    fetched: Fetched
    resolved: Resolved
    archived: Archived | None
    repaired: tuple[Repaired, ...]
    report: Report


def run(job: Job, paths: Sequence[str] = ()) -> Nightly:
    """Do the nightly job on the documents under `paths` (the configured sources when empty).

    Raises NetworkDown after the links are stored and before anything is judged when the canaries do not answer.
    """
    resources = store_links(job, paths)
    fetched = fetch(job, resources)
    judge(job)
    resolved = resolve(job)
    archived = archive(job) if job.settings.archive.save else None
    repaired = tuple(repair(job, paths, mirror(job.settings.storage / "repaired")))
    return Nightly(fetched, resolved, archived, repaired, write_reports(job))
