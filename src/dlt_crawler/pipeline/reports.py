"""What is known into reports."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from dlt_crawler import sources
from dlt_crawler.errors import RepairError
from dlt_crawler.model import Kind, LinkStatus, LoggedRepair, Report, State
from dlt_crawler.pipeline.earlier import earlier_pages, page_of, remove_old
from dlt_crawler.pipeline.fixes import fixes_of
from dlt_crawler.pipeline.ignores import with_ignores
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import Format, View
from dlt_crawler.report import written as report_as
from dlt_crawler.report.html import ROOM, Earlier, listed, pages_html
from dlt_crawler.sites import Sites, known_sites

FILES: Mapping[str, tuple[Format, View]] = {
    "report.txt": (Format.TEXT, View()),
    "report.json": (Format.JSON, View(all_links=True)),
    "badge.svg": (Format.BADGE, View()),
    "badge.json": (Format.SHIELDS, View()),
}
"""Name of a file → what it shows …"""
PAGE = "index.html"
"""… the page of the latest run, for browsers …"""
RUNS = "runs"
"""… and the directory of those of all runs that are kept."""

EVERY_LINK: Final = ROOM
"""Links up to which `report.json` has them all, as the page does: some 30 MB. Of a longer list, of which nobody would
read two gigabytes each night, it has what `report --format json` lists."""

_NOTHING_TO_SAY = frozenset({State.ALIVE, State.SKIPPED, State.INVALID})


@dataclass(frozen=True, slots=True)
class Written:
    """The report of a run."""

    report: Report
    files: tuple[Path, ...]
    """Those that hold it now. What is missing could not be written."""


def report_of(job: Job, report_format: Format, view: View = View()) -> Report:  # noqa: B008 - frozen
    """Return the latest report as this format is to show it.

    With what the rules know of the sites of links that cannot be shown, and, where they are told, the latest repairs,
    the edits that `repair` would make, and how the links that `view` lists have fared.
    """
    report, sites = with_ignores(job, job.store.report()), known_sites(job.settings.sites)
    shown = replace(report, links=report.links.changed(lambda link: _with_note(link, sites)))
    match report_format:
        case Format.MARKDOWN:
            return replace(shown, repairs=_repairs(job, shown))
        case Format.SARIF:
            return replace(shown, fixes=fixes_of(job, shown))
        case Format.HTML:
            return _with_trends(job, shown, view)
        case _:
            return shown


def write_reports(job: Job) -> Written:
    """Count the links of the latest run, and write its report in every format for people under storage/reports/.

    Each file is replaced as a whole. One that cannot be written is said, and the others are.
    """
    report, directory = report_of(job, Format.JSON), job.settings.storage / "reports"
    if report.run is not None:
        job.store.trends.keep_tally(report.run.id, report.counts, report.ignored)
    written = [path for path, pieces in _files(job, report, directory) if _write(job, path, pieces)]
    if report.run is not None:
        remove_old(job, directory / RUNS, report.run.id)
    return Written(report, tuple(written))


def _files(job: Job, report: Report, directory: Path) -> Iterator[tuple[Path, Iterable[str]]]:
    """Yield each file and what is to be in it; the page that leads to others last."""
    is_long = len(report.links) > EVERY_LINK
    for name, (report_format, view) in FILES.items():
        yield directory / name, report_as(report, report_format, View() if is_long else view)
    view = View()
    page = pages_html(_with_trends(job, report, view), view)
    earlier: Sequence[Earlier] = ()
    if report.run is not None:
        earlier = earlier_pages(job, directory / RUNS, report.run.id)
        if job.settings.report.keep:
            yield page_of(directory / RUNS, report.run.id), [page((), f"../{PAGE}")]
    yield directory / PAGE, [page(earlier, "")]


def _write(job: Job, path: Path, pieces: Iterable[str]) -> bool:
    try:
        sources.write(path, (piece.encode("utf-8", "replace") for piece in pieces))
    except RepairError as error:
        job.progress.fail(str(error))
        return False
    return True


def _with_trends(job: Job, report: Report, view: View) -> Report:
    """Return the report with how the links have fared that its page has room for."""
    return replace(report, trends=job.store.trends.load([link.url for link in listed(report, view).outlines()]))


def _repairs(job: Job, report: Report) -> tuple[LoggedRepair, ...]:
    """Return the repairs of the latest run that led to any, and those that an earlier one wrote into the copies.

    A copy is written anew by each run, and its repairs are logged once; the log does not know when one ends. One is
    still there when its link is written as it was, and still dead, not yet alive for good, or moved.
    """
    copies = str(job.settings.storage / "repaired") + os.sep
    open_links = {(each.file, each.url) for link in report.links.of(_is_replaced) for each in link.occurrences}
    found: dict[tuple[str, str, str | None, str], list[LoggedRepair]] = {}
    for run in job.store.repairs.runs():
        of_run: dict[tuple[str, str, str | None, str], list[LoggedRepair]] = {}
        for each in job.store.repairs.of_run(run):
            link, is_copied = each.repair.occurrence, each.written_to.startswith(copies)
            if each.ended is None and ((link.file, link.url) in open_links if is_copied else not found):
                of_run.setdefault((each.written_to, link.file, link.url, each.repair.replacement), []).append(each)
        # Of what was logged again since then, the latest stands where the link stands now.
        found = of_run | found
    return tuple(sorted((each for same in found.values() for each in same), key=lambda each: each.at))


def _is_replaced(kind: Kind) -> bool:
    return kind.state is State.DEAD or kind.recovering or kind.moved


def _with_note(link: LinkStatus, sites: Sites) -> LinkStatus:
    if link.verdict.state in _NOTHING_TO_SAY:
        return link
    rule = sites.rule_for(link.url)
    return link if rule is None or not rule.note else replace(link, note=rule.note)
