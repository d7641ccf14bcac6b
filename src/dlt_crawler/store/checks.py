"""Runs and checks: what was observed. Checks are added and read, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, insert, or_, select, update

from dlt_crawler.model import Check, Network, Observation, Outcome, Resource, Run, RunId
from dlt_crawler.store.records import CHECK, RUN, check_of, check_values, run_of
from dlt_crawler.store.resources import batches, remember_pages, resource_ids
from dlt_crawler.store.tables import checks, occurrences, pages, resources, runs

HISTORY_PAGE = 250
"""Resources whose histories are in memory at once: a year of nights is some 90,000 checks, about 100 MB."""

_OLDEST_FIRST = (checks.c.at, checks.c.id)


@dataclass(frozen=True, slots=True)
class Look:
    """That a check was made, and what came of it: a `Check` without what it saw."""

    look: int
    at: datetime
    outcome: Outcome


def begin_run(connection: Connection, now: datetime) -> Run:
    """Add a run."""
    connection.execute(insert(runs).values(started=now, finished=None, network=Network.OK))
    return run_of(connection.execute(_runs().limit(1)).one())


def finish_run(connection: Connection, run: RunId, now: datetime, network: Network) -> Run:
    """Write the end of a run."""
    connection.execute(update(runs).where(runs.c.id == run).values(finished=now, network=network))
    return run_of(connection.execute(_runs().where(runs.c.id == run)).one())


def last_run(connection: Connection) -> Run | None:
    """Return the latest run."""
    row = connection.execute(_runs().limit(1)).one_or_none()
    return None if row is None else run_of(row)


def distrusted_runs(connection: Connection) -> frozenset[RunId]:
    """Return the runs whose failures no canary vouches for."""
    query = select(runs.c.id).where(or_(runs.c.network == Network.DOWN, runs.c.finished.is_(None)))
    return frozenset(map(RunId, connection.scalars(query)))


def add(connection: Connection, run: RunId, look: int, observations: Sequence[Observation]) -> None:
    """Add a check for each observation, and keep the resources' pages up to date."""
    for batch in batches(observations):
        ids = resource_ids(connection, (seen.resource for seen in batch), min(seen.at for seen in batch))
        page_ids = remember_pages(connection, batch, ids)
        rows = [check_values(run, look, seen, ids[seen.resource], page_ids[seen.page]) for seen in batch]
        connection.execute(insert(checks), rows)


def looks_of_run(connection: Connection, run: RunId) -> Mapping[Resource, tuple[Look, ...]]:
    """Return the looks of a run by resource, in their order."""
    query = (
        select(resources.c.url, checks.c.look, checks.c.at, checks.c.outcome)
        .join_from(checks, resources)
        .where(checks.c.run_id == run)
        .order_by(checks.c.resource_id, checks.c.look)
    )
    by_resource = groupby(connection.execute(query), key=lambda row: row.url)
    return {Resource(url): tuple(Look(look, at, outcome) for _, look, at, outcome in rows) for url, rows in by_resource}


def history(connection: Connection, key: str) -> tuple[Check, ...]:
    """Return the checks of the resource with this key, oldest first."""
    query = _checks().where(resources.c.key == key).order_by(*_OLDEST_FIRST)
    return tuple(map(check_of, connection.execute(query)))


def histories_after(connection: Connection, last: int) -> tuple[int, Mapping[Resource, tuple[Check, ...]]]:
    """Return a page of histories: of the resources with an id over `last`, and where to go on. Empty at the end."""
    known = (
        select(resources.c.id, resources.c.url)
        .where(resources.c.id > last)
        .where(or_(is_written(), exists().where(checks.c.resource_id == resources.c.id)))
        .order_by(resources.c.id)
        .limit(HISTORY_PAGE)
    )
    found = connection.execute(known).all()
    if not found:
        return last, {}
    histories: dict[Resource, tuple[Check, ...]] = {Resource(url): () for _, url in found}
    until = found[-1][0]
    query = (
        _checks().where(checks.c.resource_id.between(found[0][0], until)).order_by(checks.c.resource_id, *_OLDEST_FIRST)
    )
    histories.update((resource, tuple(of_one)) for resource, of_one in _by_resource(connection, query))
    return until, histories


def latest(connection: Connection, condition: ColumnElement[bool]) -> Iterator[Check]:
    """Return the latest check of each resource that meets the condition."""
    newest = (
        select(checks.c.id)
        .where(checks.c.resource_id == resources.c.id)
        .order_by(checks.c.at.desc(), checks.c.id.desc())
        .limit(1)
        .correlate(resources)
        .scalar_subquery()
    )
    query = (
        select(*CHECK)
        .join_from(resources, checks, checks.c.id == newest)
        .outerjoin(pages, checks.c.page_id == pages.c.id)
    )
    return map(check_of, connection.execute(query.where(condition)))


def is_target() -> ColumnElement[bool]:
    """Return the condition that a link is written now that leads to a resource."""
    return exists().where(occurrences.c.resource_id == resources.c.id)


def is_written() -> ColumnElement[bool]:
    """Return the condition that a link is written now that leads to a resource as it is read or may be read."""
    return or_(is_target(), exists().where(occurrences.c.alternative_id == resources.c.id))


def _runs() -> Select[Any]:
    return select(*RUN).order_by(runs.c.id.desc())


def _checks() -> Select[Any]:
    return select(*CHECK).join_from(checks, resources).outerjoin(pages, checks.c.page_id == pages.c.id)


def _by_resource(connection: Connection, query: Select[Any]) -> Iterator[tuple[Resource, Iterator[Check]]]:
    return groupby(map(check_of, connection.execute(query)), key=lambda check: check.seen.resource)
