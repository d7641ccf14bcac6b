"""One pull request and one issue, night after night: by the script, the program, git, and a small GitHub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import Settings
from dlt_crawler.model import Network, Resource, Snapshot, State, Verdict
from tests.action_support import ACTION, Runner, acted_upon, runner
from tests.git_support import NOBODY, git
from tests.resolve_support import Onlooker

BRANCH = "dlt-crawl/repairs"
GONE, LOST, FINE = "http://gone.example/1", "http://lost.example/", "https://fine.example/"
COPIES = {
    GONE: f"https://web.archive.org/web/20190304050607/{GONE}",
    LOST: f"https://web.archive.org/web/20200101000000/{LOST}",
}
"""Of the links that have died."""


@dataclass
class Repository:
    """A repository on GitHub, and what a job has checked out of it, where a database is kept."""

    work: Path
    runner: Runner
    origin: Path

    def night(self, *lines: str, encoding: str = "utf-8") -> None:
        """Let the list be these lines, and a run have found out what it can of them."""
        (self.work / "lists" / "a.md").write_text("\n".join(lines) + "\n", encoding=encoding)
        if git(self.work, "status", "--porcelain"):
            git(self.work, "commit", "--quiet", "--all", "--message", "list")
            git(self.work, "push", "--quiet", "origin", "main")
        settings = Settings(sources=("lists/*.md",), database="sqlite:///storage/dlt-crawl.db")
        with pipeline.open_job(settings, "test", Onlooker()) as job:
            pipeline.store_links(job, ())
            run, now = job.store.begin_run(job.now), job.now
            for url, copy in COPIES.items():
                verdict = Verdict(State.DEAD, "gone: 404 twice")
                job.store.save_verdicts([(Resource(url), verdict, None)], run=run.id, now=now)
                job.store.save_answer(Resource(url), Snapshot(url, copy[28:42], copy, 200, "playback"), now=now)
            job.store.finish_run(run.id, now=now, network=Network.OK)
            job.store.complete_run(run.id, now=now)

    def publish(self, status: int = 0, **more: str) -> str:
        """Do what the action does after a run, and return what it prints."""
        wanted = {"INPUT_PULL_REQUEST": "true", "INPUT_ISSUE": "true", **more}
        done = subprocess.run(
            [sys.executable, str(ACTION / "publish.py")],
            cwd=self.work,
            env={**self.runner.environment, **wanted},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def on(self, branch: str) -> str:
        """The list as it stands on a branch of GitHub."""
        return git(self.origin, "show", f"{branch}:lists/a.md")

    def branches(self) -> list[str]:
        return git(self.origin, "branch", "--format=%(refname:short)").split()

    def write(self, kind: str, **changed: str) -> None:
        """Change the only pull request or issue on GitHub."""
        held = self.runner.github
        held[kind][-1] |= changed
        (self.runner.home / "github.json").write_text(json.dumps(held))

    def told(self, kind: str) -> list[tuple[str, str]]:
        return [(each["title"], each["state"]) for each in self.runner.github[kind]]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repository]:
    work, origin, home = tmp_path / "work", tmp_path / "origin.git", tmp_path / "runner"
    for directory in (work / "lists", origin, home):
        directory.mkdir(parents=True)
    monkeypatch.chdir(work)
    git(origin, "init", "--quiet", "--bare", "--initial-branch=main")
    git(work, "init", "--quiet", "--initial-branch=main")
    git(work, "remote", "add", "origin", str(origin))
    (work / ".gitignore").write_text("storage/\n")
    (work / "dlt-crawl.toml").write_text('sources = ["lists/*.md"]\n')
    (work / "lists" / "a.md").touch()
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", "begin")
    with runner(home) as machine:
        yield Repository(work, machine, origin)


def test_night_after_night_there_is_one_of_each(repository: Repository) -> None:
    lines = ["# 书单 @list", "", f"- [gone]({GONE}) #1", f"- [fine]({FINE})"]
    repository.night(*lines)
    repository.publish()
    assert repository.told("pr") == [("Repair 1 dead link in 1 document", "OPEN")]
    assert repository.told("issue") == [("1 broken link", "OPEN")]
    assert repository.runner.outputs() == {"pull-request": "1", "issue": "2"}
    assert repository.on(BRANCH) == repository.on("main").replace(GONE, COPIES[GONE])
    assert git(repository.origin, "diff", "--name-only", "main", BRANCH).split() == ["lists/a.md"]
    assert git(repository.origin, "log", "--format=%an", f"main..{BRANCH}").split() == ["github-actions[bot]"]
    pull_request, issue = repository.runner.github["pr"][0], repository.runner.github["issue"][0]
    assert (pull_request["baseRefName"], issue["label"]) == ("main", "dlt-crawl")
    for body in (pull_request["body"], issue["body"]):
        assert body.startswith("<!-- dlt-crawl:report -->\n")
        assert f"<{GONE}> | <{COPIES[GONE]}>" in body
        assert "[`lists/a.md:3`](<https://github.example/o/r/blob/4f2a/lists/a.md?plain=1#L3>)" in body
    assert "The repairs are in #1." in issue["body"]

    # The same again: neither a second one, nor a push that would start the checks of the pull request anew.
    before = git(repository.origin, "rev-parse", BRANCH)
    repository.publish()
    assert git(repository.origin, "rev-parse", BRANCH) == before
    assert len(repository.told("pr") + repository.told("issue")) == 2

    # Main has gone on, and another link has died.
    repository.night(*lines, f"- [lost]({LOST})")
    repository.publish()
    assert repository.told("pr") == [("Repair 2 dead links in 1 document", "OPEN")]
    assert repository.told("issue") == [("2 broken links", "OPEN")]
    assert git(repository.origin, "rev-list", "--count", f"main..{BRANCH}").strip() == "1"
    assert COPIES[LOST] in repository.on(BRANCH)

    # Somebody has mended the list by hand.
    repository.night(lines[3])
    repository.publish()
    assert repository.told("pr") == [("Repair 2 dead links in 1 document", "CLOSED")]
    assert repository.told("issue") == [("0 broken links", "CLOSED")]
    assert repository.branches() == ["main"]
    repository.publish()
    assert len(repository.told("pr") + repository.told("issue")) == 2

    # And all is back: nobody had refused to hear of it.
    repository.night(*lines, f"- [lost]({LOST})")
    repository.publish()
    assert [state for _, state in repository.told("pr")] == ["CLOSED", "OPEN"]
    assert [state for _, state in repository.told("issue")] == ["CLOSED", "OPEN"]


@pytest.mark.at_length
def test_what_people_have_closed_is_not_told_again_until_it_is_another(repository: Repository) -> None:
    repository.night(f"- [gone]({GONE})")
    repository.publish()
    repository.write("pr", state="CLOSED")
    repository.write("issue", state="CLOSED")
    said = repository.publish()
    assert "::notice title=dlt-crawl::#1 proposed these repairs and was closed" in said
    assert "#2 told of these links and was closed" in said
    assert len(repository.told("pr") + repository.told("issue")) == 2

    repository.night(f"- [gone]({GONE})", f"- [lost]({LOST})")
    repository.publish()
    assert [state for _, state in repository.told("pr")] == ["CLOSED", "OPEN"]
    assert [state for _, state in repository.told("issue")] == ["CLOSED", "OPEN"]


@pytest.mark.parametrize("address", ["hand@example.org", ""])
def test_a_branch_that_somebody_has_committed_to_is_left_alone(repository: Repository, address: str) -> None:
    repository.night(f"- [gone]({GONE})")
    repository.publish(INPUT_ISSUE="false")
    git(repository.work, "checkout", "--quiet", "-B", "hand", BRANCH)
    (repository.work / "lists" / "a.md").write_text("by hand\n")
    subprocess.run(
        ["git", "commit", "--quiet", "--all", "--message", "by hand"],
        cwd=repository.work,
        env={**os.environ, **NOBODY, "GIT_COMMITTER_EMAIL": address},
        check=True,
    )
    git(repository.work, "push", "--quiet", "--force", "origin", f"hand:{BRANCH}")
    git(repository.work, "checkout", "--quiet", "main")
    assert "::warning title=dlt-crawl::Somebody has committed to" in repository.publish(INPUT_ISSUE="false")
    assert repository.on(BRANCH) == "by hand\n"


def test_a_run_on_another_branch_takes_nothing_over(repository: Repository) -> None:
    repository.night(f"- [gone]({GONE})")
    repository.publish(INPUT_ISSUE="false")
    before = git(repository.origin, "rev-parse", BRANCH)
    git(repository.work, "checkout", "--quiet", "-b", "feature")
    (repository.work / "feature.txt").touch()
    git(repository.work, "add", "--all")
    git(repository.work, "commit", "--quiet", "--message", "work in progress")
    said = repository.publish(INPUT_ISSUE="false", GITHUB_REF_NAME="feature")
    assert [kind for kind, _ in acted_upon(said)] == ["warning"]
    assert "#1 proposes repairs of 'main', and this is 'feature'" in said
    assert git(repository.origin, "rev-parse", BRANCH) == before
    assert repository.runner.outputs()["pull-request"] == ""


def test_a_list_in_another_encoding_and_settings_of_somebodys_git(repository: Repository) -> None:
    for name, value in {"diff.external": "false", "color.ui": "always"}.items():
        git(repository.work, "config", name, value)
    repository.night("- caf\xe9", f"- [gone]({GONE})", encoding="latin-1")
    repository.publish()
    assert repository.told("pr") == [("Repair 1 dead link in 1 document", "OPEN")]
    assert repository.told("issue") == [("1 broken link", "OPEN")]


def test_nothing_in_a_document_is_a_command(repository: Repository) -> None:
    repository.night(f"- [##[add-mask]http ##[stop-commands]b]({GONE})")
    said = repository.publish()
    assert "##[add-mask]http" in said, "what is repaired is in the log"
    assert acted_upon(said) == []


def test_what_fails_of_the_pull_request_does_not_keep_the_issue_back(repository: Repository) -> None:
    repository.night(f"- [gone]({GONE})")
    ((kind, data),) = acted_upon(repository.publish(3, REFUSED="pr"))
    assert (kind, "not permitted to create" in data) == ("error", True)
    assert repository.told("issue") == [("1 broken link", "OPEN")]


def test_what_strangers_have_opened_is_not_ours(repository: Repository) -> None:
    foreign = {"number": 1, "state": "OPEN", "title": "theirs", "body": "", "head": BRANCH, "baseRefName": "main",
               "isCrossRepository": True}  # fmt: skip
    stranger = {"number": 2, "state": "OPEN", "title": "theirs", "body": "<!-- dlt-crawl:report -->", "label": None}
    held = {"calls": [], "labels": ["dlt-crawl"], "pr": [foreign], "issue": [stranger]}
    (repository.runner.home / "github.json").write_text(json.dumps(held))
    repository.night(f"- [gone]({GONE})")
    repository.publish()
    assert repository.told("pr") == [("theirs", "OPEN"), ("Repair 1 dead link in 1 document", "OPEN")]
    assert repository.told("issue") == [("theirs", "OPEN"), ("1 broken link", "OPEN")]


def test_what_it_cannot_do_is_said(repository: Repository, tmp_path: Path) -> None:
    repository.night("# List")
    assert "is checked out" in repository.publish(3, INPUT_BRANCH="main")
    repository.work = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{repository.origin}", str(repository.work))
    assert "fetch-depth: 0" in repository.publish(3)
