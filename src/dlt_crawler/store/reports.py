"""What a report shows, put together from all tables in one look at the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, or_, select, tuple_, union_all

from dlt_crawler.model import (
    LinkOccurrence,
    Links,
    LinksAtHand,
    LinkStatus,
    Report,
    Resource,
    RunId,
    SkipReason,
    Story,
    Transition,
    best_reading,
)
from dlt_crawler.store import checks, documents, judgements, outlines, runs, transitions
from dlt_crawler.store import repairs as logged_repairs
from dlt_crawler.store.database import Database
from dlt_crawler.store.known import known_of, not_checked
from dlt_crawler.store.listing import StoredLinks
from dlt_crawler.store.moments import Moment
from dlt_crawler.store.outlines import NOT_CHECKED, Outlines, Place
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.resources import batches, ids_by_key
from dlt_crawler.store.tables import occurrences, resources

AT_HAND: Final = 2_000
"""Links up to which a report has all in memory: some 5 MB. Of more they are read as they are looked at."""


def report(database: Database, *, at_hand: int = AT_HAND) -> Report:
    """Return every link that is written now, in document order: where its first occurrence stands.

    The run is the latest night: one that was narrowed down says little of them. Before the first, it is such a one.
    All is of one moment; while anybody has the links of a report with more than `at_hand`, it lasts.
    """
    moment = Moment(database)
    with moment.reading() as connection:
        found = outlines.read(connection)
        lints = tuple(lint for path in documents.paths(connection) for lint in documents.lints_of(connection, path))
        run = runs.last(connection, whole=True) or runs.last(connection)
        changed = transitions.since_the_run_before(connection, run.id if run else None)
        judged = frozenset(found.url(number) for number in found.named(connection, [each.url for each in changed]))
    links: Links = StoredLinks.of_outlines(moment, found, _read)
    if len(links) <= at_hand:
        links = LinksAtHand(links)
        moment.end()
    return Report(run, links, lints, tuple(each for each in changed if each.url in judged))


def _read(connection: Connection, outlined: Outlines, numbers: Sequence[int]) -> Sequence[LinkStatus]:
    """Return the links with these numbers, in this order."""
    checked = {
        Resource(outlined.url(number)): number for number in numbers if outlined.resources[number] != NOT_CHECKED
    }
    ids = [outlined.resources[number] for number in checked.values()]
    places = {place: number for number in numbers for place in outlined.places.get(number, ())}
    written = _written(connection, ids, places)
    others = {
        reading
        for link, _ in written.values()
        for reading in (link.target, link.alternative, link.original)
        if isinstance(reading, Resource) and reading not in checked
    }
    known = known_of(connection, resources.c.id.in_([*ids, *_ids_of(connection, others)]))
    grouped: dict[int, list[LinkOccurrence]] = {number: [] for number in numbers}
    dates: dict[int, datetime] = {}
    for place, (link, at) in sorted(written.items(), key=lambda each: (each[1][0].file, each[0])):
        number = places.get(place)
        if number is None and isinstance(reading := best_reading(link, known.verdicts), Resource):
            number = checked.get(reading)
        if number is not None:
            grouped[number].append(link)
            if at is not None:
                dates[number] = min(at, dates.get(number, at))
    names = {number: resource for resource, number in checked.items()}
    keys = {number: key for key, number in outlined.unchecked.items() if number in grouped} if places else {}
    return [
        known.status_of(names[number], grouped[number], dates.get(number))
        if number in names
        else replace(
            not_checked(
                *keys[number],
                outlined.seen_first(number),
                grouped[number],
                known.alternatives_to(keys[number][1], grouped[number]),
            ),
            written=dates.get(number),
        )
        for number in numbers
    ]


def _written(
    connection: Connection, ids: Collection[int], places: Collection[Place]
) -> Mapping[Place, tuple[LinkOccurrence, datetime | None]]:
    """Return the occurrences that lead, or may lead, to these resources, and those at these places, by place."""
    found: dict[Place, tuple[LinkOccurrence, datetime | None]] = {}
    # One after the other: each is answered by an index of its own.
    for reached in (
        *([occurrences.c.resource_id.in_(ids), occurrences.c.alternative_id.in_(ids)] if ids else []),
        *(tuple_(occurrences.c.document_id, occurrences.c.position).in_(some) for some in batches(places)),
    ):
        found.update((place, (link, at)) for link, place, at in documents.placed(connection, reached))
    return found


def _ids_of(connection: Connection, wanted: Collection[Resource]) -> Iterator[int]:
    for batch in batches(wanted):
        yield from ids_by_key(connection, resources, map(resource_key, batch)).values()


def link(connection: Connection, resource: Resource) -> LinkStatus | None:
    """Return what is known of one resource, written now or not; None when it was never seen."""
    key = resource_key(resource)
    itself = select(resources.c.id).where(resources.c.key == key)
    others = (
        select(other).where(occurrences.c.resource_id.in_(itself))
        for other in (occurrences.c.alternative_id, occurrences.c.original_id)
    )
    known = known_of(connection, resources.c.id.in_(itself.union(*others)))
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
    known = known_of(connection, resources.c.id.in_(union_all(*(select(column).where(reached) for column in columns))))
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
            else not_checked(
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
        # As numbers: where one of two may be in the rows of a query, PostgreSQL reads all of the table.
        among = list(_ids_of(connection, batch))
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
