"""The benchmark of a million links, on a few: its list, its simulation of a night, and that it notices errors."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.bound import least_seconds
from benchmarks.million import fill, truth
from benchmarks.million.law import KINDS, List, kind_of, latency, link_of
from benchmarks.million.log import Request, manners
from benchmarks.million.night import Look, Machine, by_host, look
from benchmarks.million.results import Results
from benchmarks.million.stages import Site
from benchmarks.webs import Web
from dlt_crawler.config import FetchSettings
from dlt_crawler.store import Store
from tests.internet.client import ROOT
from tests.internet.namespace import why_not

FREE = Machine(crawling=0.0, rest=0.0, cores=2, processes=1)


def test_million_links_are_on_100_000_hosts_of_which_the_largest_leaves_the_night_feasible() -> None:
    sizes = List(1_000_000).sizes
    assert (len(sizes), sum(sizes), min(sizes)) == (100_000, 1_000_000, 1)
    assert max(sizes) * FetchSettings().delay < 8 * 3600


def test_url_says_what_is_true_of_it() -> None:
    listed = List(1_000)
    urls = [*listed.urls()]
    assert len(set(urls)) == 1_000
    assert [link_of(url) for url in urls] == [*range(1_000)]
    assert Counter(map(kind_of, urls)) == Counter(KINDS[kind] for kind in listed.kinds)
    assert sum(1 for _ in listed.gone()) == 17


def simulated(hosts: list[int], machine: Machine = FREE, seconds: float = 0.2, **limits: float | str) -> Look:
    settings = FetchSettings(**{"robots": "ignore", "delay": 0, **limits})
    return look(by_host(hosts), settings, machine, lambda _host, _link: seconds)


def test_simulated_night_is_as_long_as_what_limits_it() -> None:
    # Pauses of the longest host.
    assert simulated([0] * 100 + [*range(1, 50)], delay=0.5).seconds == pytest.approx(99 * 0.501 + 0.2)
    # Requests to it at once.
    assert simulated([0] * 100, per_host=2).seconds == pytest.approx(50 * 0.2)
    # Places.
    assert simulated([*range(1_000)], concurrency=10).seconds == pytest.approx(100 * 0.2)
    # The processor.
    busy = Machine(crawling=0.1, rest=0.0, cores=2, processes=1)
    assert simulated([*range(1_000)], busy, concurrency=128).seconds == pytest.approx(100, rel=0.01)
    # Time-outs.
    assert simulated([0], seconds=60, timeout=20).seconds == pytest.approx(20)


def test_robots_txt_is_asked_for_before_the_first_link_of_a_host() -> None:
    seen = simulated([0, 0, 1], robots="obey", delay=0.5)
    assert seen.requests == 5
    assert seen.seconds == pytest.approx(2 * 0.501 + 0.2)


@pytest.mark.parametrize("processes", [1, 2])
def test_simulated_night_is_longer_than_the_bound_and_not_by_much(processes: int) -> None:
    listed, settings = List(3_000), FetchSettings(robots="ignore", delay=0.05)
    machine = Machine(crawling=0.0005, rest=0.0, cores=2, processes=processes)
    bound = least_seconds(Web(listed.host_of, [*map(latency, listed.host_of, range(3_000))]), settings)
    assert bound < look(by_host(listed.host_of), settings, machine, latency).seconds < 1.25 * bound


def test_log_shows_who_was_impolite() -> None:
    asked = [
        Request(0, 1, 1, 10.0, 11.0),
        Request(0, 2, 1, 10.2, 10.9),
        # Host 9 is of the site of host 8.
        Request(8, 3, 1, 20.0, 21.0),
        Request(9, 4, 2, 20.5, 22.0),
    ]
    seen = manners(iter(asked), delay=0.5)
    assert (seen.requests, seen.at_once, seen.too_close, seen.shared) == (4, 2, 1, 1)
    assert seen.closest == pytest.approx(0.2)


def test_stage_is_measured_once(tmp_path: Path) -> None:
    def site() -> Site:
        return Site(tmp_path, List(300), Results(tmp_path, {"links": 300}), speed=1, delay=0)

    site().run("judge", lambda: {"seconds": 1.0})
    assert site().run("judge", lambda: {"seconds": 2.0})["seconds"] == 1.0
    with pytest.raises(ValueError, match=r"is of .*300.* and asked for is .*400"):
        Results(tmp_path, {"links": 400})


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """300 links, crawled by the harness: its directory, and what it has said."""
    directory = tmp_path_factory.mktemp("million")
    command = [sys.executable, "-m", "benchmarks.million", str(directory), "--links", "300", "--only", "sqlite"]
    stop = ["--stop-after", "sqlite: fetch"]
    done = subprocess.run([*command, *stop], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return directory, done.stdout


@pytest.mark.at_length
@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_harness_measures_stages_and_notices_a_check_that_is_wrong(crawled: tuple[Path, str], tmp_path: Path) -> None:
    directory, said = crawled
    stages = json.loads((directory / "results.json").read_text())["stages"]
    assert [*stages] == ["list", "sqlite: extract", "sqlite: load", "sqlite: fetch"]
    # The links, those that are redirected and those that fail once more, and robots.txt of each host.
    assert stages["sqlite: fetch"]["manners"]["requests"] == 300 + 4 + 6 + 30
    assert "| sqlite: fetch |" in said
    file = shutil.copy(directory / "sqlite.db", tmp_path)
    with sqlite3.connect(file) as changed:
        changed.execute("UPDATE checks SET outcome = 'timeout' WHERE resource_id = 1")
    changed.close()
    with pytest.raises(truth.Wrong, match=r"TIMEOUT.*1\} too many|timeout.*1\} too many"):
        truth.check_outcomes(List(300), f"sqlite:///{file}")


SEEN = (
    "SELECT r.url, c.look, c.outcome, c.detail, c.status, c.final_url, c.redirects, c.content_type, p.title,"
    " p.abstract, p.script, v.url, v.etag FROM checks c JOIN resources r ON r.id = c.resource_id"
    " LEFT JOIN pages p ON p.id = c.page_id LEFT JOIN validators v ON v.resource_id = r.id ORDER BY r.url, c.look"
)


@pytest.mark.at_length
@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_night_that_is_written_down_is_what_a_crawl_sees(crawled: tuple[Path, str], tmp_path: Path) -> None:
    files = (crawled[0] / "sqlite.db", tmp_path / "filled.db")
    with Store.open(f"sqlite:///{files[0]}") as store:
        specimens = fill.collect(store)
    with Store.open(f"sqlite:///{files[1]}") as store:
        fill.fill(store, List(300), specimens, datetime.now(UTC))
    crawl, filled = map(sqlite3.connect, files)
    assert filled.execute(SEEN).fetchall() == crawl.execute(SEEN).fetchall()
    robots = "SELECT origin, text FROM robots ORDER BY origin"
    assert filled.execute(robots).fetchall() == crawl.execute(robots).fetchall()
    sizes = [each.execute("SELECT count(*), sum(length(facts)) FROM evidence").fetchone() for each in (crawl, filled)]
    assert sizes[0][0] == sizes[1][0]
    assert sizes[1][1] == pytest.approx(sizes[0][1], rel=0.01)
    for each in (crawl, filled):
        each.close()
