"""What is known, as text for people and JSON for programs. Pure: domain objects in, text out; one module a format."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import assert_never

from dlt_crawler.model import Report, RunId, Story
from dlt_crawler.report import history, json, markdown, text
from dlt_crawler.report.changes import CHANGES, changes_of, held_back
from dlt_crawler.report.commit import commit_message
from dlt_crawler.report.inert import discreet, inert
from dlt_crawler.report.lint import lint_aside, lint_json, lint_text, lints_at_links
from dlt_crawler.report.notice import Notice, notice_of
from dlt_crawler.report.occurrence import occurrence_json, occurrence_text
from dlt_crawler.report.place import place

__all__ = [
    "CHANGES",
    "Format",
    "HistoryFormat",
    "Notice",
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
    "render",
    "render_history",
]


class Format(StrEnum):
    """What a report can be rendered as."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    """The description of a pull request."""


class HistoryFormat(StrEnum):
    """What the history of a link can be rendered as."""

    TEXT = "text"
    JSON = "json"


def render(report: Report, format: Format, *, all_links: bool = False) -> str:  # noqa: A002 -- the CLI's own word
    """Return the broken links (every link with `all_links`) of `report`, ending in a line feed.

    Text is for a terminal of 80 columns and holds nothing that acts on it, whatever a page said; JSON is ASCII;
    markdown tells of repairs, whatever `all_links` says. In each, user information and secret parameters of URLs are
    masked wherever they stand.
    """
    match format:
        case Format.TEXT:
            return text.report_text(report, all_links=all_links)
        case Format.JSON:
            return json.report_json(report, all_links=all_links)
        case Format.MARKDOWN:
            return markdown.report_markdown(report)
        case _:
            assert_never(format)


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
