"""Verdicts and what they rest on, answers of the archive, and the log of repairs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, or_, select, true, update

from dlt_crawler.model import ArchiveAnswer, Resource, RunId, Shard, State, Verdict
from dlt_crawler.store import transitions
from dlt_crawler.store.records import (
    ANSWER,
    VERDICT,
    answer_of,
    answer_values,
    resource_key,
    verdict_of,
    verdict_values,
)
from dlt_crawler.store.resources import BATCH, batches, resource_ids, upsert
from dlt_crawler.store.tables import marks, occurrences, resources, snapshots, verdicts
from dlt_crawler.urls import site_of

_DUE = update(resources).where(resources.c.key == bindparam("key_of")).values(due=bindparam("next"))
_JUDGED = update(resources).where(resources.c.id == bindparam("resource")).values(due=bindparam("next"), unjudged=False)


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
    connection.execute(upsert(connection, verdicts, "resource_id"), rows)
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


def number_of_links(connection: Connection, shard: Shard | None = None) -> int:
    """Return to how many resources links lead now, in a shard or in all."""
    if shard is None:
        return connection.scalar(select(func.count(occurrences.c.resource_id.distinct()))) or 0
    links = (
        select(resources.c.slot, func.count(resources.c.id.distinct()))
        .join_from(occurrences, resources, resources.c.id == occurrences.c.resource_id)
        .group_by(resources.c.slot)
    )
    by_slot = connection.execute(links)
    return sum(number for slot, number in by_slot if shard.holds(site_of(slot)))


def mark(connection: Connection, name: str) -> str | None:
    """Return what was kept under this name; None when nothing was."""
    value: str | None = connection.scalar(select(marks.c.value).where(marks.c.name == name))
    return value


def set_mark(connection: Connection, name: str, value: str) -> None:
    """Replace what is kept under this name."""
    connection.execute(upsert(connection, marks, "name"), [{"name": name, "value": value}])


def is_in(states: Collection[State]) -> ColumnElement[bool]:
    """Return the condition that a verdict is one of these."""
    return verdicts.c.state.in_(states)


def is_judged(states: Collection[State]) -> ColumnElement[bool]:
    """Return the condition that the verdict on a resource is one of these, or that it is recovering."""
    return exists().where(verdicts.c.resource_id == resources.c.id, or_(is_in(states), verdicts.c.recovering))


def verdicts_on(connection: Connection, *conditions: ColumnElement[bool]) -> Mapping[Resource, Verdict]:
    """Return the verdicts on the resources that meet these conditions."""
    query = select(resources.c.url, *VERDICT).join_from(verdicts, resources).where(true(), *conditions)
    return {Resource(url): verdict_of(row) for url, *row in connection.execute(query)}


def states(connection: Connection, *conditions: ColumnElement[bool]) -> Iterator[tuple[Resource, State]]:
    """Yield the resources that meet these conditions, and what each is judged: of a verdict, a tenth of its size."""
    query = select(resources.c.url, verdicts.c.state).join_from(verdicts, resources).where(true(), *conditions)
    # A driver would have all of them before it gives one away.
    for url, state in connection.execute(query, execution_options={"yield_per": BATCH}):
        yield Resource(url), state


def may_be_repaired(*, failing: bool) -> ColumnElement[bool]:
    """Return the condition that a verdict is a reason for a repair, or for keeping one."""
    states = (State.DEAD, State.FAILING) if failing else (State.DEAD,)
    return or_(verdicts.c.state.in_(states), verdicts.c.recovering)


def for_repairs(connection: Connection, *, failing: bool, moved: bool) -> Mapping[Resource, Verdict]:
    """Return the verdicts that decide what is repaired: of a long list, a few hundredths of all.

    With `failing` also those on links that fail, with `moved` those that moves rest on. Always there are those
    on links that can be read in two ways, and on their other readings.
    """
    two_ways = (
        select(column).where(occurrences.c.alternative_id.is_not(None))
        for column in (occurrences.c.resource_id, occurrences.c.alternative_id)
    )
    reasons = [may_be_repaired(failing=failing), *(resources.c.id.in_(ids) for ids in two_ways)]
    if moved:
        reasons += [verdicts.c.moved_to.is_not(None), resources.c.url.startswith("http:")]
    found = {**verdicts_on(connection, or_(*reasons))}
    if moved:
        twins = [Resource(f"https{each.url[4:]}") for each in found if each.url.startswith("http:")]
        for batch in batches(twins):
            found.update(verdicts_on(connection, resources.c.key.in_(list(map(resource_key, batch)))))
    return found


def save_answer(connection: Connection, resource: Resource, answer: ArchiveAnswer, now: datetime) -> None:
    """Replace the archive's answer for a resource."""
    number = resource_ids(connection, [resource], now)[resource]
    connection.execute(upsert(connection, snapshots, "resource_id"), [answer_values(answer, number, now)])


def answers_for(
    connection: Connection, condition: ColumnElement[bool] | None = None
) -> Mapping[Resource, tuple[ArchiveAnswer, datetime]]:
    """Return the answers for the resources that meet the condition, or for all, each with when it was given."""
    query = (
        select(resources.c.url, snapshots.c.asked, *ANSWER).join_from(snapshots, resources).where(_or_all(condition))
    )
    return {Resource(url): (answer_of(row), asked) for url, asked, *row in connection.execute(query)}


def _or_all(condition: ColumnElement[bool] | None) -> ColumnElement[bool]:
    return true() if condition is None else condition
