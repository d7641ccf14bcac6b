"""The command line: what scripts and people rely on. The program runs as a process of its own, on loopback."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer, interrupt, wait_for

SOON = {"DLT_CRAWL_FETCH__TIMEOUT": "2"}
"""Where servers never answer."""


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    return Maintainer.begin(tmp_path, internet)


@pytest.fixture(scope="module")
def a_night(tmp_path_factory: pytest.TempPathFactory, internet: Internet) -> Path:
    """A directory whose list of one living link was checked once; nobody changes it."""
    maintainer = Maintainer.begin(tmp_path_factory.mktemp("night"), internet)
    maintainer.write("list.md", f"[a]({internet.http_url('/ok')})")
    maintainer.run("run")
    return maintainer.directory


@pytest.fixture
def next_day(a_night: Path, tmp_path: Path, internet: Internet) -> Maintainer:
    """After a night of checks: a copy of one's own."""
    shutil.copytree(a_night, tmp_path, dirs_exist_ok=True)
    return Maintainer(tmp_path, internet)


def test_extract_prints_an_object_a_line(maintainer: Maintainer) -> None:
    maintainer.write("list.md", "# 论文", "", "- [深度 *learning*](https://a.example/x#s) 和 <mailto:a@b.c>", "- []()")
    lines = [json.loads(line) for line in maintainer.run("extract", "--format", "jsonl").splitlines()]
    assert lines == [
        {
            "file": "lists/list.md",
            "start": 32,
            "end": 53,
            "line": 3,
            "column": 19,
            "kind": "inline",
            "raw": "https://a.example/x#s",
            "url": "https://a.example/x#s",
            "text": "深度 learning",
            "skip": None,
            "renders": True,
            "headings": ["论文"],
            "alternative": None,
            "no_span": None,
            "lints": [],
        },
        lines[1],
        lines[2],
    ]
    assert [line["skip"] for line in lines] == [None, "mailto", "empty"]
    assert lines[2]["lints"] == ["empty_link"]
    assert not maintainer.database.exists()


def test_extract_shows_a_table_to_people(maintainer: Maintainer) -> None:
    maintainer.write("list.md", "<https://a.example/>", "", "[x](notes.md)")
    assert [line.split() for line in maintainer.run("extract").splitlines()] == [
        ["lists/list.md:1:2", "autolink", "https://a.example/"],
        ["lists/list.md:3:5", "inline", "notes.md", "(not", "checked:", "relative)"],
    ]


def test_a_run_checks_judges_resolves_repairs_and_reports(maintainer: Maintainer) -> None:
    internet = maintainer.internet
    alive, gone = internet.http_url("/titled/A-fine-page"), internet.http_url("/status/404")
    document = maintainer.write("list.md", f"- [A]({alive})", f"- [B]({gone}#proof)", f"- {gone}，参考", "- [C](x.md)")
    maintainer.archive(gone, "20200102030405")

    summary = maintainer.run("run")

    assert re.match(
        r"Run 1: 3 links in 1 document, written 4 times; 3 checked and 2 looked at again in \d+ s\n", summary
    )
    assert "alive 1 · dead 1 · skipped 1" in summary
    found = "1 snapshot found, 0 asked and there is none, 0 could not be asked; 2 playback and 0 CDX calls"
    assert found in " ".join(summary.split())
    links = maintainer.links()
    assert links["/titled/A-fine-page"]["title"] == "A fine page"
    assert links["/status/404"]["state"] == "dead"
    snapshot = f"{internet.http_url('/web/')}20200102030405/{gone}"
    assert re.match(r"Captured \d+ years before .+", links["/status/404"]["snapshot"].pop("evidence"))
    assert links["/status/404"]["snapshot"] == {
        "timestamp": "20200102030405",
        "url": snapshot,
        "status": 200,
        "validated": "playback",
        "source": "wayback",
        "original": gone,
    }
    repaired = (maintainer.directory / "storage/repaired/lists/list.md").read_text()
    assert repaired == f"- [A]({alive})\n- [B]({snapshot}#proof)\n- <{snapshot}>，参考\n- [C](x.md)\n"
    assert document.read_text().count(gone) == 2
    assert maintainer.reported() == maintainer.report()
    assert (maintainer.directory / "storage/reports/report.txt").read_text() == maintainer.run("report")


