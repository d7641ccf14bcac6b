"""Copies that are as they should be are not made again each night; whatever changes, they are what they should be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import ExtractSettings
from dlt_crawler.model import RepairStyle, State, Verdict
from dlt_crawler.pipeline import Edited
from dlt_crawler.pipeline.repairs import proving
from tests.databases import execute, rows
from tests.repairs_support import Owner, snapshot_of

GONE = "http://gone.example/papers/net.html"
OTHER = "http://gone.example/other.html"
WRAPPED = 'x <a href="http://gone.example/oth\ner.html">over two lines</a>\n\n- [lives](http://b.example/)\n'
"""The first of these is never edited: the other one would move to another line."""


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    monkeypatch.chdir(tmp_path)
    owner = Owner(tmp_path)
    owner.write("lists/a.md", f"# List\n\n- [net]({GONE})\n\n{WRAPPED}")
    owner.write("lists/b.md", "Nothing [here](http://b.example/) is gone.\n")
    owner.dies(GONE, OTHER)
    return owner


def night(owner: Owner, copies: Path = Path("copies"), **choice: object) -> tuple[list[Edited], list[int]]:
    """Store and repair everything; return what was done, and how many edits of each document were worked out for it."""
    with owner.job() as job:
        stored = pipeline.store_links(job, ())
        pipeline.forget(job, stored.forgotten, pipeline.mirror(copies))
    done = owner.repair(pipeline.mirror(copies), **choice)
    return [one.edited for one in done], [len(one.result.rewrites) for one in done]


def contents(directory: Path) -> Mapping[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_what_stays_as_it_is_is_told_each_night_and_made_in_one(owner: Owner) -> None:
    first, made = night(owner)
    assert [(len(one.applied), len(one.refused)) for one in first] == [(1, 1), (0, 0)]
    assert made == [1, 0]
    before = contents(owner.directory / "copies")
    for _ in range(2):
        again, made = night(owner)
        assert again == first
        assert made == [0, 0]
    assert contents(owner.directory / "copies") == before
    assert rows(owner.settings.database, "SELECT count(*) FROM repairs") == [(1,)]


def test_in_a_document_in_which_no_edit_can_be_made_that_is_told_each_time(owner: Owner) -> None:
    owner.write("lists/a.md", WRAPPED)
    first, _ = night(owner)
    before = contents(owner.directory / "lists")
    for _ in range(2):
        (in_place, _nothing) = owner.repair(pipeline.in_place_by_force)
        assert in_place.edited.refused == first[0].refused
    assert contents(owner.directory / "lists") == before


def _answers_otherwise(owner: Owner) -> None:
    other = snapshot_of(GONE, timestamp="20200101000000", url=f"https://web.archive.org/web/20200101000000/{GONE}")
    owner.knows(GONE, Verdict(State.DEAD, "404 Not Found"), other)


def _dated_ignore(owner: Owner) -> None:
    ignored = "<!-- dlt-crawl: ignore-next-line until 2099-01-01 -->\n[x](http://x.example/)\n"
    owner.write("lists/a.md", f"{(owner.directory / 'lists/a.md').read_text()}\n{ignored}")
    night(owner)
    owner.now += timedelta(days=1)


CHANGES: Mapping[str, tuple[Callable[[Owner], object], bool]] = {
    "nothing": (lambda _owner: None, False),
    "another day": (lambda owner: setattr(owner, "now", owner.now + timedelta(days=1)), False),
    "another day, in a document with a dated ignore": (_dated_ignore, False),
    "another verdict": (lambda owner: owner.knows(GONE, Verdict(State.DEAD, "410 Gone; seen 3 times")), False),
    "another snapshot": (_answers_otherwise, True),
    "another link is gone": (lambda owner: owner.dies("http://b.example/"), True),
    "the document": (lambda owner: owner.write("lists/a.md", f"Now [net]({GONE}) alone.\n\n{WRAPPED}"), True),
    "the document, before its links": (
        lambda owner: owner.write(
            "lists/a.md", (owner.directory / "lists/a.md").read_text().replace("List", "The list")
        ),
        True,
    ),
    "the document, behind its links": (
        lambda owner: owner.write("lists/a.md", (owner.directory / "lists/a.md").read_text() + "\nMore words.\n"),
        True,
    ),
    "the copy": (lambda owner: owner.write("copies/lists/a.md", "Somebody's own words.\n"), True),
    "the copy is gone": (lambda owner: (owner.directory / "copies/lists/a.md").unlink(), True),
    "the copy is empty": (lambda owner: os.truncate(owner.directory / "copies/lists/a.md", 0), True),
    "other limits": (
        lambda owner: setattr(
            owner, "settings", owner.settings.model_copy(update={"extract": ExtractSettings(max_links=9)})
        ),
        True,
    ),
    **{
        f"fates {fates}": (
            lambda owner, fates=fates: execute(owner.settings.database, f"UPDATE proofs SET fates = '{fates}'"),
            True,
        )
        for fates in ("[", "{}", "[null]", "[null,null,null]", "5", "null", "[1,2]", "")
    },
    "the digest": (lambda owner: execute(owner.settings.database, "UPDATE proofs SET digest = basis"), True),
}
"""What happens between two nights, and whether the copy is to be made anew by the second."""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("style", [RepairStyle.REPLACE, pytest.param(RepairStyle.APPEND, marks=pytest.mark.at_length)])
def test_what_is_remembered_is_what_would_be_made(owner: Owner, change: str, style: RepairStyle) -> None:
    happens, is_made = CHANGES[change]
    for before in (RepairStyle.APPEND, style):
        night(owner, style=before)
    happens(owner)
    for _ in range(2 if "dated ignore" in change else 1):
        remembered, made = night(owner, style=style)
    execute(owner.settings.database, "DELETE FROM proofs")
    anew, _made = night(owner, Path("others"), style=style)
    assert [replace(one, written_to=None) for one in remembered] == [replace(one, written_to=None) for one in anew]
    assert contents(owner.directory / "copies") == contents(owner.directory / "others")
    assert (made[0] > 0) == is_made


def test_another_version_of_the_program_makes_them_anew(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = night(owner)
    monkeypatch.setattr(proving, "EDITOR_VERSION", proving.EDITOR_VERSION + 1)
    assert night(owner) == (first, [1, 0])
    assert night(owner) == (first, [0, 0])


def test_a_link_in_the_place_of_a_copy_is_not_taken_for_one(owner: Owner) -> None:
    night(owner)
    copy = owner.directory / "copies/lists/a.md"
    copy.rename(owner.directory / "elsewhere.md")
    copy.symlink_to(owner.directory / "elsewhere.md")
    done, _ = night(owner)
    assert [one.written_to for one in done] == [Path("copies/lists/b.md")]
    assert len(owner.heard.failed) == 1


def test_of_a_document_that_is_gone_nothing_is_remembered(owner: Owner) -> None:
    night(owner)
    assert rows(owner.settings.database, "SELECT count(*) FROM proofs") == [(1,)]
    (owner.directory / "lists/a.md").unlink()
    night(owner)
    assert rows(owner.settings.database, "SELECT count(*) FROM proofs") == [(0,)]
    assert contents(owner.directory / "copies").keys() == {"lists/b.md"}
