"""Which old checks can go: pure. No verdict, no due time and no change that a person would be told of is lost.

Verdicts are a replay of all checks (`verdict.judge`), and so are due times (`revisit.due`). Thinned out is only what
leaves the state of that replay as it is, so that it goes on in the same way whatever is seen from then on:

- of equal checks in a row, the first and the last stay: nothing begins, ends or changes at those between;
- all evidence for a death stays, from the first failure up to the check that proved it, with the nights on which many
  links of the host failed alike, and without a pause that was none (`verdict.proof`);
- the latest days stay, of everything, of successes and of failures: intervals grow with them, and a permanent redirect
  is proven by two of them.

What is dropped is counted by the next check that stays and is equal (`Check.times`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from dlt_crawler import revisit, verdict
from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import SUCCESSES, BadNight, Check, Outcome, RunId, State, Strength
from dlt_crawler.store import Past, Thinned
from dlt_crawler.urls import authority_of
from dlt_crawler.verdict import LONGEST_PAUSE, strength_of

LATEST_DAYS = 8
"""Days that stay in any case: after six successes, intervals have grown as long as they get (`revisit`)."""

PAGE_CHANGES = timedelta(days=90)
"""A living page that says something else of itself is a change, once in so long: many pages do every night."""


@dataclass(frozen=True, slots=True)
class Judging:
    """What checks are judged by, and how old those are that can go."""

    policy: VerdictSettings
    now: datetime
    before: datetime
    """Only checks from before that time are thinned out."""
    latest: RunId | None
    """The latest run, which may be gone on with: its checks stay."""
    distrusted: frozenset[RunId]
    bad_nights: frozenset[BadNight]

    def judgement(self, checks: Sequence[Check]) -> tuple[object, datetime | None]:
        """Return the verdict on these checks, and when the next one is due."""
        judged = verdict.judge(checks, self.policy, self.now, distrusted=self.distrusted, bad_nights=self.bad_nights)
        return judged, revisit.due(checks, judged, self.now, distrusted=self.distrusted)

    def is_death(self, checks: Sequence[Check]) -> bool:
        """Tell whether failures with no success between them prove death."""
        judged = verdict.judge(checks, self.policy, self.now, distrusted=self.distrusted, bad_nights=self.bad_nights)
        return judged.state is State.DEAD


class Thinning:
    """Thins the checks of one resource after another. Links of one host are each other's evidence for bad nights."""

    def __init__(self, judging: Judging, pasts: Callable[[], Iterable[Past]]) -> None:
        """`pasts` returns those of all resources that ever failed."""
        self._judging = judging
        self._needed: frozenset[BadNight] = frozenset()
        if judging.bad_nights:
            self._needed = frozenset(night for past in pasts() for night in _History(past, judging).nights_of_proofs())
        self._members: Counter[BadNight] = Counter()

    def thinned(self, past: Past) -> Thinned:
        """Return what is to become of the checks of a resource."""
        history = _History(past, self._judging)
        history.keep_what_is_told()
        history.keep_latest_days()
        history.keep_proofs()
        for night, index in history.nights():
            if night in self._needed:
                # As many as make the night a bad one.
                if self._members[night] < self._judging.policy.host_links:
                    history.kept[index] = True
                self._members[night] += history.kept[index]
        history.keep_pauses_short()
        return history.thinned()


