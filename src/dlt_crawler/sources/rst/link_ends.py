"""Where the constructs of reStructuredText end that links are written in: what is appended to a link comes there."""

from __future__ import annotations

import re

from dlt_crawler.sources.found import FoundLink, LinkEnds
from dlt_crawler.sources.rst.lines import Passage
from dlt_crawler.sources.rst.names import Names

_END = re.compile(r"(?:_>)?[`|]?__?|>`__?")
"""What follows the name of a reference, or the address in a phrase."""


class EndNotes:
    """Collects the ends of constructs, while a document is read."""

    def __init__(self) -> None:
        self.is_in_title = False
        """A title has its length under it, and an anchor: there, nothing has an end that counts."""
        self._ends: dict[tuple[int, int], list[int]] = {}

    def alone(self, link: FoundLink, text: Passage, end: int) -> None:
        """Note the end of an address in text, and of the angle brackets around it."""
        start = end - (link.end - link.start)
        is_enclosed = text.text[max(0, start - 1) : start] == "<" and text.text.startswith(">", end)
        self._note(link, self._place(text, end + is_enclosed))

    def embedded(self, link: FoundLink, text: Passage, end: int) -> None:
        """Note the end of the phrase that an address ends at."""
        self._note(link, self.behind(text, end))

    def behind(self, text: Passage, offset: int) -> int | None:
        """Return behind which offset of the document the reference ends whose name ends at `offset` of the passage."""
        end = _END.match(text.text, offset)
        return self._place(text, end.end()) if end else None

    def all(self, names: Names) -> LinkEnds:
        """Return what was noted, of the targets where the references to them end. To be asked when all is noted."""
        ends = dict(self._ends)
        for target, behind in names.uses():
            if target.is_explicit:
                ends.setdefault((target.start, target.end), []).extend([] if behind is None else [behind])
        return ends

    def _note(self, link: FoundLink, behind: int | None) -> None:
        if link.no_span is None:
            self._ends[link.start, link.end] = [] if behind is None else [behind]

    def _place(self, text: Passage, offset: int) -> int | None:
        last = text.span(offset - 1, offset)
        return None if last is None or self.is_in_title else last[1]
