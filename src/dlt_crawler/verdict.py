"""From the history of a resource to a judgement: a pure function of (checks, policy, now).

The rules are the table of DESIGN.md, section 2. Evidence is ordered by what it proves: a page that the server says is
gone proves more than a name that does not resolve, and that more than a server in trouble. Each rule counts its own
evidence and all stronger evidence, so that a link which fails in changing ways is judged by the slowest rule it needs,
and never sooner than any single rule allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from urllib.parse import urlsplit

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import SUCCESSES, Check, LinkWarning, Outcome, RunId, State, Verdict
from dlt_crawler.urls import is_landing_page

CLOCK_TOLERANCE = timedelta(minutes=5)
"""A check dated further than this in the future was written by a wrong clock and proves nothing."""

_NEUTRAL_STATES = {
    Outcome.BLOCKED: State.BLOCKED,
    Outcome.RATE_LIMITED: State.BLOCKED,
    Outcome.ROBOTS_DENIED: State.BLOCKED,
    Outcome.UNSAFE: State.UNSAFE,
    Outcome.INVALID_URL: State.INVALID,
    Outcome.SKIPPED: State.SKIPPED,
}
"""Outcomes that neither add to the evidence nor reset it, and what a link is called that shows nothing else."""

FAILURES = frozenset(Outcome) - SUCCESSES - frozenset(_NEUTRAL_STATES)
"""Outcomes that speak against a link."""

WORTH_A_SECOND_LOOK = FAILURES | {Outcome.RATE_LIMITED}
"""Outcomes that may differ at the end of the same run: 70 % of failures last under 15 minutes (science.md, A2)."""


class _Strength(IntEnum):
    GONE = 1
    SOFT = 2
    NO_SUCH_NAME = 3
    TROUBLE = 4
    UNCLEAR = 5
    """Client errors other than 404 and 410 often mean "not to a robot", and a page that was not asked for
    (`Observation.asked`) may well be there: they keep a link failing, never prove death."""


@dataclass(frozen=True, slots=True)
class _Rule:
    strength: _Strength
    looks: int
    days: float
    second_look_counts: bool = False


def judge(
    checks: Sequence[Check],
    policy: VerdictSettings,
    now: datetime,
    *,
    distrusted: frozenset[RunId] = frozenset(),
) -> Verdict:
    """Return the verdict on one resource from all its checks, oldest first.

    `distrusted` are the runs during which our own network was down: their failures are not evidence.
    """
    trusted = [check for check in checks if _counts(check, now, distrusted)]
    if not trusted:
        return Verdict(State.UNCHECKED, "not checked yet")
    history = _History(_rules(policy), timedelta(days=policy.recovery_days))
    for check in trusted:
        history.add(check)
    state, reason = history.judgement(trusted[-1])
    return Verdict(
        state=state,
        reason=reason,
        last_checked=trusted[-1].seen.at,
        last_ok=history.last_ok,
        failing_since=history.failures[0].seen.at if history.failures else None,
        checks=len(trusted),
        recovering=history.recovering,
    )


def _counts(check: Check, now: datetime, distrusted: frozenset[RunId]) -> bool:
    if check.seen.outcome not in FAILURES:
        return True
    return check.run not in distrusted and check.seen.at <= now + CLOCK_TOLERANCE


def _rules(policy: VerdictSettings) -> tuple[_Rule, ...]:
    return (
        _Rule(_Strength.GONE, policy.not_found_looks, days=0, second_look_counts=True),
        _Rule(_Strength.SOFT, policy.soft_looks, policy.soft_days),
        _Rule(_Strength.NO_SUCH_NAME, policy.nxdomain_checks, policy.nxdomain_days),
        _Rule(_Strength.TROUBLE, policy.trouble_checks, policy.trouble_days),
    )


def _strength(check: Check) -> _Strength:
    match check.seen.outcome:
        case _ if not check.seen.asked:
            return _Strength.UNCLEAR
        case Outcome.NOT_FOUND:
            return _Strength.GONE
        case Outcome.SOFT_404 | Outcome.PARKED:
            return _Strength.SOFT
        case Outcome.DNS_ERROR if check.seen.nxdomain:
            return _Strength.NO_SUCH_NAME
        case Outcome.CLIENT_ERROR:
            return _Strength.UNCLEAR
        case Outcome.PROTOCOL_ERROR if check.seen.status is not None:
            # An answer with a status that says nothing (305, 600, a redirect to nowhere): browsers show its page.
            return _Strength.UNCLEAR
        case _:
            return _Strength.TROUBLE


def _proves(rule: _Rule, failures: Sequence[Check]) -> bool:
    evidence = [check for check in failures if _strength(check) <= rule.strength]
    if not evidence:
        return False
    # Looks of one UTC day count once, except that the second look of a run counts where the rule says so.
    looks = {(check.seen.at.date(), rule.second_look_counts and check.look > 1) for check in evidence}
    lasted = evidence[-1].seen.at - evidence[0].seen.at
    return len(looks) >= rule.looks and lasted >= timedelta(days=rule.days)


class _History:
    """The checks of one resource, replayed in order."""

    def __init__(self, rules: Sequence[_Rule], recovery: timedelta) -> None:
        self._rules = rules
        self._recovery = recovery
        self._answered_again: datetime | None = None
        self.failures: list[Check] = []
        """Since the last success."""
        self.last_ok: datetime | None = None
        self.dead = False
        self.recovering = False

    def add(self, check: Check) -> None:
        if check.seen.outcome in SUCCESSES:
            self._add_success(check.seen.at)
        elif check.seen.outcome in FAILURES:
            self._add_failure(check)

    def _add_success(self, at: datetime) -> None:
        self.failures.clear()
        self.last_ok = at
        if self.dead:
            self.dead, self.recovering, self._answered_again = False, True, at
        elif self.recovering:
            self._answered_again = self._answered_again or at
            self.recovering = at - self._answered_again < self._recovery

    def _add_failure(self, check: Check) -> None:
        self.failures.append(check)
        self._answered_again = None
        if not self.dead and any(_proves(rule, self.failures) for rule in self._rules):
            self.dead, self.recovering = True, False

    def judgement(self, last: Check) -> tuple[State, str]:
        """Return the state and its reason; `last` is the latest check, whatever it saw."""
        if self.failures:
            seen = self.failures[-1].seen.detail.rstrip(".")
            since = self.failures[0].seen.at.date()
            times = "once" if len(self.failures) == 1 else f"{len(self.failures)} times"
            if self.dead:
                return State.DEAD, f"{seen}; seen {times} since {since}"
            return State.FAILING, f"{seen}; seen {times} since {since}, which proves nothing yet"
        if last.seen.outcome in _NEUTRAL_STATES:
            return _NEUTRAL_STATES[last.seen.outcome], last.seen.detail
        if self.recovering:
            seen = last.seen.detail.rstrip(".")
            return State.ALIVE, f"{seen}; it was dead, and a repair stays until it has answered on two days"
        return State.ALIVE, last.seen.detail


def permanent_address(checks: Sequence[Check]) -> str | None:
    """Return where a resource has moved for good, None when that is not proven.

    Proof: its last two successes on different UTC days were redirects whose every hop was permanent, to the same
    address, which is not the home page of something that was not one, nor a log-in, consent, error or search page; and
    all certificates were good: whoever else answers may not say what is written into a document.
    """
    latest: dict[date, Check] = {}
    for check in checks:
        if check.seen.outcome in SUCCESSES:
            latest[check.seen.at.date()] = check
    last_two = [latest[day].seen for day in sorted(latest)[-2:]]
    proven = (seen.permanent and LinkWarning.TLS_UNVERIFIED not in seen.warnings for seen in last_two)
    if len(last_two) < 2 or not all(proven):
        return None
    address = last_two[-1].final_url
    if address is None or last_two[0].final_url != address:
        return None
    went_home = urlsplit(address).path in ("", "/") and urlsplit(last_two[-1].resource.url).path not in ("", "/")
    return None if went_home or is_landing_page(address) else address
