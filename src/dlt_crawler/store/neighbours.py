"""What failed in a run, and the links beside it that the run has not asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import Select, exists, or_, select

from dlt_crawler.model import Outcome, Resource, RunId, State
from dlt_crawler.store.checks import is_written
from dlt_crawler.store.database import Database
from dlt_crawler.store.tables import checks, resources, verdicts

_PAGE = 1_000


class Neighbours:
    """Of one run. Raises what `Store` raises."""

    def __init__(self, database: Database, run: RunId, outcomes: Collection[Outcome]) -> None:
        self._database = database
        self._run = run
        self._outcomes = outcomes

    def failed(self) -> tuple[Resource, ...]:
        """Return the links that saw one of the outcomes, were asked for, and are not known to be dead."""
        query = (
            select(resources.c.url)
            .distinct()
            .join_from(checks, resources)
            .outerjoin(verdicts, verdicts.c.resource_id == resources.c.id)
            .where(checks.c.run_id == self._run, checks.c.outcome.in_(self._outcomes), checks.c.asked)
            .where(or_(verdicts.c.state.is_(None), verdicts.c.state != State.DEAD))
        )
        with self._database.reading() as connection:
            return tuple(map(Resource, connection.scalars(query)))

    def others(self) -> Iterator[Resource]:
        """Yield the written links of the same slots that have no check in the run and are not known to be dead.

        No transaction is open between two of them.
        """
        last = 0
        while True:
            with self._database.reading() as connection:
                page = connection.execute(self._others_after(last)).all()
            if not page:
                return
            yield from (Resource(row.url) for row in page)
            last = page[-1].id

    def _others_after(self, last: int) -> Select[tuple[int, str]]:
        beside = resources.alias("beside")
        slots = (
            select(beside.c.slot)
            .join_from(checks, beside)
            .where(checks.c.run_id == self._run, checks.c.outcome.in_(self._outcomes), checks.c.asked)
        )
        asked = exists().where(checks.c.run_id == self._run, checks.c.resource_id == resources.c.id)
        return (
            select(resources.c.id, resources.c.url)
            .outerjoin(verdicts, verdicts.c.resource_id == resources.c.id)
            .where(resources.c.id > last, resources.c.slot.in_(slots), ~asked, is_written())
            .where(or_(verdicts.c.state.is_(None), verdicts.c.state != State.DEAD))
            .order_by(resources.c.id)
            .limit(_PAGE)
        )
