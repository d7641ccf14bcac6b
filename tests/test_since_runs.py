"""Runs that are about nothing but what was added: what they ask for, leave alone, tell, and exit with."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import ArchiveSettings, FallbackSettings, FetchSettings, NetworkSettings
from dlt_crawler.errors import NetworkDown, ReportError, SourceError
from dlt_crawler.model import Network, Outcome, Run, State
from dlt_crawler.pipeline import Job, report_of
from dlt_crawler.pipeline.narrowed import Narrowed
from dlt_crawler.report import Format, View, render, selected
from tests.git_support import git
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.repairs_support import BEGAN, Owner
from tests.simulated import Answer, Fails, HandClock, SimulatedWeb, page

CANARY = "http://canary.example/"
NOBODY = ArchiveSettings(
    timegate_url="http://127.0.0.1:9/web/",
    cdx_url="http://127.0.0.1:9/cdx",
    attempts=1,
    pause=0.001,
    patience=0,
    fallbacks=FallbackSettings(papers=False, software_heritage=False, arquivo=False),
)
"""An archive that cannot be reached."""
OLD = [f"https://old{number}.example/" for number in range(3)]
NEW = "https://new.example/"


class Author(Owner):
    """Somebody whose lists are in a git repository, in a web of the test's own."""

    def __init__(self, directory: Path) -> None:
        super().__init__(
            directory,
            storage=directory / "storage",
            fetch=FetchSettings(second_look=0.001),
            network=NetworkSettings(canaries=(CANARY,)),
            archive=NOBODY,
        )
        self.clock = HandClock(BEGAN)
        self.answers: dict[str, Answer] = {}
        self.web = SimulatedWeb(self.clock, self.answer)
        git(directory, "init", "--quiet", "--initial-branch=main")
        self.write(".gitignore", "storage/\n")
        self.write("lists/old.md", "".join(f"- <{url}>\n" for url in OLD))
        git(directory, "add", "--all")
        git(directory, "commit", "--quiet", "--message", "x")
        self.write("lists/new.md", f"- <{NEW}>\n")

    def answer(self, url: str) -> Answer:
        if ".example/" not in url:
            return Fails(Outcome.DNS_ERROR, "Unknown.", nxdomain=True)
        return self.answers.get(url, page(f"The work at {url}"))

    def doing(self) -> AbstractContextManager[Job]:
        return pipeline.open_job(self.settings, "test", self.heard)

    def do(self, work: Callable[[Job], object], day: float) -> list[str]:
        """Do it on that day, and return what was asked for, canaries aside."""
        self.clock.now = BEGAN + timedelta(days=day)
        self.web.asked.clear()
        with self.doing() as job:
            work(replace(job, clock=self.clock, web=self.web.open))
        return sorted({url for due in self.web.asked if (url := due.resource.url).endswith(".example/")} - {CANARY})

    def night(self, day: float) -> list[str]:
        return self.do(pipeline.run, day)

    def pull_request(self, day: float, revision: str = "HEAD") -> list[str]:
        def work(job: Job) -> None:
            self.narrowed = pipeline.run_since(job, (), revision)

        self.narrowed: Narrowed
        return self.do(work, day)

    def runs(self) -> tuple[Run | None, Run | None]:
        with self.doing() as job:
            return job.store.last_night(), job.store.last_run()

    def files(self) -> dict[str, bytes]:
        kept = ("storage/repaired", "storage/reports")
        return {
            str(path): path.read_bytes()
            for place in kept
            for path in (self.directory / place).rglob("*")
            if path.is_file()
        }


