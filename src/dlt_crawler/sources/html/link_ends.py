"""Where the links of HTML end: each `<a href="…">` paired with its `</a>`, over all the fragments of a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from dlt_crawler.sources.found import LinkEnds, Reading
from dlt_crawler.sources.html.attributes import without_spaces
from dlt_crawler.sources.html.tags import Comment, EndTag, Tag, scan

_WITHOUT_LINKS = frozenset({"button", "math", "select", "svg"})
"""Elements whose content holds no text with links in it (HTML standard: interactive content, foreign elements)."""
_HEADING = re.compile("h[1-6]")

Place = Callable[[int, int], tuple[int, int] | None]
"""From half-open offsets in a fragment to those in the text; None where they are not in one piece there."""


class HtmlLinks:
    """Reads fragments in document order, and knows between them whether a link is still open."""

    def __init__(self) -> None:
        self.is_in_heading = False
        self._href: tuple[int, int] | None = None
        self._is_open = False
        self._without_links = 0
        """How many elements are open that can hold no link."""

    @property
    def hold_no_link(self) -> bool:
        """Whether what stands here is in a link already, or where there can be none."""
        return self._is_open or self._without_links > 0

    def read(self, fragment: str, place: Place) -> Iterator[tuple[tuple[int, int], Sequence[int]]]:
        """Yield for each link that ends in a fragment where its URL is in the text, and what `LinkEnds` says of it."""
        for tag in scan(fragment):
            if not isinstance(tag, Comment) and _HEADING.fullmatch(tag.name):
                self.is_in_heading = isinstance(tag, Tag)
            elif isinstance(tag, Tag) and tag.name in _WITHOUT_LINKS:
                self._without_links += not fragment.endswith("/>", 0, tag.end)
            elif isinstance(tag, EndTag) and tag.name in _WITHOUT_LINKS:
                self._without_links = max(0, self._without_links - 1)
            elif isinstance(tag, Tag) and tag.name == "a":
                # A second <a> ends the first one (HTML standard, section 13.2.6.4.7).
                href = next((attribute for attribute in tag.attributes if attribute.name == "href"), None)
                self._is_open = href is not None
                self._href = None
                if href is not None and not self._without_links:
                    self._href = place(*without_spaces(fragment, href.start, href.end))
            elif isinstance(tag, EndTag) and tag.name == "a":
                if self._href is not None and (end := place(tag.end - 1, tag.end)):
                    yield self._href, () if self.is_in_heading else (end[1],)
                self.close()

    def close(self) -> None:
        """End the link that is open, if one is."""
        self._is_open, self._href = False, None


def link_ends(reading: Reading) -> LinkEnds:
    """Return for the places of the URLs of an HTML file where their links end; only those of `<a href="…">` do."""
    return dict(HtmlLinks().read(reading.text, lambda start, end: (start, end)))
