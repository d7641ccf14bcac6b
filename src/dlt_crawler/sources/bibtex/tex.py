"""TeX as it stands in bibliographies: what its escapes and braces make of a text, with the place of every character."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_ESCAPE = re.compile(
    r"(?P<open>\{)?(?:"
    r"\\(?P<character>[_%&#$])"
    r"|\\~(?:\{[ ]?\})?|\\textasciitilde(?:\{\}|[ ]|(?![A-Za-z]))|\$\{?\\sim\}?\$"
    r")(?(open)\})"
)
"""The characters that TeX has other uses for, and the ways to write a tilde, alone or as a group."""

_SPECIAL = re.compile(f"{_ESCAPE.pattern}|[{{}}]")
_COMMAND = re.compile(r"\\(?P<name>url|nolinkurl|href)\*?\s*(?:\[[^\[\]]*\]\s*)?\{")
_GROUP = re.compile(r"\s*\{")
_BRACE = re.compile(r"[{}]")
_ACCENT = re.compile(r"\\(?P<mark>[`'^\"~=.]|[uvHcdbkr](?![A-Za-z]))\s*\{?\\?(?P<letter>[A-Za-z])\}?")
_COMBINING = dict(
    zip(
        "`'^\"~=.uvHcdbkr",
        "\u0300\u0301\u0302\u0308\u0303\u0304\u0307\u0306\u030c\u030b\u0327\u0323\u0331\u0328\u030a",
        strict=True,
    )
)
_TIE = re.compile(r"(?:https?|ftp)://\S*|~", re.IGNORECASE)
"""A space that does not break, and URLs, where a tilde is none."""
_NOWHERE = -1
_CONTROL_WORD = re.compile(r"\\(?:[A-Za-z]+\s*|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Command:
    r"""`\url{…}` or `\href{…}{…}`: the offsets of the URL, of the text (of `\href` only), and of all of it."""

    start: int
    end: int
    url: tuple[int, int]
    text: tuple[int, int] | None


class Decoded:
    """A text that is put together from pieces of a source, and where in the source each of its characters stands."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._starts: list[int] = []
        self._origins: list[tuple[int, int]] = []
        self._length = 0

    @cached_property
    def text(self) -> str:
        """All that was added; nothing is added after the first look."""
        return "".join(self._parts)

    def add(self, characters: str, start: int, end: int) -> None:
        """Append what the source says between two offsets."""
        self._parts.append(characters)
        self._starts.append(self._length)
        self._origins.append((start, end))
        self._length += len(characters)

    def add_tex(self, start: int, end: int, brace: str) -> None:
        """Append a stretch of the source, its escapes read, with `brace` for every brace that is no part of one."""
        position = start
        for found in _SPECIAL.finditer(self._source, start, end):
            self.add(self._source[position : found.start()], position, found.start())
            self.add(brace if found[0] in ("{", "}") else found["character"] or "~", *found.span())
            position = found.end()
        self.add(self._source[position:end], position, end)

    def add_foreign(self, tex: str, near: int, brace: str) -> None:
        """Append TeX that is written elsewhere and only named at `near`."""
        foreign = Decoded(tex)
        foreign.add_tex(0, len(tex), brace)
        self.add(foreign.text, near, _NOWHERE)

    def near(self, offset: int) -> int:
        """Return about where in the source a character stands."""
        part = self._part(offset)
        start, _ = self._origins[part]
        return start + offset - self._starts[part] if self._is_verbatim(part) else start

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where `text[start:end]` (not empty) stands in the source.

        None if it does not stand there in one, or with braces that do not pair up: nothing may be written over these.
        """
        first, last = self._part(start), self._part(end - 1)
        origins = self._origins[first : last + 1]
        foreign = any(origin[1] == _NOWHERE for origin in origins)
        if foreign or any(before[1] != behind[0] for before, behind in pairwise(origins)):
            return None
        source_start, source_end = self.near(start), origins[-1][1]
        if self._is_verbatim(last):
            source_end -= self._starts[last] + len(self._parts[last]) - end
        return (source_start, source_end) if self._is_balanced(source_start, source_end) else None

    def _part(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _is_verbatim(self, part: int) -> bool:
        start, end = self._origins[part]
        return end - start == len(self._parts[part])

    def _is_balanced(self, start: int, end: int) -> bool:
        depth = 0
        for brace in _BRACE.finditer(self._source, start, end):
            depth += 1 if brace[0] == "{" else -1
            if depth < 0:
                return False
        return depth == 0


def commands(source: str, start: int, end: int) -> Iterator[Command]:
    """Yield the commands that hold a URL; what is inside one belongs to it."""
    position = start
    while found := _COMMAND.search(source, position, end):
        url_end = _group_end(source, found.end(), end)
        position = min(url_end + 1, end)
        text = None
        if found["name"] == "href" and (opening := _GROUP.match(source, position, end)):
            text = (opening.end(), _group_end(source, opening.end(), end))
            position = min(text[1] + 1, end)
        yield Command(found.start(), position, (found.end(), url_end), text)


def plain_text(tex: str) -> str:
    """Return what a reader sees of a title, as far as that needs no TeX: accents, escapes, no commands and braces."""
    accented = _ACCENT.sub(lambda found: unicodedata.normalize("NFC", found["letter"] + _COMBINING[found["mark"]]), tex)
    decoded = Decoded(accented)
    # Braces go last: they end the commands before them.
    decoded.add_tex(0, len(accented), "{")
    words = _CONTROL_WORD.sub("", decoded.text)
    return _TIE.sub(lambda found: " " if found[0] == "~" else found[0], words).replace("{", "")


def _group_end(source: str, start: int, end: int) -> int:
    """Return where the group ends whose content begins at `start`: at the latest at `end`."""
    depth = 1
    for brace in _BRACE.finditer(source, start, end):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return end
