"""What may have to be judged again without a new check: deaths that were held back, and checks from the future."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from dlt_crawler.model import Resource, State
from dlt_crawler.store.database import Database
from dlt_crawler.store.judgements import mark, set_mark
from dlt_crawler.store.tables import checks, occurrences, resources, transitions, verdicts

_CONFIRMED = "deaths confirmed"


class Doubts:
    """Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def raise_on_held(self) -> None:
        """Have all links judged anew that are only not dead because there were too many."""
        held = select(verdicts.c.resource_id).where(verdicts.c.held)
        with self._database.writing() as connection:
            connection.execute(
                update(resources).where(resources.c.id.in_(held), ~resources.c.unjudged).values(unjudged=True)
            )

    def raise_on_the_future(self, now: datetime, longest: timedelta) -> None:
        """Have all links judged anew that were checked later than `now`, or are due later than any can be by then."""
        later = exists().where(checks.c.resource_id == resources.c.id, checks.c.at > now)
        with self._database.writing() as connection:
            connection.execute(
                update(resources).where(or_(later, resources.c.due > now + longest)).values(unjudged=True)
            )

    def deaths(self, now: datetime, within: timedelta) -> int:
        """Return how many links that had worked before died so lately and are dead; not those that were confirmed.

        That includes what was repaired since, and is written no more; not `only_originals`.
        """
        since = now - within
        died = (
            select(func.count(transitions.c.resource_id.distinct()))
            .join_from(transitions, verdicts, verdicts.c.resource_id == transitions.c.resource_id)
            .join(resources, resources.c.id == transitions.c.resource_id)
            .where(transitions.c.after == State.DEAD, transitions.c.before != State.DEAD)
            .where(verdicts.c.state == State.DEAD, verdicts.c.last_ok.is_not(None), ~_is_only_original())
        )
        with self._database.reading() as connection:
            confirmed = mark(connection, _CONFIRMED)
            if confirmed is not None:
                since = max(since, datetime.fromisoformat(confirmed))
            return connection.scalar(died.where(transitions.c.at > since)) or 0

    def only_originals(self) -> frozenset[Resource]:
        """Return the pages that links into archives show, and no link leads to."""
        with self._database.reading() as connection:
            return frozenset(map(Resource, connection.scalars(select(resources.c.url).where(_is_only_original()))))

    def confirm_deaths(self, now: datetime) -> None:
        """Write down that somebody has confirmed all deaths until now."""
        with self._database.writing() as connection:
            set_mark(connection, _CONFIRMED, now.isoformat())


def _is_only_original() -> ColumnElement[bool]:
    # Those with an original have an index of their own: this is free where no link leads into an archive.
    originals = select(occurrences.c.original_id).where(occurrences.c.original_id.is_not(None))
    others = (occurrences.c.resource_id, occurrences.c.alternative_id)
    return and_(resources.c.id.in_(originals), *(~exists().where(other == resources.c.id) for other in others))
