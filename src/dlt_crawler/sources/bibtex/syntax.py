"""The entries of a BibTeX file, with the place of every value: what is broken costs its own entry and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

# What stands between entries is ignored (btxdoc, "Using BibTeX"); btparse, and with it Biber, takes it as a comment
# from "%" to the end of the line, so that a commented entry is none.
_NEXT = re.compile(r"%[^\n]*|@\s*(?P<type>[A-Za-z][\w.:+-]*)\s*(?P<open>[{(])|@(?i:comment)\b[^\n]*")
# An entry that begins on a new line inside a value: something was not closed before it.
_DELIMITER = re.compile(r'[{}"]|^[ \t]*(?=@[ \t]*[A-Za-z]+[ \t]*[{(])', re.MULTILINE)
_BRACE = re.compile(r"[{}]")
_KEY = re.compile(r'\s*[^\s,={}"#%]*\s*,')
_NAME = re.compile(r"[^\s\"#%'(),={}@]+")
"""btxdoc's characters of names, numbers included."""
_EQUALS = re.compile(r"\s*=")
_BLANK = re.compile(r"\s+")
_COMMENT = re.compile(r"%[^\n]*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value that "#" joins to others: what is between its delimiters, or the name of a macro."""

    start: int
    end: int
    macro: bool = False
    """A name or a number without delimiters."""


@dataclass(frozen=True, slots=True)
class Field:
    """`name = value`; the name in lower case."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, its type in lower case: "article", or "string" for macros."""

    type: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Comment:
    """Text that is no part of any entry."""

    start: int
    end: int


def read(text: str) -> Iterator[Entry | Comment]:
    """Yield the entries of a BibTeX file, and the comments between and in them; linear in its length.

    Nothing is an error: an entry that is not closed ends where the next one begins on a line of its own.
    """
    file = _File(text)
    position = outside = 0
    while found := _NEXT.search(text, position):
        position = found.end()
        kind = (found["type"] or "").lower()
        if not kind:
            continue
        if kind == "comment":
            position = file.comment_end(found.start("open"))
        elif kind != "preamble":
            if outside < found.start():
                yield Comment(outside, found.start())
            entry = _EntryScanner(text, found.end(), ")" if found["open"] == "(" else "}")
            yield Entry(kind, tuple(entry.fields(has_key=kind != "string")))
            yield from entry.comments
            position = outside = entry.position
    if outside < len(text):
        yield Comment(outside, len(text))


@dataclass(frozen=True)
class _File:
    text: str

    def comment_end(self, opening: int) -> int:
        """Return where `@comment{…}` ends that opens at `opening`: with its line if it is not closed."""
        closing = self._closing.get(opening)
        if closing is None:
            line_end = self.text.find("\n", opening)
            return len(self.text) if line_end < 0 else line_end
        return closing + 1

    @cached_property
    def _closing(self) -> Mapping[int, int]:
        """Opening → closing brace, of all that pair up."""
        pairs: dict[int, int] = {}
        waiting: list[int] = []
        for brace in _BRACE.finditer(self.text):
            if brace[0] == "{":
                waiting.append(brace.start())
            elif waiting:
                pairs[waiting.pop()] = brace.start()
        return pairs


class _EntryScanner:
    """Reads one entry from behind its opening delimiter; `position` is where it has got to."""

    def __init__(self, text: str, position: int, closing: str) -> None:
        self.position = position
        self.comments: list[Comment] = []
        self._text = text
        self._closing = closing

    def fields(self, *, has_key: bool) -> Iterator[Field]:
        """Yield the fields up to the end of the entry, and pass over what is none."""
        if has_key and (key := _KEY.match(self._text, self.position)):
            self.position = key.end()
        while (character := self._next()) and character != self._closing:
            if character == "@" and _NEXT.match(self._text, self.position):
                return
            if name := _NAME.match(self._text, self.position):
                self.position = name.end()
                if equals := _EQUALS.match(self._text, self.position):
                    self.position = equals.end()
                    yield Field(name[0].lower(), tuple(self._pieces()))
            elif character == "{":
                self._delimited("}")
            else:
                self.position += 1
        self.position += bool(character)

    def _pieces(self) -> Iterator[Piece]:
        while True:
            character = self._next()
            if character == "{":
                yield self._delimited("}")
            elif character == '"':
                yield self._delimited('"')
            elif name := _NAME.match(self._text, self.position):
                self.position = name.end()
                yield Piece(*name.span(), macro=True)
            else:
                return
            if self._next() != "#":
                return
            self.position += 1

    def _next(self) -> str:
        """Pass over blanks and comments; return the character behind them, "" at the end of the text."""
        while True:
            if blank := _BLANK.match(self._text, self.position):
                self.position = blank.end()
            if comment := _COMMENT.match(self._text, self.position):
                self.comments.append(Comment(*comment.span()))
                self.position = comment.end()
            else:
                return self._text[self.position : self.position + 1]

    def _delimited(self, closing: str) -> Piece:
        """Read a value from its opening delimiter. Braces pair up in it, also behind a backslash (btxdoc)."""
        start = self.position + 1
        depth = 0
        for delimiter in _DELIMITER.finditer(self._text, start):
            character = delimiter[0]
            if character == "{":
                depth += 1
            elif depth and character == "}":
                depth -= 1
            elif (character == closing and not depth) or character not in ('"', "}"):
                # Closed, or not closed before the next entry.
                self.position = delimiter.end()
                return Piece(start, delimiter.start())
            elif character == "}":
                # The entry is closed, and the quotes are not.
                self.position = delimiter.start()
                return Piece(start, delimiter.start())
        self.position = len(self._text)
        return Piece(start, self.position)
