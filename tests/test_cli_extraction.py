"""What is oddly written, and links that can be read otherwise, from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    return Maintainer.begin(tmp_path, internet)


# ── Lints ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def odd(maintainer: Maintainer) -> Maintainer:
    """With a list of oddities: two at links, one at a hidden link, and one that is at no link."""
    page = maintainer.internet.http_url("/ok")
    maintainer.write(
        "list.md",
        f"- [a]({page}) [a]({page})",
        "- []()",
        "- b[^nowhere]",
        "",
        f"[unused]: {maintainer.internet.http_url('/page/unused')}",
    )
    return maintainer


def test_extract_shows_what_is_odd_beside_its_link_and_the_rest_on_stderr(odd: Maintainer) -> None:
    with odd.start("extract") as process:
        out, err = process.communicate()
    assert [line.split("  ")[-1] for line in out.splitlines()] == [
        odd.internet.http_url("/ok"),
        "(lint: duplicate_link)",
        "(lint: empty_link)",
        "(lint: unused_reference)",
    ]
    assert out.splitlines()[2].endswith("(not checked: empty)  (lint: empty_link)")
    assert out.splitlines()[3].endswith("/page/unused  (does not render)  (lint: unused_reference)")
    (aside,) = err.splitlines()
    assert aside.startswith("lists/list.md:3:")
    assert aside.endswith(" [dangling_reference]")
    with odd.start("--quiet", "extract") as process:
        assert process.communicate() == (out, "")


def test_extract_lists_the_lints_when_asked_for_them(odd: Maintainer) -> None:
    rows = [line.split(maxsplit=2) for line in odd.run("extract", "--lints").splitlines()]
    lints = [json.loads(line) for line in odd.run("extract", "--lints", "--format", "jsonl").splitlines()]
    assert [kind for _place, kind, _message in rows] == [
        "duplicate_link",
        "empty_link",
        "dangling_reference",
        "unused_reference",
    ]
    assert [
        [f"{lint['file']}:{lint['line']}:{lint['column']}", lint["lint"], lint["message"]] for lint in lints
    ] == rows
    assert list(lints[0]) == ["file", "line", "column", "start", "end", "lint", "message"]


def test_a_run_counts_the_lints_and_the_report_shows_them(odd: Maintainer) -> None:
    summary = odd.run("run")
    assert "lints 4: duplicate_link 1 · empty_link 1 · dangling_reference 1 · unused_reference 1 " in " ".join(
        summary.split()
    )
    assert [lint["lint"] for lint in odd.reported()["lints"]] == [
        "duplicate_link",
        "empty_link",
        "dangling_reference",
        "unused_reference",
    ]
    text = odd.run("report")
    assert "\n── Lints: 4, listed by `dlt-crawl report --list lints` ─" in text
    assert "  empty_link          1  links that lead nowhere\n" in text
    assert "lists/list.md:2:" not in text
    assert "\nlists/list.md:2:6: empty_link\n" in odd.run("report", "--all")
    odd.write("list.md", f"- [a]({odd.internet.http_url('/ok')})")
    assert "lints" not in odd.run("run")
    assert "Lints" not in odd.run("report", "--all")


# ── Links that can be read otherwise ────────────────────────────────────────────────────────────────────────────────


def test_both_readings_of_a_bare_url_are_checked_and_it_is_dead_only_if_neither_works(maintainer: Maintainer) -> None:
    internet = maintainer.internet
    # The server knows only the longer of the first two, and neither of the second.
    lives, gone = internet.http_url("/switchable/page"), internet.http_url("/nothing")
    internet.switch("page", "/status/404")
    internet.switch("page" + quote("，见下文"), "/ok")
    maintainer.write("list.md", f"- {lives}，见下文", f"- {gone}，见下文")
    for url in (lives, gone):
        maintainer.archive(url, "20200102030405")

    assert "2 links in 1 document, written 2 times; 4 checked" in maintainer.run("run")

    links = maintainer.links()
    read_on = "/switchable/page" + quote("，见下文")
    assert {url: link["state"] for url, link in links.items()} == {read_on: "alive", "/nothing": "dead"}
    assert f"GitHub reads this where {lives} (dead) is written" in links[read_on]["reason"]
    assert [(other["url"], other["state"]) for other in links[read_on]["alternatives"]] == [(lives, "dead")]
    assert [other["state"] for other in links["/nothing"]["alternatives"]] == ["dead"]
    assert links[read_on]["occurrences"][0]["alternative"] == internet.http_url(read_on)
    assert lives not in maintainer.run("report")
    assert f"as others than GitHub read it, it is dead:\n    {lives}\n" in maintainer.run("report", "--all")
    repaired = (maintainer.directory / "storage/repaired/lists/list.md").read_text()
    assert repaired == f"- {lives}，见下文\n- <{internet.http_url('/web/')}20200102030405/{gone}>，见下文\n"
    for url in (lives, internet.http_url(read_on)):
        assert json.loads(maintainer.run("history", url, "--format", "json"))["checks"]
    # The archive is asked for links, not for their other readings.
    asked = [request.target for request in internet.requests() if request.target.startswith("/cdx")]
    assert [target for target in asked if "%EF%BC%8C" in target.upper()] == []


def test_a_dead_link_with_an_invisible_character_is_offered_without_it(maintainer: Maintainer) -> None:
    written, works = (maintainer.internet.http_url(f"/switchable/{page}") for page in ("x%E2%80%8B", "x"))
    maintainer.internet.switch("x%E2%80%8B", "/status/404")
    maintainer.write("list.md", f"- [a]({written})")
    maintainer.run("run")
    (link,) = maintainer.reported()["links"]
    assert (link["url"], link["state"]) == (written, "dead")
    assert [(other["url"], other["state"]) for other in link["alternatives"]] == [(works, "alive")]
    assert f"    without the invisible character it works:\n    {works}\n" in maintainer.run("report")
