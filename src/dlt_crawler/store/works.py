"""Works that pages present, one for each resource: what was said of it last, and before where that says nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from dlt_crawler.model import Name, Observation, Resource, RunId, Work
from dlt_crawler.store.resources import upsert
from dlt_crawler.store.tables import Values, checks, resources, works


def remember(
    connection: Connection, run: RunId, observations: Sequence[Observation], ids: Mapping[Resource, int]
) -> None:
    """Keep the works that were observed in a run, as pages are kept (`Observation.remembered`). At most a batch."""
    told = {ids[seen.resource]: seen.work for seen in observations if seen.work is not None and seen.remembered}
    if not told:
        return
    known = select(works.c.resource_id, works.c.facts).where(works.c.resource_id.in_(told))
    before = {row.resource_id: row.facts for row in connection.execute(known)}
    now = {
        number: _text(work.over(_work(before[number])) if number in before else work) for number, work in told.items()
    }
    rows: list[Values] = [
        {"resource_id": number, "run_id": run, "facts": facts}
        for number, facts in now.items()
        if facts != before.get(number)
    ]
    if rows:
        connection.execute(upsert(connection, works, "resource_id"), rows)


def disown(connection: Connection, run: RunId) -> None:
    """Forget what was told in a run that is not trusted. Its pages are to be seen whole the next time."""
    looked_at = select(checks.c.resource_id).where(checks.c.run_id == run)
    connection.execute(delete(works).where(works.c.run_id == run, works.c.resource_id.in_(looked_at)))


def works_of(connection: Connection, condition: ColumnElement[bool]) -> Mapping[Resource, Work]:
    """Return the works of the resources that meet the condition; without those of which nothing is known."""
    query = select(resources.c.url, works.c.facts).join_from(works, resources).where(condition)
    return {Resource(url): _work(facts) for url, facts in connection.execute(query)}


def _text(work: Work) -> str:
    """Return a work as a JSON object of what is said of it."""
    said = {name: value for name, value in asdict(work).items() if value}
    if work.authors:
        said["authors"] = [{part: text for part, text in asdict(name).items() if text} for name in work.authors]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _work(text: str) -> Work:
    said: dict[str, Any] = json.loads(text)
    return Work(**{**said, "authors": tuple(Name(**name) for name in said.get("authors", ()))})
