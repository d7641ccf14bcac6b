"""What a report shows, put together from all tables in one look at the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select, union_all

from dlt_crawler.model import (
    Alternative,
    ArchiveAnswer,
    Check,
    Dispute,
    LinkOccurrence,
    LinkStatus,
    Lint,
    Page,
    Report,
    Resource,
    RunId,
    SkipReason,
    State,
    Story,
    Transition,
    Verdict,
    best_reading,
)
from dlt_crawler.store import checks, documents, judgements, runs, transitions
from dlt_crawler.store import repairs as logged_repairs
from dlt_crawler.store.pages import PAGE
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import occurrences, pages, resources

_UNCHECKED = Verdict(State.UNCHECKED, "not checked yet")

WHY_SKIPPED: Mapping[SkipReason, str] = {
    SkipReason.EMPTY: "not checked: the link is empty",
    SkipReason.FRAGMENT: "not checked: it points into its own document",
    SkipReason.RELATIVE: "not checked: it points to a file beside its document, not to the web",
    SkipReason.MAILTO: "not checked: it is a mail address",
    SkipReason.SCHEME: "not checked: it is not an http or https link",
    SkipReason.EXCLUDED: "not checked: the configuration excludes it",
    SkipReason.IGNORED: "not checked: a comment in the document says so (dlt-crawl: ignore, or disable)",
    SkipReason.INVALID: "no browser can open it: the URL is malformed",
}


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored about some resources."""

    basics: Mapping[Resource, tuple[datetime, Page]]
    verdicts: Mapping[Resource, Verdict]
    latest: Mapping[Resource, Check]
    answers: Mapping[Resource, tuple[ArchiveAnswer, datetime]]
    disputes: Mapping[Resource, Dispute]

    def status_of(self, resource: Resource, occurrences: Sequence[LinkOccurrence], at: datetime | None) -> LinkStatus:
        """Return what is known of a link: of the resource, by which these occurrences, written then, are judged."""
        first_seen, page = self.basics[resource]
        answer = self.answers.get(resource)
        return LinkStatus(
            url=resource.url,
            verdict=self._verdict(resource, occurrences),
            last=self.latest.get(resource),
            page=page,
            first_seen=first_seen,
            snapshot=answer[0] if answer else None,
            occurrences=tuple(occurrences),
            alternatives=self.alternatives_to(resource, occurrences),
            original=self._original_of(resource, occurrences),
            dispute=self.disputes.get(resource),
            written=at,
        )

    def alternatives_to(
        self, reading: Resource | SkipReason, occurrences: Sequence[LinkOccurrence]
    ) -> tuple[Alternative, ...]:
        """Return the readings of these occurrences that are not the one they are judged by."""
        others = dict.fromkeys(
            other
            for link in occurrences
            if link.alternative is not None
            for other in (link.target, link.alternative)
            if isinstance(other, Resource) and other != reading
        )
        return tuple(map(self._known_of, others))

    def _original_of(self, resource: Resource, occurrences: Sequence[LinkOccurrence]) -> Alternative | None:
        """Return the page that an archive holds under this URL: the same wherever the link is written."""
        originals = (link.original for link in occurrences if link.target == resource)
        return next((self._known_of(original) for original in originals if original is not None), None)

    def _known_of(self, other: Resource) -> Alternative:
        return Alternative(other.url, self.verdicts.get(other, _UNCHECKED))

    def _verdict(self, resource: Resource, occurrences: Sequence[LinkOccurrence]) -> Verdict:
        verdict = self.verdicts.get(resource, _UNCHECKED)
        given_up = dict.fromkeys(
            f"{link.url} ({self._state(link.target)})" for link in occurrences if link.target != resource
        )
        if not given_up:
            return verdict
        sentence = f"{verdict.reason.rstrip('.')}; GitHub reads this where {' or '.join(given_up)} is written"
        return replace(verdict, reason=sentence)

    def _state(self, target: Resource | SkipReason) -> State:
        return self.verdicts[target].state if isinstance(target, Resource) else State.INVALID


def report(connection: Connection) -> Report:
    """Return every link that is written now, in document order: where its first occurrence stands.

    The run is the latest night: one that was narrowed down says little of them. Before the first, it is such a one.
    """
    known = _known(connection, checks.is_written())
    # What is not checked is one link for each way it is written and each reason.
    grouped: dict[Resource | tuple[str, SkipReason], list[LinkOccurrence]] = {}
    earliest: dict[tuple[str, SkipReason], datetime] = {}
    dates: dict[Resource | tuple[str, SkipReason], datetime] = {}
    lints: list[Lint] = []
    for path in documents.paths(connection):
        for link, first_seen, at in documents.written(connection, path):
            reading = best_reading(link, known.verdicts)
            shown_as = reading if isinstance(reading, Resource) else (link.url or link.raw, reading)
            grouped.setdefault(shown_as, []).append(link)
            if not isinstance(shown_as, Resource):
                earliest[shown_as] = min(first_seen, earliest.get(shown_as, first_seen))
            if at is not None:
                dates[shown_as] = min(at, dates.get(shown_as, at))
        lints += documents.lints_of(connection, path)
    links = [
        known.status_of(link, written, dates.get(link))
        if isinstance(link, Resource)
        else replace(
            _not_checked(*link, earliest[link], written, known.alternatives_to(link[1], written)),
            written=dates.get(link),
        )
        for link, written in grouped.items()
    ]
    run = runs.last(connection, whole=True) or runs.last(connection)
    changed = transitions.since_the_run_before(connection, run.id if run else None)
    shown = {link.url for link in grouped if isinstance(link, Resource)}
    return Report(run, tuple(links), tuple(lints), tuple(each for each in changed if each.url in shown))


