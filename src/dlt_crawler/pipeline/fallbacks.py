"""Links that the Wayback Machine does not have, to what others have of them. Off the main path: nothing fails by it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial
from itertools import islice
from urllib.parse import urlsplit

from dlt_crawler.archive.fallbacks import Arquivo, Fallback, fallbacks_of
from dlt_crawler.archive.titles import shares_words
from dlt_crawler.errors import ArchiveError, CrawlError
from dlt_crawler.fetch import ListFrontier
from dlt_crawler.model import (
    SUCCESSES,
    WAYBACK,
    ArchiveAnswer,
    Due,
    NoSnapshot,
    NoSnapshotReason,
    Observation,
    Resource,
    Snapshot,
    Wanted,
)
from dlt_crawler.pipeline.asking import Mistake, ask_safely, tell_of_mistake
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.papers import ARXIV, Landing, is_same_page, landings_of
from dlt_crawler.report import inert
from dlt_crawler.sites import known_sites
from dlt_crawler.urls import is_landing_page, may_be_published

log = logging.getLogger(__name__)

COPIES = frozenset({WAYBACK, Arquivo.name})
"""Sources of snapshots that are the page itself; the others have its paper, or its code, on another page."""

_FAILURES = 2
"""In a row: then a fallback is not asked any more in this run."""
_PAPERS = 200
"""Pages of papers that are looked for in one run: those at doi.org one after the other, as at any host."""


def fall_back(
    job: Job, none: Sequence[tuple[Wanted, NoSnapshot]], *, clock: Callable[[], float] = time.monotonic
) -> Iterator[tuple[Resource, ArchiveAnswer]]:
    """Yield what others have of the pages of which the archive said in this run that it has none, as it is found.

    Each of them is asked, if the settings say so, for what those before it have not got. When none of them has it, the
    archive's answer is yielded: one that cannot be asked changes nothing. A link is left out when one of them was not
    asked for it any more because it took too long: the next run goes on with it. Nobody is told of addresses that look
    private. `clock`: seconds that never go back.
    """
    links: list[Wanted] = []
    said = {wanted.resource: answer for wanted, answer in none}
    for wanted, answer in none:
        if answer.reason is NoSnapshotReason.PRIVATE or not may_be_published(wanted.url):
            yield wanted.resource, answer
        else:
            links.append(wanted)
    landings = _landings(job, links) if job.settings.archive.fallbacks.papers else {}
    looked_for = dict(islice(landings.items(), _PAPERS))
    with ExitStack() as stack:
        others = [
            _Asked(job, stack.enter_context(closing(each)), clock)
            for each in fallbacks_of(
                job.settings.archive, known_sites(job.settings.sites), contact=job.settings.contact
            )
        ]
        # First those that take a moment each: what they have answered is stored, whatever happens next.
        for resource, snapshot in _ask(job, others, [each for each in links if each.resource not in landings]):
            yield resource, snapshot or said[resource]
        papers = [each for each in links if each.resource in looked_for]
        found = dict(_living_pages(job, papers, looked_for))
        yield from found.items()
        for resource, snapshot in _ask(job, others, [each for each in papers if each.resource not in found]):
            yield resource, snapshot or said[resource]
    for other in others:
        other.say_what_is_left()
    if len(landings) > len(looked_for):
        job.progress.say(f"{len(landings) - len(looked_for)} papers are left for the next run")


class _Asked:
    """A fallback, and how it goes with it in this run."""

    def __init__(self, job: Job, fallback: Fallback, clock: Callable[[], float]) -> None:
        self._job = job
        self._fallback = fallback
        self._clock = clock
        self._seconds = job.settings.archive.fallbacks.time_limit
        self._failures = 0
        self._is_mistaken = False
        self._left = 0

    def claims(self, wanted: Wanted) -> bool:
        """Return whether it is to be asked for a link."""
        try:
            return self._failures < _FAILURES and ask_safely(self._fallback.claims, wanted)
        except Mistake as mistake:
            self._fail(wanted, mistake)
            return False

    def has_no_time(self) -> bool:
        """Return whether it has taken too long already; count one more link that waits for the next run if so."""
        if self._seconds > 0:
            return False
        self._left += 1
        return True

    def find(self, wanted: Wanted) -> Snapshot | None:
        """Return what it has; None as well when it cannot be asked."""
        began = self._clock()
        try:
            snapshot = ask_safely(self._fallback.find, wanted)
        except ArchiveError as error:
            self._fail(wanted, error)
            return None
        finally:
            self._seconds -= self._clock() - began
        self._failures = 0
        return snapshot

    def say_what_is_left(self) -> None:
        """Say for how many links there was no time."""
        if self._left:
            self._job.progress.say(
                f"{self._fallback.title} has taken its {self._job.settings.archive.fallbacks.time_limit:g} s: "
                f"{self._left} links are left for the next run"
            )

    def _fail(self, wanted: Wanted, error: ArchiveError) -> None:
        title, progress = self._fallback.title, self._job.progress
        log.info("%s: could not ask %s: %s", wanted.url, title, inert(str(error)))
        if isinstance(error, Mistake) and not self._is_mistaken:
            self._is_mistaken = True
            tell_of_mistake(progress, title, wanted, error)
        self._failures += 1
        if self._failures == _FAILURES:
            progress.say(f"{title} could not be asked twice in a row: it is left alone in this run")


def _ask(job: Job, others: Sequence[_Asked], links: Sequence[Wanted]) -> Iterator[tuple[Resource, Snapshot | None]]:
    """Yield what the first of the others has that has something, for each link; None: none of them.

    Those that fewer claim come first: who knows more of few things takes longer.
    """
    claimed = {wanted.resource: [other for other in others if other.claims(wanted)] for wanted in links}
    if to_ask := sum(map(bool, claimed.values())):
        job.progress.begin("elsewhere", to_ask)
    for wanted in sorted(links, key=lambda each: len(claimed[each.resource])):
        asked = claimed[wanted.resource]
        # Before any is asked: the next run would have to ask that one again.
        if not any(other.claims(wanted) and other.has_no_time() for other in asked):
            found = (other.find(wanted) for other in asked if other.claims(wanted))
            yield wanted.resource, next((snapshot for snapshot in found if snapshot is not None), None)
        if asked:
            job.progress.advance()


def _landings(job: Job, links: Sequence[Wanted]) -> Mapping[Resource, Sequence[Landing]]:
    """Return where the papers of links have their pages, for those that are to one."""
    landings: dict[Resource, Sequence[Landing]] = {}
    ask = partial(landings_of, settings=job.settings.archive.fallbacks)
    for wanted in links:
        try:
            if found := ask_safely(ask, wanted):
                landings[wanted.resource] = found
        except Mistake as mistake:
            tell_of_mistake(job.progress, "arXiv and doi.org", wanted, mistake)
    return landings


def _living_pages(
    job: Job, links: Sequence[Wanted], landings: Mapping[Resource, Sequence[Landing]]
) -> Iterator[tuple[Resource, Snapshot]]:
    """Yield the pages of papers that are seen to live."""
    if not landings:
        return
    try:
        seen = _checked(job, list({landing.url: landing for each in landings.values() for landing in each}.values()))
    except CrawlError as error:
        log.info("could not look for the pages of %d papers: %s", len(landings), error)
        return
    for wanted in links:
        for landing in landings[wanted.resource]:
            check = seen.get(landing.url)
            if check is not None and _is_the_page(wanted, landing, check):
                yield wanted.resource, _living(wanted, landing, check)
                break


def _checked(job: Job, landings: Sequence[Landing]) -> Mapping[str, Observation]:
    """Return what is seen of the pages of papers, by URL: of arXiv's by its interface, 100 at once, if that is asked.

    doi.org is not asked whether there is such a DOI: there may be, and lead to the very page that is dead.
    """
    seen: dict[str, Observation] = {}

    def record(batch: Sequence[Observation]) -> None:
        seen.update((each.resource.url, each) for each in batch)
        job.progress.advance(len(batch))

    job.progress.begin("papers", len(landings))
    papers = [Resource(landing.url) for landing in landings if landing.source == ARXIV]
    with job.web(job.settings, job.store, job.clock) as web:
        if papers:
            web.look_up(
                lambda service: [Due(paper) for paper in papers if service.claims(paper)],
                record,
                loads=ListFrontier(papers).loads(),
            )
        if others := [Resource(landing.url) for landing in landings if landing.url not in seen]:
            web.check(others, record)
    return seen


def _is_the_page(wanted: Wanted, landing: Landing, seen: Observation) -> bool:
    """Return whether what was seen is a living page of the paper, and another one than the link's."""
    if seen.outcome not in SUCCESSES:
        return False
    passed = [seen.final_url or landing.url, *(hop.location for hop in seen.redirects)]
    if any(is_same_page(url, dead) for url in passed for dead in (wanted.url, wanted.resource.url)):
        return False
    if urlsplit(passed[0]).path in ("", "/") or is_landing_page(passed[0]):
        return False
    # A label may name the paper that a page is about. Where it is known what that was called, this can be told.
    titles = (wanted.known.title, seen.page.title)
    return landing.named_by != "label" or not all(titles) or shares_words(str(titles[0]), str(titles[1]))


def _living(wanted: Wanted, landing: Landing, seen: Observation) -> Snapshot:
    where = "arXiv" if landing.source == ARXIV else "doi.org"
    return Snapshot(
        original=wanted.url,
        timestamp=f"{seen.at:%Y%m%d%H%M%S}",
        url=landing.url,
        status=seen.status or 200,
        validated="live",
        source=landing.source,
        evidence=f"The link's {landing.named_by} names this paper, whose page at {where} lived on {seen.at:%Y-%m-%d}",
    )
