"""Links that the Wayback Machine does not have, to what others have of them. Off the main path: nothing fails by it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from urllib.parse import urlsplit

from dlt_crawler.archive.fallbacks import Arquivo, Fallback, fallbacks_of
from dlt_crawler.archive.titles import shares_words
from dlt_crawler.errors import ArchiveError, CrawlError
from dlt_crawler.fetch import ListFrontier
from dlt_crawler.model import (
    SUCCESSES,
    WAYBACK,
    Due,
    NoSnapshot,
    NoSnapshotReason,
    Observation,
    Resource,
    Snapshot,
    Wanted,
)
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


def fall_back(job: Job, none: Sequence[tuple[Wanted, NoSnapshot]]) -> Iterator[tuple[Resource, Snapshot]]:
    """Yield what others have of the pages of which the archive said in this run that it has none, as it is found.

    Each of them is asked, if the settings say so, for what those before it have not got. One that cannot be asked
    changes nothing: there is none, then. Nobody is told of addresses that look private.
    """
    left = {
        wanted.resource: wanted
        for wanted, answer in none
        if answer.reason is not NoSnapshotReason.PRIVATE and may_be_published(wanted.url)
    }
    if job.settings.archive.fallbacks.papers:
        for resource, snapshot in _living_pages(job, tuple(left.values())):
            del left[resource]
            yield resource, snapshot
    for fallback in fallbacks_of(job.settings.archive, known_sites(job.settings.sites), contact=job.settings.contact):
        with closing(fallback):
            for resource, snapshot in _ask(job, fallback, tuple(left.values())):
                del left[resource]
                yield resource, snapshot


def _ask(job: Job, fallback: Fallback, links: Sequence[Wanted]) -> Iterator[tuple[Resource, Snapshot]]:
    """Yield what one of them has."""
    claimed = [wanted for wanted in links if fallback.claims(wanted)]
    if not claimed:
        return
    job.progress.begin(fallback.title, len(claimed))
    failures = 0
    for number, wanted in enumerate(claimed):
        try:
            snapshot = fallback.find(wanted)
        except ArchiveError as error:
            failures += 1
            log.info("%s: could not ask %s: %s", wanted.url, fallback.title, inert(str(error)))
            if failures == _FAILURES:
                job.progress.say(
                    f"{fallback.title} does not answer: it is not asked for {len(claimed) - number - 1} more links"
                )
                return
        else:
            failures = 0
            if snapshot is not None:
                yield wanted.resource, snapshot
        job.progress.advance()


def _living_pages(job: Job, links: Sequence[Wanted]) -> Iterator[tuple[Resource, Snapshot]]:
    """Yield the pages of papers that are seen to live."""
    landings = {
        wanted.resource: found for wanted in links if (found := landings_of(wanted, job.settings.archive.fallbacks))
    }
    if not landings:
        return
    try:
        seen = _checked(job, list({landing.url: landing for each in landings.values() for landing in each}.values()))
    except CrawlError as error:
        log.info("could not look for the pages of %d papers: %s", len(landings), error)
        return
    for wanted in links:
        for landing in landings.get(wanted.resource, ()):
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
