"""When a link is due again: the schedule of issue 6, as it comes out in nights of checks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import Check, Outcome, Resource, RunId
from dlt_crawler.revisit import due, witnesses
from dlt_crawler.verdict import FAILURES, judge
from tests.test_verdict import LINK, START, night, nights

POLICY = VerdictSettings()
LATER = START + timedelta(days=9999)
DAY = timedelta(days=1)
SLACK = timedelta(hours=6)


def due_after(
    checks: list[Check], now: datetime = LATER, distrusted: frozenset[RunId] = frozenset()
) -> datetime | None:
    return due(checks, judge(checks, POLICY, now, distrusted=distrusted), now, distrusted=distrusted)


def days_until_due(*history: str) -> float:
    """Days from the last check to when the link is due, before what is taken off for a night's length."""
    checks = nights(*history)
    at = due_after(checks)
    assert at is not None
    waits = at - checks[-1].seen.at
    return (waits + SLACK) / DAY if waits else 0


GONE = "not_found+not_found"


@pytest.mark.parametrize(
    ("history", "days"),
    [
        # a link that lives is left alone for longer and longer
        (["ok"], 1),
        (["ok", "ok"], 2),
        (["redirected", "ok", "ok"], 4),
        (["ok"] * 4, 8),
        (["ok"] * 5, 16),
        (["ok"] * 6, 30),
        (["ok"] * 100, 30),
        (["ok", "blocked", "ok"], 2),
        # after a failure it starts anew, and is looked at once a week for a while
        (["ok"] * 6 + ["timeout", "ok"], 1),
        (["timeout+ok"], 1),
        (["timeout"] + ["ok"] * 3, 4),
        (["timeout"] + ["ok"] * 89, 7),
        (["timeout"] + ["ok"] * 90, 30),
        # what fails is looked at every night
        (["timeout"], 0),
        (["ok"] * 9 + ["not_found"], 0),
        (["soft_404"], 0),
        (["client_error"] * 100, 0),
        ([GONE, "ok", "timeout"], 0),
        # what was dead is looked at every night until it has answered on two
        ([GONE, "ok"], 1),
        ([GONE, "ok", "ok"], 2),
        # the dead after 30 days, then every 90
        ([GONE], 30),
        (["timeout"] * 8, 30),
        (["ok", *[""] * 40, GONE], 30),
        ([GONE, *[""] * 29, GONE], 90),
        ([GONE, *[""] * 24, "timeout"], 90),
        (["timeout"] * 8 + [""] * 29 + ["timeout", *[""] * 89, "timeout"], 90),
        ([GONE, *[""] * 29, "blocked"], 30),
        # what a robot cannot verify
        (["blocked"], 14),
        (["ok", "blocked"], 14),
        (["blocked"] * 50, 14),
        (["robots_denied"], 14),
        (["unsafe"], 14),
        # a host that wants a pause gets it
        (["rate_limited"], 1),
        (["rate_limited+rate_limited"], 1),
        (["rate_limited"] * 2, 2),
        (["ok"] * 9 + ["rate_limited"] * 3, 4),
        (["rate_limited"] * 4, 8),
        (["rate_limited"] * 5, 14),
        (["rate_limited"] * 50, 14),
        (["rate_limited"] * 4 + ["ok"], 1),
        (["rate_limited"] * 4 + ["blocked"], 14),
        (["blocked"] * 4 + ["rate_limited"], 1),
        # so does one that does not give its robots.txt; but what has failed itself is looked at every night
        (["robots timeout"], 1),
        (["ok", "robots timeout", "robots timeout", "robots timeout"], 4),
        (["robots timeout"] * 50, 14),
        (["timeout", "robots timeout"], 0),
        (["robots timeout", "timeout"], 0),
        # failed once, and refused since: a robot sees nothing more by asking every night
        (["timeout", "blocked"], 1),
        (["timeout"] + ["blocked"] * 4, 8),
        (["timeout"] + ["blocked", "rate_limited"] * 20, 14),
    ],
)
def test_a_record_gives_its_interval(history: list[str], days: float) -> None:
    jitter = 0.2 if days > 1 else 0
    assert days * (1 - jitter) <= days_until_due(*history) <= days * (1 + jitter)


def test_what_was_never_checked_is_due_now() -> None:
    assert due_after([]) is None
    assert due_after([night(0, "timeout", run=1)], distrusted=frozenset({RunId(1)})) is None
    assert due_after([night(9, "ok")], now=START) is None


def test_a_night_without_a_network_puts_nothing_off() -> None:
    checks = [night(0, "ok"), night(1, "timeout", run=7)]
    assert due_after(checks, distrusted=frozenset({RunId(7)})) == due_after(checks[:1])


