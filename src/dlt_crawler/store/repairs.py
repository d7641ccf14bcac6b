"""The log of repairs: what was written where, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from dlt_crawler.model import REFUSED, Dispute, LoggedRepair, Repair, RepairKind, Resource, Rewrite, RunId, Span, State
from dlt_crawler.store.database import Database
from dlt_crawler.store.records import REPAIR, repair_of, resource_key
from dlt_crawler.store.resources import batches, resource_ids
from dlt_crawler.store.tables import Values, documents, repairs, resources, runs, verdicts
from dlt_crawler.store.written import written_values

_Edit = tuple[str, str | None, str, Span | None]
"""How a repaired URL is written, what it means and how it was repaired, and where it stands if that tells it from
another."""

_OF_DEAD = repairs.c.why == RepairKind.SNAPSHOT

_ENDED = (
    update(repairs)
    .where(repairs.c.id == bindparam("number"))
    .values(stood=bindparam("since"), ended=bindparam("until"), ending=bindparam("how"))
)


class Repairs:
    """Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        run: RunId | None,
        written_to: str,
        done: Sequence[tuple[Repair, Rewrite]],
        *,
        now: datetime,
        anew: bool = False,
    ) -> tuple[int, ...]:
        """Add to the log what is about to be written to `written_to`; `run` is the run it rests on.

        `written_to` is the document's own name (`LinkOccurrence.file`) where it is written in place. Returns the number
        of the entry of each; a return has none, since it ends another's. A copy is written with all its repairs each
        time its document changes: what the log has already is not added again. A URL that gets another replacement is,
        and so is one that stands in one more place. With `anew` everything is: nothing of an earlier text is left (a
        branch that is made, whatever had its name before).
        """
        if not (done := [each for each in done if each[0].kind is not RepairKind.RETURN]):
            return ()
        with self._database.writing() as connection:
            return _add(connection, run, written_to, done, now, anew=anew)

    def confirm(self, numbers: Iterable[int], *, now: datetime) -> None:
        """Write down that what these entries say has been written: what is in the document itself stands from now on.

        Not before that: an entry that never stood says nothing when the old URL is still there.
        """
        with self._database.writing() as connection:
            for batch in batches(numbers):
                written = and_(repairs.c.id.in_(batch), repairs.c.written_to == repairs.c.file)
                stands = update(repairs).where(written, repairs.c.stood.is_(None))
                connection.execute(stands.values(stood=now))

    def keep(self, logged: Iterable[LoggedRepair]) -> None:
        """Replace since when these stood, and when and how that ended."""
        rows = [{"number": each.id, "since": each.stood, "until": each.ended, "how": each.ending} for each in logged]
        if rows:
            with self._database.writing() as connection:
                connection.execute(_ENDED, rows)

    def written_to(self, path: str) -> tuple[LoggedRepair, ...]:
        """Return what was written to a file, oldest first."""
        with self._database.reading() as connection:
            return _logged(connection, repairs.c.written_to == path)

    def of(self, document: str) -> tuple[LoggedRepair, ...]:
        """Return the repairs of a document, wherever they were written to, oldest first."""
        with self._database.reading() as connection:
            return _logged(connection, repairs.c.file == document)

    def of_run(self, run: RunId) -> tuple[LoggedRepair, ...]:
        """Return the repairs that rest on a run, oldest first."""
        with self._database.reading() as connection:
            return _logged(connection, repairs.c.run_id == run)

    def runs(self) -> tuple[RunId, ...]:
        """Return the runs that repairs rest on, the latest first."""
        with self._database.reading() as connection:
            found = connection.scalars(select(repairs.c.run_id).where(repairs.c.run_id.is_not(None)).distinct())
            return tuple(sorted(map(RunId, found), reverse=True))

    def knows(self, run: RunId) -> bool:
        """Tell whether there is such a run."""
        with self._database.reading() as connection:
            return connection.scalar(select(runs.c.id).where(runs.c.id == run)) is not None

    def repaired(self) -> frozenset[str]:
        """Return the documents of which the log has anything, in themselves or in copies."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(repairs.c.file).distinct()))

    def documents(self) -> frozenset[str]:
        """Return the documents in which a repair stands, or has stood, or of which one was undone."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(repairs.c.file).where(_has_a_past()).distinct()))

    def refused(self) -> tuple[LoggedRepair, ...]:
        """Return the repairs, oldest first, that somebody took back, and that are not to be proposed again for now.

        That of a dead link is until the link has been seen alive since, on two days if it takes as many for a link to
        be no more `Verdict.recovering`; that of a redirect is while its link lives. Neither is once it stands in its
        document again.
        """
        with self._database.reading() as connection:
            return tuple(refused(connection))

    def living(self) -> frozenset[Resource]:
        """Return the resources that were repaired because they were dead, and that are alive, not only recovering."""
        alive = and_(verdicts.c.state == State.ALIVE, ~verdicts.c.recovering)
        query = (
            select(resources.c.url)
            .join(verdicts, verdicts.c.resource_id == resources.c.id)
            .where(alive, exists().where(repairs.c.resource_id == resources.c.id, _OF_DEAD))
        )
        with self._database.reading() as connection:
            return frozenset(map(Resource, connection.scalars(query)))

    def rename(self, before: str, after: str) -> None:
        """Carry over what is known of a document that has another name now; what is known of its copies stays."""
        of_document = update(repairs).where(repairs.c.file == before)
        with self._database.writing() as connection:
            connection.execute(of_document.where(repairs.c.written_to == before).values(written_to=after, file=after))
            connection.execute(of_document.where(_has_a_past()).values(file=after))

    def disputes(self) -> Mapping[Resource, Dispute]:
        """Return for each link that `refused` names its latest dispute."""
        with self._database.reading() as connection:
            return disputes(connection)


