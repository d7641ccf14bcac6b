"""SARIF, judged by the standard's own schema, and by what is really in the documents at the places that it names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from dlt_crawler import pipeline
from dlt_crawler.model import (
    Dispute,
    Fix,
    Ignore,
    IgnoreTrouble,
    LinkStatus,
    LinkWarning,
    Lint,
    LintKind,
    Network,
    NoSnapshot,
    NoSnapshotReason,
    NoSpan,
    Page,
    Repair,
    Report,
    Rewrite,
    Span,
    StaleIgnore,
    State,
    Verdict,
)
from dlt_crawler.report import Format, View, render
from dlt_crawler.report.rules import rules
from dlt_crawler.report.sarif import MAX_RESULTS
from tests.repairs_support import Owner
from tests.report_samples import ALIVE, BLOCKED, DEAD, GONE, LINTS, NIGHT, REPORT, RUN, UNCHECKED, occurrence
from tests.specifications.schemas import sarif

ALL = View(all_links=True)
IGNORE = Ignore("dlt-crawl.toml, ignore[1]", "gone.example", "comes back in spring", date(2027, 3, 1))
EVERYTHING = Report(
    replace(RUN, network=Network.DOWN, trouble="Most links failed in that run"),
    (
        DEAD,
        replace(DEAD, url="https://a.example/", ignored=IGNORE),
        replace(ALIVE, verdict=replace(ALIVE.verdict, moved_to="https://new.example/")),
        BLOCKED,
        UNCHECKED,
        *(replace(DEAD, verdict=Verdict(state, "because")) for state in State),
        replace(DEAD, snapshot=NoSnapshot(GONE, NoSnapshotReason.EXCLUDED), note="It shuts robots out."),
        replace(ALIVE, dispute=Dispute(NIGHT, "b.md", "https://archive.example/1")),
    ),
    LINTS,
    ignores=(StaleIgnore(IGNORE, IgnoreTrouble.EXPIRED, "It has expired: remove it, or give it another day."),),
    only="Only links added or changed since main.",
)


BROKEN = View()


def log_of(report: Report, view: View = BROKEN) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(report, Format.SARIF, view))
    sarif().validate(log)
    return log


def results_of(report: Report, view: View = BROKEN) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = log_of(report, view)["runs"][0]["results"]
    return results


def found(report: Report, view: View = BROKEN) -> list[tuple[str, str]]:
    return [(result["ruleId"], result["level"]) for result in results_of(report, view)]


def region_of(result: Mapping[str, Any]) -> Mapping[str, Any]:
    region: Mapping[str, Any] = result["locations"][0]["physicalLocation"]["region"]
    return region


@pytest.mark.parametrize(
    "report", [EVERYTHING, REPORT, Report(None, ()), Report(replace(RUN, finished=None), ())], ids=repr
)
def test_what_can_be_reported_is_valid(report: Report) -> None:
    log_of(report, ALL)


def test_the_schema_that_judges_us_is_strict() -> None:
    log = log_of(REPORT)
    log["runs"][0]["results"][0]["lokations"] = []
    assert not sarif().is_valid(log)


def test_broken_links_are_errors_at_each_place_and_fine_ones_no_results() -> None:
    assert found(REPORT) == [("dead-link", "error")] * 2
    assert found(Report(RUN, (UNCHECKED, replace(ALIVE, last=None)), ()), ALL) == []


@pytest.mark.parametrize(
    ("link", "view", "expected"),
    [
        (BLOCKED, View(), []),
        (BLOCKED, View(states=frozenset({State.BLOCKED})), [("blocked-link", "note")]),
        (replace(DEAD, verdict=Verdict(State.FAILING, "timed out")), ALL, [("failing-link", "warning")] * 2),
        (replace(DEAD, verdict=Verdict(State.INVALID, "no host")), View(), [("invalid-link", "error")] * 2),
        (ALIVE, View(warnings=True), [("tls-unverified", "note")]),
        (replace(ALIVE, verdict=replace(ALIVE.verdict, moved_to="https://n.example/")), View(), []),
        (
            replace(ALIVE, verdict=replace(ALIVE.verdict, moved_to="https://n.example/")),
            View(moved=True),
            [("moved-link", "note")],
        ),
        (replace(ALIVE, dispute=Dispute(NIGHT, "b.md", "https://a.example/1")), View(), [("disputed-repair", "note")]),
        (replace(DEAD, ignored=IGNORE), View(), []),
        (replace(DEAD, ignored=IGNORE), View(ignored=True), [("dead-link", "note")] * 2),
    ],
)
def test_what_is_asked_for_is_found(link: LinkStatus, view: View, expected: list[tuple[str, str]]) -> None:
    assert found(Report(RUN, (link,)), view) == expected


@pytest.mark.parametrize("warning", LinkWarning)
def test_each_warning_has_a_rule_of_its_own(warning: LinkWarning) -> None:
    assert ALIVE.last is not None
    link = replace(ALIVE, last=replace(ALIVE.last, seen=replace(ALIVE.last.seen, warnings=(warning,))))
    (result,) = results_of(Report(RUN, (link,)), View(warnings=True))
    assert warning.value.replace("_", "-") in result["ruleId"]


def test_lints_are_notes_where_they_are_asked_for() -> None:
    report = Report(RUN, (), LINTS)
    assert found(report) == []
    expected = [("lint-mojibake", "note"), ("lint-duplicate-link", "note"), ("lint-duplicate-link", "note")]
    assert found(report, View(lints=True)) == expected


def test_every_rule_says_what_github_requires_and_where_there_is_more(pytestconfig: pytest.Config) -> None:
    driver = log_of(Report(RUN, ()))["runs"][0]["tool"]["driver"]
    guide = (pytestconfig.rootpath / "docs/formats.md").read_text()
    said = {
        heading: " ".join(text.split()) for heading, text in re.findall(r"^#+ (\S+)\n\n([^#]*)", guide, re.MULTILINE)
    }
    assert [rule["id"] for rule in driver["rules"]] == [rule.id for rule in rules()]
    for rule in driver["rules"]:
        texts = rule["shortDescription"]["text"], rule["fullDescription"]["text"]
        assert all(0 < len(text) <= 1024 for text in texts)
        assert rule["help"]["text"]
        assert rule["help"]["markdown"]
        assert len(rule["properties"]["tags"]) <= 10
        # Equal but for case, GitHub and SARIF's own validator take it for no name.
        assert rule["name"].lower() != rule["id"]
        assert urlsplit(rule["helpUri"]).fragment == rule["id"]
    for each in rules():
        told = f"{each.level.value.capitalize()}. {each.about} {each.advice}"
        if each.id.startswith("lint-"):
            # What they have in common is said above them, once.
            about = each.about.partition(": ")[2]
            told = about[:1].upper() + about[1:]
        assert said[each.id] == told


def test_ids_of_rules_are_unique_and_results_point_to_theirs() -> None:
    run = log_of(EVERYTHING, ALL)["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    assert all(ids[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_a_run_says_when_it_was_and_what_keeps_it_from_being_the_whole_truth() -> None:
    run = log_of(EVERYTHING)["runs"][0]
    (invocation,) = run["invocations"]
    assert (invocation["startTimeUtc"], invocation["endTimeUtc"]) == ("2026-11-21T02:30:00Z", "2026-11-21T02:41:00Z")
    assert not invocation["executionSuccessful"]
    trouble, only = (notice["message"]["text"] for notice in invocation["toolExecutionNotifications"])
    assert trouble.startswith("Most links failed in that run.")
    assert only == "Only links added or changed since main."
    (stale,) = invocation["toolConfigurationNotifications"]
    assert "locations" not in stale
    assert stale["message"]["text"].startswith("dlt-crawl.toml, ignore[1]: It has expired")


def test_a_comment_that_should_be_looked_at_has_its_place() -> None:
    lint = Lint("a b.md", 3, 7, None, LintKind.EXPIRED_IGNORE, "it has expired")
    stale = StaleIgnore(Ignore("a b.md:3:7", "ignore"), IgnoreTrouble.EXPIRED, "it has expired")
    (invocation,) = log_of(Report(RUN, (DEAD,), (lint,), ignores=(stale,)))["runs"][0]["invocations"]
    (told,) = invocation["toolConfigurationNotifications"]
    (found,) = told["locations"]
    assert found["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.md"
    assert found["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 7}


def test_a_report_on_some_links_does_not_close_the_alerts_on_the_others() -> None:
    ids = [log_of(report)["runs"][0]["automationDetails"]["id"] for report in (REPORT, EVERYTHING)]
    assert ids == ["dlt-crawl/7", "dlt-crawl/changes/7"]


@pytest.mark.parametrize(
    ("file", "uri", "base"),
    [
        ("seeds/理论 notes#1.md", "seeds/%E7%90%86%E8%AE%BA%20notes%231.md", "%SRCROOT%"),
        ("c:list.md", "c%3Alist.md", "%SRCROOT%"),
        ("100%.md", "100%25.md", "%SRCROOT%"),
        ("bad\udcff.md", "bad%FF.md", "%SRCROOT%"),
        ("/srv/lists/a b.md", "file:///srv/lists/a%20b.md", None),
    ],
)
def test_names_of_files_are_uris(file: str, uri: str, base: str | None) -> None:
    link = replace(DEAD, occurrences=(occurrence(file=file),))
    (result,) = results_of(Report(RUN, (link,)))
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (location["uri"], location.get("uriBaseId")) == (uri, base)


def test_an_alert_is_known_again_when_its_line_moves_and_told_from_others_in_its_line() -> None:
    def prints(*links: LinkStatus) -> list[str]:
        results = results_of(Report(RUN, links))
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    one, other = replace(DEAD, occurrences=(occurrence(),)), replace(DEAD, url="https://other.example/")
    moved = replace(one, occurrences=(occurrence(line=99),))
    assert prints(one) == prints(moved)
    assert len(set(prints(one, other, replace(one, occurrences=(occurrence(file="b.md"),))))) == 4
    first, second = prints(DEAD)
    assert first != second


def test_where_the_end_of_a_url_is_not_known_none_is_told() -> None:
    unknown = replace(occurrence(), span=None, no_span=NoSpan.REWRITTEN)
    undecodable = replace(occurrence(), raw="https://gone.example/\ufffd", line=18)
    link = replace(DEAD, occurrences=(unknown, undecodable))
    regions = [region_of(result) for result in results_of(Report(RUN, (link,)))]
    assert regions == [{"startLine": 17, "startColumn": 23}, {"startLine": 18, "startColumn": 23}]


def test_what_others_say_neither_links_nor_fills_in_nor_acts() -> None:
    reason = "[click](javascript:alert(1)) {0} \x1b[31m \u202e"
    link = replace(DEAD, url="https://gone.example/[a](1)?{0}", verdict=Verdict(State.DEAD, reason), page=Page("{1}"))
    (result, _) = results_of(Report(RUN, (link,)))
    text = result["message"]["text"]
    assert "](" not in text
    assert not re.search(r"(?<!\{)\{\d", text)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "https://gone.example/[a%5D(1)?%7B0%7D" in text


def test_secrets_are_masked_and_no_fix_is_offered_that_would_write_a_mask() -> None:
    url = "https://gone.example/?token=T0PS3CRET"
    place = occurrence(url)
    link = replace(DEAD, url=url, occurrences=(place,), snapshot=None)
    fix = Fix(
        Repair(place, f"https://a.example/{url}", "gone"), Rewrite(url.encode(), b"https://a.example/" + url.encode())
    )
    report = Report(RUN, (link,), fixes=(fix,))
    (result,) = results_of(report)
    assert "T0PS3CRET" not in json.dumps(result)
    assert "fixes" not in result
    assert "snippet" not in region_of(result)


def test_who_ignores_a_link_and_why_is_a_suppression() -> None:
    link = replace(DEAD, occurrences=(occurrence(),))
    report = Report(RUN, (replace(link, ignored=IGNORE), replace(link, ignored=Ignore("seeds/理论.md:3:1", "x"))))
    assert [result["suppressions"] for result in results_of(report, View(ignored=True))] == [
        [{"kind": "external", "status": "accepted", "justification": "comes back in spring; until 2027-03-01"}],
        [{"kind": "inSource", "status": "accepted", "justification": "x"}],
    ]


def test_of_too_many_results_the_worst_are_reported() -> None:
    warned = replace(DEAD, verdict=Verdict(State.BLOCKED, "shut out"), occurrences=DEAD.occurrences[:1])
    report = Report(RUN, (*(warned,) * MAX_RESULTS, DEAD))
    text = render(report, Format.SARIF, ALL)
    run = json.loads(text)["runs"][0]
    assert len(run["results"]) == MAX_RESULTS
    assert [result["level"] for result in run["results"][:3]] == ["error", "error", "note"]
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"].startswith("2 results are left out")


DOCUMENTS = {
    "lists/理论 1.md": (
        "\ufeff# 🔥 𝔇eep\r\n\r\n*\t🔥\t[第一](https://old.example/(a)) 和 [b](https://old.example/b)\r\n"
        "> 见 https://old.example/c 🔥 <https://old.example/d>\r\n\r\n[ref]: <https://old.example/e>\r\n[ref]\r\n"
    ),
    "lists/html.md": '𝔇 <a\n href="\n https://old.example/f?a&amp;b">x</a> <img src=https://old.example/g>\n'
    '<a href="https://old.example/m\n/n">over two lines</a> [astral](https://old.example/𝔇/深?度)\n',
    "lists/cr.md": "one\r𝔇𝔇 [two](https://old.example/h)\rthree\r",
    "lists/notes.rst": "`深度 <https://old.example/i_>`_ and https://old.example/j.\n",
    "lists/works.bib": "@misc{a,\n  url = {https://old.example/k\\_l},\n}\n",
}
"""Astral characters, tabs, a byte order mark, each kind of line end, URLs over several lines, in many constructs."""


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """Somebody whose links are all dead, and all archived."""
    monkeypatch.chdir(tmp_path)
    owner = Owner(tmp_path, ("lists/*",))
    for name, text in DOCUMENTS.items():
        owner.write(name, text)
    with owner.job() as job:
        pipeline.store_links(job, ())
        urls = [link.url for link in job.store.report().links]
    owner.dies(*urls)
    return owner


def reported(owner: Owner) -> list[dict[str, Any]]:
    with owner.job() as job:
        return results_of(pipeline.report_of(job, Format.SARIF))


def lines_of(text: str) -> list[str]:
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def offset_of(text: str, line: int, column: int) -> int:
    return sum(map(len, lines_of(text)[: line - 1])) + column - 1


def characters(text: str, region: Mapping[str, Any]) -> tuple[int, int]:
    """Return what a region means in a document's text, which begins behind a byte order mark (section 3.30.2)."""
    start = offset_of(text, region["startLine"], region["startColumn"])
    return start, offset_of(text, region["endLine"], region["endColumn"])


