"""What is looked for in an archive: the page as it was when the link was written, as git or the database knows it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dlt_crawler import sources
from dlt_crawler.config import ArchiveSettings, Settings
from dlt_crawler.model import Outcome, Page, Resource, State, Verdict, Wanted
from dlt_crawler.pipeline import Job
from dlt_crawler.pipeline.citations import wanted
from dlt_crawler.store import Store
from dlt_crawler.terminal import Watch
from tests.test_git import Repository, program
from tests.test_store import observation, vouched_for

NOW = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SEEN = datetime(2022, 2, 2, tzinfo=UTC)
"""When all links were seen first."""
DIED = datetime(2024, 4, 4, tzinfo=UTC)
COPY = Resource("https://web.archive.org/web/20160102030405/http://a.example/old")
ORIGINAL = Resource("http://a.example/old")


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    monkeypatch.chdir(tmp_path)
    with Store.open(f"sqlite:///{tmp_path}/links.db") as store:
        yield Job(Settings(), store, Watch(quiet=True), lambda: NOW)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "lists", "论文/a list.md")


def paper(number: int | str) -> Resource:
    return Resource(f"https://papers.example/{number}")


def item(number: int | str, label: str = "A paper") -> str:
    return f"- [{label}]({paper(number).url})"


def store_links(job: Job, *paths: Path, now: datetime = SEEN) -> None:
    """Have the links of documents stored, as a run that began then would."""
    for path in paths:
        document = sources.read(path.relative_to(Path.cwd()))
        job.store.save_extraction(document, "0" * 64, sources.extract(document), now=now)


def written(job: Job, *numbers: int | str) -> list[str | None]:
    """When the archive is asked for these papers, as days."""
    papers = [paper(number) for number in numbers]
    found = wanted(job, papers)
    assert [(each.resource, each.url) for each in found.values()] == [(each, each.url) for each in papers]
    return [each.at and f"{each.at:%Y-%m-%d}" for each in found.values()]


def latest(job: Job) -> Job:
    return replace(job, settings=Settings(archive=ArchiveSettings(prefer="latest")))


def test_the_page_is_wanted_as_it_was_when_the_line_was_written(job: Job, repository: Repository) -> None:
    repository.commit("2014-05-06", item(1), item(2))
    repository.commit("2016-01-02", "# Papers", item(2), item(1), item(3))
    repository.commit("2025-01-01", "# Papers", item(2), item(1), item(3, "Another label"))
    with repository.document.open("a") as document:
        document.write(item(4) + "\n")
    store_links(job, repository.document)
    # Of what was changed after it was seen, or never committed, we know when it was seen.
    assert written(job, 1, 2, 3, 4) == ["2014-05-06", "2014-05-06", "2022-02-02", "2022-02-02"]
    assert written(latest(job), 1, 2, 3, 4) == [None] * 4
    assert written(job, "never-seen") == [None]


def test_the_earliest_of_all_places_counts(job: Job, repository: Repository, tmp_path: Path) -> None:
    other = Repository(tmp_path / "other")
    repository.commit("2016-01-02", item(1), item(2))
    repository.commit("2018-01-02", item(1), item(2), "more", item(1, "again"))
    other.commit("2014-05-06", item(1))
    outside = tmp_path / "outside.md"
    outside.write_text(item(2))
    store_links(job, repository.document, other.document, outside)
    assert written(job, 1, 2) == ["2014-05-06", "2016-01-02"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\ufeff", "论文与笔记" * 40])
def test_a_line_is_found_by_its_bytes(job: Job, repository: Repository, end: str, before: str) -> None:
    repository.commit("2014-05-06", before, "", item(1), "[2]: " + paper(2).url, end=end)
    repository.commit("2016-01-02", before, "", item(1), item("三"), "[2]: " + paper(2).url, end=end)
    store_links(job, repository.document)
    chinese = Resource("https://papers.example/%E4%B8%89")
    assert [f"{each.at:%Y}" for each in wanted(job, [paper(1), paper(2), chinese]).values()] == ["2014", "2014", "2016"]


def test_a_document_that_changed_since_its_links_were_stored_says_nothing_wrong(
    job: Job, repository: Repository
) -> None:
    repository.commit("2023-01-01", item(2))
    store_links(job, repository.document)
    # Where the link stood there is an older line now.
    repository.commit("2014-05-06", "y" * 200, item(2))
    assert written(job, 2) == ["2022-02-02"]
    repository.document.unlink()
    assert written(job, 2) == ["2022-02-02"]


def test_a_link_whose_bytes_are_not_known_is_looked_for_in_its_line(job: Job, repository: Repository) -> None:
    repository.commit("2014-05-06", "# Notes", f"See {paper(1).url} here")
    store_links(job, repository.document)
    (link,) = job.store.cited([paper(1)])[paper(1)].occurrences
    document = sources.read(repository.document.relative_to(Path.cwd()))
    scanned = replace(sources.extract(document), links=(replace(link, span=None), replace(link, span=None, line=9)))
    job.store.save_extraction(document, "1" * 64, scanned, now=SEEN)
    assert written(job, 1) == ["2014-05-06"]
    job.store.save_extraction(document, "2" * 64, replace(scanned, links=scanned.links[1:]), now=SEEN)
    assert written(job, 1) == ["2022-02-02"]


def test_git_is_asked_once_a_document(
    job: Job, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2014-05-06", *map(item, range(50)))
    second = repository.root / "second.md"
    second.write_text("\n".join(map(item, range(25, 75))))
    untouched = repository.root / "untouched.md"
    untouched.write_text(item(99))
    store_links(job, repository.document, second, untouched)
    calls = tmp_path / "calls"
    git = shutil.which("git")
    program(tmp_path / "bin" / "git", f'echo "$@" >> "{calls}"', f'exec "{git}" "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    assert written(job, *range(75)) == ["2014-05-06"] * 50 + ["2022-02-02"] * 25
    blamed = [line.rpartition(" -- ")[2] for line in calls.read_text().splitlines() if " blame " in line]
    assert blamed == ["a list.md", "second.md"]
    # Nor is it where nothing of it is wanted.
    calls.unlink()
    wanted(latest(job), [paper(1)])
    wanted(job, [COPY])
    wanted(job, [])
    assert not calls.exists()


def test_what_else_is_known_of_a_link(job: Job, tmp_path: Path) -> None:
    list_ = tmp_path / "list.md"
    list_.write_text(
        f"{item(1, 'On Depth')} {item(1, 'On Depth')} {item(1, 'Slides')} <{paper(1).url}> ![]({paper(1).url})"
    )
    store_links(job, list_)
    seen = replace(observation(paper(1), at=SEEN, page=Page("On Depth")), content_type="Application/PDF; x=y")
    vouched_for(job.store, seen)
    vouched_for(job.store, replace(observation(paper(1), at=DIED), outcome=Outcome.TIMEOUT))
    job.store.save_verdicts([(paper(1), Verdict(State.DEAD, "gone", failing_since=DIED), None)], run=None, now=NOW)
    assert wanted(job, [paper(1)]) == {
        paper(1): Wanted(
            paper(1), paper(1).url, SEEN, DIED, Page("On Depth"), ("On Depth", "Slides"), "application/pdf"
        )
    }


# ── Links into archives ─────────────────────────────────────────────────────────────────────────────────────────────


def test_of_a_link_into_an_archive_the_original_is_wanted_as_it_was_captured(job: Job, repository: Repository) -> None:
    repository.commit("2020-01-01", f"- [The old page]({COPY.url}) ({ORIGINAL.url})")
    store_links(job, repository.document)
    own = replace(observation(COPY, at=SEEN, page=Page("As it was")), content_type="text/html")
    vouched_for(job.store, own, replace(observation(ORIGINAL, at=SEEN, page=Page("As it is", "An abstract."))))
    dead = Verdict(State.DEAD, "gone", failing_since=SEEN + timedelta(days=9))
    job.store.save_verdicts([(COPY, replace(dead, failing_since=NOW), None), (ORIGINAL, dead, None)], run=None, now=NOW)
    # Since when the copy fails says nothing of the page.
    expected = Wanted(
        COPY,
        ORIGINAL.url,
        datetime(2016, 1, 2, 3, 4, 5, tzinfo=UTC),
        SEEN + timedelta(days=9),
        Page("As it was", "An abstract."),
        ("The old page",),
        "text/html",
    )
    assert wanted(job, [COPY]) == {COPY: expected}
    # Whoever wrote it chose that copy.
    assert wanted(latest(job), [COPY]) == {COPY: expected}


@pytest.mark.parametrize(
    ("before", "at"),
    [
        ("https://web.archive.org/web/2016/", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("https://web.archive.org/web/", None),
        ("https://web.archive.org/web/2/", NOW),
        ("https://arquivo.pt/wayback/20100203040506/", datetime(2010, 2, 3, 4, 5, 6, tzinfo=UTC)),
        ("https://mirror.example/2010/", datetime(2010, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_links_into_archives_of_any_kind(job: Job, tmp_path: Path, before: str, at: datetime | None) -> None:
    copy = f"{before}http://a.example/b"
    (tmp_path / "list.md").write_text(f"<{copy}>")
    store_links(job, tmp_path / "list.md")
    job = replace(job, settings=Settings(archive=ArchiveSettings(timegate_url="https://mirror.example/")))
    (found,) = wanted(job, [Resource(copy)]).values()
    assert (found.url, found.at, found.died, found.texts) == ("http://a.example/b", at, None, ())
