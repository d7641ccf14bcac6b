"""What is due tonight, and what is to be judged: what nothing has happened to is neither asked for nor judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dlt_crawler.model import Evidence, Outcome, Resource, RunId, SkipReason, State, Verdict
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save
from tests.test_store_frontier import drain
from tests.test_store_runs import unjudged

FINE = Verdict(State.ALIVE, "fine")
SECOND = timedelta(microseconds=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with Store.open(database_url) as opened:
        save(opened, document("a.md"), [occurrence("a.md"), occurrence("a.md", OTHER)], now=NOW)
        yield opened


def due(store: Store, run: RunId, by: datetime | None) -> set[Resource]:
    with store.frontier(run, 1, ["a.md"], due_by=by) as frontier:
        return set(drain(frontier))


@pytest.mark.parametrize("save_first", [False, True])
def test_a_link_is_due_when_its_time_has_come(store: Store, save_first: bool) -> None:
    if save_first:
        store.save_verdicts([(PAPER, FINE, NOW + DAY), (OTHER, FINE, None)], run=None, now=NOW)
    else:
        store.save_due([(PAPER, NOW + DAY), (OTHER, None), (Resource("https://unknown.example/"), NOW)])
    run = store.begin_run(NOW).id
    assert due(store, run, NOW) == {OTHER}
    assert due(store, run, NOW + DAY - SECOND) == {OTHER}
    assert due(store, run, NOW + DAY) == {PAPER, OTHER}
    assert due(store, run, None) == {PAPER, OTHER}
    store.save_due([(PAPER, None)])
    assert due(store, run, NOW) == {PAPER, OTHER}


def test_what_a_run_has_looked_at_is_not_due_in_it_again_though_its_time_has_come(store: Store) -> None:
    store.save_due([(PAPER, NOW), (OTHER, NOW)])
    run = store.begin_run(NOW).id
    store.add_checks(run, 1, [observation()])
    assert due(store, run, NOW) == due(store, run, None) == {OTHER}


def test_a_second_look_is_taken_whenever_the_link_is_due(store: Store) -> None:
    run = store.begin_run(NOW).id
    store.add_checks(run, 1, [replace(observation(), outcome=Outcome.TIMEOUT)])
    store.save_due([(PAPER, NOW + DAY)])
    with store.frontier(run, 2, ["a.md"], {Outcome.TIMEOUT}, due_by=NOW) as frontier:
        assert drain(frontier) == [PAPER]


def test_what_was_judged_is_not_judged_again_until_it_is_checked(store: Store) -> None:
    assert unjudged(store) == {PAPER, OTHER}
    store.save_verdicts([(PAPER, FINE, None), (OTHER, FINE, None)], run=None, now=NOW)
    assert unjudged(store) == set()
    assert {resource for resource, _ in store.histories()} == {PAPER, OTHER}
    store.save_due([(OTHER, NOW)])
    assert unjudged(store) == set()
    store.add_checks(store.begin_run(NOW).id, 1, [observation()])
    assert [(resource, len(checks)) for resource, checks in store.histories(unjudged=True)] == [(PAPER, 1)]


def test_a_check_that_is_understood_otherwise_is_judged_again(store: Store) -> None:
    seen = [replace(observation(link), evidence=Evidence()) for link in (PAPER, OTHER)]
    store.add_checks(store.begin_run(NOW).id, 1, seen)
    store.save_verdicts([(PAPER, FINE, None), (OTHER, FINE, None)], run=None, now=NOW)
    [_, history] = store.rereading.histories()
    store.rereading.save({history.checks[0].number: replace(seen[1], outcome=Outcome.SOFT_404)}, {})
    assert unjudged(store) == {OTHER}


def test_unjudged_links_can_be_judged_while_they_are_read(store: Store) -> None:
    links = [Resource(f"https://written.example/{number}") for number in range(1_100)]
    save(store, document("b.md"), [occurrence("b.md", link) for link in links], now=NOW)
    store.save_verdicts([(link, FINE, None) for link in links[::2]], run=None, now=NOW)
    judged = ((link, FINE, None) for link, _ in store.histories(unjudged=True))
    store.save_verdicts(judged, run=None, now=NOW + DAY)
    assert unjudged(store) == set()
    assert store.verdicts().keys() == {PAPER, OTHER, *links}


def test_links_are_counted_once_and_only_where_they_lead_to_now(store: Store) -> None:
    readings = [
        occurrence("b.md"),
        occurrence("b.md", SkipReason.MAILTO),
        replace(occurrence("b.md", Resource("https://third.example/")), alternative=Resource("https://read.example/")),
    ]
    save(store, document("b.md"), readings, now=NOW)
    store.add_checks(store.begin_run(NOW).id, 1, [observation(Resource("https://checked.example/"))])
    assert store.number_of_links() == 3
    store.forget_documents(["a.md"])
    assert store.number_of_links() == 2


def test_the_dead_are_found_among_others(store: Store) -> None:
    many = [Resource(f"https://many.example/{number}") for number in range(1_200)]
    states = {link: [*State][number % len(State)] for number, link in enumerate(many)}
    store.save_verdicts([(link, Verdict(state, "so"), None) for link, state in states.items()], run=None, now=NOW)
    dead = {link for link, state in states.items() if state is State.DEAD}
    assert store.dead_among([*many, PAPER, Resource("https://unknown.example/")]) == dead
    assert store.dead_among(many[:3]) == dead & set(many[:3])
    assert store.dead_among([]) == set()


def test_the_policy_of_the_stored_verdicts_is_known(store: Store) -> None:
    assert store.policy() is None
    for digest in ("one", "another"):
        store.keep_policy(digest)
        assert store.policy() == digest
