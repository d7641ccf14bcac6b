"""What is known into reports."""

from __future__ import annotations

from dataclasses import replace

from dlt_crawler import sources
from dlt_crawler.model import LinkStatus, LoggedRepair, Report, State
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import Format, View, render
from dlt_crawler.sites import Sites, known_sites

SUFFIXES = {Format.TEXT: "txt", Format.JSON: "json"}

_NOTHING_TO_SAY = frozenset({State.ALIVE, State.SKIPPED, State.INVALID})


def report_of(job: Job, report_format: Format) -> Report:
    """Return the latest report as this format is to show it.

    With what the rules know of the sites of links that cannot be shown, and, where they are told, the latest repairs.
    """
    report, sites = job.store.report(), known_sites(job.settings.sites)
    links = tuple(_with_note(link, sites) for link in report.links)
    return replace(report, links=links, repairs=_latest_repairs(job) if report_format is Format.MARKDOWN else ())


def write_reports(job: Job) -> Report:
    """Write the latest report in every format under storage/reports/, and return what it shows."""
    report = report_of(job, Format.JSON)
    for report_format, suffix in SUFFIXES.items():
        path = job.settings.storage / "reports" / f"report.{suffix}"
        sources.write(path, render(report, report_format, View(all_links=report_format is Format.JSON)).encode())
    return report


def _latest_repairs(job: Job) -> tuple[LoggedRepair, ...]:
    for run in job.store.repairs.runs():
        if standing := tuple(each for each in job.store.repairs.of_run(run) if each.ended is None):
            return standing
    return ()


def _with_note(link: LinkStatus, sites: Sites) -> LinkStatus:
    if link.verdict.state in _NOTHING_TO_SAY:
        return link
    rule = sites.rule_for(link.url)
    return link if rule is None or not rule.note else replace(link, note=rule.note)
