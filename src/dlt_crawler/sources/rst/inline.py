"""Inline markup: what docutils' inliner recognises, each construct with its place.

The rules are those of docutils' `states.Inliner`, which looks for the leftmost start-string, then for the first
end-string behind it, and takes what is left for text with standalone hyperlinks. Here nothing is searched for twice, so
that the time is linear in the length of a paragraph.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Final

from dlt_crawler.sources.rst.addresses import Sort, addresses, is_address, mail_at
from dlt_crawler.sources.rst.characters import (
    NAME,
    address,
    before_start,
    behind_end,
    encloses,
    escaped,
    normalised,
    unescaped,
)
from dlt_crawler.sources.rst.constructs import Anchor, Inline, Literal, Reference, Substitution, Url


@dataclass(slots=True)
class Paragraph:
    """What is in a text, and how it reads without its markup."""

    found: list[Inline] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)


def read_inline(text: str) -> Paragraph:
    """Return the inline markup of a paragraph (backslashes not yet resolved), in order."""
    paragraph = Paragraph()
    if _HAS_MARKUP.search(text):
        _Inliner(escaped(text), paragraph).read()
    else:
        paragraph.plain.append(text)
    return paragraph


_HAS_MARKUP: Final = re.compile(r"[\\*`_|:@\[]")

_EMBEDDED = re.compile(r"(?:(?<![ \n])[ \n]+|^)<(?!\s)((?:[^<>]|\0[<>])+)(?<![\s\0])>$")


class _Patterns:
    """Everything that depends on Unicode's punctuation."""

    def __init__(self) -> None:
        behind = f"(?=[{behind_end()}]|$)"
        self.opening = re.compile(
            r"(?:(?P<start>\*\*|\*(?!\*)|``|_`|\|(?!\|))(?!\s)"
            rf"|\[(?:[0-9]+|\#{NAME}?|\*|{NAME})\]_{behind}"
            rf"|(?P<role>(?::{NAME}:)?)`(?!`)(?!\s))",
        )
        self.opening_behind = re.compile(f"(?<=[{before_start()}]){self.opening.pattern}")
        self.before = re.compile(f"[{before_start()}]")
        self.reference_end = re.compile(rf"(?<=[^\W_])__?{behind}")
        self.ends = {
            "**": re.compile(rf"(?<![\s\0])\*\*{behind}"),
            "*": re.compile(rf"(?<![\s\0])\*{behind}"),
            "``": re.compile(rf"(?<!\s)``{behind}"),
            "_`": re.compile(rf"(?<![\s\0])`{behind}"),
            "|": re.compile(rf"(?<![\s\0])\|(?P<suffix>_{{0,2}}){behind}"),
            "`": re.compile(rf"(?<!(?<!\0)[\s\0])`(?P<role>:{NAME}:)?(?P<suffix>__?)?{behind}"),
        }


@functools.cache
def _patterns() -> _Patterns:
    return _Patterns()


