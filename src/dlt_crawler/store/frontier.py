"""What a run still has to look at: drawn up once, in the database, and handed out slot by slot.

The list is a temporary table of one connection: SQLite keeps it in a file without a name that is gone with the
connection, however the process ends. So memory does not grow with the list, no other process sees it, and what the run
stores meanwhile cannot change what is handed out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    true,
    tuple_,
    union_all,
)

from dlt_crawler.model import Due, Outcome, Page, Resource, RunId, Shard, SlotLoad
from dlt_crawler.store import planning
from dlt_crawler.store.columns import BYTEWISE
from dlt_crawler.store.database import Transaction
from dlt_crawler.store.documents import fragments_of
from dlt_crawler.store.due import looked_at, never_looked_at
from dlt_crawler.store.pages import PAGE
from dlt_crawler.store.records import resource_key
from dlt_crawler.store.repairs import repaired_in
from dlt_crawler.store.resources import batches, conflicting
from dlt_crawler.store.tables import checks, documents, occurrences, pages, resources, validators
from dlt_crawler.store.validators import HELD, held_of
from dlt_crawler.urls import site_of

_PAGE = 1_000
"""Slots, or resources, in memory at once."""

_temporary = MetaData()
_written = Table("written", _temporary, Column("id", Integer, primary_key=True), prefixes=["TEMPORARY"])
# The slots of a shard.
_held_slots = Table("held_slots", _temporary, Column("slot", BYTEWISE, primary_key=True), prefixes=["TEMPORARY"])
_queue = Table(
    "queue",
    _temporary,
    Column("slot", BYTEWISE),
    # The run in which the page was asked for last, 0 where it never was. In this order, a host that lets a part of its
    # links be asked for each night has had them all asked for after some, and not the same ones again and again.
    Column("asked_in", Integer),
    Column("id", Integer),
    # Seconds that it took then; null where it never was.
    Column("elapsed", Float),
    PrimaryKeyConstraint("slot", "asked_in", "id"),
    sqlite_with_rowid=False,
    prefixes=["TEMPORARY"],
)

_ORDER = (_queue.c.asked_in, _queue.c.id)

# Made once: for most slots, putting them together would take longer than executing them.
_FIRST = (
    select(*_ORDER, resources.c.url, *PAGE, *HELD)
    .join_from(_queue, resources, _queue.c.id == resources.c.id)
    .outerjoin(pages, pages.c.id == resources.c.page_id)
    .outerjoin(validators, validators.c.resource_id == resources.c.id)
    .where(_queue.c.slot == bindparam("of"))
    .order_by(*_ORDER)
    .limit(bindparam("count"))
)
_KEY = (_queue.c.slot, *_ORDER)
_WAITING = (
    select(*_KEY, resources.c.url)
    .join_from(_queue, resources, _queue.c.id == resources.c.id)
    .where(_queue.c.slot.in_(bindparam("slots", expanding=True)))
    .where(tuple_(*_KEY) > tuple_(bindparam("slot"), bindparam("asked_in"), bindparam("id")))
    .order_by(*_KEY)
    .limit(_PAGE)
)
_STRIKE = delete(_queue).where(*(column == bindparam(f"of_{column.name}") for column in _KEY))
_DELETE_UNTIL = delete(_queue).where(
    _queue.c.slot == bindparam("of"), tuple_(*_ORDER) <= tuple_(bindparam("last_asked_in"), bindparam("last_id"))
)


class Place(NamedTuple):
    """Where a resource waits: a whole key, by which it is found at once in the longest slot."""

    slot: str
    asked_in: int
    id: int


class Waiting(NamedTuple):
    """A resource that waits."""

    due: Due
    place: Place


class StoredFrontier:
    """The resources of one look that are not handed out yet. For one thread."""

    def __init__(
        self,
        transaction: Transaction,
        run: RunId,
        look: int,
        paths: Iterable[str],
        outcomes: Collection[Outcome],
        *,
        due_by: datetime | None,
        conditional: bool,
        only: Collection[Resource] | None = None,
        shard: Shard | None = None,
    ) -> None:
        self._transaction = transaction
        self._conditional = conditional and look == 1
        with transaction() as connection:
            _temporary.create_all(connection, checkfirst=False)
            if only is None:
                _fill_written(connection, paths)
            else:
                _fill_chosen(connection, only)
            if shard is not None:
                _leave_to_others(connection, shard)
            planning.tell_of(connection, _written)
            planning.tell_of_grown(connection, resources, occurrences, checks)
            if look == 1:
                due = never_looked_at(connection, _written, run, due_by).subquery()
            else:
                due = looked_at(_written, run, look - 1, outcomes).subquery()
            # In the order of its key the table is written from its beginning to its end.
            in_order = select(due).order_by(due.c.slot, due.c.asked_in, due.c.id)
            connection.execute(insert(_queue).from_select([*_queue.c], in_order))
            planning.tell_of(connection, _queue)
            _written.drop(connection, checkfirst=False)
            _held_slots.drop(connection, checkfirst=False)
            self.links = connection.scalar(select(func.count()).select_from(_queue)) or 0
            """How many there were in the beginning."""

    def loads(self) -> Iterator[SlotLoad]:
        """Yield each slot that has some left, how many, and the seconds that they are expected to take in all.

        That is as long as they took when they were last asked for; those that never were, as the others of their slot;
        None when none was.
        """
        last: str | None = None
        count, mean = func.count(), func.avg(_queue.c.elapsed)
        query = select(_queue.c.slot, count, mean * count).group_by(_queue.c.slot).order_by(_queue.c.slot).limit(_PAGE)
        while True:
            with self._transaction() as connection:
                page = connection.execute(query if last is None else query.where(_queue.c.slot > last)).all()
            if not page:
                return
            yield from (SlotLoad(*row) for row in page)
            last = page[-1][0]

    def claim(self, slot: str, count: int) -> Sequence[Due]:
        """Hand out at most `count` resources of a slot, each once; none when it has no more.

        With the fragments with which any document has them, with what is known of their pages, abstracts aside, and
        with what they can be asked for with, where that will do.
        What was not asked for in the longest time comes first; then in the order in which they came into the database.
        """
        with self._transaction() as connection:
            rows = connection.execute(_FIRST, {"of": slot, "count": count}).all()
            fragments = fragments_of(connection, (row.id for row in rows))
            if rows:
                until = {"of": slot, "last_asked_in": rows[-1].asked_in, "last_id": rows[-1].id}
                connection.execute(_DELETE_UNTIL, until)
        return [
            Due(
                Resource(row.url),
                fragments[row.id],
                Page(row.title, None, row.language, row.script),
                held_of(row, fragments[row.id]) if self._conditional else None,
            )
            for row in rows
        ]

    def waiting(self, slots: Collection[str]) -> Iterator[Waiting]:
        """Yield what waits in these slots, with its fragments, and hand nothing out.

        No transaction is open between two of them: what is struck off or stored meanwhile does no harm.
        """
        last = Place("", -1, -1)
        while True:
            with self._transaction() as connection:
                rows = connection.execute(_WAITING, {"slots": [*slots], **last._asdict()}).all()
                fragments = fragments_of(connection, (row.id for row in rows))
            if not rows:
                return
            for row in rows:
                last = Place(row.slot, row.asked_in, row.id)
                yield Waiting(Due(Resource(row.url), fragments[row.id]), last)

    def copy_to(self, take: Callable[[Connection, Table], None]) -> None:
        """Let `take` copy what waits elsewhere, in one transaction: from this table, on its connection."""
        with self._transaction() as connection:
            take(connection, _queue)

    def strike(self, found: Iterable[Place]) -> None:
        """Hand out no more what waits at these places, which is known by now in another way."""
        with self._transaction() as connection:
            if rows := [{f"of_{name}": value for name, value in place._asdict().items()} for place in found]:
                connection.execute(_STRIKE, rows)


def _fill_written(connection: Connection, paths: Iterable[str]) -> None:
    """Write down what the links of these documents lead to, may lead to when they are read otherwise, and show.

    What was dead and is repaired is checked as well: when it lives again, it comes back.
    """
    original = occurrences.c.original_id
    # SQLite asks this once, and first: where nothing leads into an archive, the documents are not gone through for it.
    any_original = exists().where(original.is_not(None)).correlate(None)
    for batch in batches(paths):
        checked = (
            select(of_link)
            .join_from(documents, occurrences)
            .where(documents.c.path.in_(batch), of_link.is_not(None), any_original if of_link is original else true())
            for of_link in (occurrences.c.resource_id, occurrences.c.alternative_id, original)
        )
        written = union_all(*checked, repaired_in(batch))
        connection.execute(conflicting(connection, _written).from_select(["id"], written).on_conflict_do_nothing())


def _fill_chosen(connection: Connection, chosen: Collection[Resource]) -> None:
    """Write down these resources, as far as they are known."""
    for batch in batches(chosen):
        known = select(resources.c.id).where(resources.c.key.in_(list(map(resource_key, batch))))
        connection.execute(insert(_written).from_select(["id"], known))


def _leave_to_others(connection: Connection, shard: Shard) -> None:
    """Strike off what is not in a shard. All hosts of a slot are of one site."""
    query = select(resources.c.slot).distinct().order_by(resources.c.slot).limit(_PAGE)
    slots = connection.scalars(query).all()
    while slots:
        if held := [{"slot": slot} for slot in slots if shard.holds(site_of(slot))]:
            connection.execute(insert(_held_slots), held)
        slots = connection.scalars(query.where(resources.c.slot > slots[-1])).all()
    planning.tell_of(connection, _held_slots)
    held_here = exists().where(resources.c.id == _written.c.id, resources.c.slot == _held_slots.c.slot)
    connection.execute(delete(_written).where(~held_here))
