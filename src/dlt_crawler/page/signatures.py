"""Whether an answer is a PDF: by what it says it is, and by how it begins."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_PDF_TYPES = frozenset({"application/pdf", "application/x-pdf"})
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_MAGIC = re.compile(rb"%PDF-\d")
_MAGIC_WITHIN = 1_024
"""Bytes: where Acrobat looks for it, and everybody after it (ISO 32000-1, annex H.3, note 13)."""
_BEFORE_MARKUP = b"\xef\xbb\xbf \t\r\n\x0c"


def may_be_pdf(content_type: str | None, url: str) -> bool:
    """Return whether the body may be a PDF: it says so, or does not say what it is and has the name of one."""
    essence = (content_type or "").partition(";")[0].strip().lower()
    return essence in _PDF_TYPES or (essence in _UNKNOWN_TYPES and urlsplit(url).path.lower().endswith(".pdf"))


def is_pdf(body: bytes | bytearray) -> bool | None:
    """Return whether a body begins as PDFs do, whatever it says of itself; None while too little of it has come.

    Some begin with white space, a mail header or the like, but none in the middle of a page, which only tells of PDFs.
    """
    found = _MAGIC.search(body, 0, _MAGIC_WITHIN)
    if found is not None:
        return b"<" not in body[: found.start()]
    return False if len(body) >= _MAGIC_WITHIN or _is_markup(body) else None


def _is_markup(body: bytes | bytearray) -> bool:
    """Return whether a body begins with a tag."""
    return body[:_MAGIC_WITHIN].lstrip(_BEFORE_MARKUP).startswith(b"<")