def test_repair_shows_a_patch_writes_elsewhere_or_in_place_and_then_has_nothing_to_do(maintainer: Maintainer) -> None:
    gone = maintainer.internet.http_url("/status/410")
    document = maintainer.write("list.md", f"[gone]({gone})")
    maintainer.archive(gone, "20200102030405")
    maintainer.run("run")
    wanted = f"[gone]({maintainer.internet.http_url('/web/')}20200102030405/{gone})\n"

    patch = maintainer.run("repair", "--diff")
    assert document.read_text() == f"[gone]({gone})\n"
    maintainer.run("repair", "--output", "elsewhere")
    assert (maintainer.directory / "elsewhere/lists/list.md").read_text() == wanted

    subprocess.run(["git", "init", "-q", "."], cwd=maintainer.directory, check=True)
    subprocess.run(["git", "apply", "-"], cwd=maintainer.directory, input=patch, text=True, check=True)
    assert document.read_text() == wanted
    document.write_text(f"[gone]({gone})\n")

    summary = maintainer.run("repair", "--in-place", "--force")
    assert document.read_text() == wanted
    assert summary.splitlines()[0] == "lists/list.md:1:8: snapshot"
    assert maintainer.run("repair", "--in-place") == "repaired  0  in 1 document\n"
    assert maintainer.run("repair", "--diff") == ""
    assert document.read_text() == wanted


def test_a_link_dies_and_comes_back_over_the_nights(maintainer: Maintainer) -> None:
    internet = maintainer.internet
    link = internet.http_url("/switchable/nights")
    maintainer.write("list.md", f"[paper]({link})")
    maintainer.archive(link, "20200102030405")
    copy = maintainer.directory / "storage/repaired/lists/list.md"
    states: list[tuple[str, bool]] = []
    # What lives or fails is looked at the next night, what is dead a month later.
    nights = [("/ok", 1), ("/status/503", 1), ("/status/404", 36), ("/ok", 1), ("/ok", 1)]
    for tonight, until_the_next in nights:
        internet.switch("nights", tonight)
        maintainer.run("run")
        states.append((maintainer.states()["/switchable/nights"], "/web/" in copy.read_text()))
        maintainer.nights_pass(until_the_next)
    assert states == [("alive", False), ("failing", False), ("dead", True), ("alive", True), ("alive", False)]
    story = json.loads(maintainer.run("history", link, "--format", "json"))
    assert [(check["run"], check["outcome"]) for check in story["checks"]] == [
        (1, "ok"),
        (2, "server_error"),
        (2, "server_error"),
        (3, "not_found"),
        (3, "not_found"),
        (4, "ok"),
        (5, "ok"),
    ]


def test_without_a_network_the_links_are_stored_and_nothing_is_judged(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet, canary="/hang")
    gone = internet.http_url("/status/404")
    maintainer.write("list.md", f"[gone]({gone})")
    said = maintainer.run("run", "--", status=3, **SOON).splitlines()[-1]
    assert said == (
        "dlt-crawl: The network is down (0 of 1 canaries answered): the links are stored and nothing was judged; "
        "try again with a network, or see it all work without one with `make demo`."
    )
    report = maintainer.report()
    assert report["run"]["network"] == "down"
    assert [(link["url"], link["state"], link["checks"]) for link in report["links"]] == [(gone, "unchecked", 0)]


