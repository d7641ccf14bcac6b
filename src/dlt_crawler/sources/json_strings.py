"""JSON with the place of every string: where its characters are written, escapes included.

Read is what Python's `json` reads (RFC 8259, and NaN and the infinities), at any depth and in linear time.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

_WHITE_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?P<content>(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*+)"')
_SCALAR = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|Infinity)|true|false|null|NaN")
_PIECE = re.compile(
    r"[^\\]+|\\(?:u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|.)",
)
"""What stands for itself, or an escape that stands for one character."""
_SAID = {r"\n": "\n", r"\"": '"', r"\\": "\\", r"\/": "/", r"\t": "\t"}
"""The escapes that make up nearly all of them."""
_UNWANTED = re.compile("[\0\ud800-\udfff]")
_NOWHERE = -1


class JsonError(ValueError):
    """A text that is no JSON: what is wrong, and its 0-based offset."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class JsonString(NamedTuple):
    """A string: the half-open offsets of what stands between its quotes."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class JsonScalar:
    """A number, true, false or null, as it is written."""

    written: str


JsonValue: TypeAlias = "JsonString | JsonScalar | list[JsonValue] | dict[str, JsonValue]"


def read_json(text: str) -> JsonValue:
    """Return the value that a text consists of. Raises JsonError. Of two members with the same name the last counts."""
    return _Reader(text).read()


def value_of(text: str, string: JsonString) -> str:
    """Return what a string of `text` says."""
    return str(json.loads(text[string.start - 1 : string.end + 1]))


class _Reader:
    """Reads token by token; `_expect` is what may come next."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._open: list[tuple[list[JsonValue] | dict[str, JsonValue], str]] = []
        """The containers around, each with the name under which it stands in the one before."""
        self._name = ""
        """Of the member whose value is read."""
        self._result: JsonValue | None = None
        self._expect: Callable[[], None] = self._value

    def read(self) -> JsonValue:
        while self._result is None:
            self._skip()
            self._expect()
        self._skip()
        if self._position < len(self._text):
            raise JsonError("more text stands behind the end", self._position)
        return self._result

    def _skip(self) -> None:
        if found := _WHITE_SPACE.match(self._text, self._position):
            self._position = found.end()

    def _take(self, mark: str) -> bool:
        taken = self._text.startswith(mark, self._position)
        self._position += taken
        return taken

    def _value(self) -> None:
        if self._take("{"):
            self._enter({}, self._first_name)
        elif self._take("["):
            self._enter([], self._first_item)
        elif string := _STRING.match(self._text, self._position):
            self._position = string.end()
            self._put(JsonString(*string.span("content")))
        elif scalar := _SCALAR.match(self._text, self._position):
            self._position = scalar.end()
            self._put(JsonScalar(scalar[0]))
        else:
            raise self._error("a value is missing or not complete")

    def _first_item(self) -> None:
        if self._take("]"):
            self._leave()
        else:
            self._value()

    def _first_name(self) -> None:
        if self._take("}"):
            self._leave()
        else:
            self._next_name()

    def _next_name(self) -> None:
        name = _STRING.match(self._text, self._position)
        if name is None:
            raise self._error("the name of a member is missing or not complete")
        self._name = value_of(self._text, JsonString(*name.span("content")))
        self._position = name.end()
        self._skip()
        if not self._take(":"):
            raise self._error("a colon is missing")
        self._expect = self._value

    def _next_or_end(self) -> None:
        in_list = isinstance(self._open[-1][0], list)
        if self._take(","):
            self._expect = self._value if in_list else self._next_name
        elif self._take("]" if in_list else "}"):
            self._leave()
        else:
            raise self._error("a comma or a closing bracket is missing")

    def _enter(self, container: list[JsonValue] | dict[str, JsonValue], expect: Callable[[], None]) -> None:
        self._open.append((container, self._name))
        self._expect = expect

    def _leave(self) -> None:
        container, self._name = self._open.pop()
        self._put(container)

    def _put(self, value: JsonValue) -> None:
        if not self._open:
            self._result = value
            return
        container = self._open[-1][0]
        if isinstance(container, list):
            container.append(value)
        else:
            container[self._name] = value
        self._expect = self._next_or_end

    def _error(self, message: str) -> JsonError:
        return JsonError(message, self._position)


@dataclass(frozen=True, slots=True)
class Decoded:
    """What strings say, one behind the other, with LF line endings; and where each character is written."""

    text: str
    starts: Sequence[int]
    """Where in `text` each piece begins."""
    origins: Sequence[tuple[int, int]]
    """Half-open offsets of each piece in the file; an escape is one piece, and so is what has no place at all."""
    last_of_string: frozenset[int]
    """The pieces with which a string ends."""

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where `text[start:end]` is written; None if that is not within one string."""
        first = self._piece(start)
        last = self._piece(max(start, end - 1))
        if any(piece in self.last_of_string for piece in range(first, last)) or not self.origins:
            return None
        if _NOWHERE in (self.origins[first][0], self.origins[last][0]):
            return None
        begin = self._origin(first, start)
        return (begin, begin) if start == end else (begin, self._origin(last, end))

    def near(self, offset: int) -> int:
        """Return where a character is written; the next place if it has none."""
        first = self._piece(offset)
        known = next((piece for piece in range(first, len(self.origins)) if self.origins[piece][0] != _NOWHERE), None)
        if known is None:
            return 0
        return self._origin(known, offset) if known == first else self.origins[known][0]

    def _piece(self, offset: int) -> int:
        return max(0, bisect_right(self.starts, offset) - 1)

    def _origin(self, piece: int, offset: int) -> int:
        """Return where an offset is that is in a piece or at its end."""
        start, end = self.origins[piece]
        inside = offset - self.starts[piece]
        following = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text)
        is_escape = following - self.starts[piece] != end - start
        if is_escape:
            return end if inside else start
        return start + inside


def decoded(text: str, strings: Iterable[JsonString], prefix: str = "") -> Decoded:
    """Return what strings of `text` say, behind a prefix that stands nowhere.

    NUL, and halves of surrogate pairs, which no text can hold, become U+FFFD.
    """
    pieces: list[str] = [prefix] if prefix else []
    starts = [0] if prefix else []
    origins: list[tuple[int, int]] = [(_NOWHERE, _NOWHERE)] if prefix else []
    length = len(prefix)
    ends: set[int] = set()
    for string in strings:
        for written in _PIECE.finditer(text, string.start, string.end):
            said = written[0]
            if said[0] == "\\":
                said = _UNWANTED.sub("\ufffd", _SAID.get(said) or str(json.loads(f'"{said}"')))
            if said == "\n" and pieces and pieces[-1] == "\r":
                pieces[-1] = "\n"
                origins[-1] = (origins[-1][0], written.end())
                continue
            pieces.append(said)
            starts.append(length)
            origins.append(written.span())
            length += len(said)
        ends.add(len(origins) - 1)
    joined = "".join("\n" if piece == "\r" else piece for piece in pieces)
    return Decoded(joined, starts, origins, frozenset(ends))
