"""Living links into the archive, before they die."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.archive import Archive
from dlt_crawler.model import NoSnapshot, State
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.snapshots import ask_for_each, in_state
from dlt_crawler.urls import why_private


@dataclass(frozen=True, slots=True)
class Archived:
    """What was kept, in links. Those that failed are left for the next run."""

    saved: int
    failed: int


def archive(job: Job) -> Archived:
    """Ask Save Page Now to keep every living link that has no snapshot we know of, and looks fit to be published.

    Raises ConfigError without keys.
    """
    known = job.store.answers()
    due = [
        resource
        for resource in in_state(job, State.ALIVE)
        if (resource not in known or isinstance(known[resource][0], NoSnapshot))
        and why_private(resource.url, captured=True) is None
    ][: job.settings.archive.max_saves]
    job.progress.begin("archive", len(due))
    with Archive(job.settings.archive, contact=job.settings.contact) as archive:
        saved = ask_for_each(job, due, lambda resource: archive.save(resource.url))
    return Archived(len(saved), len(due) - len(saved))
