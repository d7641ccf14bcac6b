"""The store gives back the latest verdicts and answers."""

from __future__ import annotations

import pytest

from dlt_crawler.model import (
    NoSnapshot,
    NoSnapshotReason,
    Snapshot,
    State,
    Verdict,
)
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, occurrence, save


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
