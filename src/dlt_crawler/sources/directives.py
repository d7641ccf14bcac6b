"""Comments in a document that say which of its links are left alone: `<!-- dlt-crawl: ignore -->` and its kin.

- `ignore`: the links whose URL begins on a line of the comment.
- `ignore-next-line`: those of the line behind the comment; blank lines between do not count.
- `disable`: all from the comment on, up to one that says `enable`, or to the end of the document. They do not nest.

A directive begins its comment, or a line of it; what may follow the word is in `terms`, and what becomes of links in
`ignoring`. White space, letter case and further hyphens of the comment do not matter.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain

from dlt_crawler.model import DocumentFormat, LintKind
from dlt_crawler.sources.found import Directive, FoundDirective, FoundLint
from dlt_crawler.sources.terms import no_day, terms_of

_DIRECTIVE = re.compile(
    r"^(?:[^\S\n]|-)*+dlt-crawl[^\S\n]*+:\s*+(?P<word>[a-z0-9_]+(?:-[a-z0-9_]+)*)?", re.IGNORECASE | re.MULTILINE
)
_MENTION = re.compile(r"-crawl\s*+:", re.IGNORECASE)
"""What every directive holds. It is searched for 20 times as fast as the whole name is in all letter cases."""

_BLANK_LINES = re.compile(r"(?:[^\S\n>]*+(?:>[^\S\n>]*+)*+\n)*+")
"""Blank in a quote, too."""
_LONGEST_WORD = 40
"""Characters of a word that is not understood, in a message."""

_LINE_COMMENTS: Mapping[DocumentFormat, str] = {
    DocumentFormat.TEXT: r"(?:^|(?<=[ \t]))#+",
    DocumentFormat.RST: r"(?:^|(?<=[ \t]))\.\.(?=[ \t])",
    DocumentFormat.BIBTEX: r"%+|@comment\b\s*+(?:[{(]\s*+)?",
}
"""Format → what begins a comment that goes to the end of its line."""
_OPENING: Mapping[DocumentFormat, re.Pattern[str]] = {
    name: re.compile(rf"<!--|(?:{mark})(?=(?:[^\S\n]|-)*+dlt-crawl)", re.IGNORECASE | re.MULTILINE)
    for name, mark in _LINE_COMMENTS.items()
}
_HTML_OPENING = re.compile("<!--")
_FRONT_MATTER = re.compile(r"(?:---|\+\+\+)[ \t]*\n(?:(?!---|\+\+\+|\.\.\.).*\n){0,5000}")
"""As far as it can be told without reading it."""


def mentioned(text: str) -> bool:
    """Tell whether there can be a directive in a text: most have none."""
    return _MENTION.search(text) is not None


class Comments:
    """Reads the comments of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._following: dict[int, tuple[int, int]] = {}
        """Line → the place of the next one that is not blank."""

    def read(self, start: int, end: int, said: str, *, alone: bool = False) -> Iterator[FoundDirective | FoundLint]:
        """Yield what the comment at these offsets says, without the marks that make it one.

        Where comments always stand `alone`, `ignore` is about the next line as well: no link is on their own.
        """
        found = [*_DIRECTIVE.finditer(said)]
        for number, each in enumerate(found, 1):
            behind = found[number].start() if number < len(found) else len(said)
            written, terms = each["word"] or "", terms_of(said[each.end() : behind])
            word = written.lower()
            match word:
                case "ignore":
                    first, last = self._line(start)[0], self._line(max(start, end - 1))[1]
                    last = self._next_line(end)[1] if alone else last
                    yield FoundDirective(Directive.IGNORE, first, last, start, word, terms)
                case "ignore-next-line":
                    yield FoundDirective(Directive.IGNORE, *self._next_line(end), start, word, terms)
                case "disable":
                    yield FoundDirective(Directive.DISABLE, start, end, start, word, terms)
                case "enable":
                    yield FoundDirective(Directive.ENABLE, start, end, start, word)
                    continue
                case _:
                    yield FoundLint(LintKind.UNKNOWN_DIRECTIVE, start, end, _not_understood(written))
                    continue
            if (message := no_day(terms)) is not None:
                yield FoundLint(LintKind.UNKNOWN_DIRECTIVE, start, end, message)

    def of_html(self, start: int, end: int, written: str) -> Iterator[FoundDirective | FoundLint]:
        """Yield what an HTML comment says; `written`: with its marks."""
        return self.read(start, end, written.removeprefix("<!--").removesuffix("-->"))

    def in_plain_text(
        self, start: int, end: int, document_format: DocumentFormat
    ) -> Iterator[FoundDirective | FoundLint]:
        """Yield what comments say between two offsets where nothing is parsed, whatever is around them.

        Read are HTML comments, and those of the format's own kind in the text of a line. Linear in the length.
        """
        text = self._text
        if not _MENTION.search(text, start, end):
            return
        in_front = _FRONT_MATTER.match(text) if document_format is DocumentFormat.MARKDOWN else None
        if in_front and start == 0:
            yield from self._plain(0, min(in_front.end(), end), DocumentFormat.TEXT)
            start = min(in_front.end(), end)
        yield from self._plain(start, end, document_format)

    def _plain(self, start: int, end: int, document_format: DocumentFormat) -> Iterator[FoundDirective | FoundLint]:
        text, opening = self._text, _OPENING.get(document_format, _HTML_OPENING)
        last_end = text.rfind("-->", start, end)
        position = start
        while found := opening.search(text, position, end):
            inside = found.end()
            position = min(end, self._line(inside)[1])
            said = text[inside:position]
            if found[0] == "<!--" and inside <= last_end:
                closing = text.index("-->", inside, end)
                said, position = text[inside:closing], closing + len("-->")
            alone = document_format is DocumentFormat.RST and found[0] != "<!--"
            yield from self.read(found.start(), position, said, alone=alone)

    @cached_property
    def _line_starts(self) -> array[int]:
        return array("L", chain((0,), (newline.end() for newline in re.finditer("\n", self._text))))

    def _line(self, offset: int) -> tuple[int, int]:
        """Return where the line that an offset is on begins, and its line feed."""
        return self._place(bisect_right(self._line_starts, offset) - 1)

    def _place(self, line: int) -> tuple[int, int]:
        starts = self._line_starts
        return starts[line], starts[line + 1] - 1 if line + 1 < len(starts) else len(self._text)

    def _next_line(self, end: int) -> tuple[int, int]:
        """Return the place of the line behind a comment that ends at `end`; nothing at the end of the text."""
        line = bisect_right(self._line_starts, max(0, end - 1)) - 1
        if line not in self._following:
            first = self._place(line)[1] + 1
            blank = _BLANK_LINES.match(self._text, first)
            start = blank.end() if blank else first
            self._following[line] = self._line(start) if start < len(self._text) else (start, start)
        return self._following[line]


def _not_understood(word: str) -> str:
    said = f"“{word[:_LONGEST_WORD]}” is not understood" if word else "nothing is said"
    return f"{said} behind “dlt-crawl:”; write ignore, ignore-next-line, disable or enable"
