"""From an answer to its `Content`: one parse, and everything that is asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml import etree  # type: ignore[import-untyped] # its stubs are a package of their own
from parsel import Selector

from dlt_crawler.model import Evidence, Page, SiteRule
from dlt_crawler.page import fragments as places
from dlt_crawler.page import walls
from dlt_crawler.page.cleaning import one_line
from dlt_crawler.page.decoding import text_of
from dlt_crawler.page.head import head_of
from dlt_crawler.page.languages import language_of, script_of
from dlt_crawler.page.markers import SHELL, markers_among, markers_of
from dlt_crawler.page.metadata import abstract_of, title_of
from dlt_crawler.page.refresh import canonical_of, refresh_of
from dlt_crawler.page.response import Content, Response
from dlt_crawler.page.similarity import sketch_of
from dlt_crawler.page.site_rules import site_markers
from dlt_crawler.page.text import ALL_OF_IT, LITTLE, seen
from dlt_crawler.page.works import work_of

_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
READ_BYTES = 1_000_000
"""What is looked at: a page speaks of itself at its beginning. Bounds the work (200,000 nested elements: under 1 s)."""
_BEGINNING = 262_144
"""What is parsed of a page that speaks of itself no more after that. Nearly all do so before."""
_SPEAKS_OF_ITSELF = (b"<title", b"<meta", b"<h1", b"ld+json", b"abstract")
"""In lower case."""
_LOOKS_LIKE_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*)?"
    rb"<(?:!--|!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta)[\s>]",
    re.IGNORECASE,
)
"""Signatures of the MIME sniffing standard, section 7.1, and <meta>."""


_PLAIN_TYPES = frozenset({"text/plain", "application/json", "application/problem+json"})
_PLAIN_BYTES = 4_096
"""Of text that is no page: enough to tell "404 page not found" from a document."""
_FIELDS = frozenset({"content-type", "content-language", "server", "retry-after", "x-robots-tag", "set-cookie"})
_FIELD_LENGTH = 300
_COOKIE_LENGTH = 64
_DIGITS = re.compile(r"\d+")
_MADE_ANEW = re.compile(
    r"x-iinfo|x-kpsdk-\w+|x-datadome-cid|x-akamai-session-info|x-vercel-challenge-token|wzws-ray|x-li-\w+"
)
"""Identifiers of an answer: that they are there is enough."""
_MOST_FIELDS = 40
_TITLE_LENGTH = 300
_CLASSES = etree.XPath("concat(/html/@class, ' ', /html/body/@class, ' ', /html/body/@id)")
_NOINDEX = re.compile(r"(?:^|[\s,;])(?:noindex|none)(?:$|[\s,;])|:noindex\b", re.IGNORECASE)


def is_page(content_type: str | None) -> bool:
    """Return whether a body of this Content-Type is worth reading to a page's length: HTML, XHTML, or unknown."""
    return _essence(content_type) in _PAGE_TYPES | {""}


def is_plain(content_type: str | None) -> bool:
    """Return whether a body is text for people or programs, of which the first 4 KiB can be an error message."""
    return _essence(content_type) in _PLAIN_TYPES


def begins_as_page(body: bytes | bytearray) -> bool:
    """Return whether a body begins as HTML does, whatever its Content-Type says."""
    return _LOOKS_LIKE_HTML.match(body) is not None


def beginning_of(body: bytes) -> bytes:
    """Return as much of a body as `read_response` needs of it."""
    rest = body[_BEGINNING:READ_BYTES].lower()
    return body[: READ_BYTES if any(word in rest for word in _SPEAKS_OF_ITSELF) else _BEGINNING]


def read_response(response: Response, *, fragments: tuple[str, ...] = (), rule: SiteRule | None = None) -> Content:
    """Return what an answer shows. Whatever is in the body, this returns.

    Only the first megabyte is parsed. `fragments`: to be looked for. `rule`: of the site. What says that it is no page,
    and begins as one, is one: error pages are served under the Content-Type of the file that is missing.
    """
    content_type = response.field("content-type")
    fields = tuple(islice(_fields(response), _MOST_FIELDS))
    essence = _essence(content_type)
    if essence in _PAGE_TYPES or (essence not in _PLAIN_TYPES and begins_as_page(response.body)):
        return _read_page(response, content_type, fields, fragments, rule)
    if essence in _PLAIN_TYPES:
        return _read_plain(response, content_type, fields)
    refresh = refresh_of(None, response.url, response.field("refresh"))
    sent_on = refresh.followed(None) if refresh else None
    evidence = Evidence(fields=fields, noindex=_noindex(fields), refresh=sent_on, complete=response.complete)
    return Content(Page(), evidence)


