"""Tables of markdown that share what room a forge allows.

Whatever has no room is counted. What is long is folded away, so that a description can be read from top to bottom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from dlt_crawler.language import _, ngettext
from dlt_crawler.report.escapes import code, html_code

ROWS = 1_000
"""More rows than there is room for: one has 60 bytes at least."""
_OPEN = 20
"""Rows of a part that are shown unfolded."""
_LEAST = 800
"""Bytes of a table below which it is no use: then fewer tables are shown instead."""
_NOTE = 200
"""Bytes for a sentence on what was left out, in any language, and for what folds a table away."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that have room in any case, of so many that there are."""

    title: str
    """A name that others gave, such as that of a document; empty where the heading of its part says all."""
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    total: int

    @classmethod
    def of(
        cls,
        columns: tuple[str, ...],
        items: Sequence[T],
        cells: Callable[[T], Sequence[str]],
        *,
        title: str = "",
        most: int = ROWS,
    ) -> Self:
        """Make a table with a row for each of the first `most` items: `cells` returns markdown."""
        return cls(title, columns, tuple(_row(*cells(item)) for item in items[:most]), len(items))

    @property
    def frame(self) -> int:
        """Bytes that it takes without its rows."""
        return len(html_code(self.title).encode()) + len(self._head.encode()) + _NOTE

    @property
    def size(self) -> int:
        """Bytes that it takes, and at least those."""
        return self.frame + sum(len(row.encode()) for row in self.rows)

    def within(self, limit: int) -> str:
        """Return the table with as many rows as have room in so many bytes, and how many more there are."""
        shown: list[str] = []
        limit -= self.frame
        for row in self.rows:
            limit -= len(row.encode())
            if limit < 0:
                break
            shown.append(row)
        more = self.total - len(shown)
        rest = "\n" + _("and {number} more").format(number=f"{more:,}") + "\n" if more else ""
        return f"{self._head if shown else ''}{''.join(shown)}{rest}"

    @property
    def _head(self) -> str:
        return _row(*self.columns) + "|---" * len(self.columns) + "|\n"


@dataclass(frozen=True, slots=True)
class Part:
    """Tables under one heading."""

    heading: str
    """Plain words of ours."""
    number: int
    """Of what the part is about; a part about nothing is not shown."""
    tables: tuple[Table, ...]
    aside: bool = False
    """Folded away however short it is."""

    @classmethod
    def of(
        cls, heading: str, columns: tuple[str, ...], items: Sequence[T], cells: Callable[[T], Sequence[str]],
        *, aside: bool = False,
    ) -> Self:  # fmt: skip
        """Make a part of one table, as `Table.of` does."""
        return cls(heading, len(items), (Table.of(columns, items, cells),), aside)

    @property
    def size(self) -> int:
        """Bytes that it takes, and at least those."""
        return len(self.heading.encode()) + _NOTE + sum(table.size for table in self.tables)

    def within(self, limit: int) -> str:
        """Return as much of the part as has room in so many bytes, and how much more there is."""
        limit -= len(self.heading.encode()) + _NOTE
        shown = list(_shown(self.tables, limit))
        blocks = _filled([table.size for table in shown], limit, lambda at, share: self._block(self.tables[at], share))
        # Estimates of what a table takes are on the safe side: there is room for more of them now.
        room = limit - sum(len(block.encode()) for block in blocks)
        for table in _shown(self.tables[len(blocks) :], room):
            blocks.append(self._block(table, min(room, _least(table))))
            room -= len(blocks[-1].encode())
        body = "".join(blocks)
        if left := self.tables[len(blocks) :]:
            rest = ngettext("and {number} more in {documents} more document",
                            "and {number} more in {documents} more documents", len(left))  # fmt: skip
            body += f"\n{rest.format(number=f'{sum(table.total for table in left):,}', documents=f'{len(left):,}')}\n"
        title = _counted(self.heading, self.number)
        whole = self.aside or (self._is_long and not any(table.title for table in self.tables))
        return _folded(title, body) if whole else f"\n### {title}\n{body}"

    @property
    def _is_long(self) -> bool:
        return sum(table.total for table in self.tables) > _OPEN

    def _block(self, table: Table, limit: int) -> str:
        shown = table.within(limit)
        if not table.title:
            return f"\n{shown}"
        if self._is_long and not self.aside:
            return _folded(_counted(html_code(table.title), table.total), f"\n{shown}")
        return f"\n#### {_counted(code(table.title), table.total)}\n\n{shown}"


def within(parts: Sequence[Part], limit: int) -> str:
    """Return all these parts in so many bytes, each with its fair share; those without rows say nothing."""
    parts = [part for part in parts if part.number]
    return "".join(_filled([part.size for part in parts], limit, lambda at, share: parts[at].within(share)))


def _counted(title: str, number: int) -> str:
    return _("{title}: {number}").format(title=title, number=f"{number:,}")


def _folded(title: str, body: str) -> str:
    """Return markdown that shows its title alone until somebody wants to see more. `title` is HTML."""
    return f"\n<details>\n<summary>{title}</summary>\n{body}\n</details>\n"


def shares(wanted: Sequence[int], room: int) -> Sequence[int]:
    """Divide `room` fairly: nobody gets more than was wanted, and what one leaves over is for the others."""
    given = [0] * len(wanted)
    smallest_first = sorted(range(len(wanted)), key=wanted.__getitem__)
    for left, at in zip(range(len(wanted), 0, -1), smallest_first, strict=True):
        given[at] = min(wanted[at], max(room, 0) // left)
        room -= given[at]
    return given


def _filled(wanted: Sequence[int], room: int, write: Callable[[int, int], str]) -> list[str]:
    """Return what `write(number, limit)` returns for each of what wants so many bytes: its fair share of `room`.

    What that leaves over, as rows have room as a whole or not at all, goes to those that were cut, the first one first.
    """
    given = shares(wanted, room)
    written = [write(at, share) for at, share in enumerate(given)]
    taken = [len(text.encode()) for text in written]
    for at, share in enumerate(given):
        if share < wanted[at]:
            written[at] = write(at, taken[at] + room - sum(taken))
            taken[at] = len(written[at].encode())
    return written


def rows_each(totals: Sequence[int]) -> Sequence[int]:
    """Return of how many items each of several tables needs rows, whatever room there will be."""
    return shares(totals, ROWS)


def _shown(tables: Sequence[Table], room: int) -> Iterator[Table]:
    """Yield the first tables for which there is room when each is cut to what is of some use."""
    if sum(table.size for table in tables) <= room:
        yield from tables
        return
    for table in tables:
        room -= _least(table)
        if room < 0:
            return
        yield table


def _least(table: Table) -> int:
    """Return of how many bytes a table is of some use: all, or one row at least."""
    return min(table.size, table.frame + max([_LEAST, *(len(row.encode()) for row in table.rows[:1])]))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"
