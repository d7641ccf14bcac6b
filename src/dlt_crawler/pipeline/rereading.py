"""Checks read again: by what a whole run has shown, and by the rules of today. Needs no network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from dlt_crawler.fetch import meaning
from dlt_crawler.model import Check, LinkWarning, Observation, Page, Run, RunId
from dlt_crawler.page import CROWD, Shown, place_of
from dlt_crawler.pipeline.job import Job
from dlt_crawler.sites import Sites, known_sites
from dlt_crawler.store import Crowded, StoredHistory
from dlt_crawler.urls import host_of

_OF_THE_PAGE = frozenset({LinkWarning.FRAGMENT_MISSING, LinkWarning.DRIFTED})
"""Warnings that follow from what was shown; others come from how it was had, and stay."""

Crowds = Mapping[tuple[str, str], Mapping[str, RunId]]
"""Host of the links, page that they were redirected to → places of the links (`place_of`), since which run each."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of reading checks again."""

    read: int
    changed: int


def reread_all(job: Job) -> Reread:
    """Read every check that kept what it saw by the rules of today, and remember what pages say of themselves by that.

    Interrupted, some links are read anew and some are not; the next time all are.
    """
    crowds = _crowds(job.store.rereading.crowds(None, CROWD))
    return _reread(job, job.store.rereading.histories(), crowds, lambda _check: True)


def reread_crowds(job: Job, run: Run) -> None:
    """Read those checks of a run again that were redirected to one page with others of their host, now or earlier."""
    found = job.store.rereading.crowds(run.id, CROWD)
    members = dict.fromkeys(each.link for each in found)
    _reread(job, job.store.rereading.histories(members), _crowds(found), lambda check: check.run == run.id)


def _crowds(found: Iterable[Crowded]) -> Crowds:
    crowds: dict[tuple[str, str], dict[str, RunId]] = defaultdict(dict)
    for each in found:
        host = host_of(each.link.url)
        place = place_of(each.link.url, each.final_url)
        if place is not None:
            members = crowds[host, each.final_url]
            members[place] = min(each.since, members.get(place, each.since))
    return crowds


def _reread(job: Job, histories: Iterable[StoredHistory], crowds: Crowds, wanted: Callable[[Check], bool]) -> Reread:
    sites = known_sites(job.settings.sites)
    distrusted = _distrusted(job)
    read = changed = 0
    for history in histories:
        meant: dict[int, Observation] = {}
        known = Page()
        for stored in history.checks:
            seen = stored.check.seen
            shown = _shown(stored.check, known, crowds) if wanted(stored.check) else None
            if shown is not None:
                read += 1
                again = _read(seen, shown, sites)
                if again is not seen:
                    meant[stored.number] = seen = again
            if seen.remembered and stored.check.run not in distrusted:
                known = seen.page.over(known)
        if meant:
            changed += len(meant)
            remembered = _remembered(history, meant, known, distrusted)
            job.store.rereading.save(meant, {history.number: remembered} if remembered != history.known else {})
    return Reread(read, changed)


def _distrusted(job: Job) -> Collection[RunId]:
    """Return the runs whose pages are not remembered. Those of a run that is gone on with are, until it has ended."""
    latest = (job.store.last_night(), job.store.last_run())
    return job.store.distrusted_runs() - {run.id for run in latest if run is not None and run.done is None}


def _crowd_of(check: Check, crowds: Crowds) -> int:
    """Return how many links of the host had been redirected to the page by that run; 0 for one that is no such link."""
    link, final_url = check.seen.resource.url, check.seen.final_url or ""
    members = crowds.get((host_of(link), final_url), {})
    if place_of(link, final_url) not in members:
        return 0
    return sum(since <= check.run for since in members.values())


def _shown(check: Check, known: Page, crowds: Crowds) -> Shown | None:
    """Return what a check saw; None when it kept nothing that could be read again."""
    seen = check.seen
    if seen.evidence is None or seen.status is None or seen.final_url is None:
        return None
    start = seen.resource.url
    if LinkWarning.ALTERNATIVE_ADDRESS in seen.warnings:
        start = seen.redirects[0].url if seen.redirects else seen.final_url
    return Shown(
        url=start,
        final_url=seen.final_url,
        status=seen.status,
        redirects=seen.redirects,
        page=seen.page,
        evidence=seen.evidence,
        known=known,
        converging=_crowd_of(check, crowds),
    )


def _read(seen: Observation, shown: Shown, sites: Sites) -> Observation:
    """Return what was observed as it is understood now; the same object when nothing changed."""
    meant = meaning(shown, sites)
    if LinkWarning.ALTERNATIVE_ADDRESS in seen.warnings and not meant.lives:
        # What the link itself had answered is not known any more: the page at its other address proves nothing.
        return seen
    warnings = (*(each for each in seen.warnings if each not in _OF_THE_PAGE), *meant.warnings)
    if (meant.finding.outcome, meant.signals, set(warnings)) == (seen.outcome, seen.signals, set(seen.warnings)):
        return seen
    detail = meant.finding.detail
    if LinkWarning.TLS_UNVERIFIED in seen.warnings and "; " in seen.detail:
        detail = f"{detail.rstrip('.')}; {seen.detail.rpartition('; ')[2]}"
    return replace(seen, outcome=meant.finding.outcome, detail=detail, signals=meant.signals, warnings=warnings)


def _remembered(
    history: StoredHistory, meant: Mapping[int, Observation], known: Page, distrusted: Collection[RunId]
) -> Page:
    """Return what is to be known of the page: what the checks that count say, and else what was known from elsewhere.

    Checks that were thinned out may have said what no check says any more. What only a page said that does not count
    (an error page, as it turns out, or what a portal showed) is forgotten.
    """
    last = [(stored.check.run, meant.get(stored.number, stored.check.seen)) for stored in history.checks]
    refused = {seen.page for run, seen in last if run in distrusted or not seen.remembered}
    return known.over(history.known.without(refused))
