"""The description of a pull request: what was repaired and why, and what is left for people to do.

Nothing that documents, pages or archives say acts in it (`escapes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from dlt_crawler.model import LinkOccurrence, LinkStatus, LoggedRepair, Report, Resource, Snapshot, State
from dlt_crawler.report.escapes import code, link, words
from dlt_crawler.report.paper import day
from dlt_crawler.report.text import NO_SNAPSHOT
from dlt_crawler.report.view import View

_LIMIT = 65_536
"""GitHub takes descriptions of so many characters. Bytes are counted, which are never fewer …"""
_SPARE = 2_000
"""… and so many are for all that is no row of a table."""
_PLACES = 3
"""Places of one link that are told."""
_NAME = 120
"""Characters of a title that are shown."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Edit:
    place: LinkOccurrence
    new: str
    why: str


@dataclass(frozen=True, slots=True)
class _Table:
    heading: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    """As many as could have room in any case …"""
    total: int
    """… of so many."""

    @classmethod
    def of(
        cls, heading: str, columns: tuple[str, ...], items: Sequence[T], cells: Callable[[T], Sequence[str]]
    ) -> Self:
        """Make a table with a row for each item."""
        rows: list[str] = []
        room = _LIMIT
        for item in items:
            rows.append(_row(*cells(item)))
            room -= len(rows[-1].encode())
            if room < 0:
                break
        return cls(heading, columns, tuple(rows), len(items))

    @property
    def size(self) -> int:
        return sum(len(row.encode()) for row in self.rows)

    def within(self, limit: int) -> str:
        """Return the table with as many rows as have room in so many bytes, and how many more there are."""
        shown: list[str] = []
        for row in self.rows:
            limit -= len(row.encode())
            if limit < 0:
                break
            shown.append(row)
        more = self.total - len(shown)
        head = _row(*self.columns) + "|---" * len(self.columns) + "|\n"
        rest = f"\nand {more:,} more\n" if more else ""
        return f"\n### {self.heading}\n\n{head if shown else ''}{''.join(shown)}{rest}"


def report_markdown(report: Report, _view: View) -> str:
    """Return the repairs that were made, those that could be by what is known, and the dead links that stay.

    Made are those of `Report.repairs`: of the newest branch that was committed to, else of all places, each once. What
    could be is every dead link with a snapshot that is not among them: all before anything was written, later what
    nobody wanted or what was refused. Where a limit of 65,536 bytes leaves no room for all, each table says how many it
    lacks.
    """
    made = _made(report.repairs)
    edits = (_edits("Repaired", made), _edits("Could be repaired", _proposed(report, made)))
    tables = [table for table in (*edits, _lost(report), _disputed(report)) if table.total]
    room, shares = _LIMIT - _SPARE, {}
    for left, table in zip(range(len(tables), 0, -1), sorted(tables, key=lambda table: table.size), strict=True):
        shares[table.heading] = room // left
        room -= min(table.size, room // left)
    return _summary(report, made) + "".join(table.within(shares[table.heading]) for table in tables)


def _summary(report: Report, made: Sequence[_Edit]) -> str:
    dead = report.counts[State.DEAD]
    documents = len({edit.place.file for edit in made})
    edits = f"{_plural(len(made), 'link')} repaired in {_plural(documents, 'document')}. " if made else ""
    checked = f"Run {report.run.id} of {day(report.run.started)}: " if report.run else ""
    known = f"{_plural(len(report.links), 'link')}, {dead:,} of them dead"
    return f"{edits}{checked}{known}. Found by dlt-crawl.\n"


def _made(repairs: Sequence[LoggedRepair]) -> Sequence[_Edit]:
    """Return what was committed to the newest branch, in the files of its repository; else all that was written."""
    committed = [(each, *to) for each in repairs if (to := _committed(each)) is not None]
    made = [(each.repair, each.repair.occurrence.file) for each in repairs]
    if committed:
        # One of this name may have been made, and thrown away, before.
        last, newest, _path = committed[-1]
        made = [(each.repair, path) for each, branch, path in committed if (branch, each.at) == (newest, last.at)]
    found: dict[tuple[str, int, int, str], _Edit] = {}
    for edit, file in made:
        place = replace(edit.occurrence, file=file)
        at = (file, place.line, place.column, edit.replacement)
        found.setdefault(at, _Edit(place, edit.replacement, edit.evidence))
    return [found[at] for at in sorted(found)]


def _committed(logged: LoggedRepair) -> tuple[str, str] | None:
    """Return to which branch a repair was committed, and in which file; None when it was written into a directory.

    "BRANCH:PATH" has no colon in the first (git-check-ref-format(1)), and in the second the document's path, from the
    root of the repository instead of from where we are.
    """
    branch, colon, path = logged.written_to.partition(":")
    file = logged.repair.occurrence.file
    is_committed = colon and (path == file or file.endswith(f"/{path}") or path.endswith(f"/{file}"))
    return (branch, path) if is_committed else None


def _edits(heading: str, edits: Sequence[_Edit]) -> _Table:
    return _Table.of(
        heading,
        ("where", "old", "new", "why"),
        edits,
        lambda edit: (
            code(f"{edit.place.file}:{edit.place.line}"),
            link(edit.place.url or edit.place.raw),
            link(edit.new),
            words(edit.why),
        ),
    )


def _proposed(report: Report, made: Sequence[_Edit]) -> Sequence[_Edit]:
    done = {edit.place.url for edit in made}
    return [
        _Edit(place, status.snapshot.url, status.verdict.reason)
        for status in _dead(report)
        if isinstance(status.snapshot, Snapshot)
        for place in status.occurrences
        if place.span is not None and isinstance(place.target, Resource) and place.url not in done
    ]


def _lost(report: Report) -> _Table:
    lost = [status for status in _dead(report) if not isinstance(status.snapshot, Snapshot)]
    return _Table.of(
        "Dead, without a snapshot",
        ("where", "link", "why it stays"),
        lost,
        lambda each: (_where(each), f"{link(each.url)} {words(_name(each))}".rstrip(), words(_why(each))),
    )


def _disputed(report: Report) -> _Table:
    disputed = [(status, status.dispute) for status in report.links if status.dispute is not None]
    return _Table.of(
        "Disputed: somebody took the repair back",
        ("where", "link", "what was taken back"),
        disputed,
        lambda each: (_where(each[0]), link(each[0].url), f"{link(each[1].replacement)}, {day(each[1].at)}"),
    )


def _dead(report: Report) -> Iterator[LinkStatus]:
    return (status for status in report.links if status.verdict.state is State.DEAD and status.dispute is None)


def _where(status: LinkStatus) -> str:
    shown = [code(f"{place.file}:{place.line}") for place in status.occurrences[:_PLACES]]
    more = len(status.occurrences) - _PLACES
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _name(status: LinkStatus) -> str:
    name = status.page.title or next((place.text for place in status.occurrences if place.text != place.raw), "")
    return name if len(name) <= _NAME else f"{name[:_NAME]}…"


def _why(status: LinkStatus) -> str:
    if status.snapshot is None or isinstance(status.snapshot, Snapshot):
        return f"{status.verdict.reason}; no snapshot: the archive has not been asked, or did not answer"
    return f"{status.verdict.reason}; {NO_SNAPSHOT[status.snapshot.reason]}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
