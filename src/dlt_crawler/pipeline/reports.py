"""What is known into reports."""

from __future__ import annotations

from dlt_crawler import sources
from dlt_crawler.model import Report
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import Format, render

SUFFIXES = {Format.TEXT: "txt", Format.JSON: "json"}


def write_reports(job: Job) -> Report:
    """Write the latest report in every format under storage/reports/, and return what it shows."""
    report = job.store.report()
    for report_format, suffix in SUFFIXES.items():
        path = job.settings.storage / "reports" / f"report.{suffix}"
        sources.write(path, render(report, report_format, all_links=report_format is Format.JSON).encode())
    return report
