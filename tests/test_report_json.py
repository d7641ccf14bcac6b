"""The JSON that scripts rely on (DESIGN.md, section 4)."""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from dlt_crawler.model import (
    Alternative,
    Dispute,
    Ignore,
    IgnoreTrouble,
    LinkStatus,
    LintKind,
    NoSnapshot,
    NoSnapshotReason,
    NoSpan,
    Page,
    Report,
    Resource,
    SkipReason,
    Snapshot,
    StaleIgnore,
    State,
    Verdict,
)
from dlt_crawler.report import Format, View, occurrence_json, render
from tests.report_samples import ALIVE, DEAD, GONE, LINTS, NIGHT, REPORT, RUN, occurrence, read_otherwise


def test_json_of_a_dead_link_has_every_key_of_the_contract() -> None:
    assert json.loads(render(REPORT, Format.JSON)) == {
        "schema": 1,
        "run": {
            "id": 7,
            "started": "2026-11-21T02:30:00Z",
            "finished": "2026-11-21T02:41:00Z",
            "network": "ok",
            "trouble": None,
            "full": False,
            "since": None,
        },
        "summary": {
            "links": 3,
            "occurrences": 4,
            "alive": 1,
            "failing": 0,
            "dead": 1,
            "blocked": 0,
            "unsafe": 0,
            "invalid": 0,
            "skipped": 0,
            "unchecked": 1,
            "ignored": 0,
        },
        "changes": {"newly_dead": [], "recovered": [], "newly_moved": [], "newly_blocked": []},
        "held": 0,
        "only": None,
        "ignores": [],
        "links": [
            {
                "url": GONE,
                "state": "dead",
                "outcome": "not_found",
                "reason": "answered 404 in two looks",
                "status": 404,
                "final_url": GONE,
                "permanent": False,
                "redirects": [],
                "title": "On Depth",
                "abstract": "We show.",
                "content_type": "text/html",
                "first_seen": "2026-10-22T02:30:00Z",
                "last_checked": "2026-11-21T02:30:00Z",
                "last_ok": "2026-11-12T02:30:00Z",
                "failing_since": "2026-11-20T02:30:00Z",
                "checks": 5,
                "warnings": [],
                "signals": [],
                "note": None,
                "moved_to": None,
                "written": None,
                "ignored": None,
                "snapshot": {
                    "timestamp": "20190304050607",
                    "url": f"https://web.archive.org/web/20190304050607/{GONE}",
                    "status": 200,
                    "validated": "playback",
                    "source": "wayback",
                    "evidence": "",
                    "original": GONE,
                },
                "occurrences": [
                    {
                        "file": "seeds/理论.md",
                        "line": line,
                        "column": 23,
                        "start": 310,
                        "end": 340,
                        "kind": "inline",
                        "text": "深度学习 Theory",
                        "renders": True,
                        "headings": [],
                        "alternative": None,
                    }
                    for line in (17, 90)
                ],
                "alternatives": [],
                "original": None,
                "disputed": None,
            }
        ],
        "lints": [],
    }


def test_json_of_every_link_tells_redirects_and_warnings_and_keeps_the_keys_of_what_is_unknown() -> None:
    _dead, alive, unchecked = json.loads(render(REPORT, Format.JSON, View(all_links=True)))["links"]
    assert alive["redirects"] == [{"url": "https://alive.example/", "status": 301, "location": "https://new.example/"}]
    assert (alive["permanent"], alive["warnings"], alive["final_url"]) == (
        True,
        ["tls_unverified"],
        "https://new.example/",
    )
    assert unchecked == {
        "url": "https://later.example/",
        "state": "unchecked",
        "outcome": None,
        "reason": "not checked yet",
        "status": None,
        "final_url": None,
        "permanent": False,
        "redirects": [],
        "title": None,
        "abstract": None,
        "content_type": None,
        "first_seen": "2026-11-21T02:30:00Z",
        "last_checked": None,
        "last_ok": None,
        "failing_since": None,
        "checks": 0,
        "warnings": [],
        "signals": [],
        "note": None,
        "moved_to": None,
        "written": None,
        "ignored": None,
        "snapshot": None,
        "occurrences": [
            {
                "file": "seeds/b.md",
                "line": 4,
                "column": 23,
                "start": 310,
                "end": 340,
                "kind": "inline",
                "text": "later",
                "renders": True,
                "headings": [],
                "alternative": None,
            }
        ],
        "alternatives": [],
        "original": None,
        "disputed": None,
    }


