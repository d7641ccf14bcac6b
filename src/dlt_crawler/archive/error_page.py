"""Whether an archived body with status 200 is plainly an error page, a parked domain or a bot wall, by its title."""

from __future__ import annotations

import re
import zlib
from html import unescape

from w3lib.encoding import html_to_unicode

from dlt_crawler.page.phrases import is_error, is_sale, parts_of

MAX_UNPACKED = 262_144
"""Bytes unpacked of a compressed body: a title stands in its head."""

_GZIP_MAGIC = b"\x1f\x8b"
# Bounded on both sides: a body of nothing but "<title" costs no more than its length.
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,500})</title", re.IGNORECASE)
_OTHERS = re.compile(
    r"""\W*(?:
        (?:[\w-]+\.)+\w{2,}\s+is\s+for\s+sale
      | just\s+a\s+moment | attention\s+required | (?:403\W*)?forbidden
      | access\s+(?:to\s+this\s+page\s+)?(?:has\s+been\s+)?denied
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)
"""Titles of parked domains that name themselves, and of bot walls."""


def is_error_page(body: bytes, content_type: str | None) -> bool:
    """Whether the title of an HTML body, or one end of it beside the site's name, is nothing but an error message.

    The messages of parked domains and bot walls count, too. Strict: a title that only mentions an error is a page about
    it. False for bodies without a title.
    """
    media_type = (content_type or "text/html").partition(";")[0].strip().lower()
    if media_type not in ("text/html", "application/xhtml+xml"):
        return False
    _, text = html_to_unicode(content_type, _unpacked(body))
    match = _TITLE.search(text)
    if match is None:
        return False
    title = " ".join(unescape(match[1]).split())
    return any(is_error(part) or is_sale(part) or _OTHERS.fullmatch(part) for part in parts_of(title))


def _unpacked(body: bytes) -> bytes:
    # By its own mark: archived Content-Encoding headers are wrong or doubled at times (wayback.md, section 2.3).
    if not body.startswith(_GZIP_MAGIC):
        return body
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, MAX_UNPACKED)
    except zlib.error:
        return body