def link(connection: Connection, resource: Resource) -> LinkStatus | None:
    """Return what is known of one resource, written now or not; None when it was never seen."""
    key = resource_key(resource)
    itself = select(resources.c.id).where(resources.c.key == key)
    others = (
        select(other).where(occurrences.c.resource_id.in_(itself))
        for other in (occurrences.c.alternative_id, occurrences.c.original_id)
    )
    known = _known(connection, resources.c.id.in_(itself.union(*others)))
    if resource not in known.basics:
        return None
    written = documents.of_resource(connection, key)
    at = min((at for _, at in written if at is not None), default=None)
    return known.status_of(resource, [link for link, _ in written], at)


def links(connection: Connection, ids: Collection[int]) -> Mapping[int, Sequence[LinkStatus]]:
    """Return for each of these resources the links that have it as their target, as the report shows them.

    One link mostly; none where it is written no more, and two where a part of its occurrences is read otherwise. A link
    without a target is found by its other reading.
    """
    reached = or_(
        occurrences.c.resource_id.in_(ids),
        and_(occurrences.c.resource_id.is_(None), occurrences.c.alternative_id.in_(ids)),
    )
    columns = (occurrences.c.resource_id, occurrences.c.alternative_id, occurrences.c.original_id)
    known = _known(connection, resources.c.id.in_(union_all(*(select(column).where(reached) for column in columns))))
    grouped: dict[Resource, dict[Resource | SkipReason, list[LinkOccurrence]]] = {}
    for written in sorted(documents.found(connection, reached), key=lambda written: written.file):
        listed_as = written.target if isinstance(written.target, Resource) else written.alternative
        if listed_as is not None:
            reading = best_reading(written, known.verdicts)
            grouped.setdefault(listed_as, {}).setdefault(reading, []).append(written)
    numbers = connection.execute(select(resources.c.id, resources.c.url).where(resources.c.id.in_(ids)))
    return {
        number: [
            known.status_of(reading, written, None)
            if isinstance(reading, Resource)
            else _not_checked(
                written[0].url or written[0].raw,
                reading,
                known.basics[Resource(url)][0],
                written,
                known.alternatives_to(reading, written),
            )
            for reading, written in grouped.get(Resource(url), {}).items()
        ]
        for number, url in numbers
    }


def story(connection: Connection, resource: Resource) -> Story | None:
    """Return all that has happened to one resource, written now or not; None when it was never seen."""
    known = link(connection, resource)
    if known is None:
        return None
    key = resource_key(resource)
    return Story(
        known,
        checks.history(connection, key),
        transitions.of_resource(connection, key),
        logged_repairs.of_resource(connection, resource),
    )


def changes(connection: Connection, run: RunId) -> tuple[Transition, ...]:
    """Return what the latest run has changed about the links that a report shows, in the order of the URLs."""
    return of_shown(connection, transitions.since_the_run_before(connection, run))


def of_shown(connection: Connection, changed: Collection[Transition]) -> tuple[Transition, ...]:
    """Return those of these transitions that are about links that a report shows."""
    shown = _shown(connection, {Resource(each.url) for each in changed})
    return tuple(each for each in changed if Resource(each.url) in shown)


def _shown(connection: Connection, wanted: Collection[Resource]) -> frozenset[Resource]:
    """Return those of these resources that a written link is judged by."""
    shown: set[Resource] = set()
    for batch in batches(wanted):
        among = select(resources.c.id).where(resources.c.key.in_(list(map(resource_key, batch))))
        reached = or_(occurrences.c.resource_id.in_(among), occurrences.c.alternative_id.in_(among))
        readings = union_all(
            select(occurrences.c.resource_id).where(reached), select(occurrences.c.alternative_id).where(reached)
        )
        verdicts = judgements.verdicts_on(connection, resources.c.id.in_(readings))
        shown.update(
            reading
            for written in documents.found(connection, reached)
            if isinstance(reading := best_reading(written, verdicts), Resource)
        )
    return frozenset(shown.intersection(wanted))


def _known(connection: Connection, condition: ColumnElement[bool]) -> _Known:
    basics = (
        select(resources.c.url, resources.c.first_seen, *PAGE)
        .join_from(resources, pages, isouter=True)
        .where(condition)
    )
    known = {Resource(url): (first_seen, Page(*says)) for url, first_seen, *says in connection.execute(basics)}
    return _Known(
        known,
        judgements.verdicts_on(connection, condition),
        {
            check.seen.resource: _sharing(check, known[check.seen.resource][1])
            for check in checks.latest(connection, condition)
        },
        judgements.answers_for(connection, condition),
        logged_repairs.disputes(connection, condition),
    )


def _sharing(check: Check, page: Page) -> Check:
    """Return the check with the page of its resource, if it saw that: abstracts are most of a report."""
    return replace(check, seen=replace(check.seen, page=page)) if check.seen.page == page else check


def _not_checked(
    url: str,
    reason: SkipReason,
    first_seen: datetime,
    occurrences: Sequence[LinkOccurrence],
    alternatives: tuple[Alternative, ...],
) -> LinkStatus:
    state = State.INVALID if reason is SkipReason.INVALID else State.SKIPPED
    return LinkStatus(
        url=url,
        verdict=Verdict(state, WHY_SKIPPED[reason]),
        last=None,
        page=Page(),
        first_seen=first_seen,
        snapshot=None,
        occurrences=tuple(occurrences),
        alternatives=alternatives,
        ignored=next((each.ignored for each in occurrences if each.ignored is not None), None),
    )
