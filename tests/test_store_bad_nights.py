"""When several links of one host failed alike, the host failed."""

from __future__ import annotations

from dataclasses import replace

from dlt_crawler.model import BadNight, Network, Outcome, Resource, RunId, State, Verdict
from dlt_crawler.store import Store
from tests.test_store import NOW, observation

SLOW = {Outcome.TIMEOUT, Outcome.SERVER_ERROR, Outcome.DNS_ERROR}


def check(
    store: Store, run: RunId, host: str, numbers: range, outcome: Outcome, status: int | None = None, *, look: int = 1
) -> None:
    seen = (replace(observation(Resource(f"{host}/{number}")), outcome=outcome, status=status) for number in numbers)
    store.add_checks(run, look, [*seen])


def test_a_bad_night_is_of_one_host_and_one_run_whatever_was_seen(store: Store) -> None:
    first, second = store.begin_run(NOW).id, store.begin_run(NOW).id
    check(store, first, "https://down.example", range(3), Outcome.TIMEOUT)
    check(store, first, "https://down.example:8443", range(3), Outcome.TIMEOUT)
    check(store, first, "https://two.example", range(2), Outcome.TIMEOUT)
    check(store, first, "https://odd.example", range(2), Outcome.SERVER_ERROR, 500)
    check(store, first, "https://odd.example", range(2, 4), Outcome.SERVER_ERROR, 503)
    check(store, first, "https://mixed.example", range(2), Outcome.SERVER_ERROR)
    check(store, first, "https://mixed.example", range(2, 4), Outcome.TIMEOUT)
    # One server farm, which is asked like one host; which page answers is decided by the name.
    for host in ("alice", "bob", "carol"):
        check(store, first, f"https://{host}.github.io", range(2 if host == "carol" else 3), Outcome.DNS_ERROR)
    # Split over two nights.
    check(store, first, "http://late.example", range(2), Outcome.TIMEOUT)
    check(store, second, "http://late.example", range(2, 4), Outcome.TIMEOUT)
    check(store, second, "http://down.example", range(2), Outcome.SERVER_ERROR, 503)
    check(store, second, "https://down.example", range(2, 4), Outcome.SERVER_ERROR, 503)
    # Fine, or gone, which is evidence enough.
    check(store, second, "https://fine.example", range(9), Outcome.OK, 200)
    check(store, second, "https://gone.example", range(9), Outcome.NOT_FOUND, 404)
    assert store.bad_nights(SLOW, 3) == {
        BadNight(first, "down.example"),
        BadNight(first, "down.example:8443"),
        BadNight(first, "alice.github.io"),
        BadNight(first, "bob.github.io"),
        BadNight(first, "odd.example"),
        BadNight(first, "mixed.example"),
        BadNight(second, "down.example"),
    }
    assert {night.host for night in store.bad_nights({Outcome.SERVER_ERROR}, 4)} == {"odd.example", "down.example"}
    assert store.bad_nights(SLOW, 5) == store.bad_nights(set(), 1) == set()


def test_only_the_last_look_of_a_run_counts(store: Store) -> None:
    run, other = store.begin_run(NOW).id, store.begin_run(NOW).id
    check(store, run, "https://back.example", range(5), Outcome.TIMEOUT)
    check(store, run, "https://back.example", range(1), Outcome.OK, 200, look=2)
    check(store, run, "https://worse.example", range(5), Outcome.TIMEOUT)
    check(store, run, "https://worse.example", range(5), Outcome.DNS_ERROR, look=2)
    check(store, other, "https://back.example", range(5), Outcome.OK, 200, look=2)
    assert store.bad_nights(SLOW, 5) == {BadNight(run, "worse.example")}
    assert store.bad_nights(SLOW, 4) == {
        BadNight(run, "worse.example"),
        BadNight(run, "back.example"),
    }


def test_a_host_with_more_links_than_are_asked_about_at_once(store: Store) -> None:
    runs = [store.begin_run(NOW).id for _ in range(3)]
    for run in runs:
        check(store, run, "https://big.example", range(1_234), Outcome.TIMEOUT)
        store.finish_run(run, now=NOW, network=Network.OK)
    expected = {BadNight(run, "big.example") for run in runs}
    assert store.bad_nights(SLOW, 1_234) == expected
    assert store.bad_nights(SLOW, 1_235) == set()


def test_what_is_judged_already_has_no_bad_nights(store: Store) -> None:
    runs = [store.begin_run(NOW).id for _ in range(4)]
    for host, failing in (("away", runs[:3]), ("elsewhere", runs), ("small", runs)):
        for run in failing:
            check(store, run, f"https://{host}.example", range(2 if host == "small" else 6), Outcome.TIMEOUT)
    for host in ("alice", "bob"):
        check(store, runs[1], f"https://{host}.github.io", range(6), Outcome.DNS_ERROR)
    everything = {
        *(BadNight(run, "away.example") for run in runs[:3]),
        *(BadNight(run, "elsewhere.example") for run in runs),
        *(BadNight(runs[1], f"{host}.github.io") for host in ("alice", "bob")),
    }
    assert store.bad_nights(SLOW, 5, unjudged=True) == store.bad_nights(SLOW, 5) == everything

    known = Verdict(State.FAILING, "it failed")
    store.save_verdicts([(link, known, None) for link, _ in store.histories()], run=runs[3], now=NOW)
    assert store.bad_nights(SLOW, 5, unjudged=True) == set()

    # One that failed beside the others in two of these runs, and only the last time alone; and one that lives.
    late = "https://away.example/late"
    for run in runs[1:]:
        seen = replace(observation(Resource(late)), outcome=Outcome.TIMEOUT, status=None)
        store.add_checks(run, 1, [seen, observation(Resource(f"https://elsewhere.example/{run}/new"))])
    assert store.bad_nights(SLOW, 5, unjudged=True) == {BadNight(run, "away.example") for run in runs[1:3]}
    assert store.bad_nights(SLOW, 5) == everything
