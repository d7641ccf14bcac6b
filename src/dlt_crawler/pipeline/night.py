"""The second half of the nightly job: what is done with what was checked, wherever that was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dlt_crawler.model import Report
from dlt_crawler.pipeline.checks import Fetched
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.keeping import Archived, archive
from dlt_crawler.pipeline.looking import prepare_for_looking
from dlt_crawler.pipeline.notices import notify
from dlt_crawler.pipeline.repairs import Choice, Edited, mirror, repair
from dlt_crawler.pipeline.reports import write_reports
from dlt_crawler.pipeline.snapshots import Resolved, resolve
from dlt_crawler.pipeline.verdicts import Held, judge


@dataclass(frozen=True, slots=True)
class Nightly:
    """What one nightly job did."""

    fetched: Fetched
    held: Held
    resolved: Resolved
    archived: Archived | None
    repaired: tuple[Edited, ...]
    report: Report
    files: tuple[Path, ...]
    """Those that the report was written into."""


def conclude(job: Job, fetched: Fetched, paths: Sequence[str] = (), *, yes: bool = False) -> Nightly:
    """Judge, resolve, archive, repair and report what was checked in a run, say that it is done, and tell of it.

    `paths` are those whose documents are repaired (the configured sources when empty). `yes`: however many links die at
    once.
    """
    held = judge(job, yes=yes)
    resolved = resolve(job)
    archived = archive(job) if job.settings.archive.save else None
    copies = mirror(job.settings.storage / "repaired")
    repaired = tuple(each.edited for each in repair(job, paths, copies, Choice.of(job.settings.repair)))
    written = write_reports(job)
    prepare_for_looking(job)
    if fetched.run.done is None:
        job.store.complete_run(fetched.run.id, now=job.now)
    notify(job, written.report)
    return Nightly(fetched, held, resolved, archived, repaired, written.report, written.files)
