"""When links were written: what git says of documents goes into the database, each document is asked about once."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlt_crawler import sources
from dlt_crawler.config import Settings
from dlt_crawler.model import Resource
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.citations import wanted
from dlt_crawler.pipeline.dating import date
from dlt_crawler.store import Store
from dlt_crawler.terminal import Watch
from tests.git_support import Repository, git, program

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SEEN = datetime(2022, 2, 2, tzinfo=UTC)
"""When all links were seen first."""


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    monkeypatch.chdir(tmp_path)
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        yield Job(Settings(), store, Watch(quiet=True), lambda: NOW)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "lists", "论文/a list.md")


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Return the commands that git was given since the last time."""
    calls = tmp_path / "calls"
    program(tmp_path / "bin" / "git", f'echo "$@" >> "{calls}"', f'exec "{shutil.which("git")}" "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    def since() -> list[str]:
        lines = calls.read_text().splitlines() if calls.exists() else []
        calls.unlink(missing_ok=True)
        return ["blame" if " blame " in line else line for line in lines]

    return since


def url(number: int | str) -> str:
    return f"https://papers.example/{number}"


def item(number: int | str, label: str = "A paper") -> str:
    return f"- [{label}]({url(number)})"


def store_links(job: Job, *paths: Path) -> None:
    for path in paths:
        document = sources.read(path.relative_to(Path.cwd()))
        job.store.save_extraction(document, "0" * 64, sources.extract(document), now=SEEN)


def dates(job: Job) -> dict[str, str | None]:
    """When each link was written, as days, by the last part of its URL."""
    found = ((link.url.rpartition("/")[2], link.written) for link in job.store.report().links)
    return {name: at and f"{at:%Y-%m-%d}" for name, at in found}


def test_each_link_is_as_old_as_the_line_that_it_stands_in(job: Job, repository: Repository) -> None:
    repository.commit("2014-05-06", item(1), item(2))
    repository.commit("2016-01-02", "# Papers", item(2), item(1), f"[3]: {url(3)}", "[x](notes.md)")
    with repository.document.open("a") as document:
        document.write(item(4) + "\n")
    store_links(job, repository.document)
    assert set(dates(job).values()) == {None}
    date(job)
    assert dates(job) == {"1": "2014-05-06", "2": "2014-05-06", "3": "2016-01-02", "notes.md": "2016-01-02", "4": None}
    link = job.store.link(url(1))
    assert link is not None
    assert link.written == datetime(2014, 5, 6, 12, tzinfo=UTC)


def test_the_oldest_of_all_places_counts(job: Job, repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    repository.commit("2016-01-02", item(1), item(2), item(1, "again"))
    other.commit("2014-05-06", item(1))
    outside = tmp_path / "outside.md"
    outside.write_text(item(2) + "\n" + item(3))
    store_links(job, repository.document, other.document, outside)
    date(job)
    assert dates(job) == {"1": "2014-05-06", "2": "2016-01-02", "3": None}
    wanted_at = [each.at for each in wanted(job, [Resource(url(1))]).values()]
    assert wanted_at == [datetime(2014, 5, 6, 12, tzinfo=UTC)]


def test_a_date_stays_when_the_line_is_written_anew(job: Job, repository: Repository) -> None:
    repository.commit("2014-05-06", item(1), item(2))
    store_links(job, repository.document)
    date(job)
    repository.commit("2025-01-01", "# Papers", item(3), item(1, "Another label"))
    store_links(job, repository.document)
    assert dates(job) == {"1": "2014-05-06", "3": None}
    date(job)
    assert dates(job) == {"1": "2014-05-06", "3": "2025-01-01"}


def test_git_is_asked_once_about_what_stays_as_it_is(
    job: Job, repository: Repository, asked: Callable[[], list[str]]
) -> None:
    repository.commit("2014-05-06", *map(item, range(20)))
    store_links(job, repository.document)
    date(job)
    assert asked().count("blame") == 1
    date(job)
    assert asked() == []
    # Nor about dead links.
    wanted(job, [Resource(url(3))])
    assert asked() == []
    # Parsed anew, there are the same links.
    document = sources.read(repository.document.relative_to(Path.cwd()))
    job.store.save_extraction(document, "1" * 64, sources.extract(document), now=NOW)
    repository.commit("2015-01-01", "# Title", *map(item, range(20)))
    store_links(job, repository.document)
    date(job)
    assert "blame" not in asked()
    assert set(dates(job).values()) == {"2014-05-06"}


def test_what_is_committed_later_is_asked_about_then(
    job: Job, repository: Repository, asked: Callable[[], list[str]]
) -> None:
    repository.commit("2014-05-06", item(1))
    with repository.document.open("a") as document:
        document.write(item(2) + "\n")
    store_links(job, repository.document)
    date(job)
    assert dates(job) == {"1": "2014-05-06", "2": None}
    assert "blame" in asked()
    date(job)
    assert "blame" not in asked()
    repository.commit("2016-01-02", item(1), item(2))
    date(job)
    assert dates(job) == {"1": "2014-05-06", "2": "2016-01-02"}


def test_outside_of_a_repository_git_is_never_asked(job: Job, tmp_path: Path, asked: Callable[[], list[str]]) -> None:
    outside = tmp_path / "lists" / "a list.md"
    outside.parent.mkdir()
    outside.write_text(item(1))
    store_links(job, outside)
    date(job)
    date(job)
    assert asked() == []
    repository = Repository(tmp_path / "lists", "a list.md")
    date(job)
    assert dates(job) == {"1": None}
    repository.commit("2014-05-06", item(1))
    date(job)
    assert dates(job) == {"1": "2014-05-06"}


def test_a_document_behind_a_link_is_asked_about_where_it_is(job: Job, repository: Repository, tmp_path: Path) -> None:
    repository.commit("2014-05-06", item(1))
    (tmp_path / "linked.md").symlink_to(repository.document)
    store_links(job, tmp_path / "linked.md")
    date(job)
    assert dates(job) == {"1": "2014-05-06"}


@pytest.mark.parametrize("trouble", ["no git", "no commit", "broken"])
def test_where_git_cannot_tell_nothing_fails_and_it_is_asked_again(
    job: Job, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    if trouble != "no commit":
        repository.commit("2014-05-06", item(1))
    else:
        repository.document.write_text(item(1) + "\n")
    store_links(job, repository.document)
    head = repository.root / ".git" / "HEAD"
    with monkeypatch.context() as patch:
        if trouble == "no git":
            patch.setenv("PATH", str(tmp_path / "nothing"))
        kept = head.read_bytes()
        if trouble == "broken":
            head.write_bytes(b"ref: nothing of git's\n")
        date(job)
        head.write_bytes(kept)
    assert (dates(job), job.progress.failures) == ({"1": None}, ())  # type: ignore[attr-defined]
    if trouble == "no commit":
        repository.commit("2014-05-06", item(1))
    date(job)
    assert dates(job) == {"1": "2014-05-06"}


def test_a_shallow_clone_is_asked_again_when_it_has_its_history(
    job: Job, repository: Repository, tmp_path: Path, asked: Callable[[], list[str]]
) -> None:
    repository.commit("2014-05-06", item(1))
    repository.commit("2016-01-02", item(1), item(2))
    clone = repository.clone(tmp_path / "clone", "--depth=1")
    store_links(job, clone / repository.document.relative_to(repository.root))
    date(job)
    assert dates(job) == {"1": None, "2": None}
    asked()
    date(job)
    assert "blame" not in asked()
    git(clone, "fetch", "--quiet", "--unshallow")
    date(job)
    assert dates(job) == {"1": "2014-05-06", "2": "2016-01-02"}


def test_a_git_that_died_once_is_asked_again(
    job: Job, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2014-05-06", item(1))
    store_links(job, repository.document)
    real = shutil.which("git")
    program(tmp_path / "bin" / "git", 'case "$*" in *blame*) kill -9 $$;; esac', f'exec "{real}" "$@"')
    with monkeypatch.context() as patch:
        patch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
        date(job)
        (seen,) = wanted(job, [Resource(url(1))]).values()
    assert (dates(job), seen.at) == ({"1": None}, SEEN)
    date(job)
    assert dates(job) == {"1": "2014-05-06"}


def test_when_the_time_is_up_the_rest_is_left_for_the_next_run(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    job = replace(job, progress=Watch())
    repository = Repository(tmp_path / "lists", "a.md")
    names = [repository.root / f"{name}.md" for name in "bcd"]
    for number, name in enumerate(names):
        name.write_text(item(number) + "\n")
    repository.commit("2014-05-06", item("first"))
    store_links(job, repository.document, *names)
    # A git that never ends when it is asked about the first document.
    real = shutil.which("git")
    program(
        tmp_path / "bin" / "git",
        'case "$*" in *blame*a.md) exec sleep 60;; esac',
        f'exec "{real}" "$@"',
    )
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    date(job, 0.2)
    assert set(dates(job).values()) == {None}
    assert "3 documents wait for the next run to ask git about their links" in caplog.text
    caplog.clear()
    date(job, 5)
    # The first one had all the time that there is, and is not to take it from the others again.
    assert dates(job) == {"first": None, "0": "2014-05-06", "1": "2014-05-06", "2": "2014-05-06"}
    assert "1 documents wait" in caplog.text
    date(job, 0.2)
    began = time.monotonic()
    date(job, 60)
    assert time.monotonic() - began < 30, "it was asked a third time"


def test_a_document_that_is_gone_or_changed_meanwhile_gets_no_wrong_date(job: Job, repository: Repository) -> None:
    repository.commit("2014-05-06", item(1), item(2))
    store_links(job, repository.document)
    repository.document.write_text(f"{item(9)} and a longer line than there was\n{item(2)}\n")
    date(job)
    assert dates(job) == {"1": None, "2": None}
    repository.document.unlink()
    date(job)
    assert dates(job) == {"1": None, "2": None}


def test_ten_thousand_documents_that_were_asked_about_cost_next_to_nothing(job: Job, tmp_path: Path) -> None:
    # Without the documents themselves: nothing may look at them.
    with closing(sqlite3.connect(tmp_path / "links.db")) as connection, connection:
        connection.executemany(
            "INSERT INTO documents (path, digest, format, extraction_digest, blamed) VALUES (?, '', 'markdown', '', ?)",
            [(f"lists/{number % 100}/{number}.md", "all" if number % 2 else "") for number in range(10_000)],
        )
    before = job.store.dates.asked()
    assert len(before) == 5_000
    date(job)
    assert job.store.dates.asked() == before
