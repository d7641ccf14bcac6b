"""What is known into bibliographies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, reduce
from pathlib import Path

from dlt_crawler.export import LANDINGS, Citation, cited
from dlt_crawler.model import LinkStatus, Name, Resource, Snapshot, State, Work
from dlt_crawler.pipeline.ignores import with_ignores
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.papers import work_named_by
from dlt_crawler.sites.lookups import repository_of
from dlt_crawler.sources import documents


def citations_of(job: Job, paths: Sequence[str] = ()) -> tuple[Citation, ...]:
    """Return what the documents under `paths` cite (all documents when empty), as the database knows them.

    Raises SourceError where nothing is found under one of the paths.
    """
    links: Iterable[LinkStatus] = with_ignores(job, job.store.report()).links
    if paths:
        wanted = {path.resolve() for path in documents(job.settings, paths, say=job.progress.say)}

        @cache
        def is_wanted(file: str) -> bool:
            return Path(file).resolve() in wanted

        within = ((link, tuple(each for each in link.occurrences if is_wanted(each.file))) for link in links)
        links = (replace(link, occurrences=written) for link, written in within if written)
    return cited(links, _reader(job.store.works()))


def _reader(known: Mapping[Resource, Work]) -> Callable[[LinkStatus], Work]:
    """Return what says of a link which work it leads to: what was told of it, then what its addresses tell."""

    def work_of(link: LinkStatus) -> Work:
        told = known.get(Resource(link.url), Work())
        return reduce(Work.over, (work_named_by(url) for url in _addresses(link)), told).over(_repository(link.url))

    return work_of


def _addresses(link: LinkStatus) -> tuple[str, ...]:
    """Return the link's own address, where it leads while it lives, and where its paper was found."""
    addresses = [link.url]
    if link.verdict.state is State.ALIVE and link.last is not None and link.last.seen.final_url is not None:
        addresses.append(link.last.seen.final_url)
    if isinstance(link.snapshot, Snapshot) and link.snapshot.source in LANDINGS:
        addresses.append(link.snapshot.url)
    return tuple(addresses)


def _repository(url: str) -> Work:
    """Return what the address of a repository says: whose it is, and that it is software."""
    repository = repository_of(url)
    if repository is None:
        return Work()
    owner, _, _ = repository.partition("/")
    return Work(kind="software", authors=(Name(literal=owner),), container="GitHub")
