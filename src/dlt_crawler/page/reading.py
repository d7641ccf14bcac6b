"""From an answer to its `Content`: one parse, and everything that is asked of it."""

from __future__ import annotations

import re

from lxml.etree import LxmlError  # type: ignore[import-untyped] # its stubs are a package of their own
from parsel import Selector

from dlt_crawler.model import Evidence, Page, SiteRule
from dlt_crawler.page.decoding import text_of
from dlt_crawler.page.metadata import abstract_of, title_of
from dlt_crawler.page.response import Content, Response

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


def is_page(content_type: str | None) -> bool:
    """Return whether a body of this Content-Type is worth reading: HTML, XHTML, or unknown."""
    return _essence(content_type) in _PAGE_TYPES | {""}


def beginning_of(body: bytes) -> bytes:
    """Return as much of a body as `read_page` needs of it."""
    rest = body[_BEGINNING:READ_BYTES].lower()
    return body[: READ_BYTES if any(word in rest for word in _SPEAKS_OF_ITSELF) else _BEGINNING]


def read_response(response: Response, *, fragments: tuple[str, ...] = (), rule: SiteRule | None = None) -> Content:
    """Return what an answer shows. Whatever is in the body, this returns; of what is no HTML only the header is read.

    Only the first megabyte is parsed. `fragments`: to be looked for. `rule`: of the site.
    """
    return Content(_read_page(response.body, response.field("content-type")), Evidence(complete=response.complete))


def _read_page(body: bytes, content_type: str | None) -> Page:
    essence = _essence(content_type)
    if essence not in _PAGE_TYPES and (essence or not _LOOKS_LIKE_HTML.match(body)):
        return Page()
    text = text_of(beginning_of(body), content_type)
    try:
        selector = Selector(text=text, type="html")
    except (LxmlError, ValueError):
        return Page()
    return Page(title=title_of(selector), abstract=abstract_of(selector))


def _essence(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()
