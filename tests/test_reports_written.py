"""The files that runs write: the report of the latest, and the pages of those before."""

from __future__ import annotations

import json
import re
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import Settings
from dlt_crawler.model import Resource, State, Verdict
from dlt_crawler.terminal import Watch
from tests.git_support import Repository
from tests.internet.client import Internet
from tests.nightly import Maintainer

FILES = {"report.txt", "report.json", "badge.svg", "badge.json", "index.html"}


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    begun = Maintainer.begin(tmp_path, internet)
    begun.write("list.md", f"- [A]({internet.http_url('/ok')})", f"- [B]({internet.http_url('/status/404')})")
    return begun


def reports(maintainer: Maintainer) -> Path:
    return maintainer.directory / "storage/reports"


def pages(maintainer: Maintainer) -> list[str]:
    return sorted(path.name for path in (reports(maintainer) / "runs").glob("*"))


def hrefs(page: Path) -> list[str]:
    """Where a page leads on this disk."""
    return [href for href in re.findall(r'href="([^"]+)"', page.read_text()) if not re.match("https?:|#|data:", href)]


def keep(maintainer: Maintainer, number: int) -> None:
    with (maintainer.directory / "dlt-crawl.toml").open("a") as configuration:
        configuration.write(f"\n[report]\nkeep = {number}\n")


def tallies(maintainer: Maintainer) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(maintainer.database)) as connection:
        return connection.execute("SELECT run_id, state, links, ignored FROM tallies ORDER BY 1, 2").fetchall()


