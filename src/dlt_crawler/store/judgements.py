"""Verdicts and what they rest on, answers of the archive, and the log of repairs."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, func, insert, or_, select, true, update

from dlt_crawler.model import ArchiveAnswer, LoggedRepair, Repair, Resource, RunId, Span, State, Verdict
from dlt_crawler.store import transitions
from dlt_crawler.store.records import (
    ANSWER,
    REPAIR,
    VERDICT,
    answer_of,
    answer_values,
    repair_of,
    resource_key,
    verdict_of,
    verdict_values,
)
from dlt_crawler.store.resources import batches, resource_ids, upsert
from dlt_crawler.store.tables import Values, marks, occurrences, repairs, resources, snapshots, verdicts
from dlt_crawler.store.written import written_values

_DUE = update(resources).where(resources.c.key == bindparam("key_of")).values(due=bindparam("next"))
_JUDGED = update(resources).where(resources.c.id == bindparam("resource")).values(due=bindparam("next"), unjudged=False)

_Edit = tuple[str, str | None, Span | None]
"""How a repaired URL is written and what it means, and where it stands if that tells it from another."""


def save_verdicts(
    connection: Connection,
    judged: Sequence[tuple[Resource, Verdict, datetime | None]],
    run: RunId | None,
    now: datetime,
) -> None:
    """Replace the verdicts on these resources, at most a batch, and write down what has changed by that."""
    ids = resource_ids(connection, (resource for resource, _, _ in judged), now)
    before = verdicts_on(connection, resources.c.id.in_([*ids.values()]))
    changes = (
        (ids[resource], transitions.between(resource, before.get(resource), verdict, run, now))
        for resource, verdict, _ in judged
    )
    transitions.add(connection, ((number, change) for number, change in changes if change is not None))
    rows = [verdict_values(verdict, ids[resource], now) for resource, verdict, _ in judged]
    connection.execute(upsert(verdicts, "resource_id"), rows)
    connection.execute(_JUDGED, [{"resource": ids[resource], "next": due} for resource, _, due in judged])


def save_due(connection: Connection, wanted: Sequence[tuple[Resource, datetime | None]]) -> None:
    """Replace when these resources are to be checked next, at most a batch of them."""
    connection.execute(_DUE, [{"key_of": resource_key(resource), "next": due} for resource, due in wanted])


def dead_among(connection: Connection, wanted: Collection[Resource]) -> frozenset[Resource]:
    """Return those of these resources that are judged dead, or were and have not recovered yet."""
    dead: set[Resource] = set()
    for batch in batches(wanted):
        query = (
            select(resources.c.url)
            .join_from(verdicts, resources)
            .where(resources.c.key.in_(list(map(resource_key, batch))))
            .where(or_(verdicts.c.state == State.DEAD, verdicts.c.recovering))
        )
        dead.update(map(Resource, connection.scalars(query)))
    return frozenset(dead)


def number_of_links(connection: Connection) -> int:
    """Return to how many resources links lead now."""
    return connection.scalar(select(func.count(occurrences.c.resource_id.distinct()))) or 0


def mark(connection: Connection, name: str) -> str | None:
    """Return what was kept under this name; None when nothing was."""
    value: str | None = connection.scalar(select(marks.c.value).where(marks.c.name == name))
    return value


def set_mark(connection: Connection, name: str, value: str) -> None:
    """Replace what is kept under this name."""
    connection.execute(upsert(marks, "name"), [{"name": name, "value": value}])


def verdicts_on(connection: Connection, condition: ColumnElement[bool] | None = None) -> Mapping[Resource, Verdict]:
    """Return the verdicts on the resources that meet the condition, or on all."""
    query = select(resources.c.url, *VERDICT).join_from(verdicts, resources).where(_or_all(condition))
    return {Resource(url): verdict_of(row) for url, *row in connection.execute(query)}


def save_answer(connection: Connection, resource: Resource, answer: ArchiveAnswer, now: datetime) -> None:
    """Replace the archive's answer for a resource."""
    number = resource_ids(connection, [resource], now)[resource]
    connection.execute(upsert(snapshots, "resource_id"), [answer_values(answer, number, now)])


def answers_for(
    connection: Connection, condition: ColumnElement[bool] | None = None
) -> Mapping[Resource, tuple[ArchiveAnswer, datetime]]:
    """Return the answers for the resources that meet the condition, or for all, each with when it was given."""
    query = (
        select(resources.c.url, snapshots.c.asked, *ANSWER).join_from(snapshots, resources).where(_or_all(condition))
    )
    return {Resource(url): (answer_of(row), asked) for url, asked, *row in connection.execute(query)}


def add_repairs(
    connection: Connection, run: RunId | None, written_to: str, done: Sequence[Repair], now: datetime
) -> None:
    """Add to the log the repairs that it does not hold yet."""
    done = _not_logged(connection, written_to, done)
    if not done:
        return
    targets = (repair.occurrence.target for repair in done)
    ids = resource_ids(connection, (target for target in targets if isinstance(target, Resource)), now)
    rows: list[Values] = [
        {
            "run_id": run,
            "at": now,
            "written_to": written_to,
            "file": repair.occurrence.file,
            "replacement": repair.replacement,
            "evidence": repair.evidence,
            **written_values(repair.occurrence, ids),
        }
        for repair in done
    ]
    connection.execute(insert(repairs), rows)


def repairs_of(connection: Connection, written_to: str) -> tuple[Repair, ...]:
    """Return the repairs that were written to a file, oldest first."""
    query = select(*REPAIR).join_from(repairs, resources, isouter=True)
    found = connection.execute(query.where(repairs.c.written_to == written_to).order_by(repairs.c.id))
    return tuple(map(repair_of, found))


def repairs_for(connection: Connection, key: str) -> tuple[LoggedRepair, ...]:
    """Return the repairs of links to the resource with this key, oldest first."""
    query = select(repairs.c.at, repairs.c.run_id, repairs.c.written_to, *REPAIR).join_from(repairs, resources)
    found = connection.execute(query.where(resources.c.key == key).order_by(repairs.c.id))
    return tuple(LoggedRepair(at, run, written_to, repair_of(row)) for at, run, written_to, *row in found)


def _not_logged(connection: Connection, written_to: str, done: Sequence[Repair]) -> list[Repair]:
    """Return the repairs that are new: of the URLs written so, fewer had this replacement in the end."""
    logged: dict[_Edit, list[str]] = {}
    for repair in repairs_of(connection, written_to):
        replacements = logged.setdefault(_edit(repair, written_to), [])
        if repair.replacement not in replacements:
            replacements.clear()
        replacements.append(repair.replacement)
    new: list[Repair] = []
    for repair in done:
        replacements = logged.get(_edit(repair, written_to), [])
        if repair.replacement in replacements:
            replacements.remove(repair.replacement)
        else:
            new.append(repair)
    return new


def _edit(repair: Repair, written_to: str) -> _Edit:
    # In a copy a URL moves when the text before it changes. In the document itself an edited URL is gone: one that is
    # written like it later is another, unless it is the same bytes, whose edit was logged and cut off before it was
    # written.
    link = repair.occurrence
    in_place = os.path.abspath(link.file) == os.path.abspath(written_to)  # noqa: PTH100 (as documents are named)
    return link.raw, link.url, link.span if in_place else None


def _or_all(condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if condition is None else condition
