"""From the inline tokens of one block to its links, their labels, and the references in it."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from dlt_crawler.model import LinkKind, LintKind, NoSpan
from dlt_crawler.sources import bare, html
from dlt_crawler.sources.destination import reads_as, resolve, unwrapped
from dlt_crawler.sources.directives import mentioned
from dlt_crawler.sources.found import FoundLink
from dlt_crawler.sources.markdown.bare_rule import AMBIGUOUS, gfm_reading_of
from dlt_crawler.sources.markdown.inline_rules import ALTERNATIVE
from dlt_crawler.sources.markdown.place import PLACE, Destination, Place
from dlt_crawler.sources.markdown.segments import Located

_REFERENCE = re.compile(r"&#?\w+;", re.ASCII)
"""A character reference (CommonMark 0.31.2, section 2.5: the semicolon is required)."""

_TASK_DEFINITION = re.compile(
    r"\[[ xX]\]\s+\[(?:[^\[\]\\]|\\.)+\]:\s*<?(?=[^\s<>]+>?[ \t]*(?:$|\s[\"'(]))", re.DOTALL | re.MULTILINE
)
"""What begins a task item and goes on as a definition: to cmark-gfm the box is gone before definitions are read."""

_LABEL = "label"
"""Key of the meta of tokens that refer to a definition or a footnote."""


@dataclass(slots=True)
class InlineReader:
    """Reads the links of one block; notes on the way what the block refers to."""

    located: Located
    headings: tuple[str, ...]
    code: bool
    """Whether links in code and comments are wanted."""
    shown: set[str] = field(default_factory=set)
    """Normalised labels of the definitions that are referred to where readers see the link or the image."""
    referred_to: set[str] = field(default_factory=set)
    """Normalised labels of all definitions that are referred to."""
    footnotes: set[str] = field(default_factory=set)
    """Labels of the footnotes that are referred to."""
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    """Half-open offsets in the text of comments that may say what to do with links, and what is written there."""
    _task_definition: int = field(init=False)

    def __post_init__(self) -> None:
        self._task_definition = task_definition(self.located.content)

    def links(self, tokens: Sequence[Token], base: int = 0, *, alternative: bool = False) -> Iterator[FoundLink]:
        """Yield the links in these tokens, whose offsets count from `base`.

        In an alternative text nothing renders, and a comment is none. A bare URL between <a href="…"> and </a> is a
        label.
        """
        label_end = -1
        for index, token in enumerate(tokens):
            match token.type:
                case "link_open" if token.markup == "bare":
                    if index > label_end:
                        yield self._bare(token, base)
                case "link_open":
                    yield from self._link(token, base, tokens, index, renders=not alternative)
                case "image":
                    yield from self._image(token, base, renders=not alternative)
                case "html_inline":
                    end = _end_tag(tokens, index)
                    label = plain_text(tokens[index + 1 : end])
                    for link in self._html(token.content, token.meta[PLACE].start + base, label, not alternative):
                        label_end = end
                        yield link
                case "code_inline" if self.code:
                    place = token.meta[PLACE]
                    yield from self.in_code(place.start + base, place.end + base)
                case "footnote_ref":
                    self.footnotes.add(token.meta[_LABEL])

    def in_html_block(self) -> Iterator[FoundLink]:
        """Yield the links of a block that is HTML as a whole."""
        return self._html(self.located.content, 0, "", renders=True)

    def in_code(self, start: int, end: int) -> Iterator[FoundLink]:
        """Yield the URLs in code or a comment."""
        content = self.located.content
        for first, last in bare.urls_in_code(content, start, end):
            yield self._found(LinkKind.CODE, first, last, resolve(content[first:last]), "", renders=False)

    def _link(
        self, token: Token, base: int, tokens: Sequence[Token], index: int, *, renders: bool
    ) -> Iterator[FoundLink]:
        if token.markup == "autolink":
            place = token.meta[PLACE]
            start, end = place.start + len("<") + base, place.end - len(">") + base
            href = str(token.attrs["href"])
            found = self._found(LinkKind.AUTOLINK, start, end, href, "", renders=renders)
            # cmark decodes character references in autolinks, markdown-it and commonmark.js do not.
            decoded = _REFERENCE.sub(lambda found: entities.unescape(found[0]), href)
            yield found if decoded == href else replace(found, other=resolve(decoded))
        elif _LABEL in token.meta:
            self._refer(token.meta[_LABEL], renders=renders)
        else:
            label = plain_text(tokens[index + 1 : _close(tokens, index)])
            yield self._written(LinkKind.INLINE, token, base, "href", label, renders=renders)

    def _image(self, token: Token, base: int, *, renders: bool) -> Iterator[FoundLink]:
        children = token.children or []
        if _LABEL in token.meta:
            self._refer(token.meta[_LABEL], renders=renders)
        else:
            yield self._written(LinkKind.IMAGE, token, base, "src", plain_text(children), renders=renders)
        yield from self.links(children, base + token.meta[ALTERNATIVE], alternative=True)

    def _refer(self, label: str, *, renders: bool) -> None:
        self.referred_to.add(label)
        if renders:
            self.shown.add(label)

    def _written(
        self, kind: LinkKind, token: Token, base: int, attribute: str, label: str, *, renders: bool
    ) -> FoundLink:
        destination = token.attrs[attribute]
        place: Place | Destination = destination if isinstance(destination, Destination) else token.meta[PLACE]
        href = str(destination)
        url = unwrapped(href)
        lints = (LintKind.WRAPPED_DESTINATION,) if url != href else ()
        start, end = place.start + base, place.end + base
        found = self._found(kind, start, end, url, label, renders=renders, lints=lints)
        if AMBIGUOUS in token.meta:
            found = replace(found, ambiguous=True)
        if found.no_span is None and not reads_as(self.located.content[start:end], href):
            return replace(found, written=href, no_span=NoSpan.REWRITTEN)
        return found

    def _bare(self, token: Token, base: int) -> FoundLink:
        place, href = token.meta[PLACE], str(token.attrs["href"])
        found = self._found(LinkKind.BARE, place.start + base, place.end + base, href, "")
        if AMBIGUOUS in token.meta:
            found = replace(found, ambiguous=True)
        reading = gfm_reading_of(token)
        if reading is None:
            return found
        return replace(found, other=reading.href, lints=(LintKind.URL_RUNS_INTO_TEXT,) if reading.runs_on else ())

    def _html(self, fragment: str, base: int, label: str, renders: bool) -> Iterator[FoundLink]:
        for found in html.url_attributes(fragment):
            url, text = resolve(found.url), found.label or label
            yield self._found(LinkKind.HTML, found.start + base, found.end + base, url, text, renders=renders)
        if renders and (self.code or mentioned(fragment)):
            for item in html.scan(fragment):
                if isinstance(item, html.Comment):
                    yield from self._comment(item.start + base, item.end + base)

    def _comment(self, start: int, end: int) -> Iterator[FoundLink]:
        near = self.located.near(start), self.located.near(end - 1) + 1
        self.comments.append((*near, self.located.content[start:end]))
        if self.code:
            yield from self.in_code(start, end)

    def _found(
        self,
        kind: LinkKind,
        start: int,
        end: int,
        url: str,
        label: str,
        *,
        renders: bool = True,
        lints: tuple[LintKind, ...] = (),
    ) -> FoundLink:
        span = self.located.span(start, end)
        if span is not None:
            found = FoundLink(kind, *span, url, label, renders=renders, headings=self.headings, lints=lints)
            return replace(found, ambiguous=True) if start == self._task_definition else found
        near, written = self.located.near(start), self.located.content[start:end]
        return FoundLink(kind, near, near, url, label, written, NoSpan.INTERRUPTED, None, renders, self.headings, lints)


def task_definition(content: str) -> int:
    """Return the offset of a destination in the content of a block that only cmark-gfm reads as one; -1 if none is."""
    begun = _TASK_DEFINITION.match(content)
    return begun.end() if begun else -1


def plain_text(tokens: Sequence[Token]) -> str:
    """Return what a renderer would make the alternative text of these tokens (CommonMark 0.31.2, section 6.4)."""
    parts: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "text_special" | "code_inline":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(plain_text(token.children or []))
    return "".join(parts)


def _close(tokens: Sequence[Token], opening: int) -> int:
    """Return the index of the close of a link; links do not nest."""
    for index in range(opening + 1, len(tokens)):
        if tokens[index].type == "link_close":
            return index
    return opening


def _end_tag(tokens: Sequence[Token], opening: int) -> int:
    """Return the index of the </a> of an <a>; `opening` itself for other elements, and for one that is not closed."""
    if tokens[opening].content[:3].lower() in ("<a ", "<a\n", "<a\t"):
        for index in range(opening + 1, len(tokens)):
            start = tokens[index].content[:3].lower()
            if tokens[index].type == "html_inline" and start in ("</a", "<a "):
                return index
    return opening
