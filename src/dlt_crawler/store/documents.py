"""What stands in the documents now: documents and occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from dlt_crawler.model import LinkOccurrence, Resource, SourceDocument
from dlt_crawler.store.records import OCCURRENCE, Values, links_digest, occurrence_of, occurrence_values
from dlt_crawler.store.resources import batches, resource_ids
from dlt_crawler.store.tables import documents, occurrences, resources

INSERT_BATCH = 5_000
"""Occurrences turned into rows at once, so that a document of a million links needs no second copy of itself."""


def is_current(connection: Connection, document: SourceDocument, links: Sequence[LinkOccurrence]) -> bool:
    """Tell whether the document is stored as it is, with these occurrences."""
    query = select(documents.c.digest, documents.c.links_digest).where(documents.c.path == document.path)
    stored = connection.execute(query).one_or_none()
    return stored is not None and tuple(stored) == (document.digest, links_digest(links))


def save(connection: Connection, document: SourceDocument, links: Sequence[LinkOccurrence], now: datetime) -> None:
    """Replace what is stored of the document."""
    number = _document_id(connection, document)
    digest = links_digest(links)
    stored = connection.scalar(select(documents.c.links_digest).where(documents.c.id == number))
    connection.execute(
        update(documents).where(documents.c.id == number).values(digest=document.digest, links_digest=digest)
    )
    if stored == digest:
        return
    first_seen = _first_seen(connection, number)
    connection.execute(delete(occurrences).where(occurrences.c.document_id == number))
    ids = resource_ids(connection, (link.target for link in links if isinstance(link.target, Resource)), now)
    for batch in batches(enumerate(links), INSERT_BATCH):
        rows: list[Values] = [
            {
                "document_id": number,
                "position": position,
                "first_seen": first_seen.get(link.raw, now),
                **occurrence_values(link, ids),
            }
            for position, link in batch
        ]
        connection.execute(insert(occurrences), rows)


def forget(connection: Connection, paths: Iterable[str]) -> None:
    """Delete documents and their occurrences."""
    for batch in batches(paths):
        numbers = list(connection.scalars(select(documents.c.id).where(documents.c.path.in_(batch))))
        connection.execute(delete(occurrences).where(occurrences.c.document_id.in_(numbers)))
        connection.execute(delete(documents).where(documents.c.id.in_(numbers)))


def paths(connection: Connection) -> tuple[str, ...]:
    """Return the paths of all documents, sorted. Sorted here: each database has an order of its own."""
    return tuple(sorted(connection.scalars(select(documents.c.path))))


def written(connection: Connection, path: str) -> Iterator[tuple[LinkOccurrence, datetime]]:
    """Return the occurrences of a document in their order, each with when it was first seen there."""
    query = (
        select(*OCCURRENCE, occurrences.c.first_seen)
        .join_from(documents, occurrences)
        .outerjoin(resources)
        .where(documents.c.path == path)
        .order_by(occurrences.c.position)
    )
    for *row, first_seen in connection.execute(query):
        yield occurrence_of(row), first_seen


def of_resource(connection: Connection, key: str) -> tuple[LinkOccurrence, ...]:
    """Return the occurrences of one resource in document order."""
    query = (
        select(*OCCURRENCE)
        .join_from(resources, occurrences)
        .join(documents)
        .where(resources.c.key == key)
        .order_by(occurrences.c.position)
    )
    return tuple(sorted(map(occurrence_of, connection.execute(query)), key=lambda link: link.file))


def _document_id(connection: Connection, document: SourceDocument) -> int:
    query = select(documents.c.id).where(documents.c.path == document.path)
    number: int | None = connection.scalar(query)
    if number is None:
        values = {"path": document.path, "digest": document.digest, "links_digest": ""}
        connection.execute(insert(documents).values(values))
        number = connection.scalars(query).one()
    return number


def _first_seen(connection: Connection, document_id: int) -> Mapping[str, datetime]:
    query = select(occurrences.c.raw, occurrences.c.first_seen).where(occurrences.c.document_id == document_id)
    earliest: dict[str, datetime] = {}
    for raw, first_seen in connection.execute(query):
        earliest[raw] = min(first_seen, earliest.get(raw, first_seen))
    return earliest
