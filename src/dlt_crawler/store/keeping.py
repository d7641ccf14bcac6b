"""The archive's copies of living pages: what is known of them, and what says which page is the next to need one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select

from dlt_crawler.model import Keeping, KeepState, Outcome, Resource, State
from dlt_crawler.store.database import Database
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.resources import batches, ids_by_key, upsert
from dlt_crawler.store.tables import checks, keeping, resources, snapshots, transitions

_KEEPING = (
    resources.c.url,
    keeping.c.newest,
    keeping.c.looked,
    keeping.c.state,
    keeping.c.job,
    keeping.c.submitted,
    keeping.c.timestamp,
    keeping.c.detail,
    keeping.c.failures,
)


@dataclass(frozen=True, slots=True)
class Served:
    """How a resource was served when it last showed a page."""

    final_url: str
    content_type: str | None


class Keepings:
    """Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Mapping[Resource, Keeping]:
        """Return what is known of every resource of which something is."""
        query = select(*_KEEPING).join_from(keeping, resources)
        with self._database.reading() as connection:
            found = map(_keeping_of, connection.execute(query))
            return {each.resource: each for each in found}

    def save(self, known: Keeping) -> None:
        """Replace what is known of a resource, which has been written in a document.

        Once playback has a copy, an older answer that the archive has none is no longer true, and is forgotten.
        """
        key = resource_key(known.resource)
        with self._database.writing() as connection:
            number = ids_by_key(connection, resources, [key])[key]
            row = {
                "resource_id": number,
                "newest": known.newest,
                "looked": known.looked,
                "state": known.state,
                "job": known.job,
                "submitted": known.submitted,
                "timestamp": known.timestamp,
                "detail": known.detail,
                "failures": known.failures,
            }
            connection.execute(upsert(connection, keeping, "resource_id"), row)
            if known.state is KeepState.CONFIRMED:
                none = snapshots.c.none.is_not(None)
                connection.execute(delete(snapshots).where(snapshots.c.resource_id == number, none))

    def failed_since(self, moment: datetime) -> frozenset[Resource]:
        """Return the resources that failed or were dead since then."""
        ill = (State.FAILING, State.DEAD)
        query = (
            select(resources.c.url)
            .join_from(transitions, resources)
            .where(transitions.c.at >= moment, or_(transitions.c.before.in_(ill), transitions.c.after.in_(ill)))
        )
        with self._database.reading() as connection:
            return frozenset(map(Resource, connection.scalars(query)))

    def served(self, wanted: Iterable[Resource]) -> Mapping[Resource, Served]:
        """Return how these were served by the last check of each that showed a page; those without one are left out."""
        good = checks.c.outcome.in_((Outcome.OK, Outcome.REDIRECTED))
        found: dict[Resource, Served] = {}
        with self._database.reading() as connection:
            for batch in batches(map(resource_key, wanted)):
                ids = ids_by_key(connection, resources, batch).values()
                last = (
                    select(func.max(checks.c.id))
                    .where(checks.c.resource_id.in_(list(ids)), good)
                    .group_by(checks.c.resource_id)
                )
                query = (
                    select(resources.c.url, checks.c.final_url, checks.c.content_type)
                    .join_from(checks, resources)
                    .where(checks.c.id.in_(last))
                )
                rows = connection.execute(query)
                found |= {Resource(url): Served(final or url, content_type) for url, final, content_type in rows}
        return found


def _keeping_of(row: Sequence[Any]) -> Keeping:
    url, *rest = row
    return Keeping(Resource(url), *rest)
