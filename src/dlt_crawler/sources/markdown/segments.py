"""From offsets in a block's content to offsets in the text, measured while the parser's container state is alive.

markdown-it gives a block its content with quote marks, indents and escaped pipes taken out, and keeps no offsets. Each
function here repeats one of its ways to cut content out of the lines, and remembers where every piece came from.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.rules_block import StateBlock

_NOWHERE = -1
"""Origin of a character that the parser made up (a space of a split tab)."""

_PIPE = re.compile(r"\|")

Piece = tuple[int, str]
"""Where a piece starts in the text, and its characters."""


class Slice(NamedTuple):
    """The content of a block that stands in the text as it is, in one piece."""

    content: str
    origin: int
    """Offset in the text where it begins."""

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where `content[start:end]` is in the text."""
        return self.origin + start, self.origin + end

    def near(self, offset: int) -> int:
        """Return where `content[offset]` is in the text."""
        return self.origin + offset


@dataclass(frozen=True, slots=True)
class SegmentMap:
    """The content of one block, piece by piece."""

    text: str
    """The text that was parsed."""
    content: str
    starts: tuple[int, ...]
    """Offset in the content where each piece begins, before trimming."""
    origins: tuple[int, ...]
    """Offset in the text where each piece begins."""
    trimmed: int = 0
    """How many characters were trimmed off the front of the pieces."""
    cell: bool = False
    """A table cell: a pipe in the content is a backslash and a pipe in the text."""
    faithful: bool = True
    """Whether the content is what the parser made of the block: if it is not, nothing here is exact."""

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where `content[start:end]` is in the text; None unless exactly that is written there."""
        if not self.faithful:
            return None
        first = self._origin(start)
        if first == _NOWHERE:
            return None
        if start == end:
            return first, first
        last = self._origin(end - 1)
        if self.cell and self.content[start] == "|":
            first -= 1
        written = self.text[first : last + 1]
        if self.cell:
            written = written.replace("\\|", "|")
        return (first, last + 1) if written == self.content[start:end] else None

    def near(self, offset: int) -> int:
        """Return an offset in the text that is good enough to point a person to it."""
        if (origin := self._origin(offset)) != _NOWHERE:
            return origin
        index = max(0, bisect_right(self.starts, offset + self.trimmed) - 1)
        pieces = (*self.origins[index + 1 :], *self.origins[index::-1])
        return next((origin for origin in pieces if origin != _NOWHERE), 0)

    def without_margins(self) -> SegmentMap:
        """Return the map of the content as markdown-it trims it."""
        unmargined = self.content.lstrip(MD_TRIM_CHARS)
        trimmed = len(self.content) - len(unmargined)
        return replace(self, content=unmargined.rstrip(MD_TRIM_CHARS), trimmed=trimmed)

    def _origin(self, offset: int) -> int:
        offset += self.trimmed
        index = bisect_right(self.starts, offset) - 1
        if index < 0 or self.origins[index] == _NOWHERE:
            return _NOWHERE
        return self.origins[index] + offset - self.starts[index]


Located: TypeAlias = Slice | SegmentMap
"""The content of a block, and where it comes from."""


def compared(located: Located, content: str, text: str) -> Located:
    """Return the same, if the parser's own `content` is the same, else a map that gives no span."""
    if located.content == content:
        return located
    return SegmentMap(text, content, starts=(0,), origins=(located.near(0),), faithful=False)


def of_paragraph(state: StateBlock, begin: int, end: int, content: str) -> Located:
    """Locate the content of a paragraph or a setext heading: lines without indent and quote marks, trimmed."""
    start = state.bMarks[begin] + state.tShift[begin]
    # What may have been taken out between its lines are indents and quote marks. A link would have to consist of
    # nothing else to be found in the same characters at another place.
    if state.src.startswith(content, start):
        return Slice(content, start)
    lines = _of_lines(state, begin, end, keep_last_newline=False)
    return compared(lines.without_margins(), content, state.src)