class _Inliner:
    def __init__(self, text: str, paragraph: Paragraph) -> None:
        self._text = text
        self._paragraph = paragraph
        self._position = 0
        """Where what is not yet read begins: a start-string may stand right there, whatever is before."""
        self._text_start = 0
        """Where the text begins that no construct has taken yet."""
        self._opening: re.Match[str] | None = None
        self._openings_from = -1
        """From where on `_opening` is the first one."""
        self._reference: tuple[int, int, int] | None = None
        self._references_from = -1
        self._no_end: dict[str, int] = {}
        """Start-string → from where on there is no end-string for it."""

    def read(self) -> None:
        while self._position < len(self._text):
            opening = self._next_opening()
            reference = self._next_reference()
            if reference is not None and (opening is None or reference[0] < opening.start()):
                self._read_reference(*reference)
            elif opening is None:
                break
            elif opening["start"] is not None:
                self._read_enclosed(opening, opening["start"])
            elif opening["role"] is not None:
                self._read_phrase(opening)
            else:  # a reference to a footnote or a citation
                self._take(opening.start(), opening.end(), "")
        self._read_text(len(self._text))

    def _next_opening(self) -> re.Match[str] | None:
        patterns = _patterns()
        if here := patterns.opening.match(self._text, self._position):
            return here
        if self._openings_from < 0 or (self._opening and self._opening.start() < self._position):
            self._opening = patterns.opening_behind.search(self._text, self._position)
            self._openings_from = self._position
        return self._opening

    def _next_reference(self) -> tuple[int, int, int] | None:
        """Return where the next simple reference begins, where its name ends, and where it ends itself."""
        if self._references_from < 0 or (self._reference and self._reference[0] < self._position):
            self._reference = None
            for end in _patterns().reference_end.finditer(self._text, self._position):
                start = self._start_of_name(end.start())
                if start is not None:
                    self._reference = start, end.start(), end.end()
                    break
            self._references_from = self._position
        return self._reference

    def _start_of_name(self, end: int) -> int | None:
        """Return where the simple name that ends there begins: as early as one may."""
        text, first = self._text, end
        while first > self._position:
            before = text[first - 1]
            if before != "_" and _is_word(before):
                first -= 1
            elif before in "-._+:" and first - 2 >= self._position and _is_name_mark(text, first - 1):
                first -= 2
            else:
                break
        for start in range(first, end):
            is_start = start == self._position or _patterns().before.match(text, start - 1)
            if is_start and text[start] != "_" and _is_word(text[start]):
                return start
        return None

    def _read_reference(self, start: int, name_end: int, end: int) -> None:
        name = self._text[start:name_end]
        is_anonymous = end - name_end == 2
        self._take(start, end, name, Reference(start, name_end, "" if is_anonymous else normalised(name)))

    def _read_enclosed(self, opening: re.Match[str], start_string: str) -> None:
        start = opening.end()
        if self._is_quoted(opening):
            self._position = start
            return
        end = self._end_of(start_string, start)
        if end is None:
            self._take(opening.start(), start, start_string)
            return
        content = self._text[start : end.start()]
        plain = unescaped(content)
        found: Inline | None = None
        match start_string:
            case "``":
                plain = content.replace("\0", "\\")
                found = Literal(start, end.start())
            case "_`":
                found = Anchor(normalised(plain))
            case "|":
                self._paragraph.found.append(Substitution(plain))
                if end["suffix"]:
                    found = Reference(start, end.start(), normalised(plain) if end["suffix"] == "_" else "")
        self._take(opening.start(), end.end(), plain, found)

    def _read_phrase(self, opening: re.Match[str]) -> None:
        start = opening.end()
        if not opening["role"] and self._is_quoted(opening):
            self._position = start
            return
        end = self._end_of("`", start)
        if end is None:
            self._take(start - 1, start, "`")
        elif opening["role"] or not end["suffix"]:  # interpreted text, or an error of both
            self._take(opening.start(), end.end(), unescaped(self._text[start : end.start()]))
        elif end["role"]:
            self._take(opening.start(), end.end(), "")
        else:
            found = _phrase(self._text, start, end.start(), is_anonymous=end["suffix"] == "__")
            plain = found.label if isinstance(found, Url) else unescaped(self._text[start : end.start()])
            self._take(opening.start(), end.end(), plain, found)

    def _end_of(self, start_string: str, start: int) -> re.Match[str] | None:
        """Return the end-string of what begins at `start`; None if there is none, or nothing in between."""
        if start >= self._no_end.get(start_string, len(self._text)):
            return None
        end = _patterns().ends[start_string].search(self._text, start)
        if end is None:
            self._no_end[start_string] = start
        return end if end and end.start() > start else None

    def _is_quoted(self, opening: re.Match[str]) -> bool:
        """Tell whether a start-string is one by looks only: between quotes, or at the end."""
        if opening.start() == self._position:
            return False
        if opening.end() == len(self._text):
            return True
        return encloses(self._text[opening.start() - 1], self._text[opening.end()])

    def _take(self, start: int, end: int, plain: str, found: Inline | None = None) -> None:
        """Note a construct, and read the text before it."""
        self._read_text(start)
        if found is not None:
            self._paragraph.found.append(found)
        self._paragraph.plain.append(plain)
        self._position = self._text_start = end

    def _read_text(self, end: int) -> None:
        for found in addresses(self._text, self._text_start, end):
            written = unescaped(self._text[found.start : found.end])
            url = f"mailto:{written}" if found.sort is Sort.MAIL else written
            self._paragraph.found.append(
                Url(found.start, found.end, url, "", alone=True, is_linked=found.is_linked),
            )
        self._paragraph.plain.append(unescaped(self._text[self._text_start : end]))


def _phrase(text: str, start: int, end: int, *, is_anonymous: bool) -> Url | Reference:
    """Return what a phrase reference with this content refers to."""
    content = text[start:end]
    embedded = _EMBEDDED.search(content) if content.endswith(">") else None
    if embedded is None:
        return Reference(start, end, "" if is_anonymous else normalised(unescaped(content)))
    label = unescaped(content[: embedded.start()])
    alias = embedded[1]
    places = start + embedded.start(1), start + embedded.end(1)
    if alias.endswith("_") and not alias.endswith("\0_") and not is_address(alias):
        name = normalised(unescaped(alias[:-1]))
        return Reference(places[0], places[1] - 1, name, "" if is_anonymous else normalised(label))
    url = address(alias)
    if mail_at(url) == len(url):
        url = f"mailto:{url}"
    return Url(*places, url, label or url, alone=False, names="" if is_anonymous else normalised(label or url))


def _is_word(character: str) -> bool:
    return character.isalnum()


def _is_name_mark(text: str, position: int) -> bool:
    """Tell whether the mark at `position` stands between two characters of a name."""
    return all(text[side] != "_" and _is_word(text[side]) for side in (position - 1, position + 1))
