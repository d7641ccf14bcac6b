"""What waits for several machines: claimed in batches, stored once, and handed on. The same in both databases."""

from __future__ import annotations

from dataclasses import replace

from dlt_crawler.model import HandedOn, Outcome, Resource, Rest, Run, Trail
from dlt_crawler.store import BATCH, SharedFrontier, Store
from tests.test_store import NOW, observation
from tests.test_store_frontier import links, write

PATH = "list.md"
SITE, OTHER = "papers.example", "journal.example"


def shared(store: Store, *resources: Resource) -> Run:
    """A run for which these wait."""
    write(store, PATH, resources)
    run = store.begin_run(NOW)
    with store.frontier(run.id, 1, [PATH], due_by=NOW, conditional=True) as frontier:
        store.sharing.share(frontier, run.id, 1)
    return run


def claimed(store: Store, run: Run, site: str) -> SharedFrontier:
    batch = store.sharing.claim(run.id, 1, site).batch
    assert batch is not None
    return batch


def drain(batch: SharedFrontier) -> list[Resource]:
    return [due.resource for load in batch.loads() for due in batch.claim(load.slot, load.links)]


def test_all_hosts_of_a_site_wait_together_in_batches(store: Store) -> None:
    many = links(f"www.{SITE}", *range(BATCH + 10)) + links(f"old.{SITE}", 1, 2)
    run = shared(store, *many, *links(OTHER, 1))
    assert {each.site for each in store.sharing.loads(run.id, 1)} == {SITE, OTHER}
    batch = claimed(store, run, SITE)
    first = drain(batch)
    assert len(first) == batch.links == BATCH
    batch.record([observation(each) for each in first])
    assert batch.is_left
    rest = drain(claimed(store, run, SITE))
    assert sorted(each.url for each in first + rest) == sorted(each.url for each in many)
    assert store.sharing.left(run.id, 1) == 13


def test_what_was_not_recorded_is_the_next_batchs(store: Store) -> None:
    one, two = links(SITE, 1, 2)
    run = shared(store, one, two)
    batch = claimed(store, run, SITE)
    drain(batch)
    batch.record([observation(one)])
    batch.release()
    assert drain(claimed(store, run, SITE)) == [two]


def test_what_two_have_seen_is_stored_once_as_the_first_saw_it(store: Store) -> None:
    (one,) = links(SITE, 1)
    run = shared(store, one)
    late, early = claimed(store, run, SITE), claimed(store, run, SITE)
    early.record([observation(one)])
    late.record([replace(observation(one), outcome=Outcome.TIMEOUT)])
    late.hand_on([HandedOn(one, OTHER, OTHER, Trail("{}", 1))])
    (check,) = store.history(one)
    assert check.seen.outcome is Outcome.OK
    assert store.sharing.left(run.id, 1) == 0


def test_a_link_that_is_handed_on_waits_at_the_other_site_with_its_trail(store: Store) -> None:
    one, two = links(SITE, 1, 2)
    run = shared(store, one, two)
    batch, late = claimed(store, run, SITE), claimed(store, run, SITE)
    trail = Trail('{"answers": ["é"]}', 1)
    batch.hand_on([HandedOn(one, OTHER, f"www.{OTHER}", trail)])
    late.hand_on([HandedOn(one, "third.example", "third.example", trail)])
    assert drain(claimed(store, run, SITE)) == [two]
    there = claimed(store, run, OTHER)
    ((load,),) = ([*there.loads()],)
    assert load.slot == f"www.{OTHER}"
    (due,) = there.claim(load.slot, load.links)
    assert (due.resource, due.trail) == (one, trail)
    there.record([observation(one)])
    assert not there.is_left


def test_nothing_is_claimed_of_a_run_that_is_over(store: Store) -> None:
    run = shared(store, *links(SITE, 1))
    store.complete_run(run.id, now=NOW)
    later = store.begin_run(NOW)
    store.sharing.forget(but=later.id)
    assert store.sharing.looks(run.id) == ()
    assert claimed(store, run, SITE).links == 0


def test_a_slot_is_left_in_peace_for_as_long_as_its_longest_wish(store: Store) -> None:
    one, two = f"one.{SITE}", f"two.{SITE}"
    run = shared(store, *links(one, 1))
    began = store.sharing.rest([Rest(one, 100, given_up=True), Rest(two, 10)])
    # A shorter one takes nothing back, and a longer one counts as what it is.
    store.sharing.rest([Rest(one, 1), Rest(two, 20)])
    claim = store.sharing.claim(run.id, 1, SITE)
    assert began <= claim.at
    assert [(rest.slot, rest.given_up) for rest in claim.rests] == [(one, True), (two, False)]
    assert 90 < claim.rests[0].seconds <= 100
    assert 10 < claim.rests[1].seconds <= 20
    assert store.sharing.claim(run.id, 1, OTHER).rests == ()
