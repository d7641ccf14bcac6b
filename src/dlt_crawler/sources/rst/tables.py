"""Grid tables and simple tables: the cells, each a block of lines with their places."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlt_crawler.sources.rst.lines import Block, Line, column_cut, columns, dedented, width

GRID_TOP = re.compile(r"\+-[-+]+-\+$")
SIMPLE_TOP = re.compile(r"=+(?: +=+)+$")

_GRID_HEAD = re.compile(r"\+=[=+]+=\+$")
_SIMPLE_BORDER = re.compile(r"=+[ =]*$")
_SPAN = re.compile(r"-[ -]*$")
_RUN = re.compile("-+")

_EFFORT = 16
"""Looks at one character of a grid, on average, after which it is no table: docutils may look as often as there are
rows times columns. An ordinary grid takes less than four."""

_ENDLESS = 1 << 30


class MalformedTable(Exception):
    """What looks like a table is none: docutils shows it as it is written."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or what looks like one."""

    lines: Block
    end: int
    """The line behind it."""
    cells: Sequence[list[Line]] | None
    """Row by row; None if it is malformed, and shown as it is written."""


def grid_table(lines: Block, start: int) -> Table:
    """Return the table whose top border is line `start`."""
    end = start
    while end < len(lines) and lines[end].text[:1] in ("+", "|"):
        end += 1
    bottom = next((row for row in range(end - 1, start + 1, -1) if GRID_TOP.match(lines[row].text)), None)
    if bottom is None:
        # The whole block is lost if it is closed by a blank line, else it goes on behind.
        return Table(lines[start:end], end, None)
    block = lines[start : bottom + 1]
    columns_wide = width(block[0].text)
    is_closed = all(width(line.text) == columns_wide and line.text[-1] in "+|" for line in block)
    try:
        return Table(block, bottom + 1, list(_Grid(block).cells()) if is_closed else None)
    except MalformedTable:
        return Table(block, bottom + 1, None)


def simple_table(lines: Block, start: int) -> Table:
    """Return the table whose top border is line `start`."""
    end, is_closed = _simple_extent(lines, start)
    block = lines[start:end]
    if not is_closed:
        return Table(block, end, None)
    try:
        return Table(block, end, list(_Simple(block).cells()))
    except MalformedTable:
        return Table(block, end, None)


