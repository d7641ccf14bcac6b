"""What origins answered to the question for their robots.txt: kept for a day (RFC 9309, section 2.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select

from dlt_crawler.model import ROBOTS_LIFE, RobotsRecord
from dlt_crawler.store.resources import batches, upsert
from dlt_crawler.store.tables import Values, robots


def find(connection: Connection, origin: str, now: datetime) -> RobotsRecord | None:
    """Return what an origin answered in the last 24 hours."""
    in_force = robots.c.at.between(now - ROBOTS_LIFE, now)
    query = select(robots.c.origin, robots.c.at, robots.c.text).where(robots.c.origin == origin, in_force)
    row = connection.execute(query).one_or_none()
    return None if row is None else RobotsRecord(*row)


def save(connection: Connection, records: Sequence[RobotsRecord], now: datetime) -> None:
    """Replace what these origins answered, and delete what is too old, or of a clock that was wrong."""
    connection.execute(delete(robots).where(or_(robots.c.at < now - ROBOTS_LIFE, robots.c.at > now)))
    # One origin may be asked twice in a batch: the last word counts.
    for batch in batches({record.origin: record for record in records}.values()):
        rows: list[Values] = [{"origin": record.origin, "at": record.at, "text": record.text} for record in batch]
        connection.execute(upsert(connection, robots, "origin"), rows)
