"""Runs: how they begin and end, which one is gone on with, and whose failures prove something."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from dlt_crawler.errors import StoreError
from dlt_crawler.model import Network, Resource, Run, RunId, State, Verdict
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, observation

FINE = Verdict(State.ALIVE, "fine")


def unjudged(store: Store) -> set[Resource]:
    return {resource for resource, _ in store.histories(unjudged=True)}


@pytest.mark.parametrize("full", [False, True])
def test_a_run_is_gone_on_with_until_all_of_it_is_done(store: Store, full: bool) -> None:
    begun = store.begin_run(NOW, full=full)
    assert begun == Run(begun.id, NOW, None, Network.OK, full=full)
    assert store.run_to_go_on_with() == store.last_run() == begun
    ended = store.finish_run(begun.id, now=NOW + DAY, network=Network.OK)
    assert ended == store.run_to_go_on_with() == Run(begun.id, NOW, NOW + DAY, Network.OK, full=full)
    done = store.complete_run(begun.id, now=NOW + 2 * DAY)
    assert done == store.last_run() == Run(begun.id, NOW, NOW + DAY, Network.OK, full=full, done=NOW + 2 * DAY)
    assert store.run_to_go_on_with() is None


def test_a_run_without_a_network_is_done_and_there_is_nothing_to_tell_of_it(store: Store) -> None:
    begun = store.begin_run(NOW)
    ended = store.finish_run(begun.id, now=NOW + DAY, network=Network.DOWN, trouble="The clock is wrong.")
    assert ended == Run(begun.id, NOW, NOW + DAY, Network.DOWN, "The clock is wrong.", done=NOW + DAY)
    assert store.last_run() == ended
    assert store.run_to_go_on_with() is None


def test_the_failures_of_a_run_count_only_if_it_ended_with_its_network_up(store: Store) -> None:
    down, cut_off, up, under_way = (store.begin_run(NOW).id for _ in range(4))
    store.finish_run(down, now=NOW, network=Network.DOWN)
    store.finish_run(up, now=NOW, network=Network.OK)
    assert store.distrusted_runs() == {down, cut_off, under_way}
    store.finish_run(under_way, now=NOW, network=Network.OK)
    assert store.distrusted_runs() == {down, cut_off}


def test_only_the_latest_run_is_gone_on_with(store: Store) -> None:
    store.begin_run(NOW)
    latest = store.begin_run(NOW)
    store.finish_run(latest.id, now=NOW, network=Network.OK)
    store.complete_run(latest.id, now=NOW)
    assert store.run_to_go_on_with() is None


@pytest.mark.parametrize(
    "write",
    [
        lambda store: store.finish_run(RunId(7), now=NOW, network=Network.OK),
        lambda store: store.complete_run(RunId(7), now=NOW),
        lambda store: store.add_checks(RunId(7), 1, [observation()]),
        lambda store: store.save_verdicts([(PAPER, Verdict(State.DEAD, "gone"), None)], run=RunId(7), now=NOW),
    ],
)
def test_nothing_can_be_said_of_a_run_that_does_not_exist(store: Store, write: Callable[[Store], object]) -> None:
    with pytest.raises(StoreError, match=re.escape(store._database.name)):
        write(store)
    assert list(store.histories()) == []
    assert store.verdicts() == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda store, run: store.finish_run(run, now=NOW, network=Network.OK),
        lambda store, run: store.finish_run(run, now=NOW, network=Network.DOWN),
    ],
)
def test_what_a_run_looked_at_is_judged_again_when_its_failures_come_to_prove_something_else(
    store: Store, change: Callable[[Store, RunId], object]
) -> None:
    before, run = store.begin_run(NOW).id, store.begin_run(NOW).id
    store.add_checks(before, 1, [observation(OTHER)])
    store.add_checks(run, 1, [observation()])
    store.save_verdicts([(PAPER, FINE, None), (OTHER, FINE, None)], run=run, now=NOW)
    assert unjudged(store) == set()
    change(store, run)
    assert unjudged(store) == {PAPER}
