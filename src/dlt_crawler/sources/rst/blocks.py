"""Blocks: what docutils' body parser takes for a paragraph, a title, a list, a table, a literal block.

The rules are those of docutils' `states.Body` and the states behind it. Lists need no state of their own here: what an
item holds is the same wherever it stands. Blocks that docutils reports as errors are shown as they are written, and are
noted as literal text.
"""

from __future__ import annotations

import re

from dlt_crawler.sources.rst.enumerators import enumerator
from dlt_crawler.sources.rst.explicit import read_anonymous_target, read_explicit
from dlt_crawler.sources.rst.lines import FIELD, Block, Line, indented, passage, text_block, width
from dlt_crawler.sources.rst.notes import Notes
from dlt_crawler.sources.rst.tables import GRID_TOP, SIMPLE_TOP, Table, grid_table, simple_table

MAX_DEPTH = 50
"""Blocks in blocks. docutils itself gives up between 60 and 80 (Python's recursion limit)."""

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*$")
_QUOTING = re.compile(r"[!-/:-@\[-`{-~]")
_BULLET = re.compile("[-+*\u2022\u2023\u2043](?: +|$)")
_OPTION_ARGUMENT = r"(?:[a-zA-Z][a-zA-Z0-9_-]*|<[^<>]+>)"
_OPTION = rf"(?:[-+][a-zA-Z0-9](?: ?{_OPTION_ARGUMENT})?|(?:--|/)[a-zA-Z0-9][a-zA-Z0-9_-]*(?:[ =]{_OPTION_ARGUMENT})?)"
_OPTIONS = re.compile(rf"{_OPTION}(?:, {_OPTION})*(?:  +| ?$)")
_DOCTEST = re.compile(r">>>(?: +|$)")
_LINE_BLOCK = re.compile(r"\|(?: +|$)")
_EXPLICIT = re.compile(r"\.\.(?: +|$)")
_ANONYMOUS = re.compile(r"__(?: +|$)")
_ATTRIBUTION = re.compile("(?:---?(?!-)|\u2014) *(?=[^ \n])")
_LITERAL_NEXT = re.compile(r"(?<!\\)(?:\\\\)*::$")

_SHORTEST_ADORNMENT = 4
"""Characters. A shorter line is text unless it fits a title."""


def read_document(lines: Block, notes: Notes) -> None:
    """Note all that is in a document."""
    _Body(lines, notes, depth=0).read()


