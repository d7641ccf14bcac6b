"""To be written."""

from __future__ import annotations

from dlt_crawler.model import Report
from dlt_crawler.report.view import View


def report_sarif(report: Report, view: View) -> str:
    """Return the report."""
    return f"{len(report.links)}{view}\n"
