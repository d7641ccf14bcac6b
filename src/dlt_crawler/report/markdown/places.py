"""Where links are written, in markdown: a link to the line where it is known where the documents can be read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from dlt_crawler.language import _
from dlt_crawler.model import LinkOccurrence, LinkStatus, Lint
from dlt_crawler.report.escapes import code

_PLACES = 3
"""Places of one link that are told."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places of links, each with a link to its line where `base` is not empty (`View.base`)."""

    base: str = ""

    def place(self, written: LinkOccurrence | Lint) -> str:
        """Return the document and the line."""
        return self._linked(code(f"{written.file}:{written.line}"), written)

    def all_of(self, link: LinkStatus) -> str:
        """Return the first places where a link is written, and how many more there are."""
        return _listed([self.place(place) for place in link.occurrences[:_PLACES]], len(link.occurrences))

    def lines(self, places: Sequence[LinkOccurrence]) -> str:
        """Return the lines of places in one document."""
        return _listed([self._linked(code(str(place.line)), place) for place in places[:_PLACES]], len(places))

    def _linked(self, shown: str, written: LinkOccurrence | Lint) -> str:
        file = PurePosixPath(written.file)
        if not self.base or file.is_absolute() or ".." in file.parts:
            return shown
        path = quote(os.fsencode(file), safe="/")
        # Where forges show markdown as pages, lines have no anchors: the source is asked for.
        return f"[{shown}](<{self.base.rstrip('/')}/{path}?plain=1#L{written.line}>)"


def _listed(shown: Sequence[str], number: int) -> str:
    listed = ", ".join(shown)
    more = number - len(shown)
    return _("{places} and {number} more").format(places=listed, number=f"{more:,}") if more > 0 else listed
