"""`dlt-crawl prune`: what goes, what stays, what is said, and what happens when it is cut off."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import decade
from dlt_crawler.config import Settings
from dlt_crawler.errors import StoreError
from dlt_crawler.model import Evidence, Network, Outcome, Page, Repair, Resource, RobotsRecord, Snapshot, State, Verdict
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.pruning import prune
from dlt_crawler.store import Store
from dlt_crawler.store.retention import Retention
from dlt_crawler.terminal import Watch
from tests.test_store import DAY, NOW, PAPER, document, observation, occurrence, rewritten, save

NIGHTS = 200
GONE = Resource("https://papers.example/gone")
LATER = NOW + NIGHTS * DAY
LONG_AGO = datetime(2020, 1, 1, 2, 30, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as opened:
        fill(opened)
        yield opened


def fill(store: Store, *, links: int = 1, start: datetime = NOW) -> None:
    """Nights in which one link is well, another page of it every time, and others are gone."""
    gone = [GONE, *(Resource(f"{GONE.url}/{number}") for number in range(1, links))]
    save(store, document("a.md"), [occurrence("a.md"), *(occurrence("a.md", link) for link in gone)], now=NOW)
    for night in range(NIGHTS):
        at = start + night * DAY
        run = store.begin_run(at).id
        page = Page("A paper", f"Seen {night} times.")
        well = replace(observation(at=at, page=page), evidence=Evidence(title=f"{night}", text="word " * 50))
        lost = replace(observation(at=at), outcome=Outcome.NOT_FOUND, status=404, detail="answered 404")
        lost = replace(lost, evidence=Evidence(title=f"No such page {night // 50}"))
        store.add_checks(run, 1, [well, *(replace(lost, resource=link, final_url=link.url) for link in gone)])
        store.finish_run(run, now=at, network=Network.OK)
        store.complete_run(run, now=at)


def job_of(store: Store, tmp_path: Path, now: datetime = LATER) -> Job:
    settings = Settings(sources=(), database=f"sqlite:///{tmp_path}/links.db", storage=tmp_path)
    return Job(settings, store, Watch(quiet=True), lambda: now)


def rows(tmp_path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(tmp_path / "links.db")) as connection:
        return connection.execute(query).fetchall()


def test_the_checks_of_the_last_days_stay_and_of_older_ones_what_tells_something(store: Store, tmp_path: Path) -> None:
    pruned = prune(job_of(store, tmp_path), days=90)
    assert pruned.before.checks == 2 * NIGHTS
    for link in (PAPER, GONE):
        checks = store.history(link)
        recent = [check for check in checks if check.seen.at >= LATER - 90 * DAY]
        old = [check for check in checks if check not in recent]
        assert len(recent) == 90
        assert old[0].seen.at == NOW
        assert 2 <= len(old) < 8
        assert sum(check.times for check in old) == NIGHTS - 90
    assert pruned.after.checks == sum(len(store.history(link)) for link in (PAPER, GONE)) < 200


def test_what_nothing_refers_to_any_more_is_deleted_and_the_rest_stays(store: Store, tmp_path: Path) -> None:
    runs = [run for (run,) in rows(tmp_path, "SELECT id FROM runs ORDER BY id")]
    # What a run changed in a verdict or in a document names it.
    store.save_verdicts([(GONE, Verdict(State.DEAD, "gone"), None)], run=runs[20], now=NOW + 20 * DAY)  # type: ignore[arg-type]
    store.save_verdicts([(GONE, Verdict(State.ALIVE, "back"), None)], run=runs[30], now=NOW + 30 * DAY)  # type: ignore[arg-type]
    done = rewritten(Repair(occurrence("a.md", GONE), "https://a.example/", "gone"))
    store.repairs.add(runs[40], "out/a.md", done, now=NOW)  # type: ignore[arg-type]
    store.save_answer(GONE, Snapshot(GONE.url, "20200101000000", "https://a.example/1", 200, "playback"), now=NOW)
    store.save_robots([RobotsRecord("https://papers.example", LATER - 2 * DAY, None)], now=LATER - 2 * DAY)
    told, page = store.report(), store.link(PAPER.url).page  # type: ignore[union-attr]
    prune(job_of(store, tmp_path))

    left = {run for (run,) in rows(tmp_path, "SELECT id FROM runs")}
    assert {*runs[-90:], runs[0], runs[30], runs[40]} <= left
    assert len(left) < 110
    assert rows(tmp_path, "SELECT id FROM evidence EXCEPT SELECT evidence_id FROM checks") == []
    shown = "SELECT page_id FROM checks UNION SELECT page_id FROM resources"
    assert rows(tmp_path, f"SELECT id FROM pages EXCEPT SELECT * FROM ({shown})") == []
    assert rows(tmp_path, "SELECT * FROM robots") == []
    assert rows(tmp_path, "PRAGMA foreign_key_check") == rows(tmp_path, "PRAGMA quick_check(1)")[1:] == []
    assert (store.report(), store.link(PAPER.url).page) == (told, page)  # type: ignore[union-attr]


def test_of_old_plain_successes_it_is_forgotten_what_they_saw(store: Store, tmp_path: Path) -> None:
    prune(job_of(store, tmp_path))
    for history in store.rereading.histories():
        old = [one.check.seen for one in history.checks if one.check.seen.at < LATER - 90 * DAY]
        recent = [one.check.seen for one in history.checks if one.check.seen.at >= LATER - 90 * DAY]
        assert all(seen.evidence for seen in recent)
        assert {seen.outcome for seen in old if seen.evidence is None} <= {Outcome.OK}
        assert {seen.outcome for seen in old if seen.evidence is not None} <= {Outcome.NOT_FOUND}


def test_what_was_seen_last_of_a_page_is_not_forgotten_however_old_it_is(store: Store, tmp_path: Path) -> None:
    # Since then it has only been found unchanged.
    unchanged = replace(observation(at=LATER), status=304)
    store.add_checks(store.begin_run(LATER).id, 1, [unchanged])
    prune(job_of(store, tmp_path, LATER + 1_000 * DAY))
    evidence = [one.check.seen.evidence for history in store.rereading.histories() for one in history.checks]
    assert f"{NIGHTS - 1}" in {shown.title for shown in evidence if shown is not None}


def test_the_file_becomes_smaller_and_a_second_time_there_is_nothing_to_do(store: Store, tmp_path: Path) -> None:
    first = prune(job_of(store, tmp_path))
    assert first.after.bytes < 0.7 * first.before.bytes
    assert (tmp_path / "links.db").stat().st_size == first.after.bytes
    second = prune(job_of(store, tmp_path))
    assert (second.before, second.after) == (first.after, first.after)


def test_without_room_to_write_the_file_anew_the_rest_is_done_and_that_is_said(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_self: Retention) -> None:
        raise StoreError("links.db cannot be written: the disk is full")

    monkeypatch.setattr(Retention, "compact", full)
    job = job_of(store, tmp_path)
    pruned = prune(job)
    assert pruned.after.checks < 200
    assert job.progress.failures  # type: ignore[attr-defined]
    assert "could not be made smaller: links.db cannot be written: the disk is full" in caplog.text


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────────────


def command(tmp_path: Path, *arguments: str) -> list[str]:
    url = f"sqlite:///{tmp_path}/links.db"
    return [sys.executable, "-m", "dlt_crawler", "--database", url, "prune", *arguments]


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        fill(store, start=LONG_AGO)
    done = subprocess.run(command(tmp_path, "--days", "0"), cwd=tmp_path, capture_output=True, text=True, check=True)
    first, *table = done.stdout.splitlines()
    assert first.endswith(" old checks thinned out")
    assert [line.split()[0] for line in table] == ["checks", "evidence", "pages", "runs", "megabytes"]
    thinned = int(first.split()[0].replace(",", ""))
    assert (table[0].split()[1], int(table[0].split()[3])) == ("400", 400 - thinned)
    assert thinned > 300


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    done = subprocess.run(command(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "does not exist: start with dlt-crawl run" in done.stderr
    assert not (tmp_path / "links.db").exists()


@pytest.mark.at_length
def test_kill_9_while_it_prunes_harms_nothing_and_the_next_one_finishes(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        fill(store, links=60, start=LONG_AGO)
    (tmp_path / "whole").mkdir()
    shutil.copy(tmp_path / "links.db", tmp_path / "whole")
    started = time.monotonic()
    subprocess.run(command(tmp_path / "whole"), cwd=tmp_path, check=True, capture_output=True)
    takes = time.monotonic() - started
    with Store.open(f"sqlite:///{tmp_path}/whole/links.db") as store:
        finished = {link: list(checks) for link, checks in store.histories()}
    for part in (0, 2, 3):
        with subprocess.Popen(command(tmp_path), cwd=tmp_path, stdout=subprocess.DEVNULL) as pruning:
            try:
                pruning.wait(takes * (0.4 + part / 9))
            except subprocess.TimeoutExpired:
                pruning.send_signal(signal.SIGKILL)
        assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
        assert rows(tmp_path, "SELECT sum(times) FROM checks") == [(61 * NIGHTS,)]
    subprocess.run(command(tmp_path), cwd=tmp_path, check=True, capture_output=True)
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        assert {link: list(checks) for link, checks in store.histories()} == finished


# ── Years ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.at_length
def test_the_database_of_a_list_grows_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The benchmark `decade`, in miniature: 100 MB in ten years for 1,000 links are 10 KB a link and year."""
    monkeypatch.setattr(decade, "NIGHTS", 365)
    (year,) = decade.years(30, 1)
    assert year.kept < year.made
    assert year.pruned_bytes < year.whole_bytes
    assert year.pruned_bytes < 30 * 30_000