def test_json_tells_who_took_a_repair_back() -> None:
    link = replace(DEAD, dispute=Dispute(RUN.started, "seeds/b.md", "https://archive.example/1"))
    (shown,) = json.loads(render(Report(RUN, (link,)), Format.JSON))["links"]
    assert shown["disputed"] == {
        "at": "2026-11-21T02:30:00Z",
        "file": "seeds/b.md",
        "replacement": "https://archive.example/1",
    }


def test_json_tells_who_ignores_a_link_when_it_was_written_and_what_ignores_are_stale() -> None:
    ignore = Ignore("dlt-crawl.toml, ignore[2]", "gone.example", "back in spring", date(2027, 3, 1))
    moved = replace(DEAD.verdict, moved_to="https://new.example/")
    link = replace(DEAD, ignored=ignore, written=NIGHT - timedelta(days=400), verdict=moved)
    stale = StaleIgnore(ignore, IgnoreTrouble.NEEDLESS, "All its links are alive: remove it.")
    report = Report(RUN, (link,), ignores=(stale,), only="links changed since main")
    told = json.loads(render(report, Format.JSON, View(all_links=True)))
    (shown,) = told["links"]
    where = {"where": "dlt-crawl.toml, ignore[2]", "reason": "back in spring", "until": "2027-03-01"}
    assert (shown["ignored"], shown["written"]) == (where, "2025-10-17T02:30:00Z")
    assert shown["moved_to"] == "https://new.example/"
    assert told["only"] == "links changed since main"
    assert told["ignores"] == [
        {
            **where,
            "what": "gone.example",
            "trouble": "needless",
            "sentence": "All its links are alive: remove it.",
        }
    ]


def test_json_tells_which_page_a_link_into_an_archive_shows_and_why_it_is_this_snapshot() -> None:
    snapshot = Snapshot(GONE, "20160102030405", "https://a.example/1", 200, "visit", "arquivo", "captured a day before")
    original = Alternative(GONE, Verdict(State.DEAD, "answered 404"))
    (shown,) = json.loads(render(Report(RUN, (replace(DEAD, snapshot=snapshot, original=original),)), Format.JSON))[
        "links"
    ]
    assert shown["original"] == {"url": GONE, "state": "dead", "reason": "answered 404"}
    assert shown["snapshot"] == {
        "timestamp": "20160102030405",
        "url": "https://a.example/1",
        "status": 200,
        "validated": "visit",
        "source": "arquivo",
        "evidence": "captured a day before",
        "original": GONE,
    }


def test_json_tells_what_becomes_of_a_link_when_it_is_read_otherwise_and_where_it_stands() -> None:
    link = read_otherwise(DEAD, "https://other.example/", State.FAILING)
    link = replace(link, occurrences=(replace(link.occurrences[0], headings=("理论", "Depth"), renders=False),))
    (shown,) = json.loads(render(Report(RUN, (link,)), Format.JSON))["links"]
    assert shown["alternatives"] == [{"url": "https://other.example/", "state": "failing", "reason": "it was asked"}]
    (place,) = shown["occurrences"]
    assert (place["renders"], place["headings"], place["alternative"]) == (
        False,
        ["理论", "Depth"],
        "https://other.example/",
    )


@pytest.mark.parametrize("all_links", [False, True])
def test_json_lists_every_lint(all_links: bool) -> None:
    text = render(Report(RUN, (DEAD, ALIVE), LINTS), Format.JSON, View(all_links=all_links))
    assert text == json.dumps(json.loads(text), indent=2) + "\n"
    assert json.loads(text)["lints"] == [
        {
            "file": lint.file,
            "line": lint.line,
            "column": lint.column,
            "start": lint.span.start if lint.span else None,
            "end": lint.span.end if lint.span else None,
            "lint": lint.kind.value,
            "message": lint.message,
        }
        for lint in LINTS
    ]


@pytest.mark.parametrize("state", State)
def test_json_lists_a_link_by_default_only_if_it_is_broken(state: State) -> None:
    link = replace(DEAD, verdict=Verdict(state, "because"))
    listed = json.loads(render(Report(RUN, (link,)), Format.JSON))["links"]
    assert bool(listed) == (state in {State.DEAD, State.INVALID})


def test_json_lists_a_disputed_link_whatever_its_state() -> None:
    link = replace(ALIVE, dispute=Dispute(RUN.started, "seeds/b.md", "https://archive.example/1"))
    assert [each["url"] for each in json.loads(render(Report(RUN, (link, ALIVE)), Format.JSON))["links"]] == [link.url]


