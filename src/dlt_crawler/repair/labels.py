"""What shows the URL of a link, and changes with it: labels and headings."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import unquote

from dlt_crawler.model import MAX_HEADING, LinkKind, LinkOccurrence

_SHOWN = frozenset({LinkKind.BARE, LinkKind.AUTOLINK})
"""Kinds of links whose URL is itself what a reader sees, in a heading or a label, too."""
_RECOGNISED = len("https://a.")
"""Characters by which a URL is known that is cut short."""
_BEGINNING = len("http")
"""Characters by which a URL is looked for."""


class Shown:
    """The edited URLs that a reader sees, old and new: where the old one was shown, the new one may be."""

    def __init__(self, edited: Iterable[tuple[LinkOccurrence, LinkOccurrence]]) -> None:
        self._forms: set[str] = set()
        for old, new in edited:
            if old.kind in _SHOWN:
                self._forms |= _forms(old) | _forms(new)
        self._expected: dict[tuple[str, str], str] = {}

    def expected(self, old: str, new: str) -> str:
        """Return `new` if it is `old` but for the edited URLs that it shows, else `old`. Either may be cut short."""
        if old == new or not self._forms:
            return old
        if (old, new) not in self._expected:
            before, after = self._masked(old), self._masked(new)
            is_cut = max(len(old), len(new)) >= MAX_HEADING
            same = before == after or (is_cut and (before.startswith(after) or after.startswith(before)))
            self._expected[old, new] = new if same and before != old else old
        return self._expected[old, new]

    def expected_path(self, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
        """Do the same with every heading of a path."""
        return old if len(old) != len(new) else tuple(map(self.expected, old, new))

    @cached_property
    def _begin(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted({form[:_BEGINNING] for form in self._forms}, reverse=True))))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._forms)

    @cached_property
    def _lengths(self) -> list[int]:
        return sorted({len(form) for form in self._forms}, reverse=True)

    def _masked(self, text: str) -> str:
        """Return a text with the same character in place of every URL, and of one that is cut short at its end."""
        pieces, done = [], 0
        while begin := self._begin.search(text, done):
            start = begin.start()
            end = len(text) if self._is_cut(text[start:]) else start + self._length_at(text, start)
            pieces += [text[done:start], "\0"] if end > start else [text[done : start + 1]]
            done = max(end, start + 1)
        return "".join([*pieces, text[done:]])

    def _is_cut(self, text: str) -> bool:
        """Tell whether a text is the beginning of a URL."""
        place = bisect_left(self._sorted, text)
        return len(text) > _RECOGNISED and place < len(self._sorted) and self._sorted[place].startswith(text)

    def _length_at(self, text: str, start: int) -> int:
        """Return how long the longest URL is that stands there; 0 if none does."""
        fitting = self._lengths[bisect_left(self._lengths, start - len(text), key=lambda length: -length) :]
        return next((length for length in fitting if text[start : start + length] in self._forms), 0)


def _forms(link: LinkOccurrence) -> set[str]:
    """Return the ways in which renderers show a URL: as it is written, without escapes, percent-decoded."""
    return {link.raw, *((link.url, unquote(link.url)) if link.url else ())} - {""}