def _read_page(
    response: Response,
    content_type: str | None,
    fields: tuple[tuple[str, str], ...],
    fragments: tuple[str, ...],
    rule: SiteRule | None,
) -> Content:
    body = beginning_of(response.body)
    source = text_of(body, content_type)
    complete = response.complete and len(body) == len(response.body)
    try:
        selector = Selector(text=source, type="html")
    except (etree.LxmlError, ValueError):
        return Content(Page(), Evidence(fields=fields, complete=complete))
    # Before `seen`, which takes the tree apart.
    root = selector.root
    head = head_of(selector)
    title, language = title_of(head, rule), language_of(head)
    abstract = abstract_of(head, title)
    refresh = refresh_of(selector, response.url, response.field("refresh"))
    canonical = canonical_of(selector, response.url)
    noindex = _noindex(fields) or bool(_NOINDEX.search(head.metas.get("robots", "")))
    classes = tuple(markers_among(str(_CLASSES(root))))
    found = seen(root)
    told = markers_of(source) if found.length <= LITTLE or not 200 <= response.status < 300 else ()
    evidence = Evidence(
        fields=fields,
        title=one_line(head.titles[0], _TITLE_LENGTH) if head.titles else None,
        headings=tuple(line for heading in found.headings if (line := one_line(heading, _TITLE_LENGTH))),
        text=_plain(found.text),
        passage=_plain(found.passage),
        length=found.length,
        prose=found.prose,
        sketch=sketch_of(found.whole, response.url),
        noindex=noindex,
        markers=(*site_markers(source, rule), *told, *classes, *((SHELL,) if found.shell else ())),
        refresh=refresh.followed(None if found.shell else found.prose) if refresh else None,
        canonical=canonical,
        complete=complete,
        missing_fragments=_missing(response, source if complete else None, fragments) if not found.shell else (),
    )
    page = Page(title, abstract, language, script_of(found.text))
    return Content(page, evidence, lingers=refresh is not None and refresh.lingers, work=work_of(head))


def _missing(response: Response, source: str | None, fragments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fragments that a page does not have; none when it was not read to its end. `source`: if it is all."""
    if not fragments or not response.complete:
        return ()
    if source is None:
        source = text_of(response.body, response.field("content-type"))
    return places.missing(source, fragments)


def _read_plain(response: Response, content_type: str | None, fields: tuple[tuple[str, str], ...]) -> Content:
    source = text_of(response.body[:_PLAIN_BYTES], content_type)
    whole = " ".join(source.split())
    complete = response.complete and len(response.body) <= _PLAIN_BYTES
    refresh = refresh_of(None, response.url, response.field("refresh"))
    evidence = Evidence(
        fields=fields,
        text=_plain(whole[:ALL_OF_IT]),
        length=len(whole),
        prose=len(whole),
        sketch=sketch_of(whole, response.url),
        noindex=_noindex(fields),
        markers=markers_of(source) if complete else (),
        refresh=refresh.followed(len(whole)) if refresh else None,
        complete=complete,
    )
    return Content(Page(script=script_of(whole)), evidence, lingers=refresh is not None and refresh.lingers)


def _fields(response: Response) -> Iterator[tuple[str, str]]:
    """Yield the fields of interest. Of cookies no more than the name: values are nobody's business."""
    for name, value in response.fields:
        if name == "set-cookie":
            yield name, _DIGITS.sub("0", _plain(value.partition("=")[0].strip()))[:_COOKIE_LENGTH]
        elif name in _FIELDS or name in walls.FIELDS:
            # What is made anew for each answer would make each night's evidence another one.
            yield name, "" if _MADE_ANEW.fullmatch(name) else _plain(value)[:_FIELD_LENGTH]


def _noindex(fields: tuple[tuple[str, str], ...]) -> bool:
    return any(name == "x-robots-tag" and _NOINDEX.search(value) for name, value in fields)


def _plain(text: str) -> str:
    """Return text on one line without control characters."""
    return text if text.isprintable() else "".join(filter(str.isprintable, " ".join(text.split())))


def _essence(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
