"""The lines of a reStructuredText document, and where every character of them is in the text.

Blocks are cut out of lines, and blocks out of blocks; each piece keeps its places, whatever indent, table border or
marker was cut off before it.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_TAB = 8
"""Columns (docutils' default, which the specification asks for)."""

_TO_SPACE = str.maketrans("\v\f", "  ")


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a piece of one, without white space at its end."""

    text: str
    """Tabs expanded."""
    origins: Sequence[int]
    """Where each character of it is in the document's text: a range wherever nothing was expanded or left out."""

    def cut(self, start: int, end: int | None = None) -> Line:
        """Return a piece of it."""
        return Line(self.text[start:end], self.origins[start:end])

    def stripped(self) -> Line:
        """Return it without the white space on both sides."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))


Block = Sequence[Line]


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that are read as one text."""

    text: str
    """The lines, with line feeds between them."""
    lines: Block
    starts: Sequence[int]
    """Where each line begins in `text`."""

    def cut(self, end: int) -> Passage:
        """Return it up to an offset."""
        return Passage(self.text[:end], self.lines, self.starts)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where `text[start:end]` is in the document; None unless it is in one piece there, on one line."""
        index = bisect_right(self.starts, start) - 1
        origins = self.lines[index].origins[start - self.starts[index] : end - self.starts[index]]
        if not start < end or len(origins) < end - start or origins[-1] - origins[0] != len(origins) - 1:
            return None
        return origins[0], origins[-1] + 1

    def near(self, offset: int) -> int:
        """Return an offset in the document that is good enough to point a person to it."""
        index = bisect_right(self.starts, offset) - 1
        origins = self.lines[index].origins
        return origins[min(offset - self.starts[index], len(origins) - 1)] if origins else 0

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the span, or nothing at a place that is near."""
        near = self.near(start)
        return self.span(start, end) or (near, near)


def passage(block: Iterable[Line]) -> Passage:
    """Return lines as one text; at least one line."""
    lines = tuple(block)
    starts = []
    position = 0
    for line in lines:
        starts.append(position)
        position += len(line.text) + 1
    return Passage("\n".join(line.text for line in lines), lines, starts)


def lines_of(text: str) -> list[Line]:
    """Return the lines of a document as docutils splits it: also at U+2028, and at the separators of ASCII."""
    lines = []
    offset = 0
    for written in text.translate(_TO_SPACE).splitlines(keepends=True):
        content = written.rstrip()
        if "\t" in content:
            lines.append(_expanded(content, offset))
        else:
            lines.append(Line(content, range(offset, offset + len(content))))
        offset += len(written)
    return lines


def _expanded(content: str, offset: int) -> Line:
    characters: list[str] = []
    origins: list[int] = []
    for origin, character in enumerate(content, offset):
        width = _TAB - len(characters) % _TAB if character == "\t" else 1
        characters.extend(" " * width if character == "\t" else character)
        origins.extend([origin] * width)
    return Line("".join(characters), tuple(origins))


def indented(
    lines: Block,
    start: int,
    *,
    first: int | None = None,
    known: int | None = None,
    until_blank: bool = False,
    keep_top: bool = False,
    keep_indent: bool = False,
) -> tuple[list[Line], int]:
    """Return the indented block that begins with line `start`, without its common indent, and the line behind it.

    `first` is the indent of its first line, whatever stands before (a marker); `known` that of all lines. Blank lines
    at its beginning are left out unless it is to `keep_top`, and the lines behind the first one keep their indent if it
    is to `keep_indent`.
    """
    end = start + (first is not None or known is not None)
    common: int | None = known
    while end < len(lines):
        text = lines[end].text
        if not text:
            if until_blank:
                break
        elif text[0] != " " or (known is not None and text[:known].strip()):
            break
        elif known is None:
            indent = len(text) - len(text.lstrip())
            common = indent if common is None else min(common, indent)
        end += 1
    block = list(lines[start:end])
    own = known if first is None else first
    if own is not None:
        block[:1] = [block[0].cut(own)]
    rest = 0 if own is None else 1
    if common and not keep_indent:
        block[rest:] = [line.cut(common) for line in block[rest:]]
    while block and not block[0].text and not keep_top:
        del block[0]
    return block, end


def without_blank_end(block: list[Line]) -> list[Line]:
    """Return a block without the blank lines at its end."""
    end = len(block)
    while end and not block[end - 1].text:
        end -= 1
    return block[:end]


def text_block(lines: Block, start: int) -> tuple[list[Line], int]:
    """Return the lines from `start` (itself included) to the next blank or indented one, and the line behind them."""
    end = start + 1
    while end < len(lines) and lines[end].text and lines[end].text[0] != " ":
        end += 1
    return list(lines[start:end]), end


# ── Columns: what is aligned in a table or under a title is aligned as it is seen ───────────────────────────────────


def columns(text: str) -> list[int]:
    """Return for each column that `text` takes which character is there: wide ones take two, combining ones none."""
    return list(_columns(text))


def width(text: str) -> int:
    """Return the number of columns that `text` takes."""
    return len(text) if text.isascii() else sum(1 for _ in _columns(text))


def _columns(text: str) -> Iterator[int]:
    for index, character in enumerate(text):
        if unicodedata.combining(character):
            continue
        yield index
        if unicodedata.east_asian_width(character) in "WF":
            yield index


def column_cut(line: Line, left: int, right: int) -> Line:
    """Return what a line shows in the columns from `left` to before `right`, without white space at its end."""
    start, end = left, right
    if not line.text.isascii():
        seen = columns(line.text)
        start = seen[left] if left < len(seen) else len(line.text)
        end = seen[right] if right < len(seen) else len(line.text)
    piece = line.cut(start, end)
    return piece.cut(0, len(piece.text.rstrip()))


def dedented(block: Block) -> list[Line]:
    """Return a block without its common indent."""
    indents = [len(line.text) - len(line.text.lstrip()) for line in block if line.text]
    return [line.cut(min(indents)) for line in block] if indents else list(block)


FIELD = re.compile(r":(?![: ])(?P<name>(?:[^:\\]|\\.|:(?!(?:[ `]|$)))*)(?<! ):(?: +|$)")
"""The marker of a field, or of a directive's option."""


def fields(block: Block) -> Iterator[tuple[str, list[Line]]]:
    """Yield the name and the body of each field, up to the first line that is none."""
    position = 0
    while position < len(block):
        marker = FIELD.match(block[position].text)
        if marker is None:
            return
        body, position = indented(block, position, first=marker.end())
        yield marker["name"].lower(), body
        while position < len(block) and not block[position].text:
            position += 1