@pytest.mark.parametrize("links", [(), (DEAD,), (DEAD, DEAD, DEAD)], ids=len)
def test_json_is_laid_out_like_any_other(links: tuple[LinkStatus, ...]) -> None:
    text = render(Report(RUN, links), Format.JSON)
    assert text == json.dumps(json.loads(text), indent=2) + "\n"
    assert len(json.loads(text)["links"]) == len(links)


def test_json_of_many_links_takes_little_more_memory_than_its_text() -> None:
    report = Report(RUN, (DEAD,) * 2_000)
    tracemalloc.start()
    try:
        text = render(report, Format.JSON)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * len(text)


def test_json_before_the_first_run_has_no_run() -> None:
    assert json.loads(render(Report(None, ()), Format.JSON))["run"] is None


def test_json_of_an_occurrence_whose_place_is_unknown_has_null_offsets() -> None:
    link = replace(DEAD, occurrences=(replace(occurrence(), span=None),))
    (shown,) = json.loads(render(Report(RUN, (link,)), Format.JSON))["links"][0]["occurrences"]
    assert (shown["start"], shown["end"]) == (None, None)


def test_json_says_that_there_is_no_snapshot_with_null() -> None:
    link = replace(DEAD, snapshot=NoSnapshot(GONE, NoSnapshotReason.EXCLUDED))
    assert json.loads(render(Report(RUN, (link,)), Format.JSON))["links"][0]["snapshot"] is None


def test_json_masks_secrets_and_leaves_what_names_links_and_files() -> None:
    urls = ["https://a.example/?key=alpha", "https://a.example/?key=beta"]
    file = "notes/?key=AIzaSyD-9tSr.md"
    links = tuple(
        replace(DEAD, url=url, occurrences=(occurrence(url, file, text=f"{url}&token=T0PS3CRET"),)) for url in urls
    )
    lint = replace(LINTS[0], file=file, message="https://a.example/?token=T0PS3CRET runs into text")

    text = render(Report(RUN, links, (lint,)), Format.JSON)

    shown = json.loads(text)
    assert [link["url"] for link in shown["links"]] == urls
    assert {place["file"] for link in shown["links"] for place in link["occurrences"]} == {file}
    assert shown["lints"][0]["file"] == file
    assert "T0PS3CRET" not in text


def test_json_times_are_utc_whatever_zone_they_were_taken_in() -> None:
    shanghai = NIGHT.astimezone(timezone(timedelta(hours=8)))
    link = replace(DEAD, first_seen=shanghai)
    assert json.loads(render(Report(RUN, (link,)), Format.JSON))["links"][0]["first_seen"] == "2026-11-21T02:30:00Z"


def test_json_is_ascii_without_lone_surrogates() -> None:
    link = replace(DEAD, page=Page("broken \udce9 \x1b[31m 🔥"))
    text = render(Report(RUN, (link,)), Format.JSON)
    assert text.isascii()
    assert "\x1b" not in text
    assert json.loads(text)["links"][0]["title"] == "broken \ufffd \x1b[31m 🔥"


def test_an_occurrence_as_json_is_one_line_with_the_keys_of_the_contract() -> None:
    line = occurrence_json(replace(occurrence("#top", text="回到顶部"), target=SkipReason.FRAGMENT))
    assert "\n" not in line
    assert json.loads(line) == {
        "file": "seeds/理论.md",
        "start": 310,
        "end": 340,
        "line": 17,
        "column": 23,
        "kind": "inline",
        "raw": "#top",
        "url": "#top",
        "text": "回到顶部",
        "skip": "fragment",
        "renders": True,
        "headings": [],
        "alternative": None,
        "no_span": None,
        "lints": [],
    }
    assert json.loads(occurrence_json(replace(occurrence(), url=None)))["url"] is None
    assert json.loads(occurrence_json(occurrence()))["skip"] is None


def test_an_occurrence_as_json_keeps_the_keys_that_were_there_first_in_front() -> None:
    link = replace(
        occurrence(),
        span=None,
        no_span=NoSpan.SCANNED,
        headings=("一", "二"),
        alternative=Resource("https://o.example/"),
    )
    shown = json.loads(occurrence_json(link, [LintKind.DUPLICATE_LINK, LintKind.ZERO_WIDTH_IN_URL]))
    assert list(shown) == [
        *("file", "start", "end", "line", "column", "kind", "raw", "url", "text", "skip"),
        *("renders", "headings", "alternative", "no_span", "lints"),
    ]
    assert list(shown.values())[10:] == [
        True,
        ["一", "二"],
        "https://o.example/",
        "scanned",
        ["duplicate_link", "zero_width_in_url"],
    ]