def of_html_block(state: StateBlock, begin: int, end: int, content: str) -> Located:
    """Locate the content of an HTML block: whole lines without the indent and the quote marks of its container."""
    start, _ = _content_start(state, begin, state.blkIndent)
    if state.src.startswith(content, start):
        return Slice(content, start)
    return compared(_of_lines(state, begin, end, keep_last_newline=True), content, state.src)


def of_heading(state: StateBlock, line: int, content: str) -> Located:
    """Locate the content of an ATX heading behind its number signs and blanks."""
    start = state.bMarks[line] + state.tShift[line]
    written = state.src[start : state.eMarks[line]]
    start += len(written) - len(written.lstrip("#").lstrip(MD_TRIM_CHARS))
    return compared(Slice(state.src[start : start + len(content)], start), content, state.src)


def of_definition(state: StateBlock, begin: int, end: int) -> Located:
    """Locate the string that the reference rule reads: whole lines, each from its first character on."""
    lines = range(begin, end)
    pieces = [(state.bMarks[line] + state.tShift[line], state.eMarks[line] + 1) for line in lines]
    return _joined(state.src, [(start, state.src[start:end]) for start, end in pieces])


def of_cells(state: StateBlock, line: int) -> list[Located]:
    """Repeat `escapedSplit` of the table rule: the cells of one row."""
    start = state.bMarks[line] + state.tShift[line]
    row = state.src[start : state.eMarks[line]]
    start += len(row) - len(row.lstrip(MD_TRIM_CHARS))
    row = row.strip(MD_TRIM_CHARS)
    cells: list[list[Piece]] = [[]]
    begin = 0
    for pipe in _PIPE.finditer(row):
        position = pipe.start()
        if position and row[position - 1] == "\\":
            cells[-1].append((start + begin, row[begin : position - 1]))
            begin = position
        else:
            cells[-1].append((start + begin, row[begin:position]))
            cells.append([])
            begin = position + 1
    cells[-1].append((start + begin, row[begin:]))
    if not _content(cells[0]):
        cells.pop(0)
    if cells and not _content(cells[-1]):
        cells.pop()
    return [_cell(state.src, pieces) for pieces in cells]


def _cell(text: str, pieces: list[Piece]) -> Located:
    if len(pieces) > 1:
        return _joined(text, pieces, cell=True).without_margins()
    origin, characters = pieces[0]
    content = characters.lstrip(MD_TRIM_CHARS)
    return Slice(content.rstrip(MD_TRIM_CHARS), origin + len(characters) - len(content))


def _of_lines(state: StateBlock, begin: int, end: int, *, keep_last_newline: bool) -> SegmentMap:
    """Repeat `StateBlock.getLines` with the indent of the current container."""
    pieces: list[Piece] = []
    for line in range(begin, end):
        first, column = _content_start(state, line, state.blkIndent)
        last = state.eMarks[line] + (1 if line + 1 < end or keep_last_newline else 0)
        if column > state.blkIndent:
            pieces.append((_NOWHERE, " " * (column - state.blkIndent)))
        pieces.append((first, state.src[first:last]))
    return _joined(state.src, pieces)


def _content_start(state: StateBlock, line: int, indent: int) -> tuple[int, int]:
    """Return where a line's content starts, and the column reached there (beyond `indent` if a tab was split)."""
    position = state.bMarks[line]
    column = 0
    while position < state.eMarks[line] and column < indent:
        if state.src[position] == "\t":
            column += 4 - (column + state.bsCount[line]) % 4
        elif state.src[position] == " " or position - state.bMarks[line] < state.tShift[line]:
            column += 1
        else:
            break
        position += 1
    return position, column


def _content(pieces: Iterable[Piece]) -> str:
    return "".join(characters for _, characters in pieces)


def _joined(text: str, pieces: Iterable[Piece], *, cell: bool = False) -> SegmentMap:
    kept = [piece for piece in pieces if piece[1]]
    starts: list[int] = []
    length = 0
    for _, characters in kept:
        starts.append(length)
        length += len(characters)
    return SegmentMap(text, _content(kept), tuple(starts), tuple(origin for origin, _ in kept), cell=cell)
