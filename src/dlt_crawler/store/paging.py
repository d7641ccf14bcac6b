"""Resources with all their checks, as many at a time as may be in memory."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, exists, func, select

from dlt_crawler.store.tables import checks, resources

RESOURCES = 100
"""Resources whose checks are in memory at once …"""
CHECKS = 5_000
"""… as long as they have no more than these: with what they saw, some 2 to 5 KB each."""


def has_check(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a resource has a check which meets one."""
    return exists().where(checks.c.resource_id == resources.c.id, condition)


def next_with_check(connection: Connection, last: int, condition: ColumnElement[bool]) -> list[int]:
    """Return the next resources that have a check which meets the condition, by id: as many as may be in memory."""
    of_one = checks.alias("of_one")
    number = select(func.count()).where(of_one.c.resource_id == resources.c.id).correlate(resources).scalar_subquery()
    query = (
        select(resources.c.id, number)
        .where(resources.c.id > last, has_check(condition))
        .order_by(resources.c.id)
        .limit(RESOURCES)
    )
    ids: list[int] = []
    room = CHECKS
    for found, many in connection.execute(query).all():
        room -= many
        if ids and room < 0:
            break
        ids.append(found)
    return ids
