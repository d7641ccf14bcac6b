"""Whether a rule is met: its evidence since the last success, counted as it comes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dlt_crawler.model import Check, RunId, Standing
from dlt_crawler.verdict.evidence import Rule

LONGEST_PAUSE = timedelta(days=30)
"""A link that fails is checked at every run. Where nothing was looked at for longer than this, runs were left out, and
the failures on both sides may be two short ones: the pause counts as the rule's even share of its days (`Proof.pause`).
So three failed nights after a break of months, and one before it, are not death by trouble, while a job that runs once
a month still proves deaths with as many looks as the rule asks for. `prune` leaves no such gap where there was none.
Our decision; DESIGN.md is silent."""


class Proof:
    """The evidence for one rule. Takes constant time and memory for each check."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._run: RunId | None = None
        self._day = date.min
        self._looks_of_day: set[bool] = set()
        self._looks = 0
        """Without those of the outage."""
        self._outage: _Outage | None = None

    def add(self, check: Check, *, bad_night: bool) -> None:
        """Count a failed check that is evidence for the rule; `bad_night`: many links of its host failed alike."""
        at = check.seen.at
        self._first = self._first or at
        self._last = at
        new_look = self._is_new_look(check)
        if bad_night and self._rule.outage is not None:
            if self._outage is None:
                self._outage = _Outage(at, at)
            self._outage.last = at
            self._outage.nights += new_look
        elif new_look:
            self._looks += self._outage_looks() + 1
            self._outage = None

    def pause(self, length: timedelta) -> None:
        """Say that for so long, over `LONGEST_PAUSE`, nothing was looked at, up to the next check."""
        if self._first is None:
            return
        share = self._rule.days / max(self._rule.looks - 1, 1)
        left_out = max(length - share, timedelta(0))
        self._first += left_out
        if self._outage is not None:
            self._outage.first += left_out

    @property
    def is_met(self) -> bool:
        """Whether the evidence proves death."""
        return self.standing.is_met

    @property
    def standing(self) -> Standing:
        """How far the evidence goes."""
        lasted = timedelta(0) if self._first is None or self._last is None else self._last - self._first
        rule = self._rule
        return Standing(rule.strength, self._looks + self._outage_looks(), rule.looks, lasted, rule.days)

    def _is_new_look(self, check: Check) -> bool:
        # Looks of one UTC day count once, except that the second look of a run counts where the rule says so. Both
        # looks of a run are of the day on which it began to look: midnight between them does not make them two nights.
        second = self._rule.second_look_counts and check.look > 1
        day = self._day if check.run == self._run else check.seen.at.date()
        self._run = check.run
        if day > self._day:
            self._day, self._looks_of_day = day, {second}
            return True
        if day < self._day or second in self._looks_of_day:
            return False
        self._looks_of_day.add(second)
        return True

    def _outage_looks(self) -> int:
        if self._outage is None or self._rule.outage is None:
            return 0
        is_over_long = self._outage.last - self._outage.first >= self._rule.outage
        return self._outage.nights if is_over_long else min(self._outage.nights, 1)


@dataclass(slots=True)
class _Outage:
    """Bad nights of the host with no other night of evidence between them: one event, until it has lasted too long."""

    first: datetime
    last: datetime
    nights: int = 0
