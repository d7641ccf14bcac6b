"""What a run still has to look at, shared by several machines: whoever has the turn of a site claims a batch of it.

A row of `waiting` is there from when a look is drawn up until the check of its resource is stored, in the same
transaction. So a batch that nobody ends is the next one's, nothing is lost, and what two machines have seen of one
link, because one of them was thought dead, is counted once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from dlt_crawler.model import Due, HandedOn, Observation, Page, Resource, RunId, SlotLoad, Trail
from dlt_crawler.store import checks
from dlt_crawler.store.database import Database
from dlt_crawler.store.documents import fragments_of
from dlt_crawler.store.pages import PAGE
from dlt_crawler.store.resources import batches
from dlt_crawler.store.tables import pages, resources, validators, waiting
from dlt_crawler.store.validators import HELD, held_of

BATCH = 200
"""Links that are claimed at once: what is asked twice at most when a machine is lost."""

OF_LOOK = (waiting.c.run_id == bindparam("run"), waiting.c.look == bindparam("look_of"))
_OF_SITE = (*OF_LOOK, waiting.c.site == bindparam("of"))
_IN_TURN = (waiting.c.asked_in, waiting.c.resource_id)
_CLAIM = (
    select(*_IN_TURN, waiting.c.slot, waiting.c.elapsed, waiting.c.trail, waiting.c.hops, resources.c.url, *PAGE, *HELD)
    .join_from(waiting, resources, waiting.c.resource_id == resources.c.id)
    .outerjoin(pages, pages.c.id == resources.c.page_id)
    .outerjoin(validators, validators.c.resource_id == resources.c.id)
    .where(*_OF_SITE)
    .order_by(*_IN_TURN)
    .limit(BATCH)
)
_ANY_OF_SITE = select(exists().where(*_OF_SITE))
_STRIKE = (
    delete(waiting)
    .where(*OF_LOOK, waiting.c.resource_id.in_(bindparam("ids", expanding=True)))
    .returning(waiting.c.resource_id)
)
_MOVE = update(waiting).where(
    *_OF_SITE, waiting.c.resource_id == bindparam("resource"), waiting.c.hops == bindparam("hops_before")
)


class SharedFrontier:
    """At most BATCH links of one site, claimed when it is made, for the one worker that has the turn of the site.

    Links are claimed in one thread; all else may be called from any. All methods raise StoreError.
    """

    def __init__(
        self, database: Database, connection: Connection, run: RunId, look: int, site: str, *, conditional: bool
    ) -> None:
        """Claim the batch on this connection of the database."""
        self._database = database
        self._run, self._look, self._site = run, look, site
        self._of_site = {"run": run, "look_of": look, "of": site}
        self._slots: dict[str, list[Due]] = defaultdict(list)
        self._elapsed: dict[str, list[float]] = defaultdict(list)
        self._claimed: dict[Resource, tuple[int, int]] = {}
        """Of each resource its number, and how often it was handed on before."""
        rows = connection.execute(_CLAIM, self._of_site).all()
        fragments = fragments_of(connection, (row.resource_id for row in rows))
        for row in rows:
            due = _due(row, fragments[row.resource_id], conditional=conditional and look == 1)
            self._slots[row.slot].append(due)
            self._claimed[due.resource] = row.resource_id, row.hops
            if row.elapsed is not None:
                self._elapsed[row.slot].append(row.elapsed)
        self.links = len(rows)
        """How many there are."""
        self.slots = frozenset(self._slots)

    def loads(self) -> Iterator[SlotLoad]:
        """Yield the slots of the batch (Frontier)."""
        for slot, due in self._slots.items():
            known = self._elapsed[slot]
            yield SlotLoad(slot, len(due), len(due) * sum(known) / len(known) if known else None)

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out links of a slot (Frontier)."""
        due = self._slots[slot]
        self._slots[slot] = due[count:]
        return due[:count]

    def record(self, observations: Sequence[Observation]) -> None:
        """Store what was seen (Batch), as `Sharing.record` does."""
        record(self._database, [(self, observations)])

    @property
    def of(self) -> tuple[RunId, int]:
        """The run and the look."""
        return self._run, self._look

    def number(self, resource: Resource) -> int:
        """Return the number of a resource of the batch."""
        return self._claimed[resource][0]

    def hand_on(self, handed: Sequence[HandedOn]) -> None:
        """Have these links wait for who has the turn of the other site, with what was answered so far."""
        with self._database.writing(durable=False) as connection:
            for each in handed:
                number, hops = self._claimed[each.resource]
                moved = _MOVE.values(site=each.site, slot=each.slot, trail=each.trail.text, hops=each.trail.hops)
                connection.execute(moved, {**self._of_site, "resource": number, "hops_before": hops})

    def release(self) -> None:
        """Do nothing: what is not recorded waits as it did (Batch)."""

    @property
    def is_left(self) -> bool:
        """Whether anything waits for the site now, of this batch or behind it."""
        with self._database.reading() as connection:
            return bool(connection.scalar(_ANY_OF_SITE, self._of_site))


def _due(row: Any, fragments: tuple[str, ...], *, conditional: bool) -> Due:
    return Due(
        Resource(row.url),
        fragments,
        Page(row.title, None, row.language, row.script),
        held_of(row, fragments) if conditional else None,
        None if row.trail is None else Trail(row.trail, row.hops),
    )


def record(database: Database, found: Sequence[tuple[SharedFrontier, Sequence[Observation]]]) -> None:
    """Store the checks of what was seen of several batches, and have it wait no more: see `Sharing.record`."""
    looks: defaultdict[tuple[RunId, int], list[tuple[int, Observation]]] = defaultdict(list)
    for frontier, observations in found:
        looks[frontier.of].extend((frontier.number(seen.resource), seen) for seen in observations)
    for (run, look), rows in looks.items():
        for batch in batches(rows):
            with database.writing(durable=False) as connection:
                numbers = [number for number, _ in batch]
                struck = set(connection.scalars(_STRIKE, {"run": run, "look_of": look, "ids": numbers}))
                first = [seen for number, seen in batch if number in struck]
                if first:
                    checks.add(connection, run, look, first)
