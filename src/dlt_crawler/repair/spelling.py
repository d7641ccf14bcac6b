"""How a URL is written in each kind of link, most natural spelling first."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from dlt_crawler.errors import RepairError
from dlt_crawler.model import DocumentFormat, LinkKind, SourceDocument, Span
from dlt_crawler.repair.bare import NEAR, bare_ways, ends_as_written, is_balanced, is_left_out, origin, with_plain_end

_ENTITY = re.compile(r"&(?=#?\w+;)", re.ASCII)
_ENTITY_END = re.compile(r"(&#?\w+);", re.ASCII)
_OPENED = re.compile(rb"<(?:URL:)?\Z", re.IGNORECASE)
_TEX_SPECIAL = re.compile(r"[%#_&$]")
_TEX_ESCAPE = re.compile(rb"\\(?:[%#_&$~]|textasciitilde)|\$\{?\\sim")
_VERBATIM = re.compile(
    rb"(?:\\(?:url|nolinkurl|href)\*?\s*(?:\[[^\[\]]*\]\s*)?\{"
    rb"|(?:url(?:-\d+)?|doi|eprint|link|ee|pdf|html|web(?:site|page)|homepage)\s*=\s*[{\"]+)\s*<?\Z",
    re.IGNORECASE,
)
_RST_STANDALONE = re.compile(
    r"[a-z]+://{0}*{1}(?:\?{0}*{1})?(?:\#{0}*{1})?".format(r"[-_.!~*'()\[\];/:@&=+$,%a-zA-Z0-9]", "[_~*/=+a-zA-Z0-9]"),
    re.IGNORECASE,
)
"""What docutils reads as a standalone hyperlink, as a whole (its `states.Inliner`)."""
_RST_MARKUP = re.compile(r"\*|_(?!\w)")
"""What may begin or end inline markup within a URL."""
_JSON_QUOTE = re.compile(rb'(?<!\\)(?:\\\\)*"')
_JSON_ESCAPE = re.compile(rb"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_JSON_SAID = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


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


_Construct = Callable[[bytes, Span, LinkKind, str], tuple[Spelling, ...]]


def spellings(document: SourceDocument, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """Return the ways to write `url` (RFC 3986 characters) over `span` of the document; none where we never write.

    The construct around the span is kept: angle brackets and quotes that are there stay, and new ones come only where
    the URL needs them. Scheme, user and host are never written in other characters, which not everything reads as the
    same: raises RepairError where none of the ways leaves them as they are.
    """
    spell = _CONSTRUCTS[document.format].get(kind)
    if spell is None:
        return ()
    ways = tuple(way for way in spell(document.data, span, kind, url) if origin(way.reads) == origin(url))
    if not ways:
        raise RepairError(f"the user or the host in {url} cannot be written there")
    return ways


def _destination(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """CommonMark 0.31.2, section 6.3: entities are decoded, and bare parentheses must be balanced."""
    written = _ENTITY.sub("&amp;", url)
    plain = Spelling(written, url, kind)
    if _around(data, span) == (b"<", b">"):
        return (plain,)
    bracketed = Spelling(written, url, kind, "<", ">")
    encoded = url.replace("(", "%28").replace(")", "%29")
    last_resort = Spelling(_ENTITY.sub("&amp;", encoded), encoded, kind)
    return (plain, bracketed, last_resort) if is_balanced(url) else (bracketed, last_resort)


def _autolink(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    # Some parsers decode entities inside <…> (cmark) and some do not (markdown-it): no spelling may hold one.
    written = _ENTITY_END.sub(r"\1%3B", url)
    return (Spelling(written, written, LinkKind.AUTOLINK),)


def _bare(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    written = _ENTITY_END.sub(r"\1%3B", url)
    return tuple(
        Spelling(way.url, way.url, LinkKind.AUTOLINK, "<", ">") if way.in_brackets else Spelling(way.url, way.url, kind)
        for way in bare_ways(data, span, written)
    )


def _attribute(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """HTML standard, section 13.1.2.3. A comma is tried as it is, then encoded: it may end a candidate of srcset."""
    quotable = url.replace("'", "%27")
    found: list[Spelling] = []
    for reads in dict.fromkeys((quotable, quotable.replace(",", "%2C"))):
        written = reads.replace("&", "&amp;")
        unquoted = data[max(0, span.start - NEAR) : span.start].rstrip()[-1:] == b"="
        ways = [Spelling(written, reads, kind)]
        if unquoted:
            # The equals sign may also be one of the value: `content="0; url=https://example.org/"`.
            ways.insert("=" not in written, Spelling(written, reads, kind, '"', '"'))
        found += ways
    return tuple(found)


def _scalar(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """YAML 1.2.2, section 7.3: nothing of RFC 3986 needs an escape but the quote of a single-quoted scalar.

    Within a longer value, what cannot end a bare URL is percent-encoded.
    """
    match _around(data, span)[0]:
        case b'"':
            ways = [Spelling(url, url, kind)]
        case b"'":
            encoded = url.replace("'", "%27")
            ways = [Spelling(encoded, encoded, kind)]
        case _:
            ways = [Spelling(url, url, kind), Spelling(url, url, kind, '"', '"')]
    last_resort = with_plain_end(url.replace("'", "%27"))
    return *ways, Spelling(last_resort, last_resort, kind)


def _in_text(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """RFC 3986, appendix C: angle brackets delimit a URL in plain text."""
    if _around(data, span)[1] == b">" and _OPENED.search(data, max(0, span.start - len("<URL:")), span.start):
        return (Spelling(url, url, kind),)
    plain, bracketed = Spelling(url, url, kind), Spelling(url, url, kind, "<", ">")
    return (plain, bracketed) if ends_as_written(url) and is_left_out(data, span.end) else (bracketed,)


def _in_field(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """BibTeX passes a value on to TeX: what TeX reads otherwise is written as the author did, with escapes or without.

    Where the author did neither, an argument of `url` and a field of biblatex's type "uri" need no escapes; prose does.
    Braces and quotes are percent-encoded in every URL.
    """
    plain = Spelling(url, url, kind)
    escaped = Spelling(_TEX_SPECIAL.sub(r"\\\g<0>", url).replace("~", r"\~{}"), url, kind)
    command = Spelling(url, url, kind, r"\url{", "}")
    old = data[span.start : span.end]
    is_verbatim = _VERBATIM.search(data[max(0, span.start - NEAR) : span.start]) is not None
    if not _TEX_ESCAPE.search(old) and (is_verbatim or re.search(rb"[%#_&$~]", old)):
        escaped = plain
    if is_verbatim:
        return (escaped,)
    # At the end of a sentence only a command says where the URL ends.
    return (escaped, command) if ends_as_written(url) else (command,)


def _rst_embedded(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """reStructuredText, "Embedded URIs and Aliases" and "Hyperlink Targets": an underscore at the end is escaped."""
    return (Spelling(re.sub("_$", r"\\_", url), url, kind),)


def _rst_standalone(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
    """reStructuredText, "Standalone Hyperlinks": what cannot end one goes into a phrase that shows its URL alone."""
    written = _RST_MARKUP.sub(r"\\\g<0>", url)
    phrase = Spelling(re.sub("_$", r"\\_", url), url, LinkKind.INLINE, "`<", ">`__")
    enclosed = _around(data, span) == (b"<", b">")
    is_whole = _RST_STANDALONE.fullmatch(url[:-1] + "a" if enclosed and url[-1] not in "?#" else url)
    return (Spelling(written, url, kind), phrase) if is_whole else (phrase,)


def _in_json(spell: _Construct) -> _Construct:
    """Return how a construct is spelled in a string of JSON, where a URL in RFC 3986 characters needs no escape.

    What is around it is looked at without JSON's escapes, and attributes are quoted in a way that needs none.
    """

    def spell_in_json(data: bytes, span: Span, kind: LinkKind, url: str) -> tuple[Spelling, ...]:
        before = _said(_JSON_QUOTE.split(data[max(0, span.start - NEAR) : span.start])[-1])
        behind = _said(_JSON_QUOTE.split(data[span.end : span.end + NEAR])[0])
        said = before + data[span.start : span.end] + behind
        ways = spell(said, Span(len(before), len(said) - len(behind)), kind, url)
        return tuple(
            replace(way, before=way.before.replace('"', "'"), after=way.after.replace('"', "'")) for way in ways
        )

    return spell_in_json


def _said(written: bytes) -> bytes:
    """Return what a piece of a JSON string says; what cannot be in there, by its code alone."""
    return _JSON_ESCAPE.sub(lambda found: _JSON_SAID.get(found[1]) or _character(found[1]), written)


def _character(escape: bytes) -> bytes:
    return chr(int(escape[1:], 16)).encode("utf-8", "replace") if len(escape) > 1 else escape


def _around(data: bytes, span: Span) -> tuple[bytes, bytes]:
    return data[max(span.start - 1, 0) : span.start], data[span.end : span.end + 1]


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
    DocumentFormat.HTML: {LinkKind.HTML: _attribute},
    DocumentFormat.TEXT: {LinkKind.BARE: _in_text},
    DocumentFormat.BIBTEX: {LinkKind.BARE: _in_field},
    DocumentFormat.NOTEBOOK: {kind: _in_json(spell) for kind, spell in _MARKDOWN.items()},
    DocumentFormat.RST: {
        LinkKind.INLINE: _rst_embedded,
        LinkKind.IMAGE: _rst_embedded,
        LinkKind.REFERENCE: _rst_embedded,
        LinkKind.BARE: _rst_standalone,
        LinkKind.HTML: _attribute,
    },
}
