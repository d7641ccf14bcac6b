"""Copies that are as they should be are not made again each night; whatever changes, they are what they should be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.model import RepairStyle, State, Verdict
from dlt_crawler.pipeline import Edited
from tests.databases import execute, rows
from tests.repairs_support import Owner, snapshot_of

GONE = "http://gone.example/papers/net.html"
OTHER = "http://gone.example/other.html"
WRAPPED = '> a <a href="http://gone.example/oth\n> er.html">link</a> over two lines\n'
"""Nobody knows the exact bytes of this one: it is never edited."""


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    monkeypatch.chdir(tmp_path)
    owner = Owner(tmp_path)
    owner.write("lists/a.md", f"# List\n\n- [net]({GONE})\n- [lives](http://b.example/)\n\n{WRAPPED}")
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


CHANGES: Mapping[str, Callable[[Owner], object]] = {
    "nothing": lambda _owner: None,
    "the document": lambda owner: owner.write("lists/a.md", f"Now [net]({GONE}) alone.\n\n{WRAPPED}"),
    "the document, elsewhere": lambda owner: owner.write(
        "lists/a.md", (owner.directory / "lists/a.md").read_text().replace("# List", "# The list")
    ),
    "the document, behind its links": lambda owner: owner.write(
        "lists/a.md", (owner.directory / "lists/a.md").read_text() + "\nMore words.\n"
    ),
    "the copy": lambda owner: owner.write("copies/lists/a.md", "Somebody's own words.\n"),
    "no copy": lambda owner: (owner.directory / "copies/lists/a.md").unlink(),
    "an empty copy": lambda owner: os.truncate(owner.directory / "copies/lists/a.md", 0),
    "another snapshot": _answers_otherwise,
    "it lives": lambda owner: owner.knows(GONE, Verdict(State.ALIVE, "it answers")),
    "another verdict": lambda owner: owner.knows(GONE, Verdict(State.DEAD, "410 Gone; seen 3 times")),
    "another link is gone": lambda owner: owner.dies("http://b.example/"),
    "other rules": lambda owner: setattr(owner, "settings", owner.settings.model_copy(update={"exclude": ("other",)})),
    "another proof": lambda owner: execute(owner.settings.database, "UPDATE proofs SET digest = basis"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("style", RepairStyle)
def test_what_is_remembered_is_what_would_be_made(owner: Owner, change: str, style: RepairStyle) -> None:
    for before in (RepairStyle.APPEND, style):
        night(owner, style=before)
    CHANGES[change](owner)
    remembered, made = night(owner, style=style)
    execute(owner.settings.database, "DELETE FROM proofs")
    anew, _ = night(owner, Path("others"), style=style)
    assert [replace(one, written_to=None) for one in remembered] == [replace(one, written_to=None) for one in anew]
    assert contents(owner.directory / "copies") == contents(owner.directory / "others")
    assert (made[0] == 0) == (change in {"nothing", "another verdict", "it lives"})


def test_of_a_document_that_is_gone_nothing_is_remembered(owner: Owner) -> None:
    night(owner)
    assert rows(owner.settings.database, "SELECT count(*) FROM proofs") == [(1,)]
    (owner.directory / "lists/a.md").unlink()
    night(owner)
    assert rows(owner.settings.database, "SELECT count(*) FROM proofs") == [(0,)]
    assert contents(owner.directory / "copies").keys() == {"lists/b.md"}
