"""Reports without what was broken before."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_crawler.errors import ConfigError
from dlt_crawler.model import (
    Ignore,
    LinkKind,
    LinkOccurrence,
    LinkStatus,
    Page,
    Report,
    Resource,
    SkipReason,
    State,
    Transition,
    Verdict,
)
from dlt_crawler.report import Added, Format, Kept, View, broken, read_baseline, render, selected
from tests.report_samples import NIGHT as NOW


def link(url: str, state: State, *files: str) -> LinkStatus:
    target = Resource(url) if state is not State.INVALID else SkipReason.INVALID
    written = (
        LinkOccurrence(file, None, number, 1, LinkKind.INLINE, url, url, "x", target)
        for number, file in enumerate(files, 1)
    )
    return LinkStatus(url, Verdict(state, "so it is"), None, Page(), NOW, None, tuple(written))


A, B, C = (f"https://{name}.example/" for name in "abc")
SECRET = "https://user:hunter2@d.example/?token=hunter2"


def kept(tmp_path: Path, before: Report, now: Report, added: Added | None = None, *, all_links: bool = False) -> Kept:
    path = tmp_path / "base.json"
    path.write_text(render(before, Format.JSON, View(all_links=all_links)))
    return selected(now, added=added, baseline=read_baseline(path))


def reported(*links: LinkStatus) -> Report:
    changed = tuple(Transition(each.url, None, NOW, State.ALIVE, each.verdict.state, "x") for each in links)
    return Report(None, links, transitions=changed)


@pytest.mark.parametrize("all_links", [False, True])
def test_what_was_broken_in_the_same_document_is_left_out(tmp_path: Path, all_links: bool) -> None:
    before = reported(
        link(A, State.DEAD, "a.md", "b.md"),
        link(B, State.ALIVE, "a.md"),
        link(C, State.FAILING, "a.md"),
        link("http://[bad", State.INVALID, "a.md"),
    )
    now = reported(
        link(A, State.DEAD, "a.md", "new.md", "a.md"),
        link(B, State.DEAD, "a.md"),
        link(C, State.DEAD, "a.md"),
        link("http://[bad", State.INVALID, "a.md"),
    )
    found = kept(tmp_path, before, now, all_links=all_links)
    shown = {each.url: [place.file for place in each.occurrences] for each in found.report.links}
    assert shown == {A: ["new.md"], B: ["a.md"], C: ["a.md"]}
    assert [each.url for each in found.report.transitions] == [A, B, C]
    assert broken(found.report) == 3
    # In b.md it stands no more.
    assert (found.known, found.fixed) == (2, 1)
    assert found.report.only == f"Left out: 2 links that {tmp_path / 'base.json'} has as broken."


@pytest.mark.parametrize(
    ("state", "fixed"),
    [(State.ALIVE, 1), (State.FAILING, 0), (State.BLOCKED, 0), (State.UNCHECKED, 0), (State.DEAD, 0), (None, 1)],
)
def test_what_is_fixed(tmp_path: Path, state: State | None, fixed: int) -> None:
    now = reported(*([link(A, state, "a.md")] if state else []))
    found = kept(tmp_path, reported(link(A, State.DEAD, "a.md")), now)
    assert (found.known, found.fixed) == (int(state is State.DEAD), fixed)
    assert len(found.report.links) == (state not in (None, State.DEAD))


def test_secrets_and_odd_names_are_known_by_what_the_file_has_of_them(tmp_path: Path) -> None:
    report = reported(link(SECRET, State.DEAD, "\udcff.md"))
    assert "hunter2" not in render(report, Format.JSON, View())
    found = kept(tmp_path, report, report)
    assert (found.report.links, found.known, found.fixed) == ((), 1, 0)


def test_what_is_ignored_is_in_no_baseline_and_hidden_by_none(tmp_path: Path) -> None:
    ignored = replace(link(A, State.DEAD, "a.md"), ignored=Ignore('[[ignore]] "a"', "a", "why"))
    found = kept(tmp_path, reported(link(A, State.DEAD, "a.md")), reported(ignored))
    assert found.report.links == (ignored,)
    assert (broken(found.report), found.known) == (0, 0)


def test_with_since(tmp_path: Path) -> None:
    before = reported(link(A, State.DEAD, "a.md"), link(B, State.DEAD, "a.md"))
    now = reported(link(A, State.DEAD, "a.md", "b.md"), link(C, State.DEAD, "a.md", "b.md"))
    added = Added(
        "main",
        frozenset(place for each in now.links for place in each.occurrences if place.file == "b.md"),
        frozenset(),
    )
    found = kept(tmp_path, before, now, added)
    assert {each.url: [place.file for place in each.occurrences] for each in found.report.links} == {
        A: ["b.md"],
        C: ["b.md"],
    }
    # Of the baseline as a whole.
    assert (found.known, found.fixed) == (1, 1)
    file = tmp_path / "base.json"
    assert found.report.only == f"Left out: 1 link that {file} has as broken. Only links added or changed since main."


GOOD = {"schema": 1, "links": [{"url": A, "state": "dead", "occurrences": [{"file": "a.md"}]}]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the baseline is not JSON: "),
        ("\x00\xff", "the baseline is not JSON: "),
        ("[" * 100_000, "the baseline is not JSON: "),
        (
            "[]",
            "the baseline is JSON, and no report: it has no `schema` or no `links`; write one with `dlt-crawl report",
        ),
        ('{"schema": 1}', "no report"),
        ('{"links": []}', "no report"),
        (json.dumps({**GOOD, "schema": 2}), "the baseline has schema 2, and this is for 1; write one with"),
        (json.dumps({**GOOD, "schema": True}), "the baseline has schema True"),
        (json.dumps({**GOOD, "schema": "1"}), "the baseline has schema '1'"),
        (json.dumps({**GOOD, "links": [*GOOD["links"], 7]}), r"links\[1\] of the baseline is no link of a report"),  # type: ignore[misc]
        (json.dumps({**GOOD, "links": [{"url": A, "state": "gone", "occurrences": []}]}), r"links\[0\] of the"),
        (json.dumps({**GOOD, "links": [{"url": 7, "state": "dead", "occurrences": []}]}), r"links\[0\] of the"),
        (json.dumps({**GOOD, "links": [{"url": A, "state": "dead", "occurrences": [{}]}]}), r"links\[0\] of the"),
        (json.dumps({**GOOD, "links": [{"url": A, "state": "dead", "occurrences": 1}]}), r"links\[0\] of the"),
    ],
)
def test_files_that_are_no_baseline(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "base.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=f"^{path}: .*{message}"):
        read_baseline(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"base\.json: the baseline cannot be read: No such file"):
        read_baseline(tmp_path / "base.json")
    with pytest.raises(ConfigError, match="the baseline cannot be read: Is a directory"):
        read_baseline(tmp_path)


def test_a_baseline_that_is_good(tmp_path: Path) -> None:
    path = tmp_path / "base.json"
    path.write_text(json.dumps(GOOD))
    assert read_baseline(path).broken == {("a.md", A)}


def test_all_of_a_thousand_links_are_known(tmp_path: Path) -> None:
    links = [link(f"https://{number}.example/", State.DEAD, "a.md") for number in range(1_000)]
    found = kept(tmp_path, reported(*links), reported(*links))
    assert (found.known, found.report.links) == (1_000, ())