def test_regions_are_exact_as_text_and_as_bytes(owner: Owner) -> None:
    results = reported(owner)
    assert len(results) == 13
    for result in results:
        location = result["locations"][0]["physicalLocation"]
        data = Path(unquote(location["artifactLocation"]["uri"])).read_bytes()
        region = location["region"]
        start, end = characters(data.decode("utf-8-sig"), region)
        written = data[region["byteOffset"] :][: region["byteLength"]].decode()
        assert data.decode("utf-8-sig")[start:end] == written == region["snippet"]["text"]
        assert "https://old.example/" in written


def test_fixes_write_what_repair_writes(owner: Owner) -> None:
    changes: dict[str, list[tuple[int, int, str]]] = {}
    unfixed: list[str] = []
    for result in reported(owner):
        if "fixes" not in result:
            unfixed.append(region_of(result)["snippet"]["text"])
            continue
        ((change,),) = (fix["artifactChanges"] for fix in result["fixes"])
        name = unquote(change["artifactLocation"]["uri"])
        (replacement,) = change["replacements"]
        start, end = characters(DOCUMENTS[name].removeprefix("\ufeff"), replacement["deletedRegion"])
        changes.setdefault(name, []).append((start, end, replacement["insertedContent"]["text"]))
    documents = owner.repair(pipeline.nowhere)
    assert unfixed == [refusal.repair.occurrence.raw for one in documents for refusal in one.result.refused]
    repaired = {one.original.path: one.result.document.data for one in documents}
    assert repaired.keys() == changes.keys() == DOCUMENTS.keys()
    for name, edits in changes.items():
        text = DOCUMENTS[name].removeprefix("\ufeff")
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        assert text == repaired[name].decode("utf-8-sig")


def test_nothing_is_offered_for_a_document_that_is_gone_or_has_changed(owner: Owner) -> None:
    Path("lists/cr.md").unlink()
    owner.write("lists/html.md", "nothing\n")

    def offered() -> Iterator[str]:
        for result in reported(owner):
            if "fixes" in result:
                yield result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert {Path(uri).name for uri in offered()} == {"%E7%90%86%E8%AE%BA%201.md", "notes.rst", "works.bib"}


def test_of_an_unknown_span_there_is_no_fix() -> None:
    place = replace(occurrence(), span=Span(1, 2), raw="\ufffd")
    fix = Fix(Repair(place, "https://a.example/", "gone"), Rewrite(b"\xff", b"https://a.example/"))
    (result,) = results_of(Report(RUN, (replace(DEAD, occurrences=(place,)),), fixes=(fix,)))
    assert "fixes" not in result
