"""The log of repairs: what was written where, and what became of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, insert, select, update

from dlt_crawler.model import LoggedRepair, Repair, Resource, Rewrite, RunId, Span
from dlt_crawler.store.database import Database
from dlt_crawler.store.records import REPAIR, repair_of, resource_key
from dlt_crawler.store.resources import resource_ids
from dlt_crawler.store.tables import Values, repairs, resources
from dlt_crawler.store.written import written_values

_Edit = tuple[str, str | None, Span | None]
"""How a repaired URL is written and what it means, and where it stands if that tells it from another."""

_ENDED = (
    update(repairs)
    .where(repairs.c.id == bindparam("number"))
    .values(stood=bindparam("since"), ended=bindparam("until"), ending=bindparam("how"))
)


class Repairs:
    """Raises what `Store` raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: RunId | None, written_to: str, done: Sequence[tuple[Repair, Rewrite]], *, now: datetime) -> None:
        """Add to the log what is written to the file `written_to`; `run` is the run it rests on.

        A copy is written with all its repairs each time its document changes: what the log has already is not added
        again. A URL that gets another replacement is, and so is one that stands in one more place.
        """
        if done:
            with self._database.writing() as connection:
                _add(connection, run, written_to, done, now)

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


def of_resource(connection: Connection, resource: Resource) -> tuple[LoggedRepair, ...]:
    """Return the repairs of links to a resource, oldest first."""
    return _logged(connection, resources.c.key == resource_key(resource))


def _logged(connection: Connection, condition: ColumnElement[bool]) -> tuple[LoggedRepair, ...]:
    query = select(*REPAIR).join_from(repairs, resources, isouter=True).where(condition).order_by(repairs.c.id)
    return tuple(map(repair_of, connection.execute(query)))


def _add(
    connection: Connection, run: RunId | None, written_to: str, done: Sequence[tuple[Repair, Rewrite]], now: datetime
) -> None:
    done = _not_logged(connection, written_to, done)
    if not done:
        return
    targets = (repair.occurrence.target for repair, _ in done)
    ids = resource_ids(connection, (target for target in targets if isinstance(target, Resource)), now)
    rows: list[Values] = [
        {
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
        for repair, rewrite in done
    ]
    connection.execute(insert(repairs), rows)


def _not_logged(
    connection: Connection, written_to: str, done: Sequence[tuple[Repair, Rewrite]]
) -> list[tuple[Repair, Rewrite]]:
    """Return the repairs that are new: of the URLs written so, fewer had this replacement in the end."""
    logged: dict[_Edit, list[str]] = {}
    for each in _logged(connection, repairs.c.written_to == written_to):
        replacements = logged.setdefault(_edit(each.repair, written_to), [])
        if each.repair.replacement not in replacements:
            replacements.clear()
        replacements.append(each.repair.replacement)
    new: list[tuple[Repair, Rewrite]] = []
    for repair, rewrite in done:
        replacements = logged.get(_edit(repair, written_to), [])
        if repair.replacement in replacements:
            replacements.remove(repair.replacement)
        else:
            new.append((repair, rewrite))
    return new


def _edit(repair: Repair, written_to: str) -> _Edit:
    # In a copy a URL moves when the text before it changes. In the document itself an edited URL is gone: one that is
    # written like it later is another, unless it is the same bytes, whose edit was logged and cut off before it was
    # written.
    link = repair.occurrence
    in_place = os.path.abspath(link.file) == os.path.abspath(written_to)  # noqa: PTH100 (as documents are named)
    return link.raw, link.url, link.span if in_place else None
