"""What `repair` would write now, for formats that offer it beside the line (SARIF's `fixes`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from dlt_crawler.model import Fix, Kind, LinkStatus, RepairKind, RepairStyle, Report, Snapshot, State
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs import Choice, nowhere, repair


def fixes_of(job: Job, report: Report) -> tuple[Fix, ...]:
    """Return the edits of the report's documents that replace a dead or moved link; nothing is written.

    They are those of `repair --redirects`, proven as they are there: the bytes are exact, whatever construct the link
    stands in, and there is none for a document that has changed since. Only documents with such a link are read.
    """
    files = {place.file for link in report.links.of(_may_be) if _may_be_repaired(link) for place in link.occurrences}
    paths = sorted(file for file in files if Path(file).is_file())
    # Without paths, `repair` reads every document of the configuration.
    return tuple(_fixes(job, paths)) if paths else ()


def _may_be(kind: Kind) -> bool:
    return kind.moved or kind.state is State.DEAD


def _may_be_repaired(link: LinkStatus) -> bool:
    verdict = link.verdict
    return verdict.moved_to is not None or (verdict.state is State.DEAD and isinstance(link.snapshot, Snapshot))


def _fixes(job: Job, paths: list[str]) -> Iterator[Fix]:
    choice = Choice.of(job.settings.repair, redirects=True, style=RepairStyle.REPLACE)
    for document in repair(job, paths, nowhere, choice):
        for edit, rewrite in document.result.rewrites:
            if edit.kind is not RepairKind.RETURN:
                yield Fix(edit, rewrite)