def of_resource(connection: Connection, resource: Resource) -> tuple[LoggedRepair, ...]:
    """Return the repairs of links to a resource, oldest first."""
    return _logged(connection, resources.c.key == resource_key(resource))


def refused(connection: Connection, condition: ColumnElement[bool] | None = None) -> list[LoggedRepair]:
    """Return what `Repairs.refused` does, of the resources that meet the condition."""
    # Asked once for all: asked for each, a document in which very many were taken back is gone through as often.
    taken_back = select(repairs.c.resource_id).where(repairs.c.ending.in_(REFUSED))
    again = (
        select(repairs.c.resource_id, repairs.c.file, func.max(repairs.c.id).label("latest"))
        .where(_stands(), repairs.c.resource_id.in_(taken_back))
        .group_by(repairs.c.resource_id, repairs.c.file)
        .subquery()
    )
    moved = repairs.c.why == RepairKind.REDIRECT
    not_seen_since = or_(verdicts.c.last_ok.is_(None), verdicts.c.last_ok <= repairs.c.ended, verdicts.c.recovering)
    query = (
        _entries()
        .outerjoin(verdicts, verdicts.c.resource_id == repairs.c.resource_id)
        .outerjoin(again, and_(again.c.resource_id == repairs.c.resource_id, again.c.file == repairs.c.file))
        .where(repairs.c.ending.in_(REFUSED), true() if condition is None else condition)
        .where(or_(again.c.latest.is_(None), again.c.latest < repairs.c.id))
        .where(or_(and_(~moved, not_seen_since), and_(moved, verdicts.c.state == State.ALIVE)))
    )
    return list(map(repair_of, connection.execute(query)))


def disputes(connection: Connection, condition: ColumnElement[bool] | None = None) -> Mapping[Resource, Dispute]:
    """Return the latest open dispute about each resource that meets the condition and has one."""
    found: dict[Resource, Dispute] = {}
    for each in refused(connection, condition):
        link = each.repair.occurrence
        if isinstance(link.target, Resource) and each.ended is not None:
            dispute = Dispute(each.ended, link.file, each.repair.replacement)
            found[link.target] = max(found.get(link.target, dispute), dispute, key=lambda one: one.at)
    return found


