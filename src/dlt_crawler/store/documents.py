"""What stands in the documents now: documents, occurrences and lints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, func, insert, select, update

from dlt_crawler.model import Extraction, LinkOccurrence, Lint, LintKind, Resource, SourceDocument
from dlt_crawler.store.resources import batches, resource_ids
from dlt_crawler.store.tables import Values, documents, lints, occurrences, proofs, resources
from dlt_crawler.store.written import (
    LINT,
    OCCURRENCE,
    alternatives,
    extraction_digest,
    lint_of,
    lint_values,
    occurrence_of,
    occurrence_values,
    originals,
)

INSERT_BATCH = 5_000
"""Occurrences turned into rows at once, so that a document of a million links needs no second copy of itself."""

# Made once: it is asked for every few links of a crawl.
_WITH_FRAGMENT = (
    select(occurrences.c.resource_id, occurrences.c.url)
    .where(occurrences.c.resource_id.in_(bindparam("ids", expanding=True)), occurrences.c.url.like("%#%"))
    .order_by(occurrences.c.document_id, occurrences.c.position)
)


def is_current(
    connection: Connection,
    document: SourceDocument,
    fingerprint: str,
    *,
    now: datetime | None = None,
    not_parsed: bool = False,
) -> bool:
    """Tell whether what is stored of the document is what an extraction of this fingerprint finds in it.

    Now, that is: one of its ignores may have expired since then; without `now` that is not asked. With `not_parsed`
    also where it could not be parsed: then another attempt might find more.
    """
    query = select(documents.c.id, documents.c.until, documents.c.digest, documents.c.format, documents.c.fingerprint)
    stored = connection.execute(query.where(documents.c.path == document.path)).one_or_none()
    if stored is None or tuple(stored[2:]) != (document.digest, document.format, fingerprint):
        return False
    if now is not None and stored.until is not None and stored.until <= now:
        return False
    failed = select(lints.c.kind).where(lints.c.document_id == stored.id, lints.c.kind == LintKind.NOT_PARSED)
    return not_parsed or connection.scalar(failed) is None


def extraction(connection: Connection, path: str) -> Extraction:
    """Return what is stored of a document."""
    until = connection.scalar(select(documents.c.until).where(documents.c.path == path))
    return Extraction(tuple(found(connection, documents.c.path == path)), tuple(lints_of(connection, path)), until)


def save(
    connection: Connection, document: SourceDocument, fingerprint: str, extracted: Extraction, now: datetime
) -> None:
    """Replace what is stored of the document."""
    number = _document_id(connection, document)
    digest = extraction_digest(extracted)
    stored = connection.scalar(select(documents.c.extraction_digest).where(documents.c.id == number))
    values = {
        "digest": document.digest,
        "format": document.format,
        "fingerprint": fingerprint,
        "extraction_digest": digest,
        "until": extracted.until,
    }
    connection.execute(update(documents).where(documents.c.id == number).values(values))
    if stored == digest:
        return
    known = _dates(connection, number)
    connection.execute(update(documents).where(documents.c.id == number).values(blamed=None))
    _delete_found(connection, [number])
    ids = resource_ids(connection, _resources(extracted.links), now)
    for links in batches(enumerate(extracted.links), INSERT_BATCH):
        rows: list[Values] = [
            {
                "document_id": number,
                "position": position,
                "first_seen": first_seen,
                "written": written,
                **occurrence_values(link, ids),
            }
            for position, link in links
            for first_seen, written in [known.get(link.raw, (now, None))]
        ]
        connection.execute(insert(occurrences), rows)
    for odd in batches(enumerate(extracted.lints), INSERT_BATCH):
        connection.execute(
            insert(lints),
            [{"document_id": number, "position": position, **lint_values(lint)} for position, lint in odd],
        )


def forget(connection: Connection, paths: Iterable[str]) -> None:
    """Delete documents and what was found in them."""
    for batch in batches(paths):
        numbers = list(connection.scalars(select(documents.c.id).where(documents.c.path.in_(batch))))
        _delete_found(connection, numbers)
        connection.execute(delete(proofs).where(proofs.c.document_id.in_(numbers)))
        connection.execute(delete(documents).where(documents.c.id.in_(numbers)))


def paths(connection: Connection) -> tuple[str, ...]:
    """Return the paths of all documents, sorted. Sorted here: each database has an order of its own."""
    return tuple(sorted(connection.scalars(select(documents.c.path))))


def digests(connection: Connection) -> Mapping[str, str]:
    """Return the SHA-256 of the bytes of each document whose links are stored."""
    query = select(documents.c.path, documents.c.digest).where(documents.c.fingerprint.is_not(None))
    return {row.path: row.digest for row in connection.execute(query)}


def written(connection: Connection, path: str) -> Iterator[tuple[LinkOccurrence, datetime, datetime | None]]:
    """Return the occurrences of a document in their order, each with when it was first seen there, and written."""
    query = _occurrences(documents.c.path == path).add_columns(occurrences.c.first_seen, occurrences.c.written)
    for *row, first_seen, at in connection.execute(query):
        yield occurrence_of(row), first_seen, at


def lints_of(connection: Connection, path: str) -> Iterator[Lint]:
    """Return the lints of a document in their order."""
    query = select(*LINT).join_from(documents, lints).where(documents.c.path == path).order_by(lints.c.position)
    return map(lint_of, connection.execute(query))


def found(connection: Connection, condition: ColumnElement[bool]) -> Iterator[LinkOccurrence]:
    """Return the occurrences that meet the condition."""
    return map(occurrence_of, connection.execute(_occurrences(condition)))


def placed(
    connection: Connection, condition: ColumnElement[bool]
) -> Iterator[tuple[LinkOccurrence, tuple[int, int], datetime | None]]:
    """Return the occurrences that meet the condition by path and position.

    Each with its document and position, and when it was written, if that is known.
    """
    columns = (occurrences.c.document_id, occurrences.c.position, occurrences.c.written)
    rows = connection.execute(_occurrences(condition).add_columns(*columns)).all()
    found = [(occurrence_of(row), (document, position), at) for *row, document, position, at in rows]
    # Sorted here: each database has an order of its own.
    found.sort(key=lambda each: (each[0].file, each[1][1]))
    yield from found


def dated(connection: Connection, condition: ColumnElement[bool]) -> Iterator[tuple[LinkOccurrence, datetime | None]]:
    """Return the occurrences that meet the condition, each with when it was written, if that is known."""
    for *row, at in connection.execute(_occurrences(condition).add_columns(occurrences.c.written)):
        yield occurrence_of(row), at


def read_two_ways(connection: Connection, condition: ColumnElement[bool]) -> Iterator[tuple[LinkOccurrence, int, int]]:
    """Return the occurrences that meet the condition and have another reading, with position and that resource."""
    query = _occurrences(and_(condition, occurrences.c.alternative_id.is_not(None)))
    for *row, position, other in connection.execute(
        query.add_columns(occurrences.c.position, occurrences.c.alternative_id)
    ):
        yield occurrence_of(row), position, other


def undated(connection: Connection, path: str) -> Sequence[tuple[int, LinkOccurrence]]:
    """Return the occurrences of a document of which nobody knows when they were written, each with its position."""
    condition = and_(documents.c.path == path, occurrences.c.written.is_(None))
    query = _occurrences(condition).add_columns(occurrences.c.position)
    return [(position, occurrence_of(row)) for *row, position in connection.execute(query)]


def of_resource(connection: Connection, key: str) -> Sequence[tuple[LinkOccurrence, datetime | None]]:
    """Return the occurrences of one resource in document order, each with when it was written, if that is known."""
    return sorted(dated(connection, resources.c.key == key), key=lambda each: each[0].file)


def fragments_of(connection: Connection, ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """Return for each of these resources the fragments with which any document has it, in the documents' order."""
    fragments: dict[int, dict[str, None]] = {number: {} for number in ids}
    for batch in batches([*fragments]):
        for number, url in connection.execute(_WITH_FRAGMENT, {"ids": batch}):
            if fragment := url.partition("#")[2]:
                fragments[number][fragment] = None
    return {number: tuple(of_one) for number, of_one in fragments.items()}


