"""The report as a table for spreadsheets and scripts: RFC 4180, UTF-8, a row a written link, always these columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Final

from dlt_crawler.model import LinkOccurrence, LinkStatus, Report, Snapshot
from dlt_crawler.report.inert import discreet, inert
from dlt_crawler.report.json import moment
from dlt_crawler.report.place import place_fields
from dlt_crawler.report.view import View

BYTE_ORDER_MARK: Final = "\ufeff"
"""Excel takes a table without one for the encoding of its system, and shows Chinese as garbage. Python reads it away
with the encoding "utf-8-sig", pandas and R by themselves."""

COLUMNS: Final = (
    "file", "line", "column", "start", "end", "kind", "text", "raw", "url", "state", "outcome", "status", "reason",
    "final_url", "permanent", "moved_to", "title", "content_type", "first_seen", "last_checked", "last_ok",
    "failing_since", "checks", "warnings", "snapshot", "snapshot_timestamp", "disputed", "ignored", "ignored_until",
)  # fmt: skip
"""A contract: it only grows, at its end. Names are those of the JSON. Of times: ISO 8601, UTC."""

_FORMULA = re.compile(r"(^|;)(?=[\s\"'\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫\t\r])")
"""Before what a spreadsheet may take for a formula (OWASP, "CSV Injection"), also behind blanks and quotes that it
leaves out, in the full width of Chinese and Japanese keyboards, and in Unicode's small forms. A cell begins behind a
semicolon, too: where the comma is for decimals Excel separates by that alone, and heeds no quotes but those at the
beginning of what it takes for a cell."""

_NAMES = frozenset({"file"})
"""Columns whose secrets are none: names of files."""


def report_csv(report: Report, view: View) -> Iterator[str]:
    """Yield the links that the view lists, a row for each of their places.

    Nothing in a cell acts: control characters are shown as escapes, secrets masked, and what may be a formula has an
    apostrophe before it. Each is quoted: LibreOffice proposes to separate by semicolons, too.
    """
    text = StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    for link in report.links.of(view.wants):
        known = _of_link(link)
        for place in link.occurrences:
            row = {**_of_place(place), **known}
            writer.writerow({column: _cell(column, value) for column, value in row.items()})
        yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> str:
    """Return what was written, and begin anew."""
    taken = text.getvalue()
    text.seek(0)
    text.truncate()
    return taken


def neutralised(text: str) -> str:
    """Return what no spreadsheet takes for a formula, whatever it separates cells by."""
    return _FORMULA.sub(r"\1'", text)


_Value = str | int | bool | None


def _cell(column: str, value: _Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return neutralised(inert(value) if column in _NAMES else discreet(value))


def _of_place(place: LinkOccurrence) -> Mapping[str, _Value]:
    return {
        **place_fields(place),
        "kind": place.kind.value,
        "text": place.text,
        "raw": place.raw,
    }


def _of_link(link: LinkStatus) -> Mapping[str, _Value]:
    verdict, seen = link.verdict, link.last.seen if link.last else None
    snapshot = link.snapshot if isinstance(link.snapshot, Snapshot) else None
    ignore = link.ignored
    return {
        "url": link.url,
        "state": verdict.state.value,
        "outcome": seen.outcome.value if seen else None,
        "status": seen.status if seen else None,
        "reason": verdict.reason,
        "final_url": seen.final_url if seen else None,
        "permanent": seen.permanent if seen else False,
        "moved_to": verdict.moved_to,
        "title": link.page.title,
        "content_type": seen.content_type if seen else None,
        "first_seen": moment(link.first_seen),
        "last_checked": moment(verdict.last_checked),
        "last_ok": moment(verdict.last_ok),
        "failing_since": moment(verdict.failing_since),
        "checks": verdict.checks,
        "warnings": " ".join(warning.value for warning in seen.warnings) if seen else "",
        "snapshot": snapshot.url if snapshot else None,
        "snapshot_timestamp": snapshot.timestamp if snapshot else None,
        "disputed": link.dispute.replacement if link.dispute else None,
        "ignored": (ignore.reason or ignore.where) if ignore else None,
        "ignored_until": ignore.until.isoformat() if ignore and ignore.until else None,
    }