@pytest.fixture
def author(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Author:
    monkeypatch.chdir(tmp_path)
    return Author(tmp_path)


def dead() -> Answer:
    return page("Gone", status=404)


def test_only_what_was_added_is_asked_for_and_told_of(author: Author) -> None:
    author.answers.update({NEW: dead(), OLD[0]: dead()})
    assert author.pull_request(0) == [NEW]
    report = selected(author.narrowed.report, added=author.narrowed.added).report
    assert [(link.url, link.verdict.state) for link in report.links] == [(NEW, State.DEAD)]
    assert (report.occurrences, report.only) == (1, "Only links added or changed since HEAD.")
    assert [each.url for each in report.transitions] == [NEW]
    # The others are known all the same, and left for the night.
    assert len(author.narrowed.report.links) == 4
    assert author.files() == {}
    assert author.night(0.1) == OLD
    with author.doing() as job:
        assert len(job.store.report().links) == 4


def test_what_is_known_already_is_not_asked_for_again_before_it_is_due(author: Author) -> None:
    author.night(0)
    author.write("lists/new.md", f"- <{NEW}> and {OLD[1]} once more\n")
    assert author.pull_request(0.1) == []
    report = selected(author.narrowed.report, added=author.narrowed.added).report
    assert {link.url: link.verdict.state for link in report.links} == {NEW: State.ALIVE, OLD[1]: State.ALIVE}
    # Not where else it stands.
    assert {place.file for link in report.links for place in link.occurrences} == {"lists/new.md"}
    assert author.pull_request(3) == [NEW, OLD[1]]


def test_where_nothing_was_added_nobody_is_asked(author: Author) -> None:
    (author.directory / "lists/new.md").write_text("# Nothing\n")
    author.web.asked.clear()
    assert author.pull_request(0) == []
    assert author.web.asked == []
    assert author.narrowed.fetched is None
    assert author.runs() == (None, None)


def test_it_leaves_to_the_night_what_is_the_nights(author: Author) -> None:
    author.write("lists/gone.md", "<https://gone.example/>\n")
    author.answers["https://gone.example/"] = dead()
    author.night(0)
    before = author.files()
    assert any("repaired" in name for name in before)
    (author.directory / "lists/gone.md").unlink()
    author.answers[NEW] = dead()
    assert author.pull_request(3) == [NEW]
    assert author.files() == before
    with author.doing() as job:
        assert job.store.documents() == ("lists/gone.md", "lists/new.md", "lists/old.md")
        assert [run.id for run in job.store.trends.load(()).nights] == [1]
    night, latest = author.runs()
    assert (night and night.id, latest and latest.id, latest and latest.since) == (1, 2, "HEAD")
    assert latest is not None
    assert latest.done is not None
    # What a night tells of is what has changed since the one before.
    assert NEW not in author.night(9)
    with author.doing() as job:
        assert [each.url for each in job.store.report().transitions] == [NEW]


@pytest.mark.parametrize("first", ["night", "pull request"])
def test_neither_goes_on_with_the_other(author: Author, first: str) -> None:
    def cut_off() -> Answer:
        raise KeyboardInterrupt

    answers = author.web._answers
    author.web._answers = lambda url: cut_off() if url in (NEW, *OLD) else answers(url)
    work = {"night": author.night, "pull request": author.pull_request}
    with pytest.raises(KeyboardInterrupt):
        work.pop(first)(0)
    author.web._answers = answers
    ((_, second),) = work.items()
    assert second(0.1) == ([NEW, *OLD] if first == "pull request" else [NEW])
    _, latest = author.runs()
    assert latest is not None
    assert latest.id == 2
    assert not any("going on with it" in said for said in author.heard.said)


@pytest.mark.parametrize("cut_off_too", [False, True])
def test_a_night_that_was_cut_off_is_gone_on_with_after_a_pull_request(author: Author, cut_off_too: bool) -> None:
    answers, stopped = author.web._answers, {OLD[1]}

    def cut_off(url: str) -> Answer:
        if url in stopped:
            raise KeyboardInterrupt
        return answers(url)

    author.web._answers = cut_off
    with pytest.raises(KeyboardInterrupt):
        author.do(lambda job: pipeline.run(job, full=True), 0)
    stopped = {NEW} if cut_off_too else set()
    with pytest.raises(KeyboardInterrupt) if cut_off_too else nullcontext():
        author.pull_request(0.1)
    author.web._answers = answers
    assert set(author.night(0.2)) >= set(OLD)
    night, latest = author.runs()
    assert night is not None
    assert latest is not None
    assert (night.id, night.full, night.done is not None, latest.id) == (1, True, True, 2)
    # A new night outdates both.
    author.night(3)
    assert author.runs()[0] == author.runs()[1]


def test_a_section_that_nobody_has_looked_for_is_looked_for(author: Author) -> None:
    author.night(0)
    author.write("lists/new.md", f"- <{NEW}#nowhere>\n- <{OLD[1]}>\n")
    assert author.pull_request(0.1) == [NEW]
    (asked,) = (due for due in author.web.asked if due.resource.url == NEW)
    assert (asked.fragments, asked.validators) == (("nowhere",), None)
    assert author.pull_request(0.2) == []


@pytest.mark.parametrize("paths", [(), ("lists",), ("lists/*.md",)])
def test_who_takes_away_the_last_document_adds_nothing(author: Author, paths: tuple[str, ...]) -> None:
    for path in (author.directory / "lists").iterdir():
        path.unlink()
    (author.directory / "lists").rmdir()
    author.do(lambda job: setattr(author, "narrowed", pipeline.run_since(job, paths, "HEAD")), 0)
    assert (author.narrowed.fetched, author.narrowed.added.links) == (None, frozenset())
    with pytest.raises(SourceError, match=r"typo: there is no such file"):
        author.do(lambda job: pipeline.run_since(job, (*paths, "typo"), "HEAD"), 0)


def test_a_report_since_then_is_refused_when_documents_changed_after_the_run(author: Author) -> None:
    def told(revision: str = "HEAD") -> int:
        with author.doing() as job:
            return len(pipeline.report_since(job, report_of(job, Format.TEXT), revision)[1].links)

    author.pull_request(0)
    assert told() == 1
    author.write("lists/new.md", f"- <{NEW}> <https://fresh.example/>\n")
    author.write("lists/other.md", "<https://other.example/>\n")
    with pytest.raises(ReportError, match=r"^lists/new\.md and 1 more changed since the last run: `dlt-crawl run --si"):
        told()
    author.pull_request(0.1)
    assert told() == 3
    # Who looks at some documents only is told of these.
    author.do(lambda job: pipeline.run_since(job, ("lists/new.md",), "HEAD"), 0.2)
    author.write("lists/other.md", "<https://another.example/>\n")
    assert told() == 3
    # What is no text has no links, and no run can change that.
    author.do(lambda job: pipeline.run_since(job, ("lists",), "HEAD"), 0.3)
    (author.directory / "lists/wide.md").write_bytes("https://wide.example/".encode("utf-16"))
    assert told() == 3


def test_before_the_first_night_a_report_says_that_the_rest_waits_for_it(author: Author) -> None:
    author.pull_request(0)
    with author.doing() as job:
        text = " ".join(render(report_of(job, Format.TEXT), Format.TEXT, View()).split())
    assert "Only what was added or changed since HEAD has been checked so far" in text
    assert "first run" not in text


def test_a_pull_request_that_was_cut_off_is_gone_on_with(author: Author) -> None:
    more = "https://more.example/"
    author.write("lists/more.md", f"<{more}>")
    answers = author.web._answers

    def until_more(url: str) -> Answer:
        if url == NEW:
            raise KeyboardInterrupt
        return answers(url)

    author.web._answers = until_more
    with pytest.raises(KeyboardInterrupt):
        author.pull_request(0)
    author.web._answers = answers
    assert NEW in author.pull_request(0.1)
    assert author.runs() == (None, author.narrowed.report.run)
    assert author.narrowed.report.run is not None
    assert author.narrowed.report.run.id == 1
    # Another question is another run.
    git(author.directory, "branch", "base")
    author.pull_request(5, "base")
    assert author.narrowed.report.run.id == 2


def test_a_network_that_is_down(author: Author) -> None:
    author.answers[CANARY] = Fails(Outcome.CONNECTION_ERROR, "Refused.")
    with pytest.raises(NetworkDown):
        author.pull_request(0)
    _, latest = author.runs()
    assert latest is not None
    assert latest.network is Network.DOWN


def test_no_other_link_of_a_host_is_asked_as_a_witness(author: Author) -> None:
    neighbours = [f"{NEW}{number}.example/" for number in range(9)]
    author.write("lists/old.md", "".join(f"- <{url}>\n" for url in neighbours))
    git(author.directory, "commit", "--quiet", "--all", "--message", "y")
    author.night(0)
    author.answers.update(dict.fromkeys([NEW, *neighbours], Fails(Outcome.TIMEOUT, "No answer.")))
    assert author.pull_request(1) == [NEW]


# ── From the command line ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_pull_request_from_end_to_end(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    url = internet.http_url
    (tmp_path / ".gitignore").write_text("storage/\n")
    maintainer.write("list.md", f"- [a]({url('/ok')})", f"- [old]({url('/status/404')})")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "x")
    git(tmp_path, "checkout", "--quiet", "-b", "topic")
    maintainer.write("list.md", "- text", f"- [old]({url('/status/404')})", f"- [a]({url('/ok')})")
    assert maintainer.run("fetch", "--since", "main") == "Nothing to check: no link was added or changed.\n"
    assert internet.requests() == []
    maintainer.write("new.md", f"- [new]({url('/status/410')}) [fine]({url('/page/1')})")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "y")
    out = maintainer.run("run", "--since", "main", "--exit-code", status=1)
    assert " ".join(out.split()).startswith(
        "Run 1: 2 links, written 2 times; 2 checked and 1 looked at again. Only links added or changed since main."
    )
    assert "dlt-crawl report --since main" in out
    asked = {request.target.partition("?")[0] for request in internet.requests()}
    asked_archive = {target for target in asked if target.startswith(("/web/", "/cdx/"))}
    # The canary is /ok.
    assert asked - asked_archive == {"/ok", "/robots.txt", "/status/410", "/page/1"}
    assert not any("404" in target for target in asked_archive)
    told = maintainer.run("report", "--since", "main", "--format", "json", "--all", "--exit-code", status=1)
    assert {link["url"]: link["state"] for link in json.loads(told)["links"]} == {
        url("/status/410"): "dead",
        url("/page/1"): "alive",
    }
    maintainer.write("new.md", f"- [new]({url('/status/410')}) [fresh]({url('/status/404?fresh')})")
    said = maintainer.run("report", "--since", "main", "--exit-code", status=3)
    assert "lists/new.md changed since the last run: `dlt-crawl run --since main` first" in said
    maintainer.write("new.md", f"- [new]({url('/status/410')}) [fine]({url('/page/1')})")
    # All that is known, and not due.
    assert maintainer.run("fetch", "--since", "main").startswith("run 2: 0 links checked")
    assert not (tmp_path / "storage/reports").exists()
    assert not (tmp_path / "storage/repaired").exists()
