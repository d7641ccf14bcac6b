"""Runs and checks: what was observed. Checks are added and read; `rereading` says anew what they mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
    update,
)

from dlt_crawler.model import Check, LinkWarning, Network, Observation, Outcome, Resource, Run, RunId
from dlt_crawler.store.pages import evidence_ids, remember_pages
from dlt_crawler.store.records import CHECK, RUN, check_of, check_values, run_of
from dlt_crawler.store.resources import batches, resource_ids
from dlt_crawler.store.tables import checks, occurrences, pages, resources, runs

HISTORY_PAGE = 250
"""Resources whose histories are in memory at once: a year of nights is some 90,000 checks, about 100 MB."""

_OLDEST_FIRST = (checks.c.at, checks.c.id)


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is remarkable about the last looks of a run, in links."""

    not_asked: int
    """Whose page itself was not asked for (`Observation.asked`)."""
    warnings: Mapping[LinkWarning, int]


def begin_run(connection: Connection, now: datetime) -> Run:
    """Add a run."""
    connection.execute(insert(runs).values(started=now, finished=None, network=Network.OK, full=False))
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


def last_look(connection: Connection, run: RunId, outcomes: Collection[Outcome], look: int | None) -> datetime | None:
    """Return when one of these outcomes was seen last in a run, at that look or at any."""
    query = select(func.max(checks.c.at)).where(checks.c.run_id == run, checks.c.outcome.in_(outcomes))
    latest: datetime | None = connection.scalar(query if look is None else query.where(checks.c.look == look))
    return latest


def remarks(connection: Connection, run: RunId) -> Remarks:
    """Return what is remarkable about the last looks of a run."""
    later = checks.alias("later")
    looked_again = exists().where(
        later.c.run_id == run, later.c.resource_id == checks.c.resource_id, later.c.look > checks.c.look
    )
    last_looks = and_(checks.c.run_id == run, ~looked_again)
    not_asked = select(func.count()).select_from(checks).where(checks.c.asked.is_(False), last_looks)
    warning = func.json_each(checks.c.warnings).table_valued("value")
    counts = (
        select(warning.c.value, func.count())
        .select_from(checks)
        .join(warning, true())
        .where(checks.c.warnings.is_not(None), last_looks)
        .group_by(warning.c.value)
    )
    warnings = {LinkWarning(word): count for word, count in connection.execute(counts)}
    return Remarks(connection.scalar(not_asked) or 0, warnings)


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
