"""Checks: what was observed. They are added and read; `rereading` says anew what they mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    exists,
    func,
    insert,
    or_,
    select,
    true,
)

from dlt_crawler.model import Check, LinkWarning, Observation, Outcome, Resource, RunId
from dlt_crawler.store import validators, works
from dlt_crawler.store.arrays import elements
from dlt_crawler.store.pages import evidence_ids, remember_pages
from dlt_crawler.store.records import CHECK, check_of, check_values, resource_key
from dlt_crawler.store.repairs import is_dead_and_repaired
from dlt_crawler.store.resources import batches, judge_again, resource_ids
from dlt_crawler.store.tables import checks, occurrences, pages, resources

HISTORY_PAGE = 250
"""Resources whose histories are in memory at once: a year of nights is some 90,000 checks, about 100 MB."""

_OLDEST_FIRST = (checks.c.at, checks.c.id)


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is remarkable about the last looks of a run, in links."""

    not_asked: int
    """Whose page itself was not asked for (`Observation.asked`)."""
    warnings: Mapping[LinkWarning, int]


def add(connection: Connection, run: RunId, look: int, observations: Sequence[Observation]) -> None:
    """Add a check for each observation, and keep up to date what is known of the resources and left to do."""
    for batch in batches(observations):
        ids = resource_ids(connection, (seen.resource for seen in batch), min(seen.at for seen in batch))
        page_ids = remember_pages(connection, batch, ids)
        shown = evidence_ids(connection, (seen.evidence for seen in batch))
        rows = [
            check_values(
                run,
                look,
                seen,
                resource_id=ids[seen.resource],
                page_id=page_ids[seen.page],
                evidence_id=shown[seen.evidence],
            )
            for seen in batch
        ]
        connection.execute(insert(checks), rows)
        works.remember(connection, run, batch, ids)
        validators.keep(connection, batch, ids)
        judge_again(connection, ids.values())


def last_look(connection: Connection, run: RunId, outcomes: Collection[Outcome], look: int | None) -> datetime | None:
    """Return when one of these outcomes was seen last in a run, at that look or at any."""
    query = select(func.max(checks.c.at)).where(checks.c.run_id == run, checks.c.outcome.in_(outcomes))
    latest: datetime | None = connection.scalar(query if look is None else query.where(checks.c.look == look))
    return latest


def remarks(connection: Connection, run: RunId) -> Remarks:
    """Return what is remarkable about the last looks of a run."""
    last_looks = and_(checks.c.run_id == run, is_last_look())
    not_asked = select(func.count()).select_from(checks).where(checks.c.asked.is_(False), last_looks)
    warning = elements(connection, checks.c.warnings)
    counts = (
        select(warning.c.value, func.count())
        .select_from(checks)
        .join(warning, true())
        .where(checks.c.warnings.is_not(None), last_looks)
        .group_by(warning.c.value)
    )
    warnings = {LinkWarning(word): count for word, count in connection.execute(counts)}
    return Remarks(connection.scalar(not_asked) or 0, warnings)


def newest(connection: Connection) -> datetime | None:
    """Return when the newest check was made, by the clock of that time."""
    at: datetime | None = connection.scalar(select(func.max(checks.c.at)))
    return at


def history(connection: Connection, key: str) -> tuple[Check, ...]:
    """Return the checks of the resource with this key, oldest first."""
    query = _checks().where(resources.c.key == key).order_by(*_OLDEST_FIRST)
    return tuple(map(check_of, connection.execute(query)))


def histories_after(
    connection: Connection, last: int, *, unjudged: bool
) -> tuple[int, Mapping[Resource, tuple[Check, ...]]]:
    """Return a page of histories: of the resources with an id over `last`, and where to go on. Empty at the end."""
    known = (
        select(resources.c.id, resources.c.url)
        .where(resources.c.id > last, resources.c.unjudged if unjudged else true())
        .where(or_(is_written(), exists().where(checks.c.resource_id == resources.c.id)))
        .order_by(resources.c.id)
        .limit(HISTORY_PAGE)
    )
    found = connection.execute(known).all()
    if not found:
        return last, {}
    histories: dict[Resource, tuple[Check, ...]] = {Resource(url): () for _, url in found}
    ids = [number for number, _ in found]
    query = _checks().where(checks.c.resource_id.in_(ids)).order_by(checks.c.resource_id, *_OLDEST_FIRST)
    histories.update((resource, tuple(of_one)) for resource, of_one in _by_resource(connection, query))
    return ids[-1], histories


def histories_of(connection: Connection, wanted: Iterable[Resource]) -> Mapping[Resource, tuple[Check, ...]]:
    """Return the checks of these resources, oldest first; without those that have none."""
    found: dict[Resource, tuple[Check, ...]] = {}
    for batch in batches(wanted):
        query = _checks().where(resources.c.key.in_(list(map(resource_key, batch))))
        query = query.order_by(checks.c.resource_id, *_OLDEST_FIRST)
        found.update((resource, tuple(of_one)) for resource, of_one in _by_resource(connection, query))
    return found


def latest(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Check]:
    """Return the latest check of each resource that meets the condition."""
    query = (
        select(*CHECK)
        .join_from(resources, checks, checks.c.id == latest_check())
        .outerjoin(pages, checks.c.page_id == pages.c.id)
    )
    return map(check_of, connection.execute(query.where(condition)))


def latest_check(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """Return the id of the latest check of a resource for which these conditions hold."""
    return (
        select(checks.c.id)
        .where(checks.c.resource_id == resources.c.id, *conditions)
        .order_by(checks.c.at.desc(), checks.c.id.desc())
        .limit(1)
        .correlate(resources)
        .scalar_subquery()
    )


def is_last_look() -> ColumnElement[bool]:
    """Return the condition that no later look at the same resource was taken in the same run."""
    later = checks.alias("later")
    return ~exists().where(
        later.c.run_id == checks.c.run_id, later.c.resource_id == checks.c.resource_id, later.c.look > checks.c.look
    )


def is_target() -> ColumnElement[bool]:
    """Return the condition that a link is written now that leads to a resource."""
    return exists().where(occurrences.c.resource_id == resources.c.id)


def is_written() -> ColumnElement[bool]:
    """Return the condition that a resource is checked for a link that is written now.

    The link leads to it as it is read or may be read, or shows an archive's copy of it, or has been repaired.
    """
    others = (occurrences.c.alternative_id, occurrences.c.original_id)
    return or_(is_target(), *(exists().where(other == resources.c.id) for other in others), is_dead_and_repaired())


def _checks() -> Select[Any]:
    return select(*CHECK).join_from(checks, resources).outerjoin(pages, checks.c.page_id == pages.c.id)


def _by_resource(connection: Connection, query: Select[Any]) -> Iterator[tuple[Resource, Iterator[Check]]]:
    return groupby(map(check_of, connection.execute(query)), key=lambda check: check.seen.resource)
