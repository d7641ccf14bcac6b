"""Resources and their pages: from domain objects to the ids that other tables refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, bindparam, func, insert, select, update
from sqlalchemy.dialects import sqlite

from dlt_crawler.model import Observation, Page, Resource
from dlt_crawler.store.records import page_key, resource_key
from dlt_crawler.store.tables import Values, pages, resources
from dlt_crawler.urls import host_of, slot_of

T = TypeVar("T")

BATCH = 500
"""Rows a statement: where larger batches gain nothing (facts/scrapy.md), far below SQLite's 32,766 parameters."""


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Cut `items` into lists of at most `size`."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def upsert(table: Table, *key: str) -> sqlite.Insert:
    """Return the statement that inserts a row, or replaces every other column of the one that has its `key`."""
    statement = sqlite.insert(table)
    others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    return statement.on_conflict_do_update(index_elements=key, set_=others)


def resource_ids(connection: Connection, wanted: Iterable[Resource], first_seen: datetime) -> Mapping[Resource, int]:
    """Return the ids of resources. Those that are not known yet are added, first seen then."""
    ids: dict[Resource, int] = {}
    for batch in batches(dict.fromkeys(wanted)):
        keys = {resource: resource_key(resource) for resource in batch}
        known = _ids(connection, resources, keys.values())
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
                }
                for resource in new
            ]
            connection.execute(insert(resources), rows)
    return ids


def page_ids(connection: Connection, wanted: Iterable[Page]) -> Mapping[Page, int | None]:
    """Return the ids of pages, at most a batch of them. New ones are added; a page that says nothing has none."""
    keys = {page: page_key(page) for page in dict.fromkeys(wanted) if page != Page()}
    known = _ids(connection, pages, keys.values())
    new: list[Values] = [
        {"key": key, "title": page.title, "abstract": page.abstract} for page, key in keys.items() if key not in known
    ]
    if new:
        connection.execute(insert(pages), new)
        known = _ids(connection, pages, keys.values())
    return {Page(): None} | {page: known[key] for page, key in keys.items()}


def remember_pages(
    connection: Connection, observations: Sequence[Observation], ids: Mapping[Resource, int]
) -> Mapping[Page, int | None]:
    """Keep the page of each observed resource, and return the ids of the observed pages.

    A title or an abstract that is missing now never hides the one that was there before.
    """
    before = _pages_of(connection, [ids[seen.resource] for seen in observations])
    now = dict(before)
    for seen in observations:
        known = now.get(ids[seen.resource], Page())
        now[ids[seen.resource]] = Page(seen.page.title or known.title, seen.page.abstract or known.abstract)
    found = page_ids(connection, [*(seen.page for seen in observations), *now.values()])
    changed: list[Values] = [
        {"resource": resource_id, "page": found[page]}
        for resource_id, page in now.items()
        if page != before.get(resource_id, Page())
    ]
    if changed:
        connection.execute(
            update(resources).where(resources.c.id == bindparam("resource")).values(page_id=bindparam("page")), changed
        )
    return found


def _pages_of(connection: Connection, ids: Sequence[int]) -> dict[int, Page]:
    query = (
        select(resources.c.id, pages.c.title, pages.c.abstract)
        .join(pages, pages.c.id == resources.c.page_id)
        .where(resources.c.id.in_(ids))
    )
    return {number: Page(title, abstract) for number, title, abstract in connection.execute(query)}


def _ids(connection: Connection, table: Table, keys: Iterable[str]) -> Mapping[str, int]:
    query = select(table.c.key, table.c.id).where(table.c.key.in_(list(keys)))
    return dict(connection.execute(query).all())
