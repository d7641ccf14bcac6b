"""What is known of works between nights: what was said last, and before where that says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dlt_crawler.model import LinkWarning, Name, Network, Observation, Outcome, Resource, Work
from dlt_crawler.store import Store
from tests.test_store import NOW, PAPER, document, observation, occurrence, save, vouched_for

SAID = Work("article", (Name("van der Berg", "Jan", "Jr."), Name(literal="周志华\ud800")), "2017", doi="10.1000/1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/links.db") as opened:
        save(opened, document("a.md"), [occurrence("a.md")], now=NOW)
        yield opened


def seen(work: Work | None, at: datetime = NOW) -> Observation:
    return replace(observation(PAPER, at), work=work)


def test_a_work_comes_back_as_it_was_said(store: Store) -> None:
    vouched_for(store, seen(SAID))

    assert store.works() == {PAPER: SAID}


def test_what_says_less_erases_nothing(store: Store) -> None:
    vouched_for(store, seen(SAID))
    vouched_for(store, seen(None))
    vouched_for(store, seen(Work("article-journal", container="Annals")))

    assert store.works() == {PAPER: replace(SAID, kind="article-journal", container="Annals")}


@pytest.mark.parametrize(
    "changes",
    [{"outcome": Outcome.NOT_FOUND}, {"outcome": Outcome.BLOCKED}, {"warnings": (LinkWarning.DRIFTED,)}],
)
def test_what_shows_no_page_of_the_link_says_nothing_of_its_work(store: Store, changes: dict[str, object]) -> None:
    vouched_for(store, seen(SAID))
    vouched_for(store, replace(seen(Work(authors=(Name("Else", "Somebody"),))), **changes))  # type: ignore[arg-type]

    assert store.works() == {PAPER: SAID}


def test_a_run_that_is_not_trusted_has_told_nothing(store: Store) -> None:
    vouched_for(store, seen(None))
    run = store.begin_run(NOW + timedelta(days=1)).id
    store.add_checks(run, 1, [seen(SAID, NOW + timedelta(days=1))])
    store.finish_run(run, now=NOW + timedelta(days=1), network=Network.DOWN)

    assert store.works() == {}


def test_what_is_not_written_any_more_is_not_asked_for(store: Store) -> None:
    vouched_for(store, seen(SAID), replace(observation(Resource("https://old.example/")), work=SAID))

    assert store.works() == {PAPER: SAID}
