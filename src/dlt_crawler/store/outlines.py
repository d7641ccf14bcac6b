"""Of every link that is written now what it is counted and chosen by: some 150 bytes each, read in one pass.

A link is known by its number: its place in document order. What else is known of it is read when it is looked at
(`listing`).
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from dlt_crawler.model import Kind, Outline, Resource, SkipReason, State, best_reading
from dlt_crawler.store import checks, documents, judgements
from dlt_crawler.store import repairs as logged_repairs
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.resources import batches, ids_by_key
from dlt_crawler.store.tables import checks as checks_table
from dlt_crawler.store.tables import documents as documents_table
from dlt_crawler.store.tables import occurrences, resources, verdicts

NOT_CHECKED: Final = -1
"""Instead of the id of a resource, and of a link."""

Unchecked = tuple[str, SkipReason]
"""What is not checked is one link for each way it is written and each reason."""
Place = tuple[int, int]
"""The document of an occurrence, and its position there."""

_WRITTEN: Final = (
    select(
        occurrences.c.position,
        occurrences.c.resource_id,
        occurrences.c.alternative_id.is_not(None),
        occurrences.c.skip,
        occurrences.c.url,
        occurrences.c.raw,
        occurrences.c.first_seen,
        occurrences.c.written,
        occurrences.c.ignored.is_not(None),
    )
    .where(occurrences.c.document_id == bindparam("document"))
    .order_by(occurrences.c.position)
)
_has_warnings = (
    select(checks_table.c.warnings.is_not(None)).where(checks_table.c.id == checks.latest_check()).scalar_subquery()
)
_KNOWN: Final = (
    select(
        resources.c.id,
        resources.c.url,
        resources.c.first_seen,
        verdicts.c.state,
        _has_warnings,
        verdicts.c.moved_to.is_not(None),
        verdicts.c.held,
        verdicts.c.recovering,
    )
    .join_from(resources, verdicts, isouter=True)
    .where(resources.c.id.in_(bindparam("ids", expanding=True)))
)


@dataclass(slots=True)
class Outlines:
    """Columns with an entry for each link, and what leads to them."""

    resources: array[int] = field(default_factory=lambda: array("q"))
    """The id of the resource that it is judged by, or NOT_CHECKED."""
    kinds: array[int] = field(default_factory=lambda: array("H"))
    """The place of its kind in `every_kind`."""
    every_kind: dict[Kind, int] = field(default_factory=dict)
    first_seen: array[float] = field(default_factory=lambda: array("d"))
    """As POSIX timestamps, like `written`, where NaN stands for None."""
    written: array[float] = field(default_factory=lambda: array("d"))
    often: array[int] = field(default_factory=lambda: array("I"))
    """How many occurrences it has."""
    unchecked: dict[Unchecked, int] = field(default_factory=dict)
    places: dict[int, list[Place]] = field(default_factory=dict)
    """The occurrences of links that are not checked, by number: no resource leads to them."""
    files: dict[str, array[int]] = field(default_factory=dict)
    """The numbers of the links of each document, in their order there, by its path; paths are sorted."""
    _urls: bytearray = field(default_factory=bytearray)
    _ends: array[int] = field(default_factory=lambda: array("Q"))
    _numbers: array[int] = field(default_factory=lambda: array("q"))
    """By the id of a resource."""

    def __len__(self) -> int:
        return len(self.kinds)

    def url(self, number: int) -> str:
        """Return the URL of a link (`LinkStatus.url`)."""
        start = self._ends[number - 1] if number else 0
        return self._urls[start : self._ends[number]].decode("utf-8", "surrogatepass")

    def outline(self, number: int, kind: Kind) -> Outline:
        """Return the outline of a link of this kind."""
        at = self.written[number]
        return Outline(
            self.url(number),
            kind,
            self.seen_first(number),
            None if math.isnan(at) else datetime.fromtimestamp(at, UTC),
        )

    def seen_first(self, number: int) -> datetime:
        """Return when a link was first seen, UTC."""
        return datetime.fromtimestamp(self.first_seen[number], UTC)

    def of_resource(self, resource: int) -> int:
        """Return the number of the link that is judged by a resource, or NOT_CHECKED: no link is."""
        return self._numbers[resource] if 0 <= resource < len(self._numbers) else NOT_CHECKED

    def named(self, connection: Connection, urls: Collection[str]) -> Iterator[int]:
        """Yield the numbers of the links with these URLs."""
        for batch in batches(urls):
            found = ids_by_key(connection, resources, [resource_key(Resource(url)) for url in batch])
            yield from (number for each in found.values() if (number := self.of_resource(each)) != NOT_CHECKED)
        yield from (number for (url, _reason), number in self.unchecked.items() if url in urls)

    def place_of_kind(self, kind: Kind) -> int:
        """Return the place of a kind; a new one is added."""
        return self.every_kind.setdefault(kind, len(self.every_kind))

    def add(self, url: str, resource: int, kind: Kind, first_seen: datetime) -> int:
        """Add a link and return its number."""
        number = len(self)
        self.resources.append(resource)
        self.kinds.append(self.place_of_kind(kind))
        self.first_seen.append(first_seen.timestamp())
        self.written.append(math.nan)
        self.often.append(0)
        self._urls += url.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._urls))
        if resource != NOT_CHECKED:
            if resource >= len(self._numbers):
                self._numbers.extend([NOT_CHECKED] * (resource + 1 - len(self._numbers)))
            self._numbers[resource] = number
        return number

    def add_occurrence(self, number: int, at: datetime | None) -> None:
        """Add an occurrence that was written then to a link."""
        self.often[number] += 1
        if at is not None:
            # Not with min(): NaN is neither less than anything nor more.
            before, this = self.written[number], at.timestamp()
            self.written[number] = min(before, this)


def read(connection: Connection) -> Outlines:
    """Return the outlines of all links that are written now, in document order: where the first occurrence stands."""
    disputed = {each.url for each in logged_repairs.disputes(connection)}
    found = Outlines()
    for path, document, rows, readings in _written(connection):
        known = _known(connection, [each for each in readings if each and found.of_resource(each) == NOT_CHECKED])
        numbers: dict[int, None] = {}
        for row, reading in zip(rows, readings, strict=True):
            if reading is None:
                number = _add_unchecked(found, document, row)
            elif (number := found.of_resource(reading)) == NOT_CHECKED:
                url, first_seen, kind = known[reading]
                number = found.add(url, reading, replace(kind, disputed=True) if url in disputed else kind, first_seen)
            found.add_occurrence(number, row.written)
            numbers[number] = None
        if numbers:
            found.files[path] = array("I", numbers)
    return found


def addresses(connection: Connection, found: Outlines) -> Iterator[tuple[int, str]]:
    """Yield each URL by which a link is known, or is written, with its number."""
    yield from ((number, found.url(number)) for number in range(len(found)))
    for _path, _document, rows, readings in _written(connection):
        for row, reading in zip(rows, readings, strict=True):
            if row.url is not None:
                yield found.unchecked[row.url, row.skip] if reading is None else found.of_resource(reading), row.url


def _written(connection: Connection) -> Iterator[tuple[str, int, Sequence[Any], Sequence[int | None]]]:
    """Yield path and id of each document, its occurrences, and by which resource each of these is judged."""
    paths = connection.execute(select(documents_table.c.path, documents_table.c.id)).all()
    # Sorted here: each database has an order of its own.
    for path, document in sorted(map(tuple, paths)):
        rows = connection.execute(_WRITTEN, {"document": document}).all()
        yield path, document, rows, _readings(connection, document, rows)


def _add_unchecked(found: Outlines, document: int, row: Any) -> int:
    """Return the number of the link that a row without a resource belongs to; it is added if it is the first."""
    is_ignored = bool(row[8])
    key: Unchecked = (row.url or row.raw, row.skip)
    number = found.unchecked.get(key, NOT_CHECKED)
    kind = Kind(State.INVALID if row.skip is SkipReason.INVALID else State.SKIPPED, ignored=is_ignored)
    if number == NOT_CHECKED:
        number = found.unchecked[key] = found.add(key[0], NOT_CHECKED, kind, row.first_seen)
    elif is_ignored:
        found.kinds[number] = found.place_of_kind(kind)
    found.first_seen[number] = min(found.first_seen[number], row.first_seen.timestamp())
    found.places.setdefault(number, []).append((document, row.position))
    return number


def _readings(connection: Connection, document: int, rows: Sequence[Any]) -> Sequence[int | None]:
    """Return the id of the resource that each row is judged by; None: of those that are not checked."""
    others: Mapping[int, int] = {}
    if any(row[2] for row in rows):
        others = _otherwise_read(connection, document)
    return [others.get(row.position, row.resource_id) for row in rows]


def _otherwise_read(connection: Connection, document: int) -> Mapping[int, int]:
    """Return the resources of those links of a document that are not judged by their targets, by position."""
    here = and_(documents_table.c.id == document, occurrences.c.alternative_id.is_not(None))
    both = (
        select(column).where(occurrences.c.document_id == document, occurrences.c.alternative_id.is_not(None))
        for column in (occurrences.c.resource_id, occurrences.c.alternative_id)
    )
    known: dict[Resource, Any] = {}
    for ids in both:
        known.update(judgements.verdicts_on(connection, resources.c.id.in_(ids)))
    return {
        position: other
        for link, position, other in documents.read_two_ways(connection, here)
        if best_reading(link, known) != link.target
    }


def _known(connection: Connection, ids: Collection[int]) -> Mapping[int, tuple[str, datetime, Kind]]:
    found: dict[int, tuple[str, datetime, Kind]] = {}
    kinds: dict[tuple[Any, ...], Kind] = {}
    for batch in batches(dict.fromkeys(ids)):
        for number, url, first_seen, *said in connection.execute(_KNOWN, {"ids": batch}):
            state, warned, moved, held, recovering = key = tuple(said)
            if key not in kinds:
                kinds[key] = Kind(
                    state or State.UNCHECKED,
                    warned=state is State.ALIVE and bool(warned),
                    moved=bool(moved),
                    held=bool(held),
                    recovering=bool(recovering),
                )
            found[number] = url, first_seen, kinds[key]
    return found
