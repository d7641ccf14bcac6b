"""What a look at the resources of a table of ids is due for, each with what its page was asked for last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    true,
    union_all,
)

from dlt_crawler.model import Outcome, RunId
from dlt_crawler.store.arrays import is_postgresql
from dlt_crawler.store.checks import latest_check
from dlt_crawler.store.tables import checks, occurrences, resources

Query = Select[Any] | CompoundSelect[Any]
"""Of the slot, the run in which the page was asked for last (`asked_in`; 0: never was), the id of the resource, and the
seconds that it took then."""


def never_looked_at(connection: Connection, written: Table, run: RunId, due_by: datetime | None) -> Query:
    """Return the resources without a check in this run, with what the latest one said that asked for its page.

    Without `due_by` all of them. Due is also what has been written with a fragment since then: nobody has looked for
    that section.
    """
    if due_by is None:
        return _without_a_look(connection, written, run, true())
    due = or_(resources.c.due.is_(None), resources.c.due <= due_by)
    # By itself: for most, it need not be asked when their pages were asked for.
    has_section = exists().where(occurrences.c.resource_id == resources.c.id, occurrences.c.url.like("%#%"))
    return union_all(
        _without_a_look(connection, written, run, due),
        _without_a_look(connection, written, run, and_(resources.c.due > due_by, has_section), new_section=True),
    )


def looked_at(written: Table, run: RunId, times: int, outcomes: Collection[Outcome]) -> Query:
    """Return the resources with so many looks in this run, the last of which had one of these outcomes."""
    next_look = checks.alias("next_look")
    looked_again = exists().where(
        next_look.c.run_id == run, next_look.c.resource_id == resources.c.id, next_look.c.look == times + 1
    )
    return (
        select(
            resources.c.slot,
            case((checks.c.asked, checks.c.run_id), else_=0).label("asked_in"),
            resources.c.id,
            checks.c.elapsed,
        )
        .join_from(written, resources, resources.c.id == written.c.id)
        .join(checks, checks.c.resource_id == resources.c.id)
        .where(checks.c.run_id == run, checks.c.look == times, checks.c.outcome.in_(outcomes), ~looked_again)
    )


def _without_a_look(
    connection: Connection, written: Table, run: RunId, condition: ColumnElement[bool], *, new_section: bool = False
) -> Select[Any]:
    before, is_before = _before(connection)
    looks = select(checks.c.id).where(checks.c.run_id == run).limit(1)
    if connection.scalar(looks) is not None:
        # A query for each, by the index: the planner, which may not know of the checks of this run yet, would take them
        # for few, and go through all of them for each resource.
        look = looks.where(checks.c.resource_id == resources.c.id).correlate(resources)
        condition = and_(condition, look.scalar_subquery().is_(None))
    query = (
        select(resources.c.slot, func.coalesce(before.c.run_id, 0).label("asked_in"), resources.c.id, before.c.elapsed)
        .join_from(written, resources, resources.c.id == written.c.id)
        .outerjoin(before, is_before)
        .where(condition)
    )
    if not new_section:
        return query
    of_it = occurrences.c.resource_id == resources.c.id
    return query.where(exists().where(of_it, occurrences.c.first_seen > before.c.at, occurrences.c.url.like("%#%")))


def _before(connection: Connection) -> tuple[FromClause, ColumnElement[bool]]:
    """Return the latest check of a resource that asked for its page, and what joins it."""
    if not is_postgresql(connection):
        before = checks.alias("before")
        return before, before.c.id == latest_check(checks.c.asked)
    # SQLite has no LATERAL. Without it PostgreSQL looks for each twice, and reads all checks beside.
    latest = (
        select(checks.c.run_id, checks.c.elapsed, checks.c.at)
        .where(checks.c.resource_id == resources.c.id, checks.c.asked)
        .order_by(checks.c.at.desc(), checks.c.id.desc())
        .limit(1)
        .correlate(resources)
    )
    return latest.lateral("before"), true()
