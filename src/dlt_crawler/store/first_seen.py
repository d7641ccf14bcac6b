"""When links were first seen, where two databases have seen them: the earlier time counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from dlt_crawler.store.arrays import among
from dlt_crawler.store.database import Database
from dlt_crawler.store.tables import documents, occurrences, resources

_AT_ONCE = 1_000
"""Resources: one transaction."""

_EARLIER = update(resources).where(resources.c.id == bindparam("of"), resources.c.first_seen > bindparam("seen"))


def of_resources(ours: Database, theirs: Database, since: datetime) -> None:
    """Let those that we have seen first after that time have been seen first when they saw them."""
    last = 0
    while some := _next(ours, since, last):
        last = some[-1].id
        known = {row.key: row for row in some}
        with theirs.reading() as their, ours.writing(durable=False) as our:
            query = select(resources.c.key, resources.c.first_seen).where(among(their, resources.c.key, known))
            rows = their.execute(query).all()
            see_earlier(our, {known[key].id: seen for key, seen in rows if seen < known[key].first_seen})


def of_links(ours: Database, theirs: Database, since: datetime) -> None:
    """Let the links of documents that we have seen first after that time have been seen first when they saw them."""
    with ours.reading() as our:
        changed = our.execute(
            select(documents.c.id, documents.c.path).where(
                documents.c.id.in_(select(occurrences.c.document_id).where(occurrences.c.first_seen > since))
            )
        ).all()
    with theirs.reading() as their, ours.writing(durable=False) as our:
        for document in changed:
            _see_links_earlier(our, document.id, _first_seen_in(their, document.path), since)


def see_earlier(ours: Connection, seen: Mapping[int, datetime]) -> None:
    """Have resources, by their ids, been first seen then, where that is earlier."""
    if later := [{"of": number, "seen": at} for number, at in seen.items()]:
        ours.execute(_EARLIER.values(first_seen=bindparam("seen")), later)


def _next(ours: Database, since: datetime, last: int) -> Sequence[Any]:
    """Return the next of our resources behind one that we have seen first after that time."""
    query = select(resources.c.id, resources.c.key, resources.c.first_seen)
    with ours.reading() as our:
        later = query.where(resources.c.first_seen > since, resources.c.id > last)
        return our.execute(later.order_by(resources.c.id).limit(_AT_ONCE)).all()


def _first_seen_in(theirs: Connection, path: str) -> Mapping[str, datetime]:
    """Return when each URL, as it is written, was first seen in a document."""
    query = (
        select(occurrences.c.raw, func.min(occurrences.c.first_seen))
        .join_from(documents, occurrences)
        .where(documents.c.path == path)
        .group_by(occurrences.c.raw)
    )
    return dict(theirs.execute(query).all())


def _see_links_earlier(ours: Connection, document: int, seen: Mapping[str, datetime], since: datetime) -> None:
    place = (occurrences.c.document_id == document, occurrences.c.first_seen > since)
    query = select(occurrences.c.position, occurrences.c.raw, occurrences.c.first_seen).where(*place)
    later = [
        {"at": row.position, "seen": seen[row.raw]}
        for row in ours.execute(query)
        if row.raw in seen and seen[row.raw] < row.first_seen
    ]
    if later:
        change = update(occurrences).where(place[0], occurrences.c.position == bindparam("at"))
        ours.execute(change.values(first_seen=bindparam("seen")), later)
