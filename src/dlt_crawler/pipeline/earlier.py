"""The pages of earlier runs: one file a run, which no later run writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from dlt_crawler.model import RunId
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report.html import Earlier

_NAME = re.compile("([0-9]{6,9})[.]html")


def page_of(directory: Path, run: RunId) -> Path:
    """Return the file of the page of a run."""
    return directory / f"{run:06}.html"


def earlier_pages(job: Job, directory: Path, before: RunId) -> Sequence[Earlier]:
    """Return the pages of the runs before that are there and are to be kept, latest first.

    Their names are relative to the directory above. A page of a run that the database does not know is nobody's.
    """
    kept = [run for run in _runs(directory) if run < before][: job.settings.report.keep]
    known = job.store.trends.of_runs(kept)
    return [
        Earlier(f"{directory.name}/{page_of(directory, run).name}", at, tally.broken if tally else None)
        for run in kept
        if run in known
        for at, tally in [known[run]]
    ]


def remove_old(job: Job, directory: Path, latest: RunId) -> None:
    """Remove the pages of earlier runs that are too many. Pages of later runs stay: they are of another database."""
    before = [run for run in _runs(directory) if run < latest]
    for run in before[job.settings.report.keep :]:
        try:
            page_of(directory, run).unlink(missing_ok=True)
        except OSError as error:
            job.progress.fail(f"{page_of(directory, run)}: cannot be removed: {error.strerror}")
            return


def _runs(directory: Path) -> Sequence[RunId]:
    """Return the runs that have a page, latest first."""
    found: list[RunId] = []
    with suppress(OSError):
        names = (_NAME.fullmatch(file.name) for file in directory.iterdir())
        found = [RunId(int(name[1])) for name in names if name]
    return sorted((run for run in found if page_of(directory, run).is_file()), reverse=True)
