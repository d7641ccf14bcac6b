"""From plain text to its links: the addresses that stand in it, and those between angle brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from dlt_crawler.model import DocumentFormat, LinkKind, NoSpan
from dlt_crawler.sources.bare import MAX_LENGTH, with_scheme
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.directives import Comments
from dlt_crawler.sources.found import Found, FoundLink, LinkEnds, Reading
from dlt_crawler.sources.implied import with_implied
from dlt_crawler.sources.scan import scan

# RFC 3986, appendix C: the brackets say where an address ends, "URL:" may stand before it, and white space that a line
# break brought in is none of it.
_DELIMITED = re.compile(
    rf"<(?:URL:)?(?P<url>(?:(?:https?|ftp)://|www\.)[^\s<>]{{1,{MAX_LENGTH}}}+(?:[ \t]*+\n[ \t]*+[^\s<>]++){{0,4}}+)>",
    re.IGNORECASE,
)


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of a plain text, all of them bare.

    There is no code and no heading in plain text, and no second reading: GFM says nothing about it.
    """
    text = reading.text
    links = _links(text, double_encoded=reading.double_encoded)
    directives = Comments(text).in_plain_text(0, len(text), DocumentFormat.TEXT)
    return with_implied(chain(links, directives), text, implied=reading.implied)


def link_ends(reading: Reading) -> LinkEnds:
    """Return for the places of the URLs of a plain text where they end, the brackets around them included."""
    links = [link for link in _links(reading.text, double_encoded=reading.double_encoded) if link.no_span is None]
    delimited = {found.span("url"): [found.end()] for found in _DELIMITED.finditer(reading.text)}
    return {(link.start, link.end): delimited.get((link.start, link.end), [link.end]) for link in links}


def _links(text: str, *, double_encoded: bool) -> Iterator[FoundLink]:
    position = 0
    for brackets in _DELIMITED.finditer(text):
        start, end = brackets.span("url")
        yield from _bare(text, position, start - 1, double_encoded=double_encoded)
        if delimited := _delimited(text, start, end):
            yield delimited
        position = end
    yield from _bare(text, position, len(text), double_encoded=double_encoded)


def _bare(text: str, start: int, end: int, *, double_encoded: bool) -> Iterator[FoundLink]:
    for found in scan(text, start, end, double_encoded=double_encoded):
        written = found.written or ""
        # Nothing is escaped in plain text.
        url = resolve(with_scheme(written))
        yield replace(found, end=found.start + len(written), url=url, written=None, no_span=None)


def _delimited(text: str, start: int, end: int) -> FoundLink | None:
    """Return the link between two brackets; None where no host begins."""
    written = "".join(text[start:end].split())
    if next(scan(written, 0, len(written)), None) is None:
        return None
    url = resolve(with_scheme(written))
    if written == text[start:end]:
        return FoundLink(LinkKind.BARE, start, end, url, "")
    return FoundLink(LinkKind.BARE, start, end, url, "", written, NoSpan.INTERRUPTED)