class _Body:
    """Reads the lines of one container, block by block."""

    def __init__(self, lines: Block, notes: Notes, depth: int) -> None:
        self._lines = lines
        self._notes = notes
        self._depth = depth
        self._position = 0
        """The line that is read next."""

    def read(self) -> None:
        while self._position < len(self._lines):
            text = self._lines[self._position].text
            if not text:
                self._position += 1
            elif text[0] == " ":
                block, self._position = indented(self._lines, self._position)
                self._read_quote(block)
            elif text[0].isalpha() and text[1:2].isalpha():
                # Nothing else than a roman number begins with two letters: the common case, quickly.
                if not self._read_enumerated():
                    self._read_text()
            else:
                self._read_marked(text)

    def _read_marked(self, text: str) -> None:
        match text[0]:
            case "|" if marker := _LINE_BLOCK.match(text):
                self._read_line_of_verse(marker.end())
            case ">" if _DOCTEST.match(text):
                block, self._position = _until_blank(self._lines, self._position)
                self._notes.literal(block)
            case "." if marker := _EXPLICIT.match(text):
                self._position = read_explicit(self._lines, self._position, marker, self._notes, self._read_nested)
            case "_" if marker := _ANONYMOUS.match(text):
                self._position = read_anonymous_target(self._lines, self._position, marker.end(), self._notes)
            case ":" if marker := FIELD.match(text):
                self._read_field(marker)
            case "+" if GRID_TOP.match(text):
                self._read_table(grid_table(self._lines, self._position))
            case "=" if SIMPLE_TOP.match(text):
                self._read_table(simple_table(self._lines, self._position))
            case _:
                is_item = self._read_bullet() or self._read_enumerated() or self._read_option()
                if not is_item and _ADORNMENT.match(text):
                    self._read_adorned(text)
                elif not is_item:
                    self._read_text()

    def _read_nested(self, block: Block) -> None:
        if self._depth < MAX_DEPTH:
            _Body(block, self._notes, self._depth + 1).read()
        elif any(line.text for line in block):
            self._notes.too_deep(block)

    # ── Lists and quotes ────────────────────────────────────────────────────────────────────────────────────────────

    def _read_bullet(self) -> bool:
        marker = _BULLET.match(self._lines[self._position].text)
        return marker is not None and self._read_item(marker.end())

    def _read_enumerated(self) -> bool:
        start = enumerator(self._lines[self._position].text, self._following(1))
        return start is not None and self._read_item(start)

    def _read_item(self, start: int) -> bool:
        if self._lines[self._position].text[start:]:
            block, self._position = indented(self._lines, self._position, known=start)
        else:
            block, self._position = indented(self._lines, self._position, first=start)
        self._read_nested(block)
        return True

    def _read_option(self) -> bool:
        marker = _OPTIONS.match(self._lines[self._position].text)
        if marker is None:
            return False
        block, end = indented(self._lines, self._position, first=marker.end())
        if not block:
            return False
        self._position = end
        self._read_nested(block)
        return True

    def _read_field(self, marker: re.Match[str]) -> None:
        name = self._lines[self._position].cut(*marker.span("name"))
        self._notes.text(passage([name]))
        block, self._position = indented(self._lines, self._position, first=marker.end())
        self._read_nested(block)

    def _read_line_of_verse(self, indent: int) -> None:
        block, self._position = indented(self._lines, self._position, first=indent, until_blank=True)
        if block:
            self._notes.text(passage(block))

    def _read_quote(self, block: Block) -> None:
        """Read a block quote, or several: an attribution ends one."""
        start = 0
        while (found := _attribution(block, start)) is not None:
            first, end, marker = found
            self._read_nested(block[start:first])
            lines = [block[first].cut(marker), *(line.stripped() for line in block[first + 1 : end])]
            self._notes.text(passage(lines))
            start = end
        self._read_nested(block[start:])

    def _read_table(self, table: Table) -> None:
        self._position = table.end
        if table.cells is None:
            self._notes.literal(table.lines)
            return
        for cell in table.cells:
            self._read_nested(cell)

    # ── Text and titles ─────────────────────────────────────────────────────────────────────────────────────────────

    def _read_text(self) -> None:
        first = self._lines[self._position]
        following = self._following(1)
        if not following:
            self._position += 1
            self._read_paragraph([first])
        elif following[0] == " ":
            self._notes.text(passage([first]))
            block, self._position = indented(self._lines, self._position + 1)
            self._read_nested(block)
        elif _ADORNMENT.match(following) and (
            width(first.text) <= len(following) or len(following) >= _SHORTEST_ADORNMENT
        ):
            self._read_title(first, following[0], 2)
        else:
            block, self._position = text_block(self._lines, self._position)
            self._read_paragraph(block)

    def _read_paragraph(self, block: list[Line]) -> None:
        """Read a paragraph; one that ends in two colons announces a literal block."""
        text = passage(block)
        if not _LITERAL_NEXT.search(text.text):
            self._notes.text(text)
            return
        # One colon is left of "text::", nothing of "text ::" and of "::" alone.
        shown = text.text[:-2]
        end = len(shown.rstrip()) if shown[-1:] in ("", " ", "\n") else len(shown) + 1
        if end:
            self._notes.text(text.cut(end))
        self._read_literal()

    def _read_literal(self) -> None:
        block, end = indented(self._lines, self._position)
        if block:
            self._position = end
            self._notes.literal(block)
            return
        while self._position < len(self._lines) and not self._lines[self._position].text:
            self._position += 1
        first = self._following(0)
        if not first or not _QUOTING.match(first):
            return
        start = self._position
        while (text := self._following(0)) and text[0] == first[0]:
            self._position += 1
        self._notes.literal(self._lines[start : self._position])

    def _read_adorned(self, overline: str) -> None:
        """Read what begins with a line of punctuation: an overlined title, a transition, or text."""
        title, underline = self._following(1), self._following(2)
        is_error = True
        if self._depth:
            lines = 1
        elif not title:
            lines, is_error = 1, False
        elif _ADORNMENT.match(title):
            lines = 2
        else:
            lines = 3
            is_error = underline != overline
        if len(overline) < _SHORTEST_ADORNMENT and (lines < 3 or is_error or width(title or "") > len(overline)):
            self._read_text()
        elif lines == 3 and not is_error:
            self._read_title(self._lines[self._position + 1].stripped(), overline[0] * 2, lines)
        else:
            self._skip(lines, is_error=is_error)

    def _read_title(self, title: Line, style: str, lines: int) -> None:
        """Note a title over so many lines; within other blocks there is none. `style`: its lines' characters."""
        if self._depth == 0 and self._notes.heading(passage([title]), style):
            self._position += lines
        else:
            self._skip(lines)

    def _skip(self, lines: int, *, is_error: bool = True) -> None:
        block = self._lines[self._position : self._position + lines]
        self._position += len(block)
        if is_error:
            self._notes.literal(block)

    def _following(self, lines: int) -> str | None:
        """Return the text of a line further down; None behind the last one."""
        index = self._position + lines
        return self._lines[index].text if index < len(self._lines) else None


def _until_blank(lines: Block, start: int) -> tuple[Block, int]:
    end = next((index for index in range(start, len(lines)) if not lines[index].text), len(lines))
    return lines[start:end], end


def _attribution(block: Block, start: int) -> tuple[int, int, int] | None:
    """Return the first line of a quote's attribution, the line behind it, and where its text starts."""
    seen = False
    for index in range(start, len(block)):
        text = block[index].text
        if not text:
            continue
        if seen and not block[index - 1].text and (marker := _ATTRIBUTION.match(text)):
            _, end = _until_blank(block, index)
            indents = {len(line.text) - len(line.text.lstrip()) for line in block[index + 1 : end]}
            if len(indents) <= 1:
                return index, end, marker.end()
        seen = True
    return None
