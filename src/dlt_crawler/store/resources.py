"""Resources: from domain objects to the ids that other tables refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dlt_crawler.model import Resource
from dlt_crawler.store.arrays import is_postgresql
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.tables import Values, resources
from dlt_crawler.urls import host_of, slot_of

T = TypeVar("T")

BATCH = 500
"""Rows a statement: where larger batches gain nothing (facts/scrapy.md), far below SQLite's 32,766 parameters."""


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut `items` into lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def upsert(connection: Connection, table: Table, *key: str) -> sqlite.Insert | postgresql.Insert:
    """Return the statement that inserts a row, or replaces every other column of the one that has its `key`."""
    statement = conflicting(connection, table)
    others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=others)


def conflicting(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can be told what to do about rows that are there already: in the words of the engine."""
    return postgresql.insert(table) if is_postgresql(connection) else sqlite.insert(table)


def resource_ids(connection: Connection, wanted: Iterable[Resource], first_seen: datetime) -> Mapping[Resource, int]:
    """Return the ids of resources. Those that are not known yet are added, first seen then."""
    ids: dict[Resource, int] = {}
    for batch in batches(dict.fromkeys(wanted)):
        keys = {resource: resource_key(resource) for resource in batch}
        known = ids_by_key(connection, resources, keys.values())
        ids.update((resource, known[key]) for resource, key in keys.items() if key in known)
        new = [resource for resource, key in keys.items() if key not in known]
        if new:
            # We are the only writer: giving the ids is quicker than asking which ones the database gave.
            last: int = connection.scalar(select(func.max(resources.c.id))) or 0
            ids.update((resource, last + number) for number, resource in enumerate(new, 1))
            rows: list[Values] = [
                {
                    "id": ids[resource],
                    "key": keys[resource],
                    "url": resource.url,
                    "slot": slot_of(host_of(resource.url)),
                    "first_seen": first_seen,
                    "unjudged": True,
                }
                for resource in new
            ]
            connection.execute(insert(resources), rows)
    return ids


def judge_again(connection: Connection, ids: Iterable[int]) -> None:
    """Have these resources judged the next time: there is something new about them."""
    for batch in batches(ids):
        changed = update(resources).where(resources.c.id.in_(batch), ~resources.c.unjudged)
        connection.execute(changed.values(unjudged=True))


def ids_by_key(connection: Connection, table: Table, keys: Iterable[str]) -> Mapping[str, int]:
    """Return the ids of the rows that have one of these keys, at most a batch of them."""
    query = select(table.c.key, table.c.id).where(table.c.key.in_(list(keys)))
    return dict(connection.execute(query).all())