def test_a_second_run_on_the_same_database_names_the_first(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[slow]({maintainer.internet.http_url('/hang')})")
    with maintainer.start("run", DLT_CRAWL_FETCH__TIMEOUT="60") as first:
        wait_for(first, "fetch: 1")
        said = maintainer.run("run", status=75)
        assert f"{first.pid}" in said
        assert "run" in said
        first.kill()
    assert maintainer.run("extract")


@pytest.mark.parametrize("end", ["SIGINT", pytest.param("SIGTERM", marks=pytest.mark.at_length)])
def test_a_run_that_is_interrupted_keeps_what_it_has_and_is_gone_on_with(maintainer: Maintainer, end: str) -> None:
    slow = maintainer.internet.http_url("/hang")
    maintainer.write("list.md", f"[a]({maintainer.internet.http_url('/ok')})", "", f"[slow]({slow})")
    with maintainer.start("run", DLT_CRAWL_FETCH__TIMEOUT="60") as first:
        maintainer.wait_for_records(1)
        interrupt(first) if end == "SIGINT" else first.terminate()
        first.communicate(timeout=20)
    assert first.returncode == 130
    maintainer.internet.reset()
    maintainer.run("run", **SOON)
    asked = [request.target for request in maintainer.internet.requests()]
    assert asked.count("/hang") == 2
    # Once, as the canary that it is, before the links, and once after the failure.
    assert asked.count("/ok") == 2
    assert maintainer.reported()["run"]["id"] == 1
    assert maintainer.states() == {"/ok": "alive", "/hang": "failing"}


@pytest.mark.at_length
def test_a_run_that_was_killed_reaches_the_end_of_one_that_was_not(maintainer: Maintainer) -> None:
    internet = maintainer.internet
    paths = [f"/page/{number}" for number in range(400)]
    paths += ["/status/404", "/status/410", "/status/403", "/redirect/301/2"]
    maintainer.write(
        "list.md", *(f"- [{path}]({internet.http_url(path)})" for path in paths), f"- {internet.http_url('/hang')}"
    )
    maintainer.archive(internet.http_url("/status/404"), "20200102030405")
    with maintainer.start("run", **SOON) as first:
        maintainer.wait_for_records(50)
        first.kill()
    recorded = {url for url in maintainer.recorded() if "/page/" in url}
    internet.reset()
    maintainer.archive(internet.http_url("/status/404"), "20200102030405")
    maintainer.run("run", **SOON)
    assert recorded & {request.url for request in internet.requests()} == set()
    killed = (maintainer.states(), (maintainer.directory / "storage/repaired/lists/list.md").read_bytes())
    shutil.rmtree(maintainer.directory / "storage")
    maintainer.run("run", **SOON)
    undisturbed = (maintainer.states(), (maintainer.directory / "storage/repaired/lists/list.md").read_bytes())
    assert killed == undisturbed
    assert list(killed[0].values()).count("alive") == 401


def test_a_network_that_is_lost_during_the_run_judges_nothing(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet, canary="/switchable/canary")
    internet.switch("canary", "/ok")
    gone = internet.http_url("/status/404")
    maintainer.write("list.md", f"[gone]({gone})", "", f"[slow]({internet.http_url('/hang')})")
    with maintainer.start("run", **SOON) as run:
        maintainer.wait_for_requests("/hang")
        internet.switch("canary", "/reset")
        _out, said = run.communicate(timeout=30)
    assert run.returncode == 3
    assert "The network is down" in said
    maintainer.run("judge")
    assert {link["state"] for link in maintainer.report()["links"]} == {"unchecked"}


def test_a_document_that_cannot_be_read_does_not_stop_the_others(maintainer: Maintainer) -> None:
    good = maintainer.write("good.md", f"[a]({maintainer.internet.http_url('/ok')})")
    bad = maintainer.write("bad.md")
    bad.write_bytes("[b](http://b.example/)".encode("utf-16"))
    said = maintainer.run("run", status=3)
    assert said.count("dlt-crawl: lists/bad.md") == 1
    assert maintainer.states() == {"/ok": "alive"}
    assert (maintainer.directory / "storage/repaired/lists/good.md").read_bytes() == good.read_bytes()
    assert maintainer.reported()["summary"]["alive"] == 1


def test_repaired_copies_are_no_sources(maintainer: Maintainer) -> None:
    maintainer.write("list.md", f"[a]({maintainer.internet.http_url('/ok')})")
    maintainer.run("run", ".")
    maintainer.run("run", ".")
    assert [path.name for path in (maintainer.directory / "storage/repaired").rglob("*.md")] == ["list.md"]
    assert maintainer.reported()["summary"]["occurrences"] == 1
    assert maintainer.run("extract", "storage/repaired").count("storage/repaired/lists/list.md") == 1


def test_documents_that_were_not_asked_for_are_not_forgotten(maintainer: Maintainer) -> None:
    maintainer.write("a/list.md", "[a](http://)")
    second = maintainer.write("b/list.md", "[b](https:///)")
    maintainer.run("run")
    maintainer.run("run", "lists/a")
    assert maintainer.reported()["summary"]["occurrences"] == 2
    copies = maintainer.directory / "storage/repaired/lists"
    assert sorted(path.name for path in copies.iterdir()) == ["a", "b"]
    second.unlink()
    maintainer.run("run", "lists")
    assert maintainer.reported()["summary"]["occurrences"] == 1
    assert [path.parent.name for path in copies.rglob("*.md")] == ["a"]


def test_a_reader_who_has_seen_enough_is_no_failure(maintainer: Maintainer) -> None:
    maintainer.write("list.md", *("[a](http://a.example/)" for _ in range(10_000)))
    with maintainer.start("extract") as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
    assert (process.returncode, said) == (0, "")


@pytest.mark.at_length
def test_a_failing_write_stops_the_run_loudly(maintainer: Maintainer) -> None:
    maintainer.write("list.md", *(f"- {maintainer.internet.http_url(f'/page/{number}')}" for number in range(500)))
    maintainer.run_anew("fetch", "lists")
    maintainer.nights_pass(1)
    # Blocks of 512 bytes: 64 kB, far less than 500 checks.
    limited = ["sh", "-c", "ulimit -f 128; exec python -m dlt_crawler run"]
    environment = {**os.environ, "PATH": f"{Path(os.sys.executable).parent}:{os.environ['PATH']}"}
    result = subprocess.run(
        limited, cwd=maintainer.directory, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 3
    assert [line for line in result.stderr.splitlines() if line.startswith("dlt-crawl: ") and "dlt-crawl.db" in line]


def test_broken_links_are_an_exit_status_when_asked_for(next_day: Maintainer) -> None:
    assert next_day.run("report", "--exit-code")
    next_day.write("list.md", "[a](http://)")
    next_day.run("run")
    assert "http://" in next_day.run("report", "--exit-code", status=1)


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["report"], 3, "dlt-crawl: .*storage/dlt-crawl.db.* does not exist.*dlt-crawl run"),
        (["run", "nowhere.md"], 2, "dlt-crawl: nowhere.md: "),
        (["--config", "nowhere.toml", "run"], 2, "dlt-crawl: nowhere.toml: cannot be read"),
        (["--database", "nonsense", "run", "dlt-crawl.toml"], 3, "dlt-crawl: 'nonsense' is not a database URL"),
        (["repair", "--diff", "--in-place"], 2, "--in-place and --diff exclude each other"),
        (["schedule", "--cron", "often"], 2, "dlt-crawl: schedule.cron: 'often' has 1 fields"),
        (["schedule", "--timezone", "Nowhere"], 2, "dlt-crawl: schedule.timezone: 'Nowhere' is no time zone"),
        (["schedule", "--cron", "0 0 31 2 *"], 2, "dlt-crawl: schedule.cron: '0 0 31 2 .*' never comes"),
        (["report", "--format", "docx"], 2, "'docx' is not one of"),
        ([], 2, "Usage"),
    ],
)
def test_a_mistake_is_named_with_what_to_do(
    maintainer: Maintainer, arguments: list[str], status: int, said: str
) -> None:
    assert re.search(said, maintainer.run(*arguments, status=status))


