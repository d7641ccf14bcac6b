"""JUnit's XML, judged by Jenkins' schema, and by what a CI server makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from lxml import etree

from dlt_crawler.model import Ignore, LinkStatus, Report, State, Verdict
from dlt_crawler.report import Format, View, render
from tests.report_samples import ALIVE, BLOCKED, DEAD, GONE, LINTS, REPORT, RUN, UNCHECKED, occurrence
from tests.specifications.schemas import junit

ALL = View(all_links=True)
BROKEN = View()


def suites_of(report: Report, view: View = BROKEN) -> list[ET.Element]:
    text = render(report, Format.JUNIT, view)
    junit().assertValid(etree.fromstring(text.encode()))
    suites = ET.fromstring(text).findall("testsuite")
    for number, suite in enumerate(suites):
        # What the schema of Apache Ant requires beside (windyroad/JUnit-Schema).
        assert {"name", "timestamp", "hostname", "tests", "failures", "errors", "time", "id", "package"} <= set(
            suite.keys()
        )
        assert suite.get("id") == str(number)
        assert [child.tag for child in suite][:1] == ["properties"]
        assert [child.tag for child in suite][-2:] == ["system-out", "system-err"]
        tests = suite.findall("testcase")
        assert all(set(test.keys()) == {"classname", "name", "time"} for test in tests)
        assert suite.get("tests") == str(len(tests))
        for tag, attribute in (("failure", "failures"), ("skipped", "skipped"), ("error", "errors")):
            assert suite.get(attribute) == str(len(suite.findall(f"testcase/{tag}")))
    return suites


def outcomes(suite: ET.Element) -> dict[str, str]:
    """Name of each test → what became of it."""
    return {str(test.get("name")): next((child.tag for child in test), "passed") for test in suite.findall("testcase")}


def test_broken_links_fail_and_the_others_of_each_document_are_one_test_that_passes() -> None:
    first, second = suites_of(REPORT)
    assert (first.get("name"), outcomes(first)) == ("seeds/理论.md", {GONE: "failure", f"{GONE} (2)": "failure"})
    assert (second.get("name"), outcomes(second)) == ("seeds/b.md", {"all other links": "passed"})


@pytest.mark.parametrize("report", [Report(None, ()), Report(RUN, (ALIVE,)), Report(None, (UNCHECKED,))], ids=repr)
def test_there_is_a_test_though_nothing_is_broken(report: Report) -> None:
    (suite,) = suites_of(report)
    assert outcomes(suite) == {"all other links": "passed"}


def test_every_link_passes_fails_or_is_skipped() -> None:
    _, second = suites_of(replace(REPORT, links=(*REPORT.links, BLOCKED)), ALL)
    assert outcomes(second) == {
        "https://alive.example/": "passed",
        "https://later.example/": "skipped",
        "https://walled.example/": "skipped",
    }


@pytest.mark.parametrize("state", State)
def test_only_what_is_proven_broken_fails(state: State) -> None:
    (suite,) = suites_of(Report(RUN, (replace(DEAD, verdict=Verdict(state, "because")),)), ALL)
    expected = {State.DEAD: "failure", State.INVALID: "failure", State.ALIVE: "passed"}.get(state, "skipped")
    assert set(outcomes(suite).values()) == {expected}


def test_an_ignored_link_is_skipped_with_the_reason_and_the_day() -> None:
    ignored = Ignore("dlt-crawl.toml, ignore[1]", "gone", "back in spring", date(2027, 3, 1))
    (suite,) = suites_of(Report(RUN, (replace(DEAD, ignored=ignored),)), ALL)
    (skipped, _) = suite.findall("testcase/skipped")
    assert skipped.get("message") == (
        "ignored: Ignored by dlt-crawl.toml, ignore[1]: back in spring (until 2027-03-01)"
    )


def test_a_failure_says_what_where_since_when_and_what_would_do() -> None:
    (failure, _) = suites_of(REPORT)[0].findall("testcase/failure")
    assert (failure.get("type"), failure.get("message")) == ("dead", "dead: answered 404 in two looks")
    assert (failure.text or "").splitlines() == [
        "answered 404 in two looks.",
        "at seeds/理论.md:17:23",
        GONE,
        "Failing since 2026-11-20, last seen working 2026-11-12.",
        f"Archived copy: https://web.archive.org/web/20190304050607/{GONE}",
    ]


def test_times_are_seconds_and_the_run_s_in_utc_without_a_zone() -> None:
    suite = suites_of(REPORT)[0]
    assert (suite.get("timestamp"), suite.get("time")) == ("2026-11-21T02:30:00", "0.827")
    assert [test.get("time") for test in suite.findall("testcase")] == ["0.414", "0.414"]


def test_tests_of_a_document_are_in_its_order() -> None:
    late = replace(ALIVE, occurrences=(occurrence(ALIVE.url, "seeds/理论.md", 20),))
    (suite,) = suites_of(Report(RUN, (DEAD, late)), ALL)
    assert list(outcomes(suite)) == [GONE, ALIVE.url, f"{GONE} (2)"]


def test_lints_are_said_beside_the_tests_where_they_are_asked_for() -> None:
    report = replace(REPORT, lints=LINTS)
    assert {suite.findtext("system-out") for suite in suites_of(report)} == {""}
    first, _ = suites_of(report, View(lints=True))
    assert (first.findtext("system-out") or "").splitlines() == [
        "seeds/理论.md:1:1: was decoded with a wrong encoding once [mojibake]",
        "seeds/理论.md:90:23: stands in line 17 already [duplicate_link]",
    ]


HOSTILE = "\x00\x1b[31m\ufffe\udce9]]>&<script>\"'\u202e\n😀"


def hostile() -> LinkStatus:
    url = f"https://gone.example/{HOSTILE}?token=T0PS3CRET"
    verdict = Verdict(State.DEAD, HOSTILE)
    return replace(DEAD, url=url, verdict=verdict, note=HOSTILE, occurrences=(occurrence(url, f"{HOSTILE}.md"),))


def test_xml_holds_whatever_others_say_and_no_secret() -> None:
    (suite,) = suites_of(Report(RUN, (hostile(),)))
    text = ET.tostring(suite, "unicode")
    assert "T0PS3CRET" not in text
    assert not {"\x1b", "\ufffe", "\u202e", "\x00"} & set(text)
    (name,) = outcomes(suite)
    assert name.startswith(r"https://gone.example/\x00\x1b[31m")
    assert "]]>&<script>\"'" in name
    assert "😀" in name
