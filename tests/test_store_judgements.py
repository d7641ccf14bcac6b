"""The store gives back the latest verdicts and answers, and the log of repairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dlt_crawler.model import (
    NoSnapshot,
    NoSnapshotReason,
    Repair,
    Resource,
    SkipReason,
    Snapshot,
    Span,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, occurrence, save


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as opened:
        yield opened


@pytest.mark.parametrize("state", State)
def test_every_field_of_a_verdict_comes_back_and_the_latest_counts(store: Store, state: State) -> None:
    full = Verdict(
        state, "because", NOW, NOW - DAY, NOW + DAY, 17, recovering=True, moved_to="https://new.example/\udcff"
    )
    store.save_verdicts([(PAPER, full, None), (OTHER, Verdict(state, "old"), NOW)], run=None, now=NOW)
    store.save_verdicts([(OTHER, Verdict(state, "new"), None)], run=None, now=NOW + DAY)
    assert store.verdicts() == {PAPER: full, OTHER: Verdict(state, "new")}


def test_verdicts_on_links_that_nobody_writes_any_more_can_be_left_out(store: Store) -> None:
    fine = Verdict(State.ALIVE, "fine")
    save(store, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER)], now=NOW)
    save(store, document("b.md"), [occurrence("b.md", OTHER)], now=NOW)
    assert store.written_verdicts() == {}
    store.save_verdicts([(PAPER, fine, None), (OTHER, fine, None)], run=None, now=NOW)
    assert store.written_verdicts() == {PAPER: fine, OTHER: fine}
    store.forget_documents(["a.md"])
    assert store.written_verdicts() == {OTHER: fine}
    assert store.verdicts() == {PAPER: fine, OTHER: fine}


def test_the_latest_answer_of_the_archive_counts_whatever_it_is(store: Store) -> None:
    found = Snapshot(PAPER.url, "20200102030405", "https://archive.example/web/20200102030405/x", 200, "playback")
    for number, answer in enumerate([found, *(NoSnapshot(PAPER.url, reason) for reason in NoSnapshotReason), found]):
        store.save_answer(PAPER, answer, now=NOW + number * DAY)
        assert store.answers() == {PAPER: (answer, NOW + number * DAY)}


def test_repairs_are_a_log_of_each_file(store: Store) -> None:
    first = [
        Repair(occurrence("a.md"), "https://archive.example/1", "it is dead"),
        Repair(replace(occurrence("a.md", SkipReason.INVALID), span=None), "https://mended.example/", "misspelt"),
    ]
    second = [Repair(occurrence("a.md", OTHER), "https://archive.example/2", "it is dead, too")]
    run = store.begin_run(NOW)
    store.save_repairs(run.id, "out/a.md", first, now=NOW)
    store.save_repairs(None, "out/a.md", second, now=NOW + DAY)
    store.save_repairs(None, "a.md", second, now=NOW)
    store.save_repairs(None, "b.md", [], now=NOW)
    assert store.repairs("out/a.md") == (*first, *second)
    assert store.repairs("a.md") == tuple(second)


def repair(file: str, replacement: str, start: int, target: Resource = PAPER) -> Repair:
    return Repair(replace(occurrence(file, target), span=Span(start, start + 30)), replacement, f"seen at {start}")


def test_a_copy_that_is_written_again_with_the_repairs_it_has_adds_nothing_to_the_log(store: Store) -> None:
    first, second = repair("a.md", "https://archive.example/1", 9), repair("a.md", "https://archive.example/1", 90)
    other = repair("a.md", "https://archive.example/2", 200, OTHER)
    store.save_repairs(None, "out/a.md", [first, second], now=NOW)
    for moved in (0, 5, 700):
        again = [repair("a.md", "https://archive.example/1", moved + start) for start in (9, 90)]
        store.save_repairs(None, "out/a.md", again, now=NOW + DAY)
    assert store.repairs("out/a.md") == (first, second)
    third = repair("a.md", "https://archive.example/1", 900)
    store.save_repairs(None, "out/a.md", [first, second, other, third], now=NOW + DAY)
    assert store.repairs("out/a.md") == (first, second, other, third)


def test_each_change_of_a_replacement_is_logged(store: Store) -> None:
    one, two = repair("a.md", "https://archive.example/1", 9), repair("a.md", "https://archive.example/2", 9)
    for done in (one, two, two, one, one):
        store.save_repairs(None, "out/a.md", [done], now=NOW)
    assert store.repairs("out/a.md") == (one, two, one)


def test_a_repair_in_place_is_logged_once_and_a_later_one_of_the_same_url_elsewhere_is_another(store: Store) -> None:
    first, later = repair("a.md", "https://archive.example/1", 9), repair("a.md", "https://archive.example/1", 90)
    for written_to in ("a.md", str(Path.cwd() / "a.md")):
        for done in (first, first, later):
            store.save_repairs(None, written_to, [done], now=NOW)
        assert store.repairs(written_to) == (first, later)
