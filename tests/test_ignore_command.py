"""Ignore comments, seen from outside: whom nobody asks, what nobody calls broken, and what nobody edits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.model import RepairStyle
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.repairs_support import Owner

GONE = "http://gone.example/papers/net.html"


def test_links_in_ignore_comments_are_not_asked_for_not_broken_and_not_edited(
    tmp_path: Path, internet: Internet
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    url = internet.http_url
    dead, ignored, between = url("/status/404?dead"), url("/status/404?ignored"), url("/status/410?between")
    archived, original = f"{url('/web/')}20120101000000/{url('/ok?original')}", url("/ok?original")
    for gone in (dead, ignored, between):
        maintainer.archive(gone, "20120101000000")
    internet.archive_add(Capture(original, "20120101000000"))
    document = maintainer.write(
        "list.md",
        f"- [a]({dead}) and [b][b]",
        f"- [a]({dead}) <!-- dlt-crawl: ignore (our own example of a dead link) -->",
        f"- {ignored} <!-- dlt-crawl: ignore -->",
        "",
        "<!-- dlt-crawl: disable -->",
        f"[b]: {between}",
        f"[c]: {archived}",
        "<!-- dlt-crawl: enable -->",
        "<!-- dlt-crawl: ignore-previous-line -->",
    )
    text = document.read_text()

    maintainer.run("run")

    links = {(link["url"], link["state"]): link["reason"] for link in maintainer.reported()["links"]}
    sentence = "not checked: a comment in the document says so (dlt-crawl: ignore, or disable)"
    assert {link: reason for link, reason in links.items() if link[1] != "dead"} == {
        (unchecked, "skipped"): sentence for unchecked in (dead, ignored, between, archived)
    }
    assert {link for link in links if link[1] == "dead"} == {(dead, "dead")}
    asked = " ".join(request.target for request in internet.requests())
    assert "404?dead" in asked
    assert not [part for part in ("ignored", "between", "original") if part in asked]
    broken = maintainer.run("report", "--exit-code", status=1)
    assert dead in broken
    assert ignored not in broken
    assert between not in broken

    snapshot = f"{url('/web/')}20120101000000/{dead}"
    assert (tmp_path / "storage/repaired/lists/list.md").read_text() == text.replace(dead, snapshot, 1)
    maintainer.run("repair", "--in-place", "--include-failing", "--redirects", "--style", "append")
    assert document.read_text() == text.replace(f"[a]({dead})", f"[a]({dead}) ([archived]({snapshot}))", 1)

    listed = [json.loads(line) for line in maintainer.run("extract", "--format", "jsonl", "--lints").splitlines()]
    assert [link["lint"] for link in listed if "lint" in link] == ["unknown_directive"]
    listed = [json.loads(line) for line in maintainer.run("extract", "--format", "jsonl").splitlines()]
    assert [link["skip"] for link in listed if link["url"] in (ignored, between, archived)] == 3 * ["ignored"]
    assert f"{ignored}  (not checked: ignored)" in maintainer.run("extract")


@pytest.mark.parametrize("style", RepairStyle)
def test_what_we_have_written_stays_in_ignore_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: RepairStyle
) -> None:
    monkeypatch.chdir(tmp_path)
    owner = Owner(tmp_path)
    original = f"- [net]({GONE})\n"
    path = owner.write("lists/a.md", original)
    owner.dies(GONE)
    owner.repair(pipeline.in_place, style=style)
    ours = path.read_text()
    assert ours != original
    owner.sees(1, (GONE, ()))
    owner.sees(2, (GONE, ()))

    ignored = f"<!-- dlt-crawl: ignore-next-line -->\n{ours}"
    path.write_text(ignored)
    owner.repair(pipeline.in_place, style=style)
    assert path.read_text() == ignored
    # It was the comment that kept it from coming back.
    path.write_text(ours)
    owner.repair(pipeline.in_place, style=style)
    assert path.read_text() == original
