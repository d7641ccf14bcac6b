"""The stages of the nightly job and their order. The only package that knows several adapters.

    extract → fetch → judge → resolve → (archive) → repair → report

One module a stage. Each stage but `extract` begins and ends at the database, so that each can be run again alone, and
a job that was killed goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlt_crawler.model import Report
from dlt_crawler.pipeline.checks import Fetched, fetch
from dlt_crawler.pipeline.job import Job, Progress, last_run, open_for_reading, open_job
from dlt_crawler.pipeline.links import Stored, store_links
from dlt_crawler.pipeline.repairs import Choice, Repaired, diff, in_place, mirror, nowhere, repair
from dlt_crawler.pipeline.reports import report_of, write_reports
from dlt_crawler.pipeline.rereading import Reread, reread_all
from dlt_crawler.pipeline.snapshots import Archived, Resolved, archive, resolve
from dlt_crawler.pipeline.verdicts import judge
from dlt_crawler.store import Remarks

__all__ = [
    "Archived",
    "Choice",
    "Fetched",
    "Job",
    "Nightly",
    "Progress",
    "Remarks",
    "Repaired",
    "Reread",
    "Resolved",
    "Stored",
    "archive",
    "diff",
    "fetch",
    "in_place",
    "judge",
    "last_run",
    "mirror",
    "nowhere",
    "open_for_reading",
    "open_job",
    "repair",
    "report_of",
    "reread_all",
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
    stored = store_links(job, paths)
    fetched = fetch(job, stored.documents)
    judge(job)
    resolved = resolve(job)
    archived = archive(job) if job.settings.archive.save else None
    copies = mirror(job.settings.storage / "repaired")
    repaired = tuple(repair(job, paths, copies))
    for document in stored.forgotten:
        copies(document).unlink(missing_ok=True)
    return Nightly(fetched, resolved, archived, repaired, write_reports(job))
