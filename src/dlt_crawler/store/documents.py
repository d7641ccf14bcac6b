"""What stands in the documents now: documents, occurrences and lints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, delete, func, insert, select, update

from dlt_crawler.model import Extraction, LinkOccurrence, Lint, LintKind, Resource, SourceDocument
from dlt_crawler.store.resources import batches, resource_ids
from dlt_crawler.store.tables import Values, documents, lints, occurrences, resources
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
    .where(occurrences.c.resource_id.in_(bindparam("ids", expanding=True)), func.instr(occurrences.c.url, "#") > 0)
    .order_by(occurrences.c.document_id, occurrences.c.position)
)


def is_current(connection: Connection, document: SourceDocument, fingerprint: str, *, not_parsed: bool = False) -> bool:
    """Tell whether what is stored of the document is what an extraction of this fingerprint finds in it.

    With `not_parsed` also where it could not be parsed: then another attempt might find more.
    """
    query = select(documents.c.id, documents.c.digest, documents.c.format, documents.c.fingerprint)
    stored = connection.execute(query.where(documents.c.path == document.path)).one_or_none()
    if stored is None or tuple(stored[1:]) != (document.digest, document.format, fingerprint):
        return False
    failed = select(lints.c.kind).where(lints.c.document_id == stored.id, lints.c.kind == LintKind.NOT_PARSED)
    return not_parsed or connection.scalar(failed) is None


def extraction(connection: Connection, path: str) -> Extraction:
    """Return what is stored of a document."""
    return Extraction(tuple(found(connection, documents.c.path == path)), tuple(lints_of(connection, path)))


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
    }
    connection.execute(update(documents).where(documents.c.id == number).values(values))
    if stored == digest:
        return
    first_seen = _first_seen(connection, number)
    _delete_found(connection, [number])
    ids = resource_ids(connection, _resources(extracted.links), now)
    for links in batches(enumerate(extracted.links), INSERT_BATCH):
        rows: list[Values] = [
            {
                "document_id": number,
                "position": position,
                "first_seen": first_seen.get(link.raw, now),
                **occurrence_values(link, ids),
            }
            for position, link in links
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
        connection.execute(delete(documents).where(documents.c.id.in_(numbers)))


def paths(connection: Connection) -> tuple[str, ...]:
    """Return the paths of all documents, sorted. Sorted here: each database has an order of its own."""
    return tuple(sorted(connection.scalars(select(documents.c.path))))


def written(connection: Connection, path: str) -> Iterator[tuple[LinkOccurrence, datetime]]:
    """Return the occurrences of a document in their order, each with when it was first seen there."""
    query = _occurrences(documents.c.path == path).add_columns(occurrences.c.first_seen)
    for *row, first_seen in connection.execute(query):
        yield occurrence_of(row), first_seen


def lints_of(connection: Connection, path: str) -> Iterator[Lint]:
    """Return the lints of a document in their order."""
    query = select(*LINT).join_from(documents, lints).where(documents.c.path == path).order_by(lints.c.position)
    return map(lint_of, connection.execute(query))


def found(connection: Connection, condition: ColumnElement[bool]) -> Iterator[LinkOccurrence]:
    """Return the occurrences that meet the condition."""
    return map(occurrence_of, connection.execute(_occurrences(condition)))


def of_resource(connection: Connection, key: str) -> tuple[LinkOccurrence, ...]:
    """Return the occurrences of one resource in document order."""
    return tuple(sorted(found(connection, resources.c.key == key), key=lambda link: link.file))


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


def _first_seen(connection: Connection, document_id: int) -> Mapping[str, datetime]:
    query = select(occurrences.c.raw, occurrences.c.first_seen).where(occurrences.c.document_id == document_id)
    earliest: dict[str, datetime] = {}
    for raw, first_seen in connection.execute(query):
        earliest[raw] = min(first_seen, earliest.get(raw, first_seen))
    return earliest