def _occurrences(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*OCCURRENCE)
        .join_from(occurrences, documents)
        .outerjoin(resources, resources.c.id == occurrences.c.resource_id)
        .outerjoin(alternatives, alternatives.c.id == occurrences.c.alternative_id)
        .outerjoin(originals, originals.c.id == occurrences.c.original_id)
        .where(condition)
        .order_by(occurrences.c.position)
    )


def _resources(links: Iterable[LinkOccurrence]) -> Iterator[Resource]:
    for link in links:
        if isinstance(link.target, Resource):
            yield link.target
        if link.alternative is not None:
            yield link.alternative
        if link.original is not None:
            yield link.original


def _document_id(connection: Connection, document: SourceDocument) -> int:
    query = select(documents.c.id).where(documents.c.path == document.path)
    number: int | None = connection.scalar(query)
    if number is None:
        values = {
            "path": document.path,
            "digest": document.digest,
            "format": document.format,
            "extraction_digest": "",
        }
        connection.execute(insert(documents).values(values))
        number = connection.scalars(query).one()
    return number


def _delete_found(connection: Connection, document_ids: Sequence[int]) -> None:
    connection.execute(delete(occurrences).where(occurrences.c.document_id.in_(document_ids)))
    connection.execute(delete(lints).where(lints.c.document_id.in_(document_ids)))


def _dates(connection: Connection, document_id: int) -> Mapping[str, tuple[datetime, datetime | None]]:
    """Return when each URL, as it is written, was first seen in a document, and when it was written there."""
    query = (
        select(occurrences.c.raw, func.min(occurrences.c.first_seen), func.min(occurrences.c.written))
        .where(occurrences.c.document_id == document_id)
        .group_by(occurrences.c.raw)
    )
    return {raw: (first_seen, at) for raw, first_seen, at in connection.execute(query)}
