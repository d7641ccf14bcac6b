"""What a careful editor would look for in an archive: the page as it was when its link was written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.model import LinkOccurrence, Page, Resource, Wanted
from dlt_crawler.pipeline.dating import dates_of
from dlt_crawler.pipeline.job import Job
from dlt_crawler.store import Cited
from dlt_crawler.urls import Memento, memento_of, without_session


def wanted(job: Job, resources: Sequence[Resource]) -> Mapping[Resource, Wanted]:
    """Return what is wanted for each of these resources.

    For a link into an archive that is its original as it was captured there: whoever wrote the link chose that copy,
    whatever `archive.prefer` says. For any other link it is the page as it was when the link was written: the earliest
    that git says of the lines it stands in, and no later than when we saw it first. Git is asked what the database does
    not know (`dating`): one `git blame` a document.
    """
    mementos = {resource: memento for resource in resources if (memento := _memento(job, resource)) is not None}
    originals = {resource: Resource(memento.original) for resource, memento in mementos.items()}
    cited = job.store.cited(list(dict.fromkeys([*resources, *originals.values()])))
    dates: Mapping[Resource, datetime] = {}
    if job.settings.archive.prefer == "citation":
        dates = _dates({each: cited[each] for each in resources if each in cited and each not in mementos})
    # "2" as a timestamp asks for the latest copy; it is the end of the year 2999.
    captured = {each: at and min(at, job.now) for each, memento in mementos.items() for at in [memento.captured]}
    found: dict[Resource, Wanted] = {}
    for resource in resources:
        page = originals.get(resource, resource)
        of_link, of_page = cited.get(resource), cited.get(page)
        found[resource] = Wanted(
            resource,
            without_session(page.url),
            captured[resource] if resource in captured else dates.get(resource),
            of_page.failing_since if of_page else None,
            # Of a copy, what that said first: by now the page may be about something else.
            _says(of_link).over(_says(of_page)),
            _labels(of_link),
            _media_type(of_link) or _media_type(of_page),
        )
    return found


def _memento(job: Job, resource: Resource) -> Memento | None:
    archive = job.settings.archive
    return memento_of(resource.url, archive.timegate_url, archive.fallbacks.arquivo_url)


def _says(link: Cited | None) -> Page:
    return link.page if link else Page()


def _labels(link: Cited | None) -> tuple[str, ...]:
    written = link.occurrences if link else ()
    return tuple(dict.fromkeys(each.text for each in written if each.text not in (each.raw, each.url, "")))


def _media_type(link: Cited | None) -> str | None:
    said = link.content_type if link else None
    return (said or "").partition(";")[0].strip().lower() or None


def _dates(cited: Mapping[Resource, Cited]) -> Mapping[Resource, datetime]:
    """Return when the first link to each resource was written, as far as anybody knows."""
    by_file: defaultdict[str, list[tuple[Resource, LinkOccurrence]]] = defaultdict(list)
    for resource, link in cited.items():
        for written in link.undated:
            by_file[written.file].append((resource, written))
    dates = {resource: min(link.first_seen, link.written or link.first_seen) for resource, link in cited.items()}
    for file, links in by_file.items():
        # Where git cannot be asked, we have seen it at least.
        with suppress(GitError, TimeoutError):
            for resource, at in dates_of(Path(file), links):
                dates[resource] = min(at, dates[resource])
    return dates