class _History:
    """The checks of one resource, and which of them stay."""

    def __init__(self, past: Past, judging: Judging) -> None:
        self._past = past
        self._judging = judging
        self._checks = [stored.check for stored in past.checks]
        counted = {*map(id, verdict.counted(self._checks, judging.now, judging.distrusted))}
        self._counted = [index for index, check in enumerate(self._checks) if id(check) in counted]
        self._proofs = [*self._stretches()]
        self._sights = [_sight(check, id(check) in counted, self._is_trusted(check)) for check in self._checks]
        self.kept = [check.seen.at >= judging.before or check.run == judging.latest for check in self._checks]

    def keep_what_is_told(self) -> None:
        """Keep the first and the last of equal checks in a row, and those at which a page says something else."""
        old = [index for index, kept in enumerate(self.kept) if not kept]
        for index in old[:1] + old[-1:]:
            self.kept[index] = True
        for one, other in pairwise(old):
            # Not in a row where one stays between them: it may come to mean something else, and counts for itself only.
            if self._sights[one] != self._sights[other] or other - one > 1:
                self.kept[one] = self.kept[other] = True
        self._keep_page_changes(old)

    def _keep_page_changes(self, old: Sequence[int]) -> None:
        known = None
        changed: datetime | None = None
        for index in old:
            seen = self._checks[index].seen
            if seen.outcome not in SUCCESSES or seen.unchanged:
                continue
            if not self.kept[index] and seen.page != known and (changed is None or seen.at - changed >= PAGE_CHANGES):
                self.kept[index], changed = True, seen.at
            if self.kept[index]:
                known = seen.page

    def keep_latest_days(self) -> None:
        """Keep the checks of the latest days: of all days, and of those with a success or a failure."""
        successes = [index for index in self._counted if self._checks[index].seen.outcome in SUCCESSES]
        trusted = [index for index in successes if self._is_trusted(self._checks[index])]
        failures = [index for index in self._counted if self._checks[index].seen.outcome in verdict.FAILURES]
        for indexes in (self._counted, successes, trusted, failures):
            days: set[date] = set()
            for index in reversed(indexes):
                days.add(self._checks[index].seen.at.date())
                if len(days) > LATEST_DAYS:
                    break
                self.kept[index] = True

    def keep_proofs(self) -> None:
        """Keep the evidence for deaths, proven or not, and what was seen in the same runs."""
        needed = self._runs_of_proofs()
        for index, check in enumerate(self._checks):
            if check.run in needed:
                self.kept[index] = True

    def keep_pauses_short(self) -> None:
        """Keep so many checks among the evidence that no time seems to be left out in which it was looked at."""
        for stretch in self._proofs:
            before = stretch[0]
            for index, following in pairwise(stretch[1:]):
                if self.kept[index] or self._pause(before, following) > LONGEST_PAUSE:
                    self.kept[index] = True
                    before = index

    def nights_of_proofs(self) -> Iterator[BadNight]:
        """Yield the bad nights of the host that count for a death."""
        needed = self._runs_of_proofs()
        for check in self._checks:
            if check.run in needed and check.seen.outcome in verdict.SLOW:
                night = self._night(check)
                if night in self._judging.bad_nights:
                    yield night

    def nights(self) -> Iterator[tuple[BadNight, int]]:
        """Yield what may be a part of a bad night: failures at the last look of a run."""
        last_looks = {check.run: index for index, check in enumerate(self._checks)}
        for index in last_looks.values():
            if self._checks[index].seen.outcome in verdict.SLOW:
                yield self._night(self._checks[index]), index

    def thinned(self) -> Thinned:
        """Return what is to become of the checks: all of them stay should the judgement not be the same."""
        times: dict[int, int] = {}
        left: list[Check] = []
        carried = 0
        for stored, kept in zip(self._past.checks, self.kept, strict=True):
            check = stored.check
            if not kept:
                carried += check.times
                continue
            if carried:
                check = replace(check, times=check.times + carried)
                times[stored.number] = check.times
                carried = 0
            left.append(check)
        if times and self._judging.judgement(left) != self._judging.judgement(self._checks):
            return Thinned(unseen=self._unseen())
        dropped = [stored.number for stored, kept in zip(self._past.checks, self.kept, strict=True) if not kept]
        return Thinned(dropped, times, self._unseen())

    def _unseen(self) -> Sequence[int]:
        """Return the plain successes among the old checks: what they saw can only be read again to the same effect.

        Not of redirects, which are read with those of other links, and of each link that which was seen last.
        """
        shown = [stored for stored in self._past.checks if stored.number in self._past.shown]
        return [stored.number for stored in shown[:-1] if self._is_old(stored.check) and _is_plain(stored.check)]

    def _is_old(self, check: Check) -> bool:
        return check.seen.at < self._judging.before and check.run != self._judging.latest

    def _is_trusted(self, check: Check) -> bool:
        return check.run not in self._judging.distrusted

    def _pause(self, one: int, other: int) -> timedelta:
        return self._checks[other].seen.at - self._checks[one].seen.at

    def _night(self, check: Check) -> BadNight:
        return BadNight(check.run, authority_of(check.seen.resource.url))

    def _runs_of_proofs(self) -> frozenset[RunId]:
        return frozenset(
            self._checks[index].run
            for stretch in self._proofs
            for index in stretch
            if self._checks[index].seen.outcome in verdict.FAILURES
            and strength_of(self._checks[index]) < Strength.UNCLEAR
        )

    def _stretches(self) -> Iterator[Sequence[int]]:
        """Yield the checks that count from a first failure up to the one that proved death, or else to the last one."""
        stretch: list[int] = []
        dead = False
        for index in self._counted:
            check = self._checks[index]
            if check.seen.outcome not in SUCCESSES:
                if not dead and (stretch or check.seen.outcome in verdict.FAILURES):
                    stretch.append(index)
                continue
            if stretch:
                proven = self._up_to_death(stretch)
                dead = len(proven) < len(stretch) or self._is_death(proven)
                yield proven
                stretch = []
            # What answers while our own network is not to be trusted brings nothing back from the dead.
            dead = dead and not self._is_trusted(check)
        if stretch:
            yield self._up_to_death(stretch)

    def _up_to_death(self, stretch: Sequence[int]) -> Sequence[int]:
        if not self._is_death(stretch):
            return stretch
        last = bisect_left(range(len(stretch)), True, key=lambda last: self._is_death(stretch[: last + 1]))
        return stretch[: last + 1]

    def _is_death(self, stretch: Sequence[int]) -> bool:
        return self._judging.is_death([self._checks[index] for index in stretch])


def _sight(check: Check, counts: bool, trusted: bool) -> Hashable:
    """Return what a check saw, as far as a person would be told of a change."""
    seen = check.seen
    if seen.outcome in SUCCESSES:
        # A page that has not changed is the page that was seen before.
        what: Hashable = (200 if seen.unchanged else seen.status, seen.final_url, seen.redirects)
    else:
        # Error pages have the time, or a number of the incident, in their queries.
        what = (seen.status, (seen.final_url or "").partition("?")[0])
    return seen.outcome, what, frozenset(seen.warnings), seen.nxdomain, seen.asked, counts, trusted


def _is_plain(check: Check) -> bool:
    seen = check.seen
    return seen.outcome is Outcome.OK and not (seen.redirects or seen.signals or seen.warnings)
