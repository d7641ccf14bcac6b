"""What an outcome proves, and how much of it a death needs: the table of DESIGN.md, section 2."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import SUCCESSES, Check, Outcome, State, Strength

RULES = 3
"""Raised whenever the rules change, so that what was judged by the old ones is judged again (`digest`)."""

NEUTRAL_STATES = {
    Outcome.BLOCKED: State.BLOCKED,
    Outcome.RATE_LIMITED: State.BLOCKED,
    Outcome.ROBOTS_DENIED: State.BLOCKED,
    Outcome.UNSAFE: State.UNSAFE,
    Outcome.INVALID_URL: State.INVALID,
    Outcome.SKIPPED: State.SKIPPED,
}
"""Outcomes that neither add to the evidence nor reset it, and what a link is called that shows nothing else."""

FAILURES = frozenset(Outcome) - SUCCESSES - frozenset(NEUTRAL_STATES)
"""Outcomes that speak against a link."""

SLOW = FAILURES - {Outcome.NOT_FOUND, Outcome.SOFT_404, Outcome.PARKED}
"""Failures that a host in trouble gives to all its links alike (science.md, A4). The others are about one page."""

WORTH_A_SECOND_LOOK = FAILURES | {Outcome.RATE_LIMITED}
"""Outcomes that may differ at the end of the same run: 70 % of failures last under 15 minutes (science.md, A2)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Evidence of `strength` and stronger proves death after `looks` over at least `days`."""

    strength: Strength
    looks: int
    days: timedelta
    second_look_counts: bool = False
    outage: timedelta | None = None
    """The nights on which the host failed many of its links alike count once, until that has lasted so long.
    None: they count as they are."""


def rules_of(policy: VerdictSettings) -> tuple[Rule, ...]:
    """Return the rules, of which any that is met proves death."""
    outage = timedelta(days=policy.host_days)
    return (
        Rule(Strength.GONE, policy.not_found_looks, timedelta(0), second_look_counts=True),
        Rule(Strength.SOFT, policy.soft_looks, timedelta(days=policy.soft_days)),
        Rule(Strength.NO_SUCH_NAME, policy.nxdomain_checks, timedelta(days=policy.nxdomain_days), outage=outage),
        Rule(Strength.TROUBLE, policy.trouble_checks, timedelta(days=policy.trouble_days), outage=outage),
    )


def digest(policy: VerdictSettings) -> str:
    """Return a digest of all that verdicts follow from beside the checks: the settings, and the rules themselves.

    Where it is the one of the last time, only resources with new checks need to be judged.
    """
    text = json.dumps([RULES, policy.model_dump(mode="json")], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def strength_of(check: Check) -> Strength:
    """Return how much a failed check proves."""
    match check.seen.outcome:
        case _ if not check.seen.asked:
            return Strength.UNCLEAR
        case Outcome.NOT_FOUND:
            return Strength.GONE
        case Outcome.SOFT_404 | Outcome.PARKED:
            return Strength.SOFT
        case Outcome.DNS_ERROR if check.seen.nxdomain:
            return Strength.NO_SUCH_NAME
        case Outcome.CLIENT_ERROR:
            return Strength.UNCLEAR
        case Outcome.PROTOCOL_ERROR if check.seen.status is not None:
            # An answer with a status that says nothing (305, 600, a redirect to nowhere): browsers show its page.
            return Strength.UNCLEAR
        case _:
            return Strength.TROUBLE