class _Grid:
    """Traces the cells, each from its upper left corner around, as docutils does."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._rows = _with_plain_head([_as_seen(line.text) for line in block])
        self._bottom = len(block) - 1
        self._right = len(self._rows[0]) - 1
        self._done = [-1] * self._right
        """For each column down to which row it belongs to a cell."""
        self._effort = _EFFORT * len(self._rows) * len(self._rows[0])

    def cells(self) -> Iterator[list[Line]]:
        corners = [(0, 0)]
        seen = set(corners)
        while corners:
            top, left = corners.pop(0)
            if top == self._bottom or left == self._right or top <= self._done[left]:
                continue
            corner = self._opposite_corner(top, left)
            if corner is None:
                continue
            bottom, right = corner
            if any(done != top - 1 for done in self._done[left:right]):
                raise MalformedTable
            self._done[left:right] = [bottom - 1] * (right - left)
            yield dedented([column_cut(line, left + 1, right) for line in self._block[top + 1 : bottom]])
            for new in ((top, right), (bottom, left)):
                if new not in seen:
                    seen.add(new)
                    insort(corners, new)
        if any(done != self._bottom - 1 for done in self._done):
            raise MalformedTable

    def _opposite_corner(self, top: int, left: int) -> tuple[int, int] | None:
        if self._rows[top][left] != "+":
            return None
        for right in self._along(self._rows[top], left, self._right):
            for bottom in self._down(right, top):
                if self._closes(top, left, bottom, right):
                    return bottom, right
        return None

    def _along(self, row: str, left: int, last: int) -> Iterator[int]:
        """Yield the corners to the right in a row of hyphens."""
        for column in range(left + 1, last + 1):
            self._spend(1)
            if row[column] == "+":
                yield column
            elif row[column] != "-":
                return

    def _down(self, column: int, top: int) -> Iterator[int]:
        """Yield the corners further down in a column of bars."""
        for row in range(top + 1, self._bottom + 1):
            self._spend(1)
            if self._rows[row][column] == "+":
                yield row
            elif self._rows[row][column] != "|":
                return

    def _closes(self, top: int, left: int, bottom: int, right: int) -> bool:
        """Tell whether the lower border and the left border lead back to the upper left corner."""
        self._spend(right - left + bottom - top)
        lower = self._rows[bottom][left + 1 : right]
        return (
            self._rows[bottom][left] == "+"
            and not lower.strip("+-")
            and all(self._rows[row][left] in "+|" for row in range(top + 1, bottom))
        )

    def _spend(self, effort: int) -> None:
        self._effort -= effort
        if self._effort < 0:
            raise MalformedTable


def _with_plain_head(rows: list[str]) -> list[str]:
    heads = [index for index, row in enumerate(rows) if _GRID_HEAD.match(row)]
    if len(heads) > 1 or (heads and heads[0] in (0, len(rows) - 1)):
        raise MalformedTable
    for index in heads:
        rows[index] = rows[index].replace("=", "-")
    return rows


def _simple_extent(lines: Block, start: int) -> tuple[int, bool]:
    """Return the line behind a simple table, and whether it has its borders."""
    width_of_top = len(lines[start].text)
    found: int | None = None
    for index in range(start + 1, len(lines)):
        text = lines[index].text
        if not _SIMPLE_BORDER.match(text):
            continue
        if len(text) != width_of_top:
            return index + 1, False
        if found is not None or index + 1 == len(lines) or not lines[index + 1].text:
            return index + 1, True
        found = index
    return (len(lines) if found is None else found + 1), False


_Columns = list[tuple[int, int]]


class _Simple:
    """Cuts rows where the top border has its gaps, or where the line under a row has them."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._texts = [_as_seen(line.text) for line in block]
        self._heads()
        self._columns = _runs(self._texts[0])
        self._border_end = self._columns[-1][1]

    def cells(self) -> Iterator[list[Line]]:
        start, has_text = 1, False
        first_start, first_end = self._columns[0]
        for index in range(1, len(self._texts)):
            text = self._texts[index]
            if _SPAN.match(text):
                if index > start:
                    yield from self._row(start, index, self._spans(text))
                else:
                    self._check_spans(self._spans(text))
                start, has_text = index + 1, False
            elif text[first_start:first_end].strip():
                if has_text and index != start:
                    yield from self._row(start, index, list(self._columns))
                start, has_text = index, True
            elif not has_text:
                start = index + 1

    def _heads(self) -> None:
        """Turn borders into lines under a row; one line between head and body may look like a border, too."""
        last = len(self._texts) - 1
        heads = [index for index in range(1, last) if _SIMPLE_BORDER.match(self._texts[index])]
        if len(heads) > 1:
            raise MalformedTable
        for index in (0, *heads, last):
            self._texts[index] = self._texts[index].replace("=", "-")

    def _spans(self, text: str) -> _Columns:
        spans = _runs(text)
        if spans[-1][1] != self._border_end:
            raise MalformedTable
        return [*spans[:-1], (spans[-1][0], self._columns[-1][1])]

    def _check_spans(self, spans: _Columns) -> None:
        """Raise MalformedTable unless each span begins and ends with a column."""
        begins = {start: index for index, (start, _) in enumerate(self._columns)}
        ends = {end: index for index, (_, end) in enumerate(self._columns)}
        following = 0
        for start, end in spans:
            if begins.get(start) != following or end not in ends:
                raise MalformedTable
            following = ends[end] + 1

    def _row(self, first: int, end: int, spans: _Columns) -> Iterator[list[Line]]:
        self._check_margins(first, end, spans)
        self._check_spans(spans)
        for left, right in spans:
            yield dedented([column_cut(line, left, right) for line in self._block[first:end]])

    def _check_margins(self, first: int, end: int, spans: _Columns) -> None:
        """Raise MalformedTable for text between columns; behind the last one there may be any."""
        for index, (start, stop) in enumerate(spans):
            is_last = index == len(spans) - 1
            behind = _ENDLESS if is_last else spans[index + 1][0]
            for text in self._texts[first:end]:
                if not text[stop:behind].strip():
                    continue
                if not is_last:
                    raise MalformedTable
                new_end = len(text)
                spans[index] = (start, max(self._columns[-1][1], new_end))
                if new_end > self._columns[-1][1]:
                    self._columns[-1] = (self._columns[-1][0], new_end)


def _runs(text: str) -> _Columns:
    return [found.span() for found in _RUN.finditer(text)]


def _as_seen(text: str) -> str:
    """Return a text in which an index is a column: a wide character stands there twice."""
    return text if text.isascii() else "".join(text[index] for index in columns(text))