def test_an_unknown_link_has_no_history(next_day: Maintainer) -> None:
    assert "http://b.example/: not in sqlite:///" in next_day.run_anew("history", "http://b.example/", status=2)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("judge", marks=pytest.mark.at_length),
        pytest.param("resolve", marks=pytest.mark.at_length),
        "repair",
        "report",
    ],
)
def test_what_begins_at_the_database_needs_one(maintainer: Maintainer, command: str) -> None:
    maintainer.write("list.md", "[a](http://a.example/)")
    assert "dlt-crawl.db does not exist: start with dlt-crawl run" in maintainer.run_anew(command, status=3)


def test_living_links_are_kept_when_there_are_keys(next_day: Maintainer) -> None:
    assert "DLT_CRAWL_ARCHIVE__ACCESS_KEY" in next_day.run_anew("archive", status=2)
    keys = {"DLT_CRAWL_ARCHIVE__ACCESS_KEY": "key", "DLT_CRAWL_ARCHIVE__SECRET_KEY": "secret"}
    assert next_day.run("archive", **keys) == "1 link saved, 1 copy confirmed\n"
    assert next_day.run("archive", **keys) == "0 links saved\n"


def test_help_does_not_need_a_good_configuration(maintainer: Maintainer) -> None:
    (maintainer.directory / "dlt-crawl.toml").write_text("nonsense = 1")
    assert "Usage: dlt-crawl run" in maintainer.run_anew("run", "--help")
    assert "unknown key nonsense" in maintainer.run("run", status=2)