def test_a_run_writes_its_report_in_every_format_for_people(maintainer: Maintainer) -> None:
    said = maintainer.run("run")
    directory = reports(maintainer)
    assert {path.name for path in directory.iterdir()} == FILES | {"runs"}
    assert pages(maintainer) == ["000001.html"]
    assert all(f"storage/reports/{name}" in said for name in FILES)
    assert "/status/404" in (directory / "report.txt").read_text()
    assert len(json.loads((directory / "report.json").read_text())["links"]) == 2
    assert ET.parse(directory / "badge.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"
    assert json.loads((directory / "badge.json").read_text())["schemaVersion"] == 1
    assert (directory / "index.html").read_text().lower().startswith("<!doctype html>")
    assert tallies(maintainer) == [(1, "alive", 1, 0), (1, "dead", 1, 0)]


def test_of_a_very_long_list_the_nightly_json_holds_what_somebody_has_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.md").write_text("- [A](https://a.example/)\n- [B](https://b.example/)\n")
    settings = Settings(sources=("*.md",), database=f"sqlite:///{tmp_path}/links.db", storage=tmp_path)

    def written(most: int) -> dict[str, Any]:
        monkeypatch.setattr("dlt_crawler.pipeline.reports.EVERY_LINK", most)
        pipeline.write_reports(job)
        report: dict[str, Any] = json.loads((tmp_path / "reports/report.json").read_text())
        return report

    with pipeline.open_job(settings, "test", Watch(quiet=True)) as job:
        pipeline.store_links(job, ())
        gone = Verdict(State.DEAD, "gone: 404 twice")
        job.store.save_verdicts([(Resource("https://b.example/"), gone, None)], run=None, now=job.now)
        every, broken = written(2), written(1)
    assert [link["url"] for link in every.pop("links")] == ["https://a.example/", "https://b.example/"]
    assert [link["url"] for link in broken.pop("links")] == ["https://b.example/"]
    assert every == broken
    assert broken["summary"]["links"] == 2


def test_each_run_keeps_its_page_and_the_latest_leads_to_the_others(maintainer: Maintainer, tmp_path: Path) -> None:
    maintainer.run("run")
    first = (reports(maintainer) / "runs/000001.html").read_bytes()
    maintainer.nights_pass(1)
    first_began = _began(maintainer, 1)
    maintainer.run("run")
    directory = reports(maintainer)
    assert (directory / "runs/000001.html").read_bytes() == first
    # Wherever the directory is moved or published, its pages lead to each other.
    moved = directory.rename(tmp_path / "published")
    assert hrefs(moved / "index.html") == ["runs/000001.html"]
    for run in (1, 2):
        assert hrefs(moved / f"runs/{run:06}.html") == ["../index.html"]
    entry = re.search(r'<li><a href="runs/000001.html">([^<]+)</a> *<span>([^<]*)', (moved / "index.html").read_text())
    assert entry is not None
    assert entry[1] == first_began
    assert re.search(r"\b1\b.*broken", entry[2])


def _began(maintainer: Maintainer, run: int) -> str:
    with closing(sqlite3.connect(maintainer.database)) as connection:
        (began,) = connection.execute("SELECT substr(started, 1, 16) FROM runs WHERE id = ?", (run,)).fetchone()
    return str(began)


def test_as_many_earlier_pages_are_kept_as_are_asked_for(maintainer: Maintainer) -> None:
    keep(maintainer, 1)
    maintainer.run("run")
    mine = reports(maintainer) / "runs/notes.html"
    mine.write_text("somebody's own")
    elsewhere = reports(maintainer) / "runs/000900.html"
    elsewhere.write_text("of another database")
    for _ in range(2):
        maintainer.nights_pass(1)
        maintainer.run("run")
    assert pages(maintainer) == ["000002.html", "000003.html", "000900.html", "notes.html"]
    assert hrefs(reports(maintainer) / "index.html") == ["runs/000002.html"]


def test_none_are_kept_where_none_are_asked_for(maintainer: Maintainer) -> None:
    maintainer.run("run")
    keep(maintainer, 0)
    maintainer.nights_pass(1)
    maintainer.run("run")
    assert pages(maintainer) == []
    assert hrefs(reports(maintainer) / "index.html") == []


def test_what_cannot_be_written_is_said_and_all_else_is_done(maintainer: Maintainer, tmp_path: Path) -> None:
    directory = reports(maintainer)
    directory.mkdir(parents=True)
    outside = tmp_path / "outside.html"
    outside.write_text("somebody's own")
    (directory / "index.html").symlink_to(outside)
    (directory / "report.txt").mkdir()
    (directory / "runs").write_text("not a directory")
    (maintainer.directory / "storage/datasette.json").mkdir()
    said = maintainer.run("run", status=3)
    assert "storage/reports/report.txt: cannot be written: Is a directory" in said
    assert "storage/reports/index.html: is a symbolic link" in said
    assert "storage/reports/runs/000001.html: cannot be written" in said
    assert "storage/datasette.json: cannot be written: Is a directory" in said
    assert outside.read_text() == "somebody's own"
    assert (directory / "index.html").is_symlink()
    assert {path.name for path in directory.iterdir() if path.is_file()} >= {"report.json", "badge.svg", "badge.json"}
    # The run is done: the next one is a new one, and writes what can be written by then.
    (directory / "index.html").unlink()
    (directory / "report.txt").rmdir()
    (directory / "runs").unlink()
    (maintainer.directory / "storage/datasette.json").rmdir()
    maintainer.run("run")
    assert {path.name for path in directory.iterdir()} == FILES | {"runs"}
    assert [run for run, *_ in tallies(maintainer)] == [1, 1, 2, 2]


def test_links_that_nobody_wants_to_be_told_of_are_counted_apart(maintainer: Maintainer) -> None:
    with (maintainer.directory / "dlt-crawl.toml").open("a") as configuration:
        configuration.write('\n[[ignore]]\nurl = "/status/404"\nreason = "known"\nuntil = 2199-01-01\n')
    maintainer.run("run")
    assert tallies(maintainer) == [(1, "alive", 1, 0), (1, "dead", 1, 1)]


def test_a_run_tells_how_old_the_links_are(maintainer: Maintainer) -> None:
    repository = Repository(maintainer.directory / "lists", "list.md")
    repository.commit("2014-05-06", *(maintainer.directory / "lists/list.md").read_text().splitlines())
    maintainer.run("run")
    with closing(sqlite3.connect(maintainer.database)) as connection:
        dates = connection.execute("SELECT substr(written, 1, 10) FROM occurrences").fetchall()
    assert dates == [("2014-05-06",)] * 2
    page = (reports(maintainer) / "index.html").read_text()
    assert "10 years and more" in page


def test_what_is_checked_for_a_change_leaves_the_reports_of_the_nights_alone(maintainer: Maintainer) -> None:
    repository = Repository(maintainer.directory / "lists", "list.md")
    lines = (maintainer.directory / "lists/list.md").read_text().splitlines()
    repository.commit("2014-05-06", *lines)
    maintainer.run("run")
    before = {path: path.read_bytes() for path in reports(maintainer).rglob("*.*") if path.is_file()}
    counted = tallies(maintainer)
    repository.commit("2015-05-06", *lines, f"- [C]({maintainer.internet.http_url('/titled/New')})")
    maintainer.run("run", "--since", "HEAD~1")
    assert {path: path.read_bytes() for path in reports(maintainer).rglob("*.*") if path.is_file()} == before
    assert tallies(maintainer) == counted
