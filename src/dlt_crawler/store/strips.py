"""What the last looks of the latest nights saw, link by link."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, String, bindparam, select, type_coerce

from dlt_crawler.model import Network, Outcome, Resource, Run
from dlt_crawler.store.records import RUN, resource_key, run_of
from dlt_crawler.store.resources import batches, ids_by_key
from dlt_crawler.store.tables import checks, resources, runs

NIGHTS = 30
"""Runs that are shown."""

_OUTCOMES: Mapping[str, Outcome] = {outcome.value: outcome for outcome in Outcome}


def nights(connection: Connection) -> tuple[Run, ...]:
    """Return the latest runs about all links that came to their end and are trusted, oldest first."""
    about_all = runs.c.since.is_(None) & runs.c.shard.is_(None)
    query = select(*RUN).where(runs.c.finished.is_not(None), runs.c.network == Network.OK, about_all)
    latest = connection.execute(query.order_by(runs.c.id.desc()).limit(NIGHTS)).all()
    return tuple(map(run_of, reversed(latest)))


def strips(
    connection: Connection, shown: Collection[Run], urls: Collection[str]
) -> Mapping[str, tuple[Outcome | None, ...]]:
    """Return for each of these (normalised) URLs what the last look in each of these runs saw.

    None for a run in which it was not checked, or of which `prune` has not kept its check. A URL that was checked in
    none of them is left out. Takes as long as there are URLs and runs, however much is stored.
    """
    column = {run.id: number for number, run in enumerate(shown)}
    # As it is stored: to make members of Outcome of words takes longer than to read them. A run and a resource lead
    # straight to a check (the unique constraint), and its looks come in their order.
    query = (
        select(checks.c.resource_id, checks.c.run_id, type_coerce(checks.c.outcome, String))
        .where(checks.c.resource_id.in_(bindparam("ids", expanding=True)), checks.c.run_id.in_(column))
        .order_by(checks.c.run_id, checks.c.resource_id, checks.c.look)
    )
    found: dict[str, tuple[Outcome | None, ...]] = {}
    for batch in batches(urls):
        keys = {resource_key(Resource(url)): url for url in batch}
        known = {number: keys[key] for key, number in ids_by_key(connection, resources, keys).items()}
        rows: dict[int, list[Outcome | None]] = {}
        for number, run, outcome in connection.execute(query, {"ids": [*known]}).all():
            rows.setdefault(number, [None] * len(shown))[column[run]] = _OUTCOMES[outcome]
        found.update((known[number], tuple(row)) for number, row in rows.items())
    return found
