"""Checks as they are read by other rules than those of their night: what they saw, and what is made of it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from sqlalchemy import Connection, bindparam, exists, func, select, update

from dlt_crawler.model import Check, Observation, Page, Resource, RunId
from dlt_crawler.store.database import Database
from dlt_crawler.store.pages import PAGE, evidence_of, set_pages
from dlt_crawler.store.records import CHECK, check_of, meaning_values, resource_key
from dlt_crawler.store.resources import batches, ids_by_key
from dlt_crawler.store.tables import Values, checks, evidence, pages, resources

_PAGE = 100
"""Resources whose checks are in memory at once, with what they saw: some 2 KB each."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Links of one slot that were redirected to the same page in the same run."""

    run: RunId
    final_url: str
    links: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A check with what it saw, and the number it is stored under."""

    number: int
    check: Check


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """All checks of one resource, oldest first, and what is known of its page."""

    number: int
    known: Page
    checks: tuple[StoredCheck, ...]


class Rereading:
    """What is read again, and what comes of it. Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def crowds(self, run: RunId | None, least: int) -> tuple[Crowd, ...]:
        """Return every page that at least so many links of one slot were redirected to in a run, or in any run."""
        with self._database.reading() as connection:
            return tuple(_crowds(connection, run, least))

    def histories(self, wanted: Iterable[Resource] | None = None) -> Iterator[StoredHistory]:
        """Return the histories of these resources, or of all that have a check with evidence.

        Memory stays bounded, and no transaction is open between two of them: the caller may read and write meanwhile.
        """
        found = self._all() if wanted is None else map(self._of, batches(wanted, _PAGE))
        for page in found:
            yield from page.values()

    def save(self, read: Mapping[int, Observation], known: Mapping[int, Page]) -> None:
        """Replace what checks mean, by their numbers, and what is known of pages, by the ids of resources.

        What the checks saw stays: outcome, detail, signals and warnings are replaced.
        """
        with self._database.writing() as connection:
            _save(connection, read, known)

    def _of(self, wanted: Sequence[Resource]) -> Mapping[int, StoredHistory]:
        with self._database.reading() as connection:
            ids = ids_by_key(connection, resources, map(resource_key, wanted))
            return _histories(connection, [*ids.values()])

    def _all(self) -> Iterator[Mapping[int, StoredHistory]]:
        last = 0
        while True:
            with self._database.reading() as connection:
                found = _histories_after(connection, last)
            if not found:
                return
            yield found
            last = max(found)


def _crowds(connection: Connection, run: RunId | None, least: int) -> Iterator[Crowd]:
    redirected = checks.c.redirects.is_not(None) & checks.c.evidence_id.is_not(None)
    if run is not None:
        redirected &= checks.c.run_id == run
    place = (checks.c.run_id, resources.c.slot, checks.c.final_url)
    crowded = (
        select(*place)
        .join_from(checks, resources)
        .where(redirected)
        .group_by(*place)
        .having(func.count(checks.c.resource_id.distinct()) >= least)
        .subquery()
    )
    members = (
        select(*place, resources.c.url)
        .distinct()
        .join_from(checks, resources)
        .join(
            crowded,
            (checks.c.run_id == crowded.c.run_id)
            & (resources.c.slot == crowded.c.slot)
            & (checks.c.final_url == crowded.c.final_url),
        )
        .where(redirected)
        .order_by(*place, resources.c.url)
    )
    for (number, _slot, final_url), rows in groupby(connection.execute(members), key=lambda row: tuple(row[:3])):
        yield Crowd(RunId(number), final_url, tuple(Resource(row.url) for row in rows))


def _histories_after(connection: Connection, last: int) -> Mapping[int, StoredHistory]:
    readable = exists().where(checks.c.resource_id == resources.c.id, checks.c.evidence_id.is_not(None))
    query = select(resources.c.id).where(resources.c.id > last, readable).order_by(resources.c.id).limit(_PAGE)
    return _histories(connection, connection.scalars(query).all())


def _save(connection: Connection, read: Mapping[int, Observation], known: Mapping[int, Page]) -> None:
    for batch in batches(read.items()):
        rows: list[Values] = [{"check": number, **meaning_values(seen)} for number, seen in batch]
        changed: Values = {name: bindparam(name) for name in rows[0] if name != "check"}
        connection.execute(update(checks).where(checks.c.id == bindparam("check")).values(changed), rows)
    for pages_of in batches(known.items()):
        set_pages(connection, dict(pages_of))


def _histories(connection: Connection, ids: Sequence[int]) -> Mapping[int, StoredHistory]:
    known = (
        select(resources.c.id, *PAGE)
        .join_from(resources, pages, pages.c.id == resources.c.page_id, isouter=True)
        .where(resources.c.id.in_(ids))
    )
    seen = (
        select(checks.c.resource_id, checks.c.id, evidence.c.facts, *CHECK)
        .join_from(checks, resources)
        .outerjoin(pages, checks.c.page_id == pages.c.id)
        .outerjoin(evidence, checks.c.evidence_id == evidence.c.id)
        .where(checks.c.resource_id.in_(ids))
        .order_by(checks.c.resource_id, checks.c.at, checks.c.id)
    )
    found: dict[int, list[StoredCheck]] = {number: [] for number in ids}
    for of, number, facts, *row in connection.execute(seen):
        check = check_of(row)
        if facts is not None:
            check = replace(check, seen=replace(check.seen, evidence=evidence_of(facts)))
        found[of].append(StoredCheck(number, check))
    return {
        number: StoredHistory(number, Page(*says), tuple(found[number])) for number, *says in connection.execute(known)
    }
