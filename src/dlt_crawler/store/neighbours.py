"""What failed in a run, and the links beside it that the run has not asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, case, exists, func, or_, select

from dlt_crawler.model import Outcome, Resource, RunId, State
from dlt_crawler.store.checks import is_written
from dlt_crawler.store.database import Database
from dlt_crawler.store.tables import checks, resources, verdicts
from dlt_crawler.store.tables.seen import failed
from dlt_crawler.urls import authority_of

_PAGE = 250
"""Links that are read together. Mostly four are wanted."""

_GOLDEN = (5**0.5 - 1) / 2
"""The multiples of the golden ratio, less their whole part, lie as far apart as so many can (Knuth, The Art of Computer
Programming, 6.4, theorem S): runs that follow each other begin at places that are far apart."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One in which links failed of a host that has not answered since."""

    failed: Sequence[Resource]
    """Also those that were not asked for because their host kept failing."""
    others: Iterator[Resource]
    """Written links that have no check in the run and are not known to be dead, in an order that is this run's own.

    Read from the database as they are wanted. No transaction is open between two of them."""


class _Failed(NamedTuple):
    slot: str
    url: str
    host: str
    at: datetime
    """When it failed first in the run."""
    asked: bool


class Neighbours:
    """Of one run. Raises what `Store` raises."""

    def __init__(self, database: Database, run: RunId, outcomes: Collection[Outcome]) -> None:
        self._database = database
        self._run = run
        self._outcomes = outcomes

    def slots(self) -> Iterator[Slot]:
        """Yield each slot in which a link saw one of the outcomes that was asked for and is not known to be dead.

        Not where its host has answered anything else after the first of its failures: it is not away. What it answered
        before proves nothing, since an outage may begin at any time in a run.
        """
        with self._database.reading() as connection:
            silent = self._silent(connection)
        for slot, links in groupby(silent, key=attrgetter("slot")):
            yield Slot([Resource(link.url) for link in links], self._others(slot))

    def _silent(self, connection: Connection) -> Sequence[_Failed]:
        """Return what failed of the hosts that have not answered since, slot by slot."""
        asked = func.max(case((checks.c.asked, 1), else_=0))
        query = (
            select(resources.c.slot, resources.c.url, func.min(checks.c.at), asked)
            .join_from(checks, resources)
            .outerjoin(verdicts, verdicts.c.resource_id == resources.c.id)
            .where(failed(), checks.c.run_id == self._run, checks.c.outcome.in_(self._outcomes), _is_not_dead())
            .group_by(resources.c.id)
        )
        rows = connection.execute(query)
        links = sorted(_Failed(slot, url, authority_of(url), first, bool(asked)) for slot, url, first, asked in rows)
        silent = {link.host for link in links if link.asked}
        if not silent:
            return ()
        since: dict[str, datetime] = {}
        for link in links:
            since[link.host] = min(link.at, since.get(link.host, link.at))
        for url, at in connection.execute(self._answers()):
            host = authority_of(url)
            if host in silent and at > since[host]:
                silent.remove(host)
        return [link for link in links if link.host in silent]

    def _answers(self) -> Select[str, datetime]:
        """Return what answered something else in the slots with failures, whatever its host, and when."""
        beside = resources.alias("beside")
        slots = (
            select(beside.c.slot)
            .join_from(checks, beside)
            .where(failed(), checks.c.run_id == self._run, checks.c.outcome.in_(self._outcomes))
        )
        return (
            select(resources.c.url, checks.c.at)
            .join_from(checks, resources)
            .where(checks.c.run_id == self._run, checks.c.asked, checks.c.status.is_not(None))
            .where(checks.c.outcome.not_in(self._outcomes), resources.c.slot.in_(slots))
        )

    def _others(self, slot: str) -> Iterator[Resource]:
        # From another place on in each run, so that not the same few are asked every night that one beside them fails;
        # and from the same one when the run is gone on with.
        of_slot = select(resources.c.id).where(resources.c.slot == slot).limit(1)
        with self._database.reading() as connection:
            lowest: int = connection.scalars(of_slot.order_by(resources.c.id)).one()
            highest: int = connection.scalars(of_slot.order_by(resources.c.id.desc())).one()
        begin = lowest + int(self._run * _GOLDEN % 1 * (highest + 1 - lowest))
        yield from self._others_between(slot, begin, highest + 1)
        yield from self._others_between(slot, lowest, begin)

    def _others_between(self, slot: str, begin: int, end: int) -> Iterator[Resource]:
        """Yield those with an id from `begin` on and below `end`."""
        asked = exists().where(checks.c.run_id == self._run, checks.c.resource_id == resources.c.id)
        query = (
            select(resources.c.id, resources.c.url)
            .outerjoin(verdicts, verdicts.c.resource_id == resources.c.id)
            .where(resources.c.slot == slot, resources.c.id < end, ~asked, is_written(), _is_not_dead())
            .order_by(resources.c.id)
            .limit(_PAGE)
        )
        while True:
            with self._database.reading() as connection:
                page = connection.execute(query.where(resources.c.id >= begin)).all()
            yield from (Resource(row.url) for row in page)
            if len(page) < _PAGE:
                return
            begin = page[-1].id + 1


def _is_not_dead() -> ColumnElement[bool]:
    return or_(verdicts.c.state.is_(None), verdicts.c.state != State.DEAD)
