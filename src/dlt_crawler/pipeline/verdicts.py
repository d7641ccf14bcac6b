"""Checks to verdicts, and to when each link is checked next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from dlt_crawler import revisit, verdict
from dlt_crawler.model import BadNight, Dispute, Resource, RunId, State, Verdict
from dlt_crawler.pipeline.job import Job

_AT_ONCE = 1_000
"""Deaths that are looked up together."""

_Judged = tuple[Resource, Verdict, datetime | None]
"""With when the resource is checked next."""


@dataclass(frozen=True, slots=True)
class Held:
    """Links that worked before, would all be judged dead at once, and are not (`[verdict] mass_death_…`)."""

    links: int = 0
    """0: none was held back."""


def judge(job: Job, *, everything: bool = False, yes: bool = False) -> Held:
    """Judge from its history every resource whose verdict may have changed. Needs no network.

    That is every resource with new checks, or checks that are understood otherwise than they were; with `everything`,
    and when the policy is not that of the last time, every resource there is. When more links that worked before would
    die than the policy allows in one night, none of them is judged dead, unless somebody says `yes`. The originals of
    links into archives are no such links: nothing is repaired for their deaths, and most are why the copy was linked.
    """
    now, store, rules = job.now, job.store, job.settings.verdict
    policy = verdict.digest(rules)
    everything = everything or store.policy() != policy
    run = store.last_run()
    number = run.id if run else None
    # Those of all nights together are too many or not.
    store.doubts.raise_on_held()
    deaths = _Deaths(job)
    store.save_verdicts(deaths.set_aside(_judged(job, now, unjudged=not everything)), run=number, now=now)
    new, lately = deaths.new, store.doubts.deaths(now, verdict.WEEK)
    held = not yes and verdict.too_many_deaths(
        len(new), rules, lately=lately, judged=deaths.judged, links=store.number_of_links()
    )
    if held:
        many = len(new) + lately
        # Like every link that fails, they are due at the next run.
        new = [(link, verdict.held(one, many), one.last_checked) for link, one, _ in new]
    store.save_verdicts(new, run=number, now=now)
    if yes:
        store.doubts.confirm_deaths(now)
    # Last: cut off before, all is judged anew by the next one.
    store.keep_policy(policy)
    return Held(len(new) if held else 0)


def plan(job: Job) -> None:
    """Say of the resources that have not been judged since their last check when they are to be checked next.

    That includes what was checked, or is due, at a time that is not to come: the clock was wrong then.
    """
    newest = job.store.newest_check()
    if newest is not None and newest > job.now + verdict.CLOCK_TOLERANCE:
        job.store.doubts.raise_on_the_future(job.now + verdict.CLOCK_TOLERANCE, revisit.LONGEST)
    job.store.save_due((link, due) for link, _, due in _judged(job, job.now, unjudged=True))


def _judged(job: Job, now: datetime, *, unjudged: bool) -> Iterator[_Judged]:
    policy = job.settings.verdict
    distrusted: frozenset[RunId] = frozenset()
    nights: frozenset[BadNight] | None = None
    disputes: Mapping[Resource, Dispute] = {}
    for link, checks in job.store.histories(unjudged=unjudged):
        if nights is None:
            # Only where there is something to judge: it takes a second or so where much has failed.
            distrusted = job.store.distrusted_runs()
            nights = job.store.bad_nights(verdict.SLOW, policy.host_links, unjudged=unjudged)
            disputes = job.store.repairs.disputes()
        judged = verdict.judge(checks, policy, now, distrusted=distrusted, bad_nights=nights)
        due = revisit.due(checks, judged, now, distrusted=distrusted)
        # Whose repair somebody took back is checked anew, however often it is judged before that.
        seen_since = link not in disputes or (checks and checks[-1].seen.at > disputes[link].at)
        yield link, judged, due if seen_since else None


class _Deaths:
    """Sets aside the links that worked before and would be judged dead now, until it is known how many they are."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._only_originals = job.store.doubts.only_originals()
        self.judged = 0
        """Links that worked before, whatever they are now."""
        self.new: list[_Judged] = []

    def set_aside(self, judged: Iterator[_Judged]) -> Iterator[_Judged]:
        """Yield all others. Afterwards `new` and `judged` are complete."""
        dead: list[_Judged] = []
        for one in judged:
            worked = one[1].last_ok is not None and one[0] not in self._only_originals
            self.judged += worked
            if one[1].state is not State.DEAD or not worked:
                yield one
                continue
            dead.append(one)
            if len(dead) == _AT_ONCE:
                yield from self._known(dead)
                dead.clear()
        yield from self._known(dead)

    def _known(self, dead: list[_Judged]) -> Iterator[_Judged]:
        known = self._job.store.dead_among([link for link, _, _ in dead])
        self.new += (one for one in dead if one[0] not in known)
        yield from (one for one in dead if one[0] in known)
