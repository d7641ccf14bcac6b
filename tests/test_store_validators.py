"""What a page is asked for with again: kept from a page that was seen whole, and sent four times in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dlt_crawler.model import Due, Evidence, LinkOccurrence, Observation, Outcome, Validators
from dlt_crawler.store import Store
from tests.test_store import DAY, NOW, OTHER, PAPER, document, observation, occurrence, save, vouched_for

HELD = Validators(PAPER.url, 'W/"\udcff1"', "Sat, 21 Nov 2026 02:30:00 GMT")
FRESH = Validators(PAPER.url, '"2"')
MOVED = Validators(OTHER.url, '"2"')
SEEN = replace(observation(), validators=HELD)
UNCHANGED = replace(SEEN, status=304)


def link(fragment: str = "", file: str = "a.md") -> LinkOccurrence:
    return replace(occurrence(file), url=PAPER.url + fragment)


def write(store: Store, *links: LinkOccurrence) -> None:
    save(store, document("a.md"), links, now=NOW)


def asked_with(store: Store, *, conditional: bool = True) -> Validators | None:
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"], conditional=conditional) as frontier:
        [due] = frontier.claim("papers.example", 9)
        return due.validators


def test_a_page_is_asked_whether_it_has_changed_only_where_that_will_do(store: Store) -> None:
    write(store, link())
    assert asked_with(store) is None
    vouched_for(store, SEEN)
    assert asked_with(store) == HELD
    assert asked_with(store, conditional=False) is None
    run = vouched_for(store, replace(SEEN, outcome=Outcome.RATE_LIMITED, asked=False))
    with store.frontier(run, 2, ["a.md"], {Outcome.RATE_LIMITED}, conditional=True) as frontier:
        assert frontier.claim("papers.example", 9) == [Due(PAPER)]


def test_every_fifth_check_sees_the_whole_page(store: Store) -> None:
    write(store, link())
    whole = [asked_with(store) is None]
    for _ in range(12):
        vouched_for(store, SEEN if whole[-1] else UNCHANGED)
        whole.append(asked_with(store) is None)
    assert whole == [True, *[False] * 4, True, *[False] * 4, True, False, False]


@pytest.mark.parametrize(
    ("last", "held"),
    [
        ([replace(SEEN, validators=FRESH)], FRESH),
        ([replace(SEEN, outcome=Outcome.REDIRECTED, validators=MOVED)], MOVED),
        ([replace(SEEN, validators=None)], None),
        ([replace(SEEN, outcome=Outcome.TIMEOUT, status=None, validators=None)], None),
        ([replace(SEEN, outcome=Outcome.SOFT_404)], None),
        ([replace(SEEN, outcome=Outcome.BLOCKED, validators=None)], None),
        ([replace(SEEN, outcome=Outcome.RATE_LIMITED, asked=False, validators=None)], HELD),
        ([UNCHANGED], HELD),
        ([replace(UNCHANGED, validators=FRESH)], FRESH),
        ([replace(UNCHANGED, outcome=Outcome.REDIRECTED, validators=MOVED)], MOVED),
        ([replace(UNCHANGED, validators=None)], None),
        ([replace(UNCHANGED, outcome=Outcome.CLIENT_ERROR)], None),
        # Both looks of one run.
        ([replace(SEEN, outcome=Outcome.TIMEOUT, validators=None), SEEN], HELD),
    ],
)
def test_the_last_answer_decides_what_is_kept(
    store: Store, last: Sequence[Observation], held: Validators | None
) -> None:
    write(store, link())
    vouched_for(store, SEEN, replace(observation(OTHER), validators=HELD))
    vouched_for(store, *last)
    assert asked_with(store) == held


def test_a_page_that_was_never_seen_whole_is_not_kept_for_being_unchanged(store: Store) -> None:
    write(store, link())
    vouched_for(store, UNCHANGED)
    assert asked_with(store) is None


@pytest.mark.parametrize(
    ("then", "now", "still_does"),
    [
        (["#b", "#a"], ["#a", "#b"], True),
        (["#a", ""], ["#a"], True),
        (["", ""], [""], True),
        ([""], ["#a"], False),
        (["#a"], [""], False),
        (["#a", "#b"], ["#a"], False),
        (["#a"], ["#a", "#b"], False),
        (["#,"], ["#", "#,"], True),
    ],
)
def test_fragments_that_were_not_looked_for_need_the_whole_page(
    store: Store, then: Sequence[str], now: Sequence[str], still_does: bool
) -> None:
    write(store, *map(link, then))
    vouched_for(store, SEEN)
    write(store, *map(link, now))
    assert asked_with(store) == (HELD if still_does else None)
    vouched_for(store, UNCHANGED)
    assert asked_with(store) == (HELD if still_does else None)
    vouched_for(store, SEEN)
    assert asked_with(store) == HELD


def test_a_check_that_is_understood_otherwise_needs_the_whole_page(store: Store) -> None:
    write(store, link(), occurrence("a.md", OTHER))
    seen = replace(SEEN, evidence=Evidence())
    vouched_for(store, seen)
    vouched_for(store, replace(seen, resource=OTHER, at=NOW + DAY))
    [history, _] = store.rereading.histories()
    store.rereading.save({history.checks[0].number: replace(seen, outcome=Outcome.SOFT_404)}, {})
    with store.frontier(store.begin_run(NOW).id, 1, ["a.md"], conditional=True) as frontier:
        assert [due.validators for due in frontier.claim("papers.example", 9)] == [None, HELD]
