"""What is known, as text for people and JSON for programs. Pure: domain objects in, text out; one module a format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from enum import StrEnum
from typing import assert_never

from dlt_crawler.model import Report, RunId, Story
from dlt_crawler.report import badge, csv, github, history, html, json, junit, markdown, sarif, text
from dlt_crawler.report.changes import CHANGES, changes_of, held_back
from dlt_crawler.report.commit import commit_message
from dlt_crawler.report.found import SearchFormat, render_found
from dlt_crawler.report.inert import discreet, inert
from dlt_crawler.report.lint import lint_aside, lint_json, lint_text, lints_at_links
from dlt_crawler.report.notice import Notice, notice_of
from dlt_crawler.report.occurrence import occurrence_json, occurrence_text
from dlt_crawler.report.paper import Screen
from dlt_crawler.report.place import place
from dlt_crawler.report.selection import Added, Baseline, Kept, broken, read_baseline, selected
from dlt_crawler.report.view import Listed, View

__all__ = [
    "CHANGES",
    "Added",
    "Baseline",
    "Format",
    "HistoryFormat",
    "Kept",
    "Listed",
    "Notice",
    "Screen",
    "SearchFormat",
    "View",
    "broken",
    "changes_of",
    "commit_message",
    "discreet",
    "held_back",
    "inert",
    "lint_aside",
    "lint_json",
    "lint_text",
    "lints_at_links",
    "notice_of",
    "occurrence_json",
    "occurrence_text",
    "place",
    "read_baseline",
    "render",
    "render_found",
    "render_history",
    "selected",
    "written",
]


class Format(StrEnum):
    """What a report can be rendered as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    """The description of a pull request, or a rolling issue."""
    HTML = "html"
    """One page for a browser, that needs nothing else."""
    CSV = "csv"
    JUNIT = "junit"
    """JUnit's XML, which every CI server shows as tests."""
    SARIF = "sarif"
    """SARIF 2.1.0, which code scanning shows beside the lines."""
    GITHUB = "github"
    """Workflow commands: GitHub Actions shows them beside the lines of a pull request."""
    BADGE = "badge"
    """An SVG that says how many links live."""
    SHIELDS = "shields"
    """The same for shields.io, as the JSON of its endpoint badge."""


class HistoryFormat(StrEnum):
    """What the history of a link can be rendered as."""

    TEXT = "text"
    JSON = "json"


def render(report: Report, format: Format, view: View = View()) -> str:  # noqa: A002, B008 -- the CLI's own word; frozen
    """Return of `report` what `view` lists, ending in a line feed.

    Text is for a terminal of 80 columns and holds nothing that acts on it, whatever a page said; JSON is ASCII;
    markdown tells of repairs. In each, user information and secret parameters of URLs are masked wherever they stand.
    """
    return "".join(written(report, format, view))


def written(report: Report, format: Format, view: View = View()) -> Iterator[str]:  # noqa: A002, B008 -- as above
    """Yield what `render` returns, piece by piece: of what holds every link of a long list, nobody needs it whole."""
    pieces = _WRITERS[format](report, view)
    return iter([pieces] if isinstance(pieces, str) else pieces)


_WRITERS: Mapping[Format, Callable[[Report, View], str | Iterator[str]]] = {
    Format.TEXT: text.report_text,
    Format.JSON: json.report_json,
    Format.MARKDOWN: markdown.report_markdown,
    Format.HTML: html.report_html,
    Format.CSV: csv.report_csv,
    Format.JUNIT: junit.report_junit,
    Format.SARIF: sarif.report_sarif,
    Format.GITHUB: github.report_github,
    Format.BADGE: badge.report_badge,
    Format.SHIELDS: badge.report_shields,
}


def render_history(
    story: Story,
    format: HistoryFormat,  # noqa: A002 -- as above
    *,
    distrusted: Collection[RunId] = frozenset(),
) -> str:
    """Return all that happened to one link, and why its verdict is what it is; secrets are masked.

    `distrusted`: the runs whose failures prove nothing.
    """
    match format:
        case HistoryFormat.TEXT:
            return history.history_text(story, distrusted)
        case HistoryFormat.JSON:
            return history.history_json(story, distrusted)
        case _:
            assert_never(format)
