"""Who was told of what, and what there is to tell: by the ids of the log of transitions, whatever runs they are of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from dlt_crawler.model import Transition
from dlt_crawler.store import checks, reports, transitions
from dlt_crawler.store.judgements import mark, set_mark
from dlt_crawler.store.tables import resources, verdicts

NEWS_LIFE = timedelta(days=7)
"""What changed longer ago is not told any more: to somebody who is new, or who could not be reached for so long."""


@dataclass(frozen=True, slots=True)
class Told:
    """How far somebody was told: to which id in the log of transitions, and of how many deaths that are held back."""

    last: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Untold:
    """What has changed since somebody was told, in the order of the URLs, and the last id in the log of transitions."""

    transitions: tuple[Transition, ...] = ()
    last: int = 0


def told(connection: Connection, target: str) -> Told:
    """Return how far a target was told."""
    value = mark(connection, _name(target))
    return Told() if value is None else Told(*map(int, value.split()))


def keep_told(connection: Connection, target: str, now_told: Told) -> None:
    """Replace how far a target was told."""
    set_mark(connection, _name(target), f"{now_told.last} {now_told.held}")


def untold(connection: Connection, so_far: Told, now: datetime) -> Untold:
    """Return what is not told yet, of the links that a report shows and of the last seven days."""
    last = transitions.last(connection)
    if last <= so_far.last:
        return Untold((), last)
    changed = transitions.since(connection, so_far.last, now - NEWS_LIFE)
    return Untold(reports.of_shown(connection, changed), last)


def held(connection: Connection) -> int:
    """Return to how many resources links lead now that are only not dead because they would be too many at once."""
    query = select(func.count()).select_from(verdicts).join(resources).where(verdicts.c.held, checks.is_target())
    return connection.scalar(query) or 0


def _name(target: str) -> str:
    return f"told {target}"
