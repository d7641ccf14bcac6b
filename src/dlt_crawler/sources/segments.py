"""From offsets in a block's content to offsets in the text, measured while the parser's container state is alive.

markdown-it gives a block its content with quote marks, indents and escaped pipes taken out, and keeps no offsets. Each
function here repeats one of its ways to cut content out of the lines, and remembers where every piece came from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.rules_block import StateBlock

_NOWHERE = -1
"""Origin of a character that the parser made up (a space of a split tab)."""

Piece = tuple[int, str]
"""Where a piece starts in the text, and its characters."""


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
        return next((origin for origin in self.origins if origin != _NOWHERE), 0)

    def compared_with(self, content: str) -> SegmentMap:
        """Return this map, faithful only if the parser's own `content` is the same."""
        return self if self.content == content else replace(self, content=content, faithful=False)

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


def of_lines(state: StateBlock, begin: int, end: int, *, keep_last_newline: bool) -> SegmentMap:
    """Repeat `StateBlock.getLines` with the indent of the current container."""
    pieces: list[Piece] = []
    for line in range(begin, end):
        first, column = _content_start(state, line, state.blkIndent)
        last = state.eMarks[line] + (1 if line + 1 < end or keep_last_newline else 0)
        if column > state.blkIndent:
            pieces.append((_NOWHERE, " " * (column - state.blkIndent)))
        pieces.append((first, state.src[first:last]))
    return _joined(state.src, pieces)


def of_reference_lines(state: StateBlock, begin: int, end: int) -> SegmentMap:
    """Repeat the string that the reference rule reads: whole lines, each from its first character on."""
    starts = [state.bMarks[line] + state.tShift[line] for line in range(begin, end)]
    ends = [state.eMarks[line] + 1 for line in range(begin, end)]
    return _joined(state.src, [(start, state.src[start:end]) for start, end in zip(starts, ends, strict=True)])


def of_heading(state: StateBlock, line: int, content: str) -> SegmentMap:
    """Find the content of an ATX heading behind its number signs and blanks."""
    start = state.bMarks[line] + state.tShift[line]
    written = state.src[start : state.eMarks[line]]
    start += len(written) - len(written.lstrip("#").lstrip(MD_TRIM_CHARS))
    return _joined(state.src, [(start, state.src[start : start + len(content)])])


def of_cells(state: StateBlock, line: int) -> list[SegmentMap]:
    """Repeat `escapedSplit` of the table rule: the cells of one row."""
    start = state.bMarks[line] + state.tShift[line]
    row = state.src[start : state.eMarks[line]]
    start += len(row) - len(row.lstrip(MD_TRIM_CHARS))
    row = row.strip(MD_TRIM_CHARS)
    cells: list[list[Piece]] = [[]]
    begin = 0
    escaped = False
    for position, character in enumerate(row):
        if character == "|" and escaped:
            cells[-1].append((start + begin, row[begin : position - 1]))
            begin = position
        elif character == "|":
            cells[-1].append((start + begin, row[begin:position]))
            cells.append([])
            begin = position + 1
        escaped = character == "\\"
    cells[-1].append((start + begin, row[begin:]))
    if not _content(cells[0]):
        cells.pop(0)
    if cells and not _content(cells[-1]):
        cells.pop()
    return [_joined(state.src, cell, cell=True).without_margins() for cell in cells]


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
