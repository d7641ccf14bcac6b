"""Where the constructs of markdown end that links are written in: what is appended to a link comes there."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from dlt_crawler.sources.found import LinkEnds, Reading
from dlt_crawler.sources.html.link_ends import HtmlLinks
from dlt_crawler.sources.markdown.bare_rule import AMBIGUOUS
from dlt_crawler.sources.markdown.front_matter import front_matter, without_front_matter
from dlt_crawler.sources.markdown.inline import task_definition
from dlt_crawler.sources.markdown.outline import BlockKind, Heading
from dlt_crawler.sources.markdown.parser import parse
from dlt_crawler.sources.markdown.place import END, PLACE, Destination, Place
from dlt_crawler.sources.markdown.segments import Located

_ATTRIBUTES = re.compile(r"\{(?:[:#.][^{}\n]*|[^{}\s=]+=[^{}\n]*)\}")
"""Attributes of the link before them in kramdown and in pandoc's markdown: `{:target="_blank"}`, `{.external}`."""
_LABEL = "label"
"""Key of the meta of a token that refers to a definition."""


def link_ends(reading: Reading) -> LinkEnds:
    """Return for the places of the URLs in a markdown document where the constructs of their links end.

    Of a definition, where each of the references to it ends. What stands within a link has no end, nor has what is in
    an alternative text: neither can hold a link. Nor has what GFM takes for a part of something else. Of HTML it is
    only `<a href="…">` that has one.
    """
    return markdown_ends(
        without_front_matter(reading.text, front_matter(reading.text)), double_encoded=reading.double_encoded
    )


def markdown_ends(text: str, *, double_encoded: bool) -> LinkEnds:
    """Return the same for a text without front matter."""
    lines = text if text.endswith("\n") else text + "\n"  # see MarkdownLinks.of
    parsed = parse(lines, double_encoded=double_encoded, code=False)
    walk = _Walk(lines)
    headings: set[Heading | None] = {None}
    for block in parsed.outline.blocks:
        content = block.content.content
        if block.kind is BlockKind.HTML:
            walk.html(content, 0, block.content)
        elif block.kind is BlockKind.INLINE:
            # A heading stands under itself, and is read before all else that does.
            heading = block.context.heading
            is_heading = heading is not None and heading not in headings and heading.content == content
            walk.tokens(parsed.inline(content)[0], block.content, is_heading=is_heading)
        headings.add(block.context.heading)
    defined: set[str] = set()
    for definition in parsed.outline.definitions:
        if definition.key not in defined and definition.span and definition.key in walk.uses:
            walk.ends[definition.span] = walk.uses[definition.key]
        defined.add(definition.key)
    return walk.ends


class _Walk:
    """Goes through the blocks in document order."""

    def __init__(self, text: str) -> None:
        self.ends: dict[tuple[int, int], Sequence[int]] = {}
        self.uses: dict[str, list[int]] = {}
        """Label of a definition, normalised → where the references to it end."""
        self._text = text
        self._html = HtmlLinks()

    def html(self, fragment: str, base: int, content: Located) -> None:
        """Read HTML that begins at an offset of the content of its block."""
        for url, end in self._html.read(fragment, lambda start, stop: content.span(base + start, base + stop)):
            self.ends[url] = end

    def tokens(self, tokens: Sequence[Token], content: Located, *, is_heading: bool) -> None:
        """Read the inline content of a block; an HTML link that begins in it ends with it at the latest."""
        self._html.is_in_heading |= is_heading
        was_open = self._html.hold_no_link
        within_link = False
        for token in tokens:
            match token.type:
                case "link_close":
                    within_link = False
                case "link_open" | "image" if not within_link:
                    if not self._html.hold_no_link:
                        self._note(token, content)
                    within_link = token.type == "link_open"
                case "html_inline" if not within_link:
                    self.html(token.content, token.meta[PLACE].start, content)
        if not was_open:
            self._html.close()
        if is_heading:
            self._html.is_in_heading = False

    def _note(self, token: Token, content: Located) -> None:
        place: Place | Destination = token.meta.get(PLACE, Place(0, 0))
        stop: int = token.meta.get(END, place.end)
        behind = content.span(stop - 1, stop)
        if behind is None:
            return
        attributes = _ATTRIBUTES.match(self._text, behind[1])
        ends = [] if self._html.is_in_heading else [attributes.end() if attributes else behind[1]]
        if _LABEL in token.meta:
            self.uses.setdefault(token.meta[_LABEL], []).extend(ends)
            return
        destination = token.attrs["href" if token.type == "link_open" else "src"]
        if token.markup == "autolink":
            place = Place(place.start + len("<"), place.end - len(">"))
        elif isinstance(destination, Destination):
            place = destination
        if AMBIGUOUS in token.meta or place.start == task_definition(content.content):
            return
        if url := content.span(place.start, place.end):
            self.ends[url] = ends
