"""What failed in a run, and which other links of its host the run may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from dlt_crawler.model import Outcome, Resource, RunId, State, Verdict
from dlt_crawler.store import Store
from tests.test_store import NOW, document, observation, occurrence, save

SLOW = {Outcome.TIMEOUT, Outcome.SERVER_ERROR}


def links(host: str, numbers: Iterable[int]) -> list[Resource]:
    return [Resource(f"https://{host}/{number}") for number in numbers]


def write(store: Store, resources: Iterable[Resource], file: str = "a.md") -> None:
    save(store, document(file), [occurrence(file, resource) for resource in resources], now=NOW)


def see(
    store: Store, run: RunId, resource: Resource, what: str, *, after: int = 0, asked: bool = True, look: int = 1
) -> None:
    """Check a link so many seconds after the run began."""
    outcome = Outcome(what)
    status = None if outcome is Outcome.TIMEOUT or not asked else 200
    seen = observation(resource, NOW + timedelta(seconds=after))
    store.add_checks(run, look, [replace(seen, outcome=outcome, status=status, asked=asked)])


def found(store: Store, run: RunId) -> list[tuple[list[Resource], set[Resource]]]:
    return [([*slot.failed], {*slot.others}) for slot in store.neighbours(run, SLOW).slots()]


def test_beside_what_failed_are_the_written_links_that_were_not_asked_for_and_are_not_dead(store: Store) -> None:
    away, fine, farm = links("away.example", range(6)), links("fine.example", range(3)), links("alice.github.io", [1])
    neighbour = links("bob.github.io", [1])
    write(store, [*away[:4], *fine, *farm, *neighbour])
    # Read otherwise, it may be another one; the last one is written nowhere.
    save(store, document("b.md"), [replace(occurrence("b.md", fine[0]), alternative=away[4])], now=NOW)
    before, run = store.begin_run(NOW).id, store.begin_run(NOW).id
    see(store, before, away[5], "timeout")
    see(store, before, fine[1], "timeout")
    store.save_verdicts([(away[3], Verdict(State.DEAD, "gone"), None)], run=before, now=NOW)
    see(store, run, away[0], "timeout")
    see(store, run, fine[0], "ok")
    see(store, run, fine[2], "not_found")
    see(store, run, farm[0], "server_error")

    assert found(store, run) == [([away[0]], {away[1], away[2], away[4]}), (farm, {*neighbour})]
    assert found(store, before) == [([away[5]], {*away[:3], away[4]}), ([fine[1]], {fine[0], fine[2]})]


@pytest.mark.parametrize(
    ("seen", "failed"),
    [
        (["timeout", "ok"], []),
        (["timeout", "redirected"], []),
        (["timeout", "not_found"], []),
        (["timeout", "blocked"], []),
        (["timeout", "timeout", "ok"], []),
        # An outage begins at any time.
        (["ok", "timeout"], [1]),
        (["ok", "timeout", "timeout"], [1, 2]),
        (["ok", "timeout", "ok", "timeout"], []),
        # It was not asked, or kept failing and therefore is asked no more.
        (["timeout", "robots_denied, not asked"], [0]),
        (["timeout", "rate_limited, not asked"], [0]),
        (["timeout", "timeout, not asked", "timeout, not asked"], [0, 1, 2]),
        (["timeout, not asked", "timeout, not asked"], []),
    ],
)
def test_a_host_that_has_answered_since_is_not_away(store: Store, seen: list[str], failed: list[int]) -> None:
    host = links("away.example", range(9))
    write(store, host)
    run = store.begin_run(NOW).id
    for second, (link, what) in enumerate(zip(host, seen, strict=False)):
        see(store, run, link, what.partition(",")[0], after=second, asked="not asked" not in what)

    assert [which for which, _ in found(store, run)] == ([[host[number] for number in failed]] if failed else [])


def test_other_hosts_of_a_farm_and_other_ports_speak_for_themselves(store: Store) -> None:
    hosts = ["alice.github.io", "bob.github.io", "alice.github.io:8443"]
    first, second = ([link for host in hosts for link in links(host, [number])] for number in (1, 2))
    write(store, [*first, *second])
    run = store.begin_run(NOW).id
    for link in first:
        see(store, run, link, "timeout")
    see(store, run, second[1], "ok", after=9)

    assert found(store, run) == [([first[0], first[2]], {second[0], second[2]})]


def test_a_link_that_failed_and_answers_at_the_second_look_speaks_for_its_host(store: Store) -> None:
    host = links("away.example", range(3))
    write(store, host)
    run = store.begin_run(NOW).id
    see(store, run, host[0], "timeout")
    see(store, run, host[0], "ok", after=900, look=2)

    assert found(store, run) == []


def test_each_run_begins_elsewhere_and_comes_by_all(store: Store) -> None:
    host = links("away.example", range(1_000))
    write(store, host)
    chosen = []
    for _ in range(20):
        run = store.begin_run(NOW).id
        see(store, run, host[0], "timeout")
        (slot,) = store.neighbours(run, SLOW).slots()
        chosen.append([*islice(slot.others, 4)])
        # Gone on with: those that were asked for meanwhile are passed over.
        see(store, run, chosen[-1][0], "timeout", after=1)
        (again,) = store.neighbours(run, SLOW).slots()
        assert [*islice(again.others, 3)] == chosen[-1][1:]
        rest = [*again.others]
        assert len(rest) == 995
        assert {*rest, *chosen[-1], host[0]} == {*host}
    assert len({link for four in chosen for link in four}) == 80
