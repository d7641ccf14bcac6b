"""What has changed: the log of transitions, and what those of some runs or times come to for each link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, true

from dlt_crawler.model import Network, Resource, RunId, State, Transition, Verdict
from dlt_crawler.store.records import TRANSITION, transition_of
from dlt_crawler.store.tables import Values, resources, runs, transitions


def between(
    resource: Resource, before: Verdict | None, after: Verdict, run: RunId | None, now: datetime
) -> Transition | None:
    """Return the transition from one verdict to the next; None when there is nothing to write down.

    That a link is there, or fails, is told by its first check already: what becomes of a link without a verdict is
    written down only where it is news.
    """
    state = State.UNCHECKED if before is None else before.state
    known = None if before is None else before.moved_to
    moved_to = after.moved_to if after.moved_to != known else None
    found = Transition(resource.url, run, now, state, after.state, after.reason, moved_to)
    return found if _says_something(found) else None


def add(connection: Connection, found: Iterable[tuple[int, Transition]]) -> None:
    """Write transitions down, each with the id of its resource."""
    rows: list[Values] = [
        {
            "run_id": each.run,
            "resource_id": number,
            "at": each.at,
            "before": each.before,
            "after": each.after,
            "reason": each.reason,
            "moved_to": each.moved_to,
        }
        for number, each in found
    ]
    if rows:
        connection.execute(insert(transitions), rows)


def since_the_run_before(connection: Connection, run: RunId | None) -> tuple[Transition, ...]:
    """Return what has changed since the last night before this run was done: one transition for each link.

    That includes what was judged between the two, and by a run that was cut off, or narrowed down. In the order of the
    URLs.
    """
    done = select(func.max(runs.c.done)).where(
        runs.c.network == Network.OK, runs.c.since.is_(None), runs.c.shard.is_(None)
    )
    before = connection.scalar(done if run is None else done.where(runs.c.id < run))
    since_then = true() if before is None else or_(transitions.c.at > before, transitions.c.run_id == run)
    return net(_stored(connection, since_then))


def since(connection: Connection, last: int, begin: datetime) -> tuple[Transition, ...]:
    """Return what has changed after the transition with the id `last` and after a time: one transition for each link.

    In the order of the URLs.
    """
    return net(_stored(connection, and_(transitions.c.id > last, transitions.c.at > begin)))


def last(connection: Connection) -> int:
    """Return the id of the latest transition; 0 before the first."""
    return connection.scalar(select(func.max(transitions.c.id))) or 0


def of_resource(connection: Connection, key: str) -> tuple[Transition, ...]:
    """Return all that has changed about the resource with this key, oldest first."""
    return tuple(_stored(connection, resources.c.key == key))


def net(found: Iterable[Transition]) -> tuple[Transition, ...]:
    """Return what transitions, oldest first, come to: from the first state of each link to the last.

    A link that is in the end what it was has not changed, unless it has moved. In the order of their URLs.
    """
    whole: dict[str, Transition] = {}
    for each in found:
        first = whole.get(each.url)
        whole[each.url] = (
            each if first is None else replace(each, before=first.before, moved_to=each.moved_to or first.moved_to)
        )
    return tuple(whole[url] for url in sorted(whole) if _says_something(whole[url]))


def _says_something(change: Transition) -> bool:
    if change.before is State.UNCHECKED:
        return change.change is not None
    return change.before is not change.after or change.moved_to is not None


def _stored(connection: Connection, condition: ColumnElement[bool]) -> Iterable[Transition]:
    query = select(*TRANSITION).join_from(transitions, resources).where(condition).order_by(transitions.c.id)
    return map(transition_of, connection.execute(query).all())
