"""The report as a page, without a browser: its policy, its data, what it has room for, its figures."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import lxml.html
import pytest

from dlt_crawler.model import (
    Change,
    Ignore,
    IgnoreTrouble,
    LinkStatus,
    Network,
    Report,
    RunId,
    StaleIgnore,
    State,
    Tally,
    Transition,
    Trends,
)
from dlt_crawler.report import Format, View, render
from dlt_crawler.report.html import Earlier, report_html
from dlt_crawler.report.html.health import ticks
from dlt_crawler.report.html.shares import percent
from tests.page_samples import NIGHT, RUN, hostile_report, report_of
from tests.report_samples import ALIVE, BLOCKED, DEAD, UNCHECKED


def document(report: Report, view: View = View()) -> Any:  # noqa: B008 - frozen
    return lxml.html.document_fromstring(render(report, Format.HTML, view))


def data(report: Report, view: View = View()) -> Any:  # noqa: B008
    return json.loads(document(report, view).get_element_by_id("data").text)


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


@cache
def hostile() -> str:
    return render(hostile_report(), Format.HTML, View())


def test_policy_lets_in_what_is_written_and_nothing_else() -> None:
    page = lxml.html.document_fromstring(hostile())
    policy = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
    rules = {name: values for name, *values in (rule.split() for rule in policy.split("; "))}
    assert rules.pop("script-src") == [digest(text) for text in page.xpath("//script[not(@type)]/text()")]
    assert rules.pop("style-src") == [digest(text) for text in page.xpath("//style/text()")]
    none = ["'none'"]
    assert rules == {"default-src": none, "img-src": ["data:"], "base-uri": none, "form-action": none} | {
        "require-trusted-types-for": ["'script'"],
        "trusted-types": none,
    }
    assert page.xpath('//meta[@name="referrer"]/@content') == ["no-referrer"]


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_no_attribute_acts_and_nothing_is_loaded() -> None:
    names = {name for element in lxml.html.document_fromstring(hostile()).iter("*") for name in element.attrib}
    assert not {name for name in names if name.startswith("on")} | names & {"style", "src", "srcset", "action"}
    hrefs = lxml.html.document_fromstring(hostile()).xpath("//link/@href")
    assert all(href.startswith("data:image/svg+xml,") for href in hrefs)


def test_page_is_valid_utf_8_without_anything_invisible() -> None:
    hostile().encode()
    assert not re.search("[\u2028\u2029\u202a-\u202e\u2066-\u2069\x00\x1b]", hostile())


def test_secrets_stand_nowhere() -> None:
    assert "secret.example" in hostile()
    assert not re.search("hunter2|sk-0123456789", hostile())


def test_each_link_is_there_once_with_what_is_known_of_it() -> None:
    report = replace(report_of(60), links=(*report_of(60).links, DEAD, ALIVE))
    found = data(report)
    columns = found["columns"]
    assert sorted(columns["url"]) == sorted(link.url for link in report.links)
    assert {len(column) for column in columns.values()} == {62}
    row = {name: column[columns["url"].index(DEAD.url)] for name, column in columns.items()}
    assert found["categories"][row["category"]][0] == "dead"
    assert (row["title"], row["abstract"], row["status"], row["checks"]) == ("On Depth", "We show.", 404, 5)
    assert found["reasons"][row["reason"]] == "answered 404 in two looks"
    file, line, column, _section, label = row["places"][:5]
    assert (found["files"][file], line, column, label) == ("seeds/理论.md", 17, 23, "深度学习 Theory")
    assert f"https://web.archive.org/web/20190304050607/{DEAD.url}" in row["facts"]


def test_what_needs_a_look_comes_first_and_what_is_listed_before_all() -> None:
    report = Report(RUN, (ALIVE, UNCHECKED, BLOCKED, DEAD))
    assert data(report)["columns"]["url"] == [DEAD.url, BLOCKED.url, UNCHECKED.url, ALIVE.url]
    view = View(states=frozenset({State.UNCHECKED}))
    assert data(report, view)["columns"]["url"][:2] == [DEAD.url, UNCHECKED.url]


def test_page_keeps_what_needs_a_look_when_there_is_no_room_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlt_crawler.report.html.data.ROOM", 1000)
    many = tuple(replace(ALIVE, url=f"https://alive.example/{number}") for number in range(1000))
    report = Report(RUN, (*many, DEAD))
    kept = data(report)["columns"]["url"]
    assert len(kept) == 1000
    assert kept[0] == DEAD.url
    assert "room for 1,000 of the 1,001 links" in words(document(report))


def test_headline_counts_ignored_links_as_broken_nowhere() -> None:
    ignored = replace(DEAD, url="https://spring.example/", ignored=Ignore("dlt-crawl.toml", "*", "back in spring"))
    page = document(Report(RUN, (ALIVE, ALIVE, DEAD, ignored, UNCHECKED)))
    (headline,) = page.find_class("hero")
    assert words(headline) == "66.7 % of 3 checked links are alive 1 link is broken"
    (tiles,) = page.find_class("tiles")
    assert words(tiles) == "2 alive 1 dead 1 unchecked 1 ignored"
    assert "back in spring" in str(data(Report(RUN, (ignored,))))


def test_an_ignored_link_counts_alike_in_headline_bars_course_and_badge() -> None:
    ignored = replace(DEAD, url="https://spring.example/", ignored=Ignore("dlt-crawl.toml", "*", "back in spring"))
    counts = dict.fromkeys(State, 0) | {State.ALIVE: 1, State.DEAD: 2}
    tallies = [Tally(RUN.id, NIGHT - timedelta(days=back), counts, {State.DEAD: 1}) for back in (1, 0)]
    report = Report(RUN, (ALIVE, DEAD, ignored), trends=Trends(tuple(tallies)))
    page = document(report)
    assert words(page.find_class("hero")[0]) == "50.0 % of 2 checked links are alive 1 link is broken"
    assert "1 of 2 broken" in render(report, Format.BADGE, View())
    assert [each.text for each in page.xpath('//table[@id="host-shares"]/tbody/tr/td[2]')] == ["0", "1"]
    figures = [words(row) for row in page.xpath('//table[@id="health-figures"]//tr')]
    assert figures == ["Run (UTC) alive dead ignored", "2026-11-21 02:30 1 1 1", "2026-11-20 02:30 1 1 1"]


def test_head_says_what_to_do_next() -> None:
    unready = replace(DEAD, url="https://other.example/", snapshot=None)
    text = words(document(Report(RUN, (ALIVE, DEAD, unready))).find_class("headline")[0])
    assert "1 can be repaired: dlt-crawl repair --diff" in text
    assert "1 needs a person" in text
    assert "None has been checked yet: dlt-crawl run" in words(document(Report(None, (UNCHECKED,))))
    assert "No broken links." in words(document(Report(RUN, (ALIVE,))))


def test_narrowed_report_has_no_course_of_all_links() -> None:
    assert document(Report(RUN, (ALIVE,))).find_class("health")
    assert not document(Report(RUN, (ALIVE,), only="links added since main")).find_class("health")


def test_trouble_is_told_before_the_figures() -> None:
    stale = StaleIgnore(Ignore("list.md:12:1", "*"), IgnoreTrouble.EXPIRED, "its last day was 2026-01-01")
    down = replace(RUN, network=Network.DOWN, trouble="No canary answered.")
    held = replace(DEAD, verdict=replace(DEAD.verdict, state=State.FAILING, held=True))
    text = words(document(Report(down, (held,), only="links added since main", ignores=(stale,))).find(".//main"))
    assert text.startswith("No canary answered. What failed in that run is not counted against any link.")
    assert (
        text.index("dlt-crawl judge --yes")
        < text.index("links added since main")
        < text.index("list.md:12:1")
        < text.index("%")
    )


@pytest.mark.parametrize(
    ("link", "before", "moved_to", "told"),
    [
        (DEAD, State.ALIVE, None, "Newly dead 1"),
        (ALIVE, State.DEAD, None, "Works again 1"),
        (BLOCKED, State.ALIVE, None, "Newly blocked 1"),
        (ALIVE, State.ALIVE, "https://new.example/", "Newly moved 1"),
    ],
)
def test_news_are_told(link: LinkStatus, before: State, moved_to: str | None, told: str) -> None:
    transition = Transition(link.url, RUN.id, NIGHT, before, link.verdict.state, "as it is", moved_to)
    assert transition.change in Change
    report = Report(RUN, (link,), transitions=(transition,))
    text = words(document(report))
    assert told in text
    assert "Nothing changed" not in text
    assert "Nothing changed" in words(document(replace(report, transitions=())))
    changed = data(report)
    assert changed["columns"]["flags"][0] & 1 << changed["flags"].index("changed")


def test_every_figure_of_the_chart_stands_in_its_table() -> None:
    report = report_of(50, tallies=7)
    assert report.trends is not None
    rows = document(report).xpath('//table[@id="health-figures"]/tbody/tr')
    dead = [int(row.xpath("td")[1].text) for row in rows]
    assert dead == [tally.counts[State.DEAD] for tally in reversed(report.trends.tallies)]
    assert [rows[-1].get("data-x"), rows[0].get("data-x")] == ["0", "100"]


def test_earlier_runs_are_linked_to() -> None:
    earlier = Earlier("runs/000041.html", NIGHT - timedelta(days=1), 12)
    page = lxml.html.document_fromstring(report_html(Report(RUN, (DEAD,)), View(), [earlier]))
    (item,) = page.xpath('//li[a/@href="runs/000041.html"]')
    assert words(item) == "2026-11-20 02:30 12 broken"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 0, [0, 1]),
        (0, 1, [0, 1]),
        (0, 7, [0, 2, 4, 6, 8]),
        (0, 750, [0, 200, 400, 600, 800]),
        (8250, 9030, [8200, 8400, 8600, 8800, 9000, 9200]),
        (5, 5, [5, 6]),
        (99_999, 100_000, [99_999, 100_000]),
    ],
)
def test_axes_have_round_numbers_around_what_they_show(low: int, high: int, expected: Sequence[int]) -> None:
    assert list(ticks(low, high, 4)) == expected


@pytest.mark.parametrize(
    ("part", "whole", "told"), [(0, 0, "–"), (0, 3, "0.0 %"), (9999, 10_000, "99.9 %"), (7, 7, "100 %")]
)
def test_shares_are_never_rounded_up_to_all(part: int, whole: int, told: str) -> None:
    assert percent(part, whole) == told


def test_all_that_a_first_run_finds_is_no_news() -> None:
    found = report_of(200)
    first = replace(found, run=replace(RUN, id=RunId(1)))
    assert document(found).xpath('//h2[@id="news-title"]')
    assert not document(first).xpath('//h2[@id="news-title"]')
