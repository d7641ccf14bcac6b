"""Checks as they are read by other rules than those of their night: what they saw, and what is made of it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection, bindparam, func, select, update

from dlt_crawler.model import Check, Observation, Page, Resource, RunId
from dlt_crawler.store import validators
from dlt_crawler.store.database import Database
from dlt_crawler.store.pages import PAGE, evidence_of, set_pages
from dlt_crawler.store.paging import RESOURCES, next_with_check
from dlt_crawler.store.records import CHECK, check_of, meaning_values, resource_key
from dlt_crawler.store.resources import batches, ids_by_key, judge_again
from dlt_crawler.store.tables import Values, checks, evidence, pages, resources

_evidence_of = lru_cache(2_000)(evidence_of)
"""Pages show the same most nights: what they show is put together once."""


@dataclass(frozen=True, slots=True)
class Crowded:
    """A link that was redirected to a page to which others of its slot were redirected, too."""

    slot: str
    final_url: str
    link: Resource
    since: RunId
    """The first run in which it was."""


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

    def crowds(self, run: RunId | None, least: int) -> tuple[Crowded, ...]:
        """Return the links of every page that at least so many of one slot were ever redirected to.

        With `run`, only of those pages that it was redirected to.
        """
        with self._database.reading() as connection:
            return tuple(_crowds(connection, run, least))

    def histories(self, wanted: Iterable[Resource] | None = None) -> Iterator[StoredHistory]:
        """Return the histories of these resources, or of all that have a check with evidence.

        Memory stays bounded, and no transaction is open between two of them: the caller may read and write meanwhile.
        """
        return chain.from_iterable(self._all() if wanted is None else map(self._of, batches(wanted, RESOURCES)))

    def save(self, read: Mapping[int, Observation], known: Mapping[int, Page]) -> None:
        """Replace what checks mean, by their numbers, and what is known of pages, by the ids of resources.

        What the checks saw stays: outcome, detail, signals and warnings are replaced. Their resources are judged anew,
        and are to be seen whole the next time: that a page has not changed says little when it means something else.
        """
        with self._database.writing() as connection:
            _save(connection, read, known)

    def _of(self, wanted: Sequence[Resource]) -> Iterable[StoredHistory]:
        with self._database.reading() as connection:
            ids = ids_by_key(connection, resources, map(resource_key, wanted))
            return _histories(connection, [*ids.values()])

    def _all(self) -> Iterator[Iterable[StoredHistory]]:
        last = 0
        while True:
            with self._database.reading() as connection:
                ids = next_with_check(connection, last, checks.c.evidence_id.is_not(None))
                if not ids:
                    return
                last = ids[-1]
                found = _histories(connection, ids)
            yield found
            del found


def _crowds(connection: Connection, run: RunId | None, least: int) -> Iterator[Crowded]:
    redirected = checks.c.redirects.is_not(None) & checks.c.evidence_id.is_not(None)
    place = (resources.c.slot, checks.c.final_url)
    places = select(*place).join_from(checks, resources).where(redirected).group_by(*place)
    if run is not None:
        of_run = checks.alias("of_run")
        reached = select(of_run.c.final_url).where(of_run.c.run_id == run, of_run.c.redirects.is_not(None))
        places = places.where(checks.c.final_url.in_(reached))
    crowded = places.having(func.count(checks.c.resource_id.distinct()) >= least).subquery()
    members = (
        select(*place, resources.c.url, func.min(checks.c.run_id))
        .join_from(crowded, checks, checks.c.final_url == crowded.c.final_url)
        .join(resources, (resources.c.id == checks.c.resource_id) & (resources.c.slot == crowded.c.slot))
        .where(redirected)
        .group_by(*place, resources.c.url)
        .order_by(*place, resources.c.url)
    )
    for slot, final_url, url, since in connection.execute(members):
        yield Crowded(slot, final_url, Resource(url), RunId(since))


def _save(connection: Connection, read: Mapping[int, Observation], known: Mapping[int, Page]) -> None:
    for batch in batches(read.items()):
        rows: list[Values] = [{"check": number, **meaning_values(seen)} for number, seen in batch]
        changed: Values = {name: bindparam(name) for name in rows[0] if name != "check"}
        connection.execute(update(checks).where(checks.c.id == bindparam("check")).values(changed), rows)
        of = select(checks.c.resource_id).distinct().where(checks.c.id.in_([number for number, _ in batch]))
        ids = connection.scalars(of).all()
        judge_again(connection, ids)
        validators.forget(connection, ids)
    for pages_of in batches(known.items()):
        set_pages(connection, dict(pages_of))


def _histories(connection: Connection, ids: Sequence[int]) -> Iterable[StoredHistory]:
    known = (
        select(resources.c.id, *PAGE)
        .join_from(resources, pages, pages.c.id == resources.c.page_id, isouter=True)
        .where(resources.c.id.in_(ids))
        .order_by(resources.c.id)
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
            check = replace(check, seen=replace(check.seen, evidence=_evidence_of(facts)))
        found[of].append(StoredCheck(number, check))
    return [StoredHistory(number, Page(*says), tuple(found.pop(number))) for number, *says in connection.execute(known)]
