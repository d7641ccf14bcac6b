"""The nightly job on the seeds, by the unmodified program, under the real host names of an internet of our own."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dlt_crawler.sites import known_sites
from tests.internet.namespace import Namespace
from tests.internet.seeds import FATES, HOSTS, SEEDS, Archived

CONFIGURATION = """
[fetch]
allow_networks = ["127.0.0.0/8"]
delay = 0
timeout = 6
second_look = 0.1
[archive]
cdx_rate = 6000
playback_rate = 6000
[archive.fallbacks]
papers = false
software_heritage = false
arquivo = false
[sites]
""" + "".join(f"{rule.name}.delay = 0\n" for rule in known_sites().rules)

PROGRAM = [sys.executable, "-m", "dlt_crawler"]

STATE_OF_PAGE = {
    "/status/404": "dead",
    "/status/410": "dead",
    "/redirect-to/301?/status/404": "dead",
    "/status/418": "blocked",
    "/status/412": "blocked",
    "/bot-wall/403": "blocked",
    "/retry-after/503/3600": "blocked",
    "/retry-after/429/1": "blocked",
    "/redirect-self": "failing",
    "/status/500": "failing",
    "/hang": "failing",
    "/reset": "failing",
    "/empty-reply": "failing",
    # Seen for the first time, and dead when they are seen again on another day.
    "/soft-404": "failing",
    "/soft-404-chinese": "failing",
    "/parked": "failing",
    "/redirect-to/302?https://accounts.google.com/ServiceLogin": "blocked",
}
"""What a link is called whose page answers so; every other row of FATES lives."""

BLOCKED_HOSTS = {host for host, row in HOSTS.items() if row.robots or row.always}
UNVERIFIED_HOSTS = {host for host, row in HOSTS.items() if row.tls in ("expired", "wrong-name", "untrusted")}


@pytest.fixture(scope="module")
def seeds_internet(namespaces: type[Namespace]) -> Iterator[Namespace]:
    with namespaces("seeds") as running:
        yield running


def state_of(url: str) -> str:
    """What the tables of the world say that a link of the seeds must be called."""
    if (host := urlsplit(url).hostname) in HOSTS:
        return "blocked" if host in BLOCKED_HOSTS else "alive" if host in UNVERIFIED_HOSTS else "failing"
    return STATE_OF_PAGE.get(FATES[url].page, "alive") if url in FATES else "alive"


def prepare(directory: Path) -> Path:
    shutil.copytree(SEEDS, directory / "seeds")
    (directory / "dlt-crawl.toml").write_text(CONFIGURATION)
    return directory


def report_of(internet: Namespace, directory: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(
        internet.run([*PROGRAM, "report", "--format", "json", "--all"], directory).stdout
    )
    return report


@dataclass(frozen=True)
class Night:
    """One nightly job: where it ran, what it printed, its report, and the URLs that it asked for, in order."""

    directory: Path
    said: str
    report: dict[str, Any]
    asked: list[str]


@pytest.fixture(scope="module")
def night(seeds_internet: Namespace, tmp_path_factory: pytest.TempPathFactory) -> Night:
    directory = prepare(tmp_path_factory.mktemp("night"))
    done = seeds_internet.run([*PROGRAM, "run"], directory)
    assert done.returncode == 0, done.stderr
    asked = [request.url for request in seeds_internet.requests()]
    return Night(directory, done.stdout, report_of(seeds_internet, directory), asked)


def test_every_link_is_called_what_it_is(night: Night) -> None:
    report = night.report
    checked = {link["url"]: link["state"] for link in report["links"] if link["state"] != "skipped"}
    # The fates are written as in the documents, the report names resources.
    wrong = {url: (state, state_of(url)) for url, state in checked.items() if state != state_of(url)}
    assert wrong == {}
    assert len(checked) == 668
    assert report["summary"]["occurrences"] == 784
    assert (report["run"]["network"], report["summary"]["skipped"]) == ("ok", 2)


def test_pages_that_answer_200_and_are_gone_are_seen(night: Night) -> None:
    links = {link["url"]: link for link in night.report["links"]}
    seen = {
        link["outcome"]: link["title"]
        for url, link in links.items()
        if FATES.get(url) and "200" in link["reason"] and link["outcome"] in ("soft_404", "parked")
    }
    assert seen == {"soft_404": None, "parked": None}


def test_living_pages_have_their_titles(night: Night) -> None:
    untitled = [
        link["url"]
        for link in night.report["links"]
        if link["state"] == "alive" and link["content_type"] == "text/html" and not link["title"]
    ]
    assert untitled == []


def test_pages_whose_certificate_is_wrong_live_and_it_is_said(night: Night) -> None:
    unverified = {link["url"] for link in night.report["links"] if "tls_unverified" in link["warnings"]}
    assert {urlsplit(url).hostname for url in unverified} == UNVERIFIED_HOSTS
    assert f"  {len(unverified)} links answered with a certificate that could not be verified\n" in night.said


def test_dead_links_are_resolved_as_far_as_the_archive_can(night: Night) -> None:
    snapshots = {link["url"]: link["snapshot"] for link in night.report["links"] if link["state"] == "dead"}
    kept = {
        Archived.GOOD,
        Archived.GOOD_THEN_BAD,
        Archived.GOOD_THEN_SOFT,
        Archived.MOVED,
    }
    found = {url for url, snapshot in snapshots.items() if snapshot}
    assert found == {url for url in snapshots if FATES[url].archived in kept}
    assert {snapshot["timestamp"] for snapshot in snapshots.values() if snapshot} == {"20190601120000"}


def test_the_copies_are_repaired_and_nothing_else_in_them_changed(night: Night) -> None:
    directory, report = night.directory, night.report
    snapshots = {link["url"]: link["snapshot"]["url"] for link in report["links"] if link["snapshot"]}
    repaired = {path.name: path.read_bytes() for path in (directory / "storage/repaired/seeds").iterdir()}
    assert repaired.keys() == {path.name for path in SEEDS.iterdir()}
    edits = 0
    for name, data in repaired.items():
        for archived in snapshots.values():
            edits += data.count(archived.encode())
            data = data.replace(archived.encode(), archived.partition("/web/20190601120000/")[2].encode())  # noqa: PLW2901
        assert data == (SEEDS / name).read_bytes()
    dead = {link["url"]: len(link["occurrences"]) for link in report["links"] if link["state"] == "dead"}
    assert edits == sum(times for url, times in dead.items() if url in snapshots)
    assert edits > 10
    for path in SEEDS.iterdir():
        assert (directory / "seeds" / path.name).read_bytes() == path.read_bytes()


def test_a_second_repair_changes_nothing(seeds_internet: Namespace, night: Night) -> None:
    copies = night.directory / "storage" / "repaired" / "seeds"
    before = {path.name: path.read_bytes() for path in copies.iterdir()}
    again = seeds_internet.run([*PROGRAM, "repair", str(copies), "--in-place"], night.directory)
    assert " 0  in 5 documents\n" in again.stdout, again.stderr
    assert {path.name: path.read_bytes() for path in copies.iterdir()} == before


@pytest.mark.at_length
def test_a_killed_run_and_a_second_one_reach_the_same_end(
    seeds_internet: Namespace, night: Night, tmp_path: Path
) -> None:
    directory = prepare(tmp_path)
    environment = seeds_internet.environment()
    command = seeds_internet.command([*PROGRAM, "run"], directory)
    seeds_internet.reset()
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while len(seeds_internet.requests()) < 400:
            with pytest.raises(subprocess.TimeoutExpired):
                first.wait(0.05)
        first.send_signal(signal.SIGKILL)
    killed = len(seeds_internet.requests())
    done = seeds_internet.run([*PROGRAM, "run"], directory)
    assert done.returncode == 0, done.stderr
    assert "was cut off: going on with it" in done.stderr
    assert killed < len(seeds_internet.requests())
    second = report_of(seeds_internet, directory)
    assert {link["url"]: link["state"] for link in second["links"]} == {
        link["url"]: link["state"] for link in night.report["links"]
    }
    for path in (night.directory / "storage/repaired/seeds").iterdir():
        assert (directory / "storage/repaired/seeds" / path.name).read_bytes() == path.read_bytes()


def test_nobodys_server_is_asked_more_than_it_must(night: Night) -> None:
    asked = Counter(night.asked)
    links = {link["url"] for link in night.report["links"]}
    living = {url for url in links if state_of(url) == "alive" and urlsplit(url).hostname not in HOSTS} & asked.keys()
    assert len(living) > 480
    # Papers and videos are looked up: 82 links to papers are one request.
    assert sum(urlsplit(url).hostname == "export.arxiv.org" for url in night.asked) == 1
    assert {urlsplit(url).hostname for url in living} & {"arxiv.org", "www.youtube.com"} == set()
    # Redirect targets and canaries may be asked for on their own account.
    twice = {url for url in living if asked[url] > 1} - {
        "https://www.wikipedia.org/",
        "https://www.offconvex.org/",
    }
    assert twice == set()
    # The second look goes by the robots.txt that the database remembers.
    assert max(times for url, times in asked.items() if url.endswith("/robots.txt")) == 1
