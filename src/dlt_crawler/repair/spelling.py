"""How a URL is written in each kind of link, most natural spelling first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from w3lib.url import safe_url_string

from dlt_crawler.errors import RepairError
from dlt_crawler.model import DocumentFormat, LinkKind, SourceDocument, Span

_RESERVED = ":/?@!$&'()*+,;=~%"
"""RFC 3986, sections 2.2 and 2.3: what `quote` leaves alone besides letters, digits, "-", "." and "_"."""

_WEB = re.compile(r"(https?://(?:\[[0-9A-Fa-f:.]+\])?)(.+)", re.IGNORECASE | re.DOTALL)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ENTITY = re.compile(r"&(?=#?\w+;)", re.ASCII)
_TRIMMED = re.compile(r"[?!.,:*_~';]$")
_ENTITY_END = re.compile(r"(&#?\w+);", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to write a URL into a span. Extracting again must find `written` there, as a link to `reads`."""

    written: str
    reads: str
    kind: LinkKind
    before: str = ""
    """What is put around the URL: an angle bracket or a quote."""
    after: str = ""

    @property
    def data(self) -> bytes:
        """The bytes that take the place of the old span. ASCII, so right in every encoding that we read."""
        return f"{self.before}{self.written}{self.after}".encode("ascii")


def rfc3986(url: str) -> str:
    """Return `url` in the characters of RFC 3986, everything else percent-encoded as UTF-8 (its host by IDNA).

    Square brackets stay in an IPv6 host only, and a "#" only before the fragment. Raises RepairError for anything
    that is not an http or https URL: nothing else is ever written into a document.
    """
    try:
        web = _WEB.fullmatch(safe_url_string(url.strip()))
    except ValueError:
        web = None
    if web is None:
        raise RepairError(f"{url!r} is not an http or https URL")
    rest, mark, fragment = _LONE_PERCENT.sub("%25", web[2]).partition("#")
    return web[1] + quote(rest, safe=_RESERVED) + mark + quote(fragment, safe=_RESERVED)


def spellings(document: SourceDocument, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """Return the ways to write `url` (RFC 3986 characters) over `span` of the document; none where we never write.

    The construct around the span is kept: angle brackets and quotes that are there stay, and new ones come only where
    the URL needs them.
    """
    spell = _CONSTRUCTS[document.format].get(kind)
    return () if spell is None else spell(document.data, span, kind, url)


def _destination(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """CommonMark 0.31.2, section 6.3: entities are decoded, and bare parentheses must be balanced."""
    written = _ENTITY.sub("&amp;", url)
    plain = Spelling(written, url, kind)
    if _around(data, span) == (b"<", b">"):
        return (plain,)
    bracketed = Spelling(written, url, kind, "<", ">")
    encoded = url.replace("(", "%28").replace(")", "%29")
    last_resort = Spelling(_ENTITY.sub("&amp;", encoded), encoded, kind)
    return (plain, bracketed, last_resort) if _is_balanced(url) else (bracketed, last_resort)


def _autolink(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    # Some parsers decode entities inside <…> (cmark) and some do not (markdown-it): no spelling may hold one.
    written = _ENTITY_END.sub(r"\1%3B", url)
    return (Spelling(written, written, LinkKind.AUTOLINK),)


def _bare(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    written = _ENTITY_END.sub(r"\1%3B", url)
    bracketed = Spelling(written, written, LinkKind.AUTOLINK, "<", ">")
    # GitHub leaves punctuation at the end out of a bare URL, and takes Chinese text that follows into it (GFM 0.29,
    # section 6.9): only brackets help.
    if _TRIMMED.search(written) or not _is_balanced(written) or data[span.end : span.end + 1] >= b"\x80":
        return (bracketed,)
    return Spelling(written, written, kind), bracketed


def _attribute(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """HTML standard, section 13.1.2.3. A comma is tried as it is, then encoded: it may end a candidate of srcset."""
    quotable = url.replace("'", "%27")
    found = []
    for reads in dict.fromkeys((quotable, quotable.replace(",", "%2C"))):
        written = reads.replace("&", "&amp;")
        unquoted = data[: span.start].rstrip()[-1:] == b"="
        if not (unquoted and "=" in written):
            found.append(Spelling(written, reads, kind))
        if unquoted:
            found.append(Spelling(written, reads, kind, '"', '"'))
    return tuple(found)


def _scalar(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """YAML 1.2.2, section 7.3: nothing of RFC 3986 needs an escape but the quote of a single-quoted scalar."""
    match _around(data, span)[0]:
        case b'"':
            return (Spelling(url, url, kind),)
        case b"'":
            encoded = url.replace("'", "%27")
            return (Spelling(encoded, encoded, kind),)
        case _:
            return Spelling(url, url, kind), Spelling(url, url, kind, '"', '"')


def _is_balanced(url: str) -> bool:
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return False
    return depth == 0


def _around(data: bytes, span: Span) -> tuple[bytes, bytes]:
    return data[max(span.start - 1, 0) : span.start], data[span.end : span.end + 1]


_Construct = Callable[[bytes, Span, LinkKind, str], tuple[Spelling, ...]]

# Code is shown, not followed, and an implied link has no URL of its own: neither is ever written.
_MARKDOWN: Mapping[LinkKind, _Construct] = {
    LinkKind.INLINE: _destination,
    LinkKind.IMAGE: _destination,
    LinkKind.REFERENCE: _destination,
    LinkKind.AUTOLINK: _autolink,
    LinkKind.BARE: _bare,
    LinkKind.HTML: _attribute,
    LinkKind.FRONT_MATTER: _scalar,
}
_CONSTRUCTS: Mapping[DocumentFormat, Mapping[LinkKind, _Construct]] = {
    DocumentFormat.MARKDOWN: _MARKDOWN,
}
