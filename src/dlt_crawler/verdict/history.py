"""The checks of one resource, replayed in order, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import SUCCESSES, BadNight, Check, RunId, Standing, State, Verdict
from dlt_crawler.urls import authority_of
from dlt_crawler.verdict.evidence import FAILURES, NEUTRAL_STATES, SLOW, Rule, rules_of, strength_of
from dlt_crawler.verdict.moves import permanent_address
from dlt_crawler.verdict.proof import LONGEST_PAUSE, Proof

CLOCK_TOLERANCE = timedelta(minutes=5)
"""A check dated further than this in the future was written by a wrong clock and proves nothing."""

NIGHT_TOLERANCE = timedelta(hours=6)
"""How much less than a day the checks of two nights may be apart: a run asks for a link sooner or later than the one
before did, and in most time zones one night a year has 23 hours. Only where nothing dies of it."""


def counted(checks: Sequence[Check], now: datetime, distrusted: frozenset[RunId]) -> list[Check]:
    """Return the checks that a verdict rests on, in their order.

    Not those dated over `CLOCK_TOLERANCE` in the future, and no failure seen during `distrusted`, the runs in which our
    own network or clock was wrong.
    """
    latest = now + CLOCK_TOLERANCE
    return [
        check
        for check in checks
        if check.seen.at <= latest and not (check.run in distrusted and check.seen.outcome in FAILURES)
    ]


def judge(
    checks: Sequence[Check],
    policy: VerdictSettings,
    now: datetime,
    *,
    distrusted: frozenset[RunId] = frozenset(),
    bad_nights: frozenset[BadNight] = frozenset(),
) -> Verdict:
    """Return the verdict on one resource from all its checks, oldest first.

    `distrusted` are the runs during which our own network was down: their failures are not evidence, and what answered
    then brings nothing back from the dead and moves nothing: it may have been a captive portal. During `bad_nights`
    hosts failed many of their links alike.
    """
    evidence = counted(checks, now, distrusted)
    if not evidence:
        return Verdict(State.UNCHECKED, "not checked yet")
    history = _replayed(evidence, policy, distrusted, bad_nights)
    state, reason = history.judgement(evidence[-1])
    return Verdict(
        state=state,
        reason=reason,
        last_checked=evidence[-1].seen.at,
        last_ok=history.last_ok,
        failing_since=history.failing.first.seen.at if history.failing else None,
        checks=sum(check.times for check in evidence),
        recovering=history.recovering,
        moved_to=permanent_address([check for check in evidence if check.run not in distrusted]),
    )


def standings(
    checks: Sequence[Check],
    policy: VerdictSettings,
    now: datetime,
    *,
    distrusted: frozenset[RunId] = frozenset(),
    bad_nights: frozenset[BadNight] = frozenset(),
) -> tuple[Standing, ...]:
    """Return by which rules the failures since the last success count, and how far: of what `judge` gets.

    The rule that needs the strongest evidence comes first. Left out are rules that nothing counts for, and those for
    which no more counts than for a stronger one before. What was seen after a death is not counted.
    """
    evidence = counted(checks, now, distrusted)
    history = _replayed(evidence, policy, distrusted, bad_nights) if evidence else None
    found: list[Standing] = []
    for standing in history.standings if history else ():
        if standing.looks > (found[-1].looks if found else 0):
            found.append(standing)
    return tuple(found)


def _replayed(
    evidence: Sequence[Check],
    policy: VerdictSettings,
    distrusted: frozenset[RunId],
    bad_nights: frozenset[BadNight],
) -> _History:
    history = _History(rules_of(policy), timedelta(days=policy.recovery_days))
    bad_runs = _bad_runs(evidence, bad_nights)
    history.add(evidence[0], trusted=evidence[0].run not in distrusted, bad_night=evidence[0].run in bad_runs)
    for before, check in pairwise(evidence):
        if (length := check.seen.at - before.seen.at) > LONGEST_PAUSE:
            history.pause(length)
        history.add(check, trusted=check.run not in distrusted, bad_night=check.run in bad_runs)
    return history


def _bad_runs(checks: Sequence[Check], bad_nights: frozenset[BadNight]) -> frozenset[RunId]:
    """Return the runs in which the host of these checks failed many of its links, and this one."""
    if not bad_nights:
        return frozenset()
    host = authority_of(checks[0].seen.resource.url)
    slow = (check for check in checks if check.seen.outcome in SLOW)
    return frozenset(check.run for check in slow if BadNight(check.run, host) in bad_nights)


@dataclass(slots=True)
class _Failing:
    """The failures since the last success."""

    first: Check
    last: Check
    times: int


class _History:
    def __init__(self, rules: Sequence[Rule], recovery: timedelta) -> None:
        self._rules = rules
        self._recovery = recovery
        self._proofs: list[tuple[Rule, Proof]] = []
        self._answered_again: datetime | None = None
        self._dead = False
        self.failing: _Failing | None = None
        self.last_ok: datetime | None = None
        self.recovering = False

    @property
    def standings(self) -> Iterator[Standing]:
        """How far each rule is met, the one for the strongest evidence first."""
        return (proof.standing for _, proof in self._proofs)

    def pause(self, length: timedelta) -> None:
        """Say that for so long, over `LONGEST_PAUSE`, nothing was looked at, up to the next check."""
        for _, proof in self._proofs:
            proof.pause(length)

    def add(self, check: Check, *, trusted: bool, bad_night: bool) -> None:
        if check.seen.outcome in SUCCESSES:
            if trusted or not self._dead:
                self._add_success(check.seen.at, trusted=trusted)
        elif check.seen.outcome in FAILURES:
            self._add_failure(check, bad_night=bad_night)

    def _add_success(self, at: datetime, *, trusted: bool) -> None:
        self.failing = None
        self._proofs = []
        self.last_ok = at
        if self._dead:
            self._dead, self.recovering, self._answered_again = False, True, at
        elif self.recovering and trusted:
            first = self._answered_again = self._answered_again or at
            another_night = at.date() > first.date() and at - first >= self._recovery - NIGHT_TOLERANCE
            self.recovering = not another_night

    def _add_failure(self, check: Check, *, bad_night: bool) -> None:
        if self.failing is None:
            self.failing = _Failing(check, check, check.times)
            self._proofs = [(rule, Proof(rule)) for rule in self._rules]
        else:
            self.failing.last = check
            self.failing.times += check.times
        self._answered_again = None
        if self._dead:
            return
        strength = strength_of(check)
        for rule, proof in self._proofs:
            if strength <= rule.strength:
                proof.add(check, bad_night=bad_night)
                if proof.is_met:
                    self._dead, self.recovering = True, False

    def judgement(self, last: Check) -> tuple[State, str]:
        """Return the state and its reason; `last` is the latest check, whatever it saw."""
        if self.failing is not None:
            seen = self.failing.last.seen.detail.rstrip(".")
            since = self.failing.first.seen.at.date()
            times = "once" if self.failing.times == 1 else f"{self.failing.times} times"
            if self._dead:
                return State.DEAD, f"{seen}; seen {times} since {since}"
            return State.FAILING, f"{seen}; seen {times} since {since}, which proves nothing yet"
        if last.seen.outcome in NEUTRAL_STATES:
            return NEUTRAL_STATES[last.seen.outcome], last.seen.detail
        if self.recovering:
            seen = last.seen.detail.rstrip(".")
            return State.ALIVE, f"{seen}; it was dead, and a repair stays until it has answered on two days"
        return State.ALIVE, last.seen.detail
