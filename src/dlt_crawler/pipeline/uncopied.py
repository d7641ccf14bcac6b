"""Which living links are to have a copy made of them, the riskiest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from dlt_crawler.model import Keeping, KeepState, Resource, State
from dlt_crawler.pipeline.captures import PENDING
from dlt_crawler.pipeline.job import Job
from dlt_crawler.risk import Exposure, riskiest_first
from dlt_crawler.store import Served
from dlt_crawler.urls import host_of, is_on_this_machine, memento_of, why_private

LATELY = timedelta(days=90)
"""How long a link that failed counts as one that failed lately."""
NIGHT = timedelta(hours=20)
"""Until the archive is asked again for what cannot have changed much: nightly runs are not exactly a day apart."""
LONGEST_REST = timedelta(days=32)
"""A page whose capture failed is left alone for a night, for two, four …, and at last for a month."""
REFUSED_FOR = timedelta(days=90)
"""Until a URL that the archive does not capture is tried again (wayback.md, section 8, of excluded pages)."""
_DOUBLINGS = 10
"""More than it takes to the longest rest."""
_PLAIN = frozenset({"application/pdf", "text/plain", "application/zip", "application/gzip", "application/x-tar"})
_PLAIN_KINDS = ("image/", "audio/", "video/", "font/")


@dataclass(frozen=True, slots=True)
class Uncopied:
    """A page that is to be captured."""

    known: Keeping
    plain: bool
    """Whether it is a file and no page, for which the archive needs no browser."""


def uncopied(job: Job, known: Mapping[Resource, Keeping]) -> list[Uncopied]:
    """Return the links that are to be captured as far as we know, the riskiest first.

    Not those of hosts that get headers of their own (`fetch.headers`): what they show us they show to nobody else.
    """
    archives = (job.settings.archive.timegate_url,)
    # Only an archive on this machine gets there.
    elsewhere = not is_on_this_machine(job.settings.archive.save_url)
    ours = {host.lower() for host in job.settings.fetch.headers}
    living = [
        resource
        for resource, state in job.store.states(written=True)
        if state is State.ALIVE
        and _is_worth_asking_for(job, known.get(resource, Keeping(resource)))
        and why_private(resource.url, captured=True) is None
        and not (elsewhere and is_on_this_machine(resource.url))
        # Save Page Now refuses these: they are kept already.
        and memento_of(resource.url, *archives) is None
    ]
    served = job.store.keepings.served(living)
    answered_at = {each: served[each].final_url if each in served else each.url for each in living}
    due = [each for each in living if ours.isdisjoint((host_of(each.url), host_of(answered_at[each])))]
    if not due:
        return []
    hosts: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for resource, state in job.store.states():
        host = host_of(resource.url)
        hosts[host] += 1
        lost[host] += state is State.DEAD
    failed = job.store.keepings.failed_since(job.now - LATELY)
    exposed = (
        Exposure(
            resource,
            answered_at[resource],
            lost[host_of(resource.url)],
            hosts[host_of(resource.url)],
            resource in failed,
            known[resource].newest if resource in known else None,
        )
        for resource in due
    )
    return [
        Uncopied(known.get(page.resource, Keeping(page.resource)), _is_plain(page.resource, served.get(page.resource)))
        for page in riskiest_first(exposed)
    ]


def _is_worth_asking_for(job: Job, known: Keeping) -> bool:
    if known.state in PENDING or is_young(job, known):
        return False
    since = job.now - (known.submitted or job.now)
    if since < timedelta(0):
        # Our clock was ahead then: who knows how long ago that is.
        return True
    match known.state:
        case KeepState.FAILED:
            return since >= min(NIGHT * (1 << min(known.failures - 1, _DOUBLINGS)), LONGEST_REST)
        case KeepState.REFUSED:
            return since >= REFUSED_FOR
    return True


def is_young(job: Job, known: Keeping) -> bool:
    """Return whether the newest copy that we know of will do."""
    return known.newest is not None and job.now - known.newest < timedelta(days=job.settings.archive.max_age)


def is_looked_up(job: Job, known: Keeping) -> bool:
    """Return whether what we know of the newest copy was asked so lately that it need not be asked again."""
    return known.looked is not None and timedelta(0) <= job.now - known.looked < NIGHT


def _is_plain(resource: Resource, served: Served | None) -> bool:
    content_type = served.content_type if served else None
    if content_type is None:
        return urlsplit(resource.url).path.lower().endswith(".pdf")
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type in _PLAIN or media_type.startswith(_PLAIN_KINDS)
