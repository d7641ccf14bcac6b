"""What a page can be asked for with again: kept for as long as nothing speaks against the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from dlt_crawler.model import SUCCESSES, Observation, Resource, RunId, Validators
from dlt_crawler.store.documents import fragments_of
from dlt_crawler.store.resources import upsert
from dlt_crawler.store.tables import Values, checks, validators

_UNSEEN = 4
"""Checks in a row that ask only whether a page has changed; the next one sees it, so that soft 404 and drift are."""

HELD = (
    validators.c.url.label("from_url"),
    validators.c.etag,
    validators.c.last_modified,
    validators.c.fragments,
    validators.c.unchanged,
)
"""What `held_of` takes."""

_CONFIRM = (
    update(validators)
    .where(validators.c.resource_id == bindparam("of"))
    .values(
        url=bindparam("from_url"),
        etag=bindparam("with_etag"),
        last_modified=bindparam("with_date"),
        unchanged=validators.c.unchanged + 1,
    )
)


def keep(connection: Connection, observations: Sequence[Observation], ids: Mapping[Resource, int]) -> None:
    """Keep the validators of pages that were seen whole, count the unchanged ones, and forget all others'.

    What was not asked for is what it was. At most a batch of observations.
    """
    asked = {ids[seen.resource]: seen for seen in observations if seen.asked}
    good = {
        number: seen.validators
        for number, seen in asked.items()
        if seen.validators is not None and seen.outcome in SUCCESSES
    }
    if forgotten := asked.keys() - good.keys():
        connection.execute(delete(validators).where(validators.c.resource_id.in_(forgotten)))
    looked_for = fragments_of(connection, (number for number in good if not asked[number].unchanged))
    confirmed: list[Values] = []
    rows: list[Values] = []
    for number, held in good.items():
        if number in looked_for:
            rows.append(
                {
                    "resource_id": number,
                    "url": held.url,
                    "etag": held.etag,
                    "last_modified": held.last_modified,
                    "fragments": tuple(sorted(looked_for[number])),
                    "unchanged": 0,
                }
            )
        else:
            confirmed.append(
                {"of": number, "from_url": held.url, "with_etag": held.etag, "with_date": held.last_modified}
            )
    if rows:
        connection.execute(upsert(connection, validators, "resource_id"), rows)
    if confirmed:
        connection.execute(_CONFIRM, confirmed)


def held_of(row: Any, fragments: tuple[str, ...]) -> Validators | None:
    """Return what a page can be asked for with, of a row with HELD, for a link that is written with these fragments.

    None when it has nothing, or when all of it is to be seen.
    """
    looked_for: tuple[str, ...] = row.fragments
    if row.from_url is None or row.unchanged >= _UNSEEN or looked_for != tuple(sorted(fragments)):
        return None
    return Validators(row.from_url, row.etag, row.last_modified)


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Have the pages of these resources seen whole the next time. At most a batch."""
    connection.execute(delete(validators).where(validators.c.resource_id.in_(ids)))


def disown(connection: Connection, run: RunId) -> None:
    """Have everything that a distrusted run looked at seen whole the next time: it may never have been asked for."""
    looked_at = select(checks.c.resource_id).where(checks.c.run_id == run)
    connection.execute(delete(validators).where(validators.c.resource_id.in_(looked_at)))
