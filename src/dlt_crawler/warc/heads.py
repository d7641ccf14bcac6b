"""The head of an answer as it is kept: true to what came, readable whatever came, and without secrets. Pure.

A body is kept without its codings, since libcurl has undone them. Fields that speak of them, and of another length, get
a name that no reader acts on, as browsertrix-crawler (src/util/reqresp.ts) does: `X-Orig-Content-Encoding`.
"""

from __future__ import annotations

import re
from io import StringIO

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from dlt_crawler.urls import masked

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""All but tab and line feed."""
_STATUS_LINE = re.compile(r"(HTTP/1\.[01])?\S*\s+(\d{3})(?!\d)\s*(.*)", re.IGNORECASE)
_UNDONE = frozenset({"content-encoding", "transfer-encoding"})
_SESSIONS = frozenset({"set-cookie", "set-cookie2"})
"""Whoever has them goes on as us."""
_NO_BODY = frozenset({101, 204, 304})
"""Their Content-Length, if any, is that of another answer (RFC 9110, section 8.6)."""


class Head(StatusAndHeaders):  # type: ignore[misc] # warcio has no types
    """Written in the bytes that came. warcio would percent-encode what is not ASCII, whole URLs included."""

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """Set the bytes that warcio writes."""
        self.headers_buff = self.to_bytes(header_filter, encoding="latin-1")


def answer_head(raw: bytes, status: int, length: int) -> Head:
    """Return the head of an answer with a body of so many bytes.

    Each line is one field, however it came: without control characters, a folded one in one, none without a name.
    """
    parsed = StatusAndHeadersParser([], verify=False).parse(StringIO(_clean(raw)))
    line = _STATUS_LINE.match(f"{parsed.protocol} {parsed.statusline}")
    protocol, reason = (line[1] or "HTTP/1.1", line[3].strip()) if line else ("HTTP/1.1", "")
    fields: list[tuple[str, str]] = []
    says_length = False
    for name, value in ((name.strip(), masked(value.strip())) for name, value in parsed.headers):
        known = name.lower()
        if not known or known in _SESSIONS:
            continue
        fits = known == "content-length" and value == str(length) and not says_length
        says_length = says_length or fits
        is_changed = known in _UNDONE or (known == "content-length" and not fits)
        fields.append((f"X-Orig-{name}" if is_changed and status not in _NO_BODY else name, value))
    if not says_length and status not in _NO_BODY:
        fields.append(("Content-Length", str(length)))
    return Head(f"{status:03d} {reason}".strip(), fields, protocol=protocol.upper())


def request_head(raw: bytes) -> Head:
    """Return the head of a request of our own."""
    first, *lines = raw.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines if line)
    return Head(first, [(name, value) for name, _, value in pairs], is_http_request=True)


def _clean(raw: bytes) -> str:
    """Return lines that any reader takes for those of one head: an empty one would end it."""
    lines = _CONTROLS.sub("", raw.decode("latin-1").replace("\r\n", "\n").replace("\r", " ")).split("\n")
    return "".join(f"{line.rstrip()}\n" for line in lines if line.strip())