def is_dead_and_repaired() -> ColumnElement[bool]:
    """Return the condition that a repair stands in a document for the death of a resource, where no link leads now."""
    return exists().where(
        repairs.c.resource_id == resources.c.id,
        _stands(),
        _OF_DEAD,
        documents.c.path == repairs.c.file,
    )


def repaired_in(files: Iterable[str]) -> Select[int]:
    """Return the query for the ids of the resources for whose deaths a repair stands in one of these documents."""
    of_dead = select(repairs.c.resource_id).where(_OF_DEAD, repairs.c.resource_id.is_not(None))
    return of_dead.where(repairs.c.file.in_(list(files)), _stands())


def _stands() -> ColumnElement[bool]:
    return and_(repairs.c.stood.is_not(None), repairs.c.ended.is_(None))


def _has_a_past() -> ColumnElement[bool]:
    return or_(repairs.c.stood.is_not(None), repairs.c.ended.is_not(None))


def _entries() -> Select[tuple[object, ...]]:
    return select(*REPAIR).join_from(repairs, resources, isouter=True).order_by(repairs.c.id)


def _logged(connection: Connection, condition: ColumnElement[bool]) -> tuple[LoggedRepair, ...]:
    return tuple(map(repair_of, connection.execute(_entries().where(condition))))


def _add(
    connection: Connection,
    run: RunId | None,
    written_to: str,
    done: Sequence[tuple[Repair, Rewrite]],
    now: datetime,
    *,
    anew: bool,
) -> tuple[int, ...]:
    numbers = {} if anew else _known(connection, written_to, done)
    targets = (repair.occurrence.target for repair, _ in done)
    ids = resource_ids(connection, (target for target in targets if isinstance(target, Resource)), now)
    # We are the only writer: giving the numbers is quicker than asking which ones the database gave.
    last: int = connection.scalar(select(func.max(repairs.c.id))) or 0
    rows: list[Values] = []
    for at, (repair, rewrite) in enumerate(done):
        if at in numbers:
            continue
        last += 1
        numbers[at] = last
        rows.append(
            {
                "id": last,
                "run_id": run,
                "at": now,
                "written_to": written_to,
                "file": repair.occurrence.file,
                "replacement": repair.replacement,
                "evidence": repair.evidence,
                "why": repair.kind,
                "style": repair.style,
                "old": rewrite.old,
                "new": rewrite.new,
                **written_values(repair.occurrence, ids),
            }
        )
    if rows:
        connection.execute(insert(repairs), rows)
    return tuple(numbers[at] for at in range(len(done)))


def _known(connection: Connection, written_to: str, done: Sequence[tuple[Repair, Rewrite]]) -> dict[int, int]:
    """Return the numbers of those that the log has: of the URLs written so, as many had this replacement in the end."""
    logged: dict[_Edit, list[LoggedRepair]] = defaultdict(list)
    for each in _logged(connection, repairs.c.written_to == written_to):
        # What stood in the document itself is no entry that was cut off before it was written.
        if each.ended is None and (each.stood is None or not each.in_document):
            entries = logged[_edit(each.repair, written_to)]
            if all(each.repair.replacement != entry.repair.replacement for entry in entries):
                entries.clear()
            entries.append(each)
    numbers: dict[int, int] = {}
    for at, (repair, _) in enumerate(done):
        entries = logged[_edit(repair, written_to)]
        if entries and entries[0].repair.replacement == repair.replacement:
            numbers[at] = entries.pop(0).id
    return numbers


def _edit(repair: Repair, written_to: str) -> _Edit:
    # In a copy a URL moves when the text before it changes. In the document itself an edited URL is gone: one that is
    # written like it later is another, unless it is the same bytes, whose edit was logged and cut off before it was
    # written.
    link = repair.occurrence
    return link.raw, link.url, repair.style, link.span if link.file == written_to else None
