"""What is known of links that a copy is wanted of: how they are written, and what they led to while they lived."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from dlt_crawler.model import SUCCESSES, LinkOccurrence, Page, Resource
from dlt_crawler.store import documents
from dlt_crawler.store.checks import latest_check
from dlt_crawler.store.pages import PAGE
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import checks, occurrences, pages, resources, verdicts


@dataclass(frozen=True, slots=True)
class Cited:
    """One resource, as documents cite it."""

    first_seen: datetime
    """When it was first written in a document, or checked."""
    failing_since: datetime | None
    page: Page
    content_type: str | None
    """As the latest success was served, as it was said; None: it was never seen alive, or nothing was said."""
    occurrences: tuple[LinkOccurrence, ...]
    """Where links lead to it, those of a document in their order."""
    written: datetime | None
    """When the first of them was written, of those …"""
    undated: tuple[LinkOccurrence, ...]
    """… that are not among these: nobody has asked, or nobody knows."""


def cited(connection: Connection, wanted: Collection[Resource]) -> Mapping[Resource, Cited]:
    """Return what is known of these resources; those that were never seen are left out."""
    return {resource: known for batch in batches(wanted) for resource, known in _of_batch(connection, batch)}


def _of_batch(connection: Connection, wanted: Collection[Resource]) -> Iterator[tuple[Resource, Cited]]:
    success = checks.alias("success")
    query = (
        select(
            resources.c.id,
            resources.c.url,
            resources.c.first_seen,
            verdicts.c.failing_since,
            success.c.content_type,
            *PAGE,
        )
        .outerjoin(verdicts, verdicts.c.resource_id == resources.c.id)
        .outerjoin(pages, pages.c.id == resources.c.page_id)
        .outerjoin(success, success.c.id == latest_check(checks.c.outcome.in_(SUCCESSES)))
        .where(resources.c.key.in_(list(map(resource_key, wanted))))
    )
    rows = connection.execute(query).all()
    written: dict[Resource, list[tuple[LinkOccurrence, datetime | None]]] = {Resource(row.url): [] for row in rows}
    for link, at in documents.dated(connection, occurrences.c.resource_id.in_([row.id for row in rows])):
        if isinstance(link.target, Resource):
            written[link.target].append((link, at))
    for _, url, first_seen, failing_since, content_type, *page in rows:
        of_one = written[Resource(url)]
        yield (
            Resource(url),
            Cited(
                first_seen,
                failing_since,
                Page(*page),
                content_type,
                occurrences=tuple(link for link, _at in of_one),
                written=min((at for _link, at in of_one if at is not None), default=None),
                undated=tuple(link for link, at in of_one if at is None),
            ),
        )
