"""The table, as Python's csv reads it, and as a spreadsheet would."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.model import Dispute, Ignore, Page, Report
from dlt_crawler.report import Format, View, render
from dlt_crawler.report.csv import neutralised
from tests.report_samples import ALIVE, DEAD, GONE, NIGHT, REPORT, RUN, occurrence

ALL = View(all_links=True)
BROKEN = View()


def rows_of(report: Report, view: View = BROKEN) -> list[dict[str, str]]:
    text = render(report, Format.CSV, view).encode().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_a_row_is_a_place_and_says_all_that_is_known() -> None:
    first, second = rows_of(REPORT)
    assert first == {
        "file": "seeds/理论.md",
        "line": "17",
        "column": "23",
        "start": "310",
        "end": "340",
        "kind": "inline",
        "text": "深度学习 Theory",
        "raw": GONE,
        "url": GONE,
        "state": "dead",
        "outcome": "not_found",
        "status": "404",
        "reason": "answered 404 in two looks",
        "final_url": GONE,
        "permanent": "false",
        "moved_to": "",
        "title": "On Depth",
        "content_type": "text/html",
        "first_seen": "2026-10-22T02:30:00Z",
        "last_checked": "2026-11-21T02:30:00Z",
        "last_ok": "2026-11-12T02:30:00Z",
        "failing_since": "2026-11-20T02:30:00Z",
        "checks": "5",
        "warnings": "",
        "snapshot": f"https://web.archive.org/web/20190304050607/{GONE}",
        "snapshot_timestamp": "20190304050607",
        "disputed": "",
        "ignored": "",
        "ignored_until": "",
    }
    assert second == {**first, "line": "90"}


def test_every_link_has_a_row_where_all_are_asked_for_and_unknown_is_empty() -> None:
    _, _, alive, unchecked = rows_of(REPORT, ALL)
    assert (alive["state"], alive["permanent"], alive["warnings"]) == ("alive", "true", "tls_unverified")
    assert (unchecked["outcome"], unchecked["status"], unchecked["last_checked"]) == ("", "", "")


def test_what_people_have_decided_is_told() -> None:
    ignore = Ignore("dlt-crawl.toml", "x", "back in spring", date(2027, 3, 1))
    (link,) = rows_of(
        Report(RUN, (replace(ALIVE, ignored=ignore, dispute=Dispute(NIGHT, "b.md", "https://a.example/1")),)), ALL
    )
    assert (link["ignored"], link["ignored_until"], link["disputed"]) == (
        "back in spring",
        "2027-03-01",
        "https://a.example/1",
    )


def test_it_is_what_rfc_4180_says_and_excel_reads() -> None:
    text = render(REPORT, Format.CSV)
    assert text.startswith('\ufeff"file","line",')
    assert text.endswith("\r\n")
    assert text.count("\n") == text.count("\r\n") == 3


def test_without_links_there_is_a_header() -> None:
    assert render(Report(None, ()), Format.CSV).count("\r\n") == 1


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\t=1",
        "\r=1",
        "  =1",
        '"=1',
        "'=1",
        "\u3000=1",
        "\xa0@x",
        "﹦1",
        "﹢1",
        "﹣1",
        "﹫x",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    link = replace(DEAD, page=Page(text), occurrences=(occurrence(text=text, file=text),))
    (row,) = rows_of(Report(RUN, (link,)))
    for cell in (row["title"], row["text"], row["file"]):
        assert cell.startswith(("'", "\\")), cell


@pytest.mark.parametrize("text", ["y;=1+cmd|calc", "a;b; \"'＋1;-1", "https://a.example/;=1?b;﹫c", ";;;@"])
def test_nothing_in_a_cell_is_one_where_semicolons_separate(text: str) -> None:
    link = replace(DEAD, page=Page(text), occurrences=(occurrence(text=text, file=text),))
    written = render(Report(RUN, (link,)), Format.CSV)
    assert text not in written
    # Whether what separates by semicolons heeds quotes, or not.
    for cells in (written.split(";"), *csv.reader(StringIO(written), delimiter=";")):
        for cell in cells:
            assert not re.match(r"[\s\"]*[=+\-@＝＋－＠﹦﹢﹣﹫]", cell), cell
    (row,) = rows_of(Report(RUN, (link,)))
    assert restored(row["title"]) == text


@pytest.mark.parametrize("text", ["a=1", "1-2", "see @x", "“=”", "'quoted'", "https://a.example/=1", "a; b,-1"])
def test_other_cells_stay_as_they_are(text: str) -> None:
    (row,) = rows_of(Report(RUN, (replace(DEAD, page=Page(text), occurrences=(occurrence(),)),)))
    assert row["title"] == text


def restored(cell: str) -> str:
    """What a cell said before it was neutralised, by what docs/formats.md says."""
    return re.sub(r"(^|;)'(?=[\s\"'\ufeff]*[=+\-@＝＋－＠﹦﹢﹣﹫\t\r])", r"\1", cell)


@given(st.text(st.sampled_from("'\"=+-@＝＋－＠﹫; \t\ra"), max_size=8))
def test_what_was_neutralised_can_be_restored(text: str) -> None:
    assert restored(neutralised(text)) == text


def test_no_cell_breaks_a_line_acts_on_a_terminal_or_tells_a_secret() -> None:
    said = 'a "b", c\r\nd \x1b[31m \u202e https://a.example/?token=T0PS3CRET'
    link = replace(DEAD, page=Page(said), occurrences=(occurrence(text=said, file="a,\n\x1b.md"),))
    report = Report(RUN, (link,))
    (row,) = rows_of(report)
    assert row["title"] == r'a "b", c\x0d\x0ad \x1b[31m \u202e https://a.example/?token=***'
    assert row["file"] == r"a,\x0a\x1b.md"
    assert render(report, Format.CSV).count("\n") == 2
