"""From a markdown text to its links: reads what the parser noted on its tokens."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from dlt_crawler.model import LinkKind, NoSpan
from dlt_crawler.sources import bare, html
from dlt_crawler.sources.bare_rule import DOUBLE_ENCODED
from dlt_crawler.sources.destination import resolve, without_doubled_parentheses
from dlt_crawler.sources.found import Found, FoundLink, Reading
from dlt_crawler.sources.front_matter import front_matter
from dlt_crawler.sources.implied import implied_links, outside
from dlt_crawler.sources.parser import parser, place_of, segments_of
from dlt_crawler.sources.place import Place
from dlt_crawler.sources.segments import SegmentMap

_EXCEPT_LINE_ENDINGS = re.compile(r"[^\n]")
_KIND_OF_MARKUP = {"autolink": LinkKind.AUTOLINK, "bare": LinkKind.BARE}


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of a markdown document with its front matter."""
    front = front_matter(reading.text)
    # Blanked and not cut off: the offsets of what follows stay what they are.
    body = _EXCEPT_LINE_ENDINGS.sub(" ", reading.text[: front.end]) + reading.text[front.end :]
    links = [*front.links, *markdown_links(body, double_encoded=reading.double_encoded, code=reading.code)]
    yield from links
    if reading.implied:
        yield from outside(links, implied_links(reading.text))


def markdown_links(text: str, *, double_encoded: bool = False, code: bool = False) -> Iterator[FoundLink]:
    """Yield the links of a markdown text (LF line endings), block by block.

    Links in the alternative text of an image are left out: it is shown as plain text. With `code`, URLs in code and
    comments are links, too.
    """
    # Without a final newline markdown-it-py 4.3.0 fails on a text that ends in quote, list and open HTML ("> - <!--").
    lines = text if text.endswith("\n") else text + "\n"
    for token in parser().parse(lines, {DOUBLE_ENCODED: double_encoded}):
        match token.type:
            case "inline" if segments := segments_of(token):
                yield from _in_inline(token.children or [], segments, code=code)
            case "html_block" if segments := segments_of(token):
                yield from _in_html(token.content, Place(0, len(token.content)), segments, code=code)
            case "definition" if place := place_of(token):
                yield _definition(token, place)
            case "fence" | "code_block" if code and (place := place_of(token)):
                for start, end in bare.urls_in_code(lines, place.start, place.end):
                    yield FoundLink(LinkKind.CODE, start, end, resolve(lines[start:end]), "")


def _definition(token: Token, place: Place) -> FoundLink:
    url = str(token.meta["url"])
    written, no_span = (None, None) if place.exact else (url, NoSpan.INTERRUPTED)
    label = entities.unescape(str(token.meta["label"]))
    return FoundLink(
        LinkKind.REFERENCE, place.start, place.end, without_doubled_parentheses(url), label, written, no_span
    )


def _in_inline(tokens: Sequence[Token], segments: SegmentMap, *, code: bool) -> Iterator[FoundLink]:
    for index, token in enumerate(tokens):
        place = place_of(token)
        if place is None:
            continue
        match token.type:
            case "link_open":
                kind = _KIND_OF_MARKUP.get(token.markup, LinkKind.INLINE)
                label = _plain_text(_until_close(tokens, index)) if kind is LinkKind.INLINE else ""
                yield _located(kind, place, segments, _href(token, "href"), label)
            case "image":
                yield _located(LinkKind.IMAGE, place, segments, _href(token, "src"), _plain_text(token.children or []))
            case "html_inline":
                label = _plain_text(_until_end_tag(tokens, index))
                yield from _in_html(token.content, place, segments, code=code, label=label)
            case "code_inline" if code:
                yield from _in_code(place, segments)


def _in_html(fragment: str, place: Place, segments: SegmentMap, *, code: bool, label: str = "") -> Iterator[FoundLink]:
    for found in html.url_attributes(fragment):
        inside = Place(place.start + found.start, place.start + found.end)
        yield _located(LinkKind.HTML, inside, segments, resolve(found.url), found.label or label)
    if code:
        for item in html.scan(fragment):
            if isinstance(item, html.Comment):
                yield from _in_code(Place(place.start + item.start, place.start + item.end), segments)


def _in_code(place: Place, segments: SegmentMap) -> Iterator[FoundLink]:
    content = segments.content
    for start, end in bare.urls_in_code(content, place.start, place.end):
        yield _located(LinkKind.CODE, Place(start, end), segments, resolve(content[start:end]), "")


def _located(kind: LinkKind, place: Place, segments: SegmentMap, url: str, label: str) -> FoundLink:
    span = segments.span(place.start, place.end) if place.exact else None
    if span is None:
        near = segments.near(place.start)
        written = segments.content[place.start : place.end]
        return FoundLink(kind, near, near, url, label, written, NoSpan.INTERRUPTED)
    return FoundLink(kind, *span, url, label)


def _href(token: Token, attribute: str) -> str:
    return without_doubled_parentheses(str(token.attrs.get(attribute, "")))


def _until_close(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    """Return the tokens between a link's opening and its close; links do not nest."""
    for index in range(opening + 1, len(tokens)):
        if tokens[index].type == "link_close":
            return tokens[opening + 1 : index]
    return ()


def _until_end_tag(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    """Return the tokens between <a> and </a>; nothing for other elements, and for one that is never closed."""
    if not tokens[opening].content.lower().startswith(("<a ", "<a\n", "<a\t")):
        return ()
    for index in range(opening + 1, len(tokens)):
        content = tokens[index].content.lower()
        if tokens[index].type == "html_inline" and content.startswith(("</a", "<a ")):
            return tokens[opening + 1 : index]
    return ()


def _plain_text(tokens: Sequence[Token]) -> str:
    """Return what a renderer would make the alternative text of these tokens (CommonMark 0.31.2, section 6.4)."""
    parts: list[str] = []
    for token in tokens:
        match token.type:
            case "text" | "text_special" | "code_inline":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append(" ")
            case "image":
                parts.append(_plain_text(token.children or []))
    return "".join(parts)
