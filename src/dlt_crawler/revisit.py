"""When a resource is to be checked again: a pure function of (checks, verdict, now).

The schedule of issue 6, after science.md, D5: half of all deep links live for one to two years, which is a hazard of
0.1 to 0.2 % a day, so that what has lived for a while can be left alone for weeks, and most nights cost little.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, islice, takewhile

from dlt_crawler.model import SUCCESSES, Check, Outcome, Resource, RunId, State, Verdict
from dlt_crawler.urls import authority_of
from dlt_crawler.verdict import FAILURES, counted

_DAY = timedelta(days=1)

LONGEST_ALIVE = timedelta(days=30)
"""Between two checks of a link that lives. Intervals double from one day up to this with each day on which it answered
(issue 6; D5 has 7 to 30 days): 1, 2, 4, 8, 16, 30. A new entry of a list is watched closely at first, when typing
errors and pages that were put up for a time show."""

LONGEST_FLAPPING = timedelta(days=7)
"""Between two checks of a living link that failed within `FLAPPING`: D5's interval for a link with no clean record."""

FLAPPING = timedelta(days=90)
"""For how long a failure is remembered, as long as `prune` keeps every check by default."""

LONGEST_REFUSED = timedelta(days=14)
"""Between two checks of what a robot cannot verify (D5): asking more often is no more polite, and shows no more. A host
that only wants a pause is asked after one day, doubling up to this while it goes on wanting it."""

FIRST_DEAD = timedelta(days=30)
"""After the death was proven (D5). IABot never checks a dead link again, which its critics call its weak point."""

NEXT_DEAD = timedelta(days=90)
"""After each later check of a dead link (D5)."""

JITTER = 0.2
"""Share by which intervals of over a day are longer or shorter (D5), so that links that were added together are not
checked together for ever. Computed from the URL and the number of checks: a run that was killed and gone on with must
end as an undisturbed one does."""

LONGEST = NEXT_DEAD * (1 + JITTER)
"""After which everything is due, whatever its verdict."""

NIGHT = timedelta(hours=6)
"""Taken off every interval: a nightly run starts at the same hour and takes hours, so that a link may be checked late
in one night and be wanted early in the next. Without it, "after one day" would mean every second night."""

_RECHECK_OF_THE_DEAD = timedelta(days=20)
"""A failing link is checked at every run. Days of failures further apart than this are those of a dead link, as 30 days
less the jitter and a night are 23.75."""


def due(
    checks: Sequence[Check],
    verdict: Verdict,
    now: datetime,
    *,
    distrusted: frozenset[RunId] = frozenset(),
) -> datetime | None:
    """Return from when on a resource is to be checked again; None: it is still to be checked for the first time.

    `checks`, oldest first, are those that `verdict` was judged from, with the same `distrusted` runs. Never before the
    latest check that counts, nor later than `NEXT_DEAD` and its jitter after it.
    """
    evidence = counted(checks, now, distrusted)
    if not evidence:
        return None
    interval = _interval(evidence, verdict)
    if interval > _DAY:
        interval *= 1 + JITTER * _spread(evidence)
    return evidence[-1].seen.at + max(interval - NIGHT, timedelta(0))


def witnesses(failed: Iterable[Resource], others: Iterable[Resource], least: int) -> list[Resource]:
    """Return which `others` a run is to ask as well, to see whether what `failed` in it has a host in trouble.

    A link of a host that is away fails every night, while its neighbours, which lived, are due weeks later: nobody
    would see that `least` of them fail alike (`BadNight`), and the one would be dead in the first week of an outage.
    So each host is asked for as many more of its links as make `least` with those that failed; for none where it has
    fewer in all. `failed`: resources not dead that this run saw fail with an outcome of `verdict.SLOW`, each once, of
    hosts that have answered nothing since; `others`: those that it has not asked for, the preferred first, of which no
    more are read than it takes.
    """
    missing = {host: least - failures for host, failures in Counter(map(_host, failed)).items() if failures < least}
    found: dict[str, list[Resource]] = {host: [] for host in missing}
    wanted = sum(missing.values())
    # None is read where none is wanted.
    for other in others if wanted else ():
        host = _host(other)
        if host in missing and len(found[host]) < missing[host]:
            found[host].append(other)
            wanted -= 1
            if not wanted:
                break
    return [other for host, chosen in found.items() if len(chosen) == missing[host] for other in chosen]


