"""The report as one page for a browser, that needs nothing else: no request leaves it.

`page` puts it together: from parts that are HTML before any script runs (`figures`, `health`, `shares`, `listing`), and
from what its script makes a table of (`data`, with `facts` and `nights`). Template, styles and scripts are in `assets`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlt_crawler.model import Report
from dlt_crawler.report.html.data import ROOM, listed
from dlt_crawler.report.html.earlier import Earlier
from dlt_crawler.report.html.page import pages
from dlt_crawler.report.view import View

__all__ = ["ROOM", "Earlier", "listed", "pages_html", "report_html"]


def report_html(report: Report, view: View, earlier: Sequence[Earlier] = (), latest: str = "") -> str:
    """Return the page: one HTML document in UTF-8, which fetches nothing and in which nothing acts but its own script.

    It holds every link that there is room for (`data.ROOM`): what `view` lists comes first, then what is not alive,
    then the rest; the page says how many are left out. `earlier` are the pages of earlier runs to link to, in the
    order in which they are shown; `latest` is the page of the latest run, where this is to be that of an earlier one.
    """
    return pages_html(report, view)(earlier, latest)


def pages_html(report: Report, view: View) -> Callable[[Sequence[Earlier], str], str]:
    """Return what makes this page of `earlier` and `latest`, at the price of one page however often it is called."""
    return pages(report, view)