def test_a_dead_link_that_answered_through_a_captive_portal_is_looked_at_in_the_next_night() -> None:
    checks = [*nights("ok", GONE), night(31, "ok", run=7)]
    assert due_after(checks, distrusted=frozenset({RunId(7)})) == checks[-1].seen.at


def test_thinned_out_checks_count_for_the_record() -> None:
    first, *_, last = nights(*["ok"] * 40)
    thinned = [first, replace(last, times=39)]
    assert due_after(thinned) == due_after(nights(*["ok"] * 40))


def test_links_that_were_added_together_drift_apart() -> None:
    dues = set()
    for number in range(200):
        link = Resource(f"https://example.org/{number}")
        checks = [replace(check, seen=replace(check.seen, resource=link)) for check in nights(*["ok"] * 6)]
        at = due_after(checks)
        assert at is not None
        dues.add((at - START).days)
    # 30 days, 20 % more or less: spread over all of them, and not beyond.
    assert dues == set(range(min(dues), max(dues) + 1))
    assert (min(dues), max(dues)) == (5 + 23, 5 + 35)


_OUTCOMES = st.sampled_from(["", *sorted(Outcome), "nxdomain", "robots timeout", "not_found+not_found", "timeout+ok"])


@given(st.lists(_OUTCOMES, min_size=1, max_size=30), st.sets(st.integers(0, 30), max_size=3))
def test_a_link_is_never_forgotten(history: list[str], down: set[int]) -> None:
    checks = nights(*history)
    distrusted = frozenset(RunId(run) for run in down)
    verdict = judge(checks, POLICY, LATER, distrusted=distrusted)

    at = due(checks, verdict, LATER, distrusted=distrusted)

    assert at == due(list(checks), verdict, LATER, distrusted=distrusted)
    assert (at is None) == (verdict.last_checked is None)
    if at is not None and verdict.last_checked is not None:
        assert timedelta(0) <= at - verdict.last_checked <= 1.2 * 90 * DAY
        last = checks[-1]
        if last.seen.outcome in FAILURES and last.seen.asked and last.run not in distrusted and verdict.state != "dead":
            assert at == last.seen.at


def nights_checked(seed: int, outcome: Callable[[int], str], count: int) -> Iterator[int]:
    """Yield the nights on which a link is checked by a job that starts at 02:30 and takes up to five hours."""
    chance = random.Random(seed)
    link = Resource(f"https://example.org/{seed}")
    checks: list[Check] = []
    for number in range(count):
        started = START + number * DAY
        at = due_after(checks)
        if at is None or at <= started:
            yield number
            check = night(number + chance.uniform(0, 5 / 24), outcome(number), run=number)
            checks.append(replace(check, seen=replace(check.seen, resource=link)))


@pytest.mark.parametrize("seed", range(20))
def test_a_link_that_lives_is_checked_some_twenty_times_in_its_first_year(seed: int) -> None:
    checked = list(nights_checked(seed, lambda _: "ok", 365))

    assert checked[:2] == [0, 1]
    assert 16 <= len(checked) <= 22
    gaps = [after - before for before, after in pairwise(checked)]
    assert max(gaps) <= 36
    assert min(gaps[6:]) >= 23


@pytest.mark.parametrize("seed", range(10))
def test_what_is_to_be_checked_every_night_is_checked_every_night(seed: int) -> None:
    assert list(nights_checked(seed, lambda _: "client_error", 60)) == list(range(60))
    flapping = ["ok", "timeout"]
    assert list(nights_checked(seed, lambda number: flapping[number % 2], 60)) == list(range(60))


def test_a_host_with_one_failure_is_asked_for_enough_others_to_tell_whether_it_is_away() -> None:
    big = [Resource(f"https://big.example/{number}") for number in range(9)]
    small = [Resource(f"https://small.example/{number}") for number in range(4)]
    port = [Resource(f"https://big.example:8443/{number}") for number in range(9)]

    assert witnesses(big[:1], [*big[1:], *small, *port], 5) == big[1:5]
    assert witnesses(big[:3], [*small, *big[3:]], 5) == big[3:5]
    assert witnesses(big[:5], big[5:], 5) == []
    assert witnesses(small[:1], [*small[1:], *big], 5) == []
    assert witnesses([], big, 5) == []
    assert witnesses([big[0], port[0]], [*big[1:], *port[1:]], 5) == [*big[1:5], *port[1:5]]
    assert LINK not in witnesses(big[:1], [LINK, *big[1:]], 5)


@pytest.mark.parametrize(("failures", "read"), [(1, 4), (4, 1), (5, 0), (9, 0)])
def test_no_more_links_are_read_than_are_asked_for(failures: int, read: int) -> None:
    links = [Resource(f"https://big.example/{number}") for number in range(99)]
    others = iter(links[failures:])

    assert witnesses(links[:failures], others, 5) == links[failures : failures + read]
    assert list(others) == links[failures + read :]
