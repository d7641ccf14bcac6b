"""Runs that check only what was added since a git revision: what is done for a pull request.

They leave alone what belongs to the nights: copies of repaired documents and the reports of the storage are not
written, nobody is notified, and what is known of documents that are gone stays.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dlt_crawler.errors import ReportError, SourceError
from dlt_crawler.git import require_revision
from dlt_crawler.model import Report
from dlt_crawler.pipeline.checks import Fetched, fetch
from dlt_crawler.pipeline.hands import hands_for
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.links import Stored, store_links
from dlt_crawler.pipeline.reports import report_of
from dlt_crawler.pipeline.since import added_since, patterns_left
from dlt_crawler.pipeline.snapshots import Resolved, resolve
from dlt_crawler.pipeline.unread import changed_since_read
from dlt_crawler.pipeline.verdicts import Held, judge, plan
from dlt_crawler.report import Added, Format


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What such a run did."""

    added: Added
    fetched: Fetched | None
    """None: nothing was added that could be checked, and nobody was asked for anything."""
    held: Held
    resolved: Resolved
    report: Report
    """About all links: `report.selected` narrows it down."""


def run_since(job: Job, paths: Sequence[str], revision: str, *, full: bool = False, yes: bool = False) -> Narrowed:
    """Check what was added to the documents under `paths` since a git revision, judge it, and look for snapshots of it.

    What is not due is not asked for again, and its verdict stands. Raises what `pipeline.run` and `added_since` raise.
    """
    added, fetched = _checked(job, paths, revision, full=full)
    held = judge(job, yes=yes)
    resolved = resolve(job, added.resources)
    if fetched is not None:
        job.store.complete_run(fetched.run.id, now=job.now)
    return Narrowed(added, fetched, held, resolved, _with_last_run(job, report_of(job, Format.TEXT)))


def fetch_since(job: Job, paths: Sequence[str], revision: str, *, full: bool = False) -> Fetched | None:
    """Check it, and no more; None when there is nothing. Raises the same."""
    _, fetched = _checked(job, paths, revision, full=full)
    plan(job)
    if fetched is not None:
        job.store.complete_run(fetched.run.id, now=job.now)
    return fetched


def report_since(job: Job, report: Report, revision: str) -> tuple[Report, Added]:
    """Return the report with the run that looked at links last, and what was added to the stored documents since then.

    Raises what `added_since` raises, and ReportError when documents are not what they were when they were stored: what
    was added to them meanwhile is known to nobody, and nothing broken would be found in it.
    """
    if unread := changed_since_read(job):
        others = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
        command = shlex.join(["dlt-crawl", "run", "--since", revision, *job.store.paths()])
        raise ReportError(f"{unread[0]}{others} changed since the last run: `{command}` first")
    return _with_last_run(job, report), added_since(job, job.store.documents(), revision)


def _with_last_run(job: Job, report: Report) -> Report:
    return replace(report, run=job.store.last_run())


def _checked(job: Job, paths: Sequence[str], revision: str, *, full: bool) -> tuple[Added, Fetched | None]:
    require_revision(revision)
    try:
        stored = store_links(job, paths)
    except SourceError:
        # Who takes away the last document has added no link to it.
        left = patterns_left(job, paths, revision)
        stored = store_links(job, left) if left else Stored((), ())
    plan(job)
    added = added_since(job, stored.documents, revision, paths)
    if not added.resources:
        return added, None
    with hands_for(job, distributed=False) as hands:
        return added, fetch(job, stored.documents, full=full, added=added, hands=hands)
