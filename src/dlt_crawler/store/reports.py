"""What a report shows, put together from all tables in one look at the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from dlt_crawler.model import (
    ArchiveAnswer,
    Check,
    LinkOccurrence,
    LinkStatus,
    Page,
    Report,
    Resource,
    SkipReason,
    State,
    Verdict,
)
from dlt_crawler.store import checks, documents, judgements
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.tables import pages, resources

_UNCHECKED = Verdict(State.UNCHECKED, "not checked yet")

_REASONS: Mapping[SkipReason, str] = {
    SkipReason.EMPTY: "not checked: the link is empty",
    SkipReason.FRAGMENT: "not checked: it points into its own document",
    SkipReason.RELATIVE: "not checked: it points to a file beside its document, not to the web",
    SkipReason.MAILTO: "not checked: it is a mail address",
    SkipReason.SCHEME: "not checked: it is not an http or https link",
    SkipReason.EXCLUDED: "not checked: the configuration excludes it",
    SkipReason.INVALID: "no browser can open it: the URL is malformed",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored about some resources."""

    basics: Mapping[Resource, tuple[datetime, Page]]
    verdicts: Mapping[Resource, Verdict]
    latest: Mapping[Resource, Check]
    answers: Mapping[Resource, tuple[ArchiveAnswer, datetime]]

    def status_of(self, resource: Resource, occurrences: Sequence[LinkOccurrence]) -> LinkStatus:
        first_seen, page = self.basics[resource]
        answer = self.answers.get(resource)
        return LinkStatus(
            url=resource.url,
            verdict=self.verdicts.get(resource, _UNCHECKED),
            last=self.latest.get(resource),
            page=page,
            first_seen=first_seen,
            snapshot=answer[0] if answer else None,
            occurrences=tuple(occurrences),
        )


def report(connection: Connection) -> Report:
    """Return every link that is written now, in document order: where its first occurrence stands."""
    # What is not checked is one link for each way it is written and each reason.
    grouped: dict[Resource | tuple[str, SkipReason], list[LinkOccurrence]] = {}
    earliest: dict[tuple[str, SkipReason], datetime] = {}
    for path in documents.paths(connection):
        for link, first_seen in documents.written(connection, path):
            if isinstance(link.target, Resource):
                grouped.setdefault(link.target, []).append(link)
            else:
                written = (link.url or link.raw, link.target)
                grouped.setdefault(written, []).append(link)
                earliest[written] = min(first_seen, earliest.get(written, first_seen))
    known = _known(connection, checks.is_written())
    links = [
        known.status_of(link, written) if isinstance(link, Resource) else _not_checked(*link, earliest[link], written)
        for link, written in grouped.items()
    ]
    return Report(checks.last_run(connection), tuple(links))


def link(connection: Connection, resource: Resource) -> LinkStatus | None:
    """Return what is known of one resource, written now or not; None when it was never seen."""
    key = resource_key(resource)
    known = _known(connection, resources.c.key == key)
    return known.status_of(resource, documents.of_resource(connection, key)) if resource in known.basics else None


def _known(connection: Connection, condition: ColumnElement[bool]) -> _Known:
    basics = (
        select(resources.c.url, resources.c.first_seen, pages.c.title, pages.c.abstract)
        .join_from(resources, pages, isouter=True)
        .where(condition)
    )
    known = {
        Resource(url): (first_seen, Page(title, abstract))
        for url, first_seen, title, abstract in connection.execute(basics)
    }
    return _Known(
        known,
        judgements.verdicts_on(connection, condition),
        {
            check.seen.resource: _sharing(check, known[check.seen.resource][1])
            for check in checks.latest(connection, condition)
        },
        judgements.answers_for(connection, condition),
    )


def _sharing(check: Check, page: Page) -> Check:
    """Return the check with the page of its resource, if it saw that: abstracts are most of a report."""
    return replace(check, seen=replace(check.seen, page=page)) if check.seen.page == page else check


def _not_checked(
    url: str, reason: SkipReason, first_seen: datetime, occurrences: Sequence[LinkOccurrence]
) -> LinkStatus:
    state = State.INVALID if reason is SkipReason.INVALID else State.SKIPPED
    return LinkStatus(
        url=url,
        verdict=Verdict(state, _REASONS[reason]),
        last=None,
        page=Page(),
        first_seen=first_seen,
        snapshot=None,
        occurrences=tuple(occurrences),
    )