def _host(resource: Resource) -> str:
    return authority_of(resource.url)


def _interval(checks: Sequence[Check], verdict: Verdict) -> timedelta:
    last = checks[-1]
    match verdict.state:
        case State.DEAD:
            return _of_the_dead(checks)
        case State.ALIVE:
            return _DAY if verdict.recovering else _of_the_living(checks)
        case State.FAILING:
            return _of_the_failing(checks)
        case _ if _is_put_off(last):
            return _doubled(_nights(takewhile(_is_put_off, reversed(checks))), LONGEST_REFUSED)
    return LONGEST_REFUSED


def _of_the_living(checks: Sequence[Check]) -> timedelta:
    since = [*takewhile(lambda check: check.seen.outcome not in FAILURES, reversed(checks))]
    answers = _nights(check for check in since if check.seen.outcome in SUCCESSES)
    failed = checks[-len(since) - 1] if len(since) < len(checks) else None
    flaps = failed is not None and checks[-1].seen.at - failed.seen.at < FLAPPING
    return _doubled(answers, LONGEST_FLAPPING if flaps else LONGEST_ALIVE)


def _of_the_failing(checks: Sequence[Check]) -> timedelta:
    last = checks[-1]
    if not _says_nothing(last) or (
        last.seen.outcome in FAILURES and any(check.seen.asked for check in _failures(checks))
    ):
        return timedelta(0)
    # It fails for no other reason than that it was not asked for; or it failed, and now a robot is refused.
    return _doubled(_nights(takewhile(_says_nothing, reversed(checks))), LONGEST_REFUSED)


def _of_the_dead(checks: Sequence[Check]) -> timedelta:
    if checks[-1].seen.outcome in SUCCESSES:
        # It answered while our own network was not to be trusted: to be seen at the next run.
        return timedelta(0)
    days = [day for day, _ in islice(groupby(_failures(checks), _day), 2)]
    return NEXT_DEAD if len(days) == 2 and days[0] - days[1] > _RECHECK_OF_THE_DEAD else FIRST_DEAD


def _failures(checks: Sequence[Check]) -> Iterator[Check]:
    """Yield the failures since the last success, latest first."""
    failing = takewhile(lambda check: check.seen.outcome not in SUCCESSES, reversed(checks))
    return (check for check in failing if check.seen.outcome in FAILURES)


def _is_put_off(check: Check) -> bool:
    return check.seen.outcome is Outcome.RATE_LIMITED or not check.seen.asked


def _says_nothing(check: Check) -> bool:
    return not check.seen.asked or check.seen.outcome not in SUCCESSES | FAILURES


def _day(check: Check) -> date:
    return check.seen.at.date()


def _nights(checks: Iterable[Check]) -> int:
    """Return on how many UTC days they were made; those that were thinned out were on a day of their own each."""
    return sum(max(check.times for check in of_one) for _, of_one in groupby(checks, _day))


def _doubled(times: int, longest: timedelta) -> timedelta:
    """Return 1, 2, 4, 8 … days for the first, second, third, fourth … time, bounded before it is no time span."""
    return min(_DAY * (1 << min(times - 1, 10)), longest)


def _spread(checks: Sequence[Check]) -> float:
    """Return a number from -1 to 1: another one for each link and each of its checks, and always the same."""
    text = f"{sum(check.times for check in checks)} {checks[-1].seen.resource.url}"
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return 2 * int.from_bytes(digest, "big") / (2**64 - 1) - 1
