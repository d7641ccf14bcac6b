"""Content codings of archived bodies, undone as far as they are really there."""

from __future__ import annotations

import logging
from io import BytesIO

from urllib3 import HTTPResponse
from urllib3.exceptions import HTTPError

log = logging.getLogger(__name__)

MAX_UNPACKED = 1_048_576
"""Bytes that are unpacked of a body: more than a page is judged by."""

_GZIP_MAGIC = b"\x1f\x8b\x08"
_PIECE = 16_384
_KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_MOST = 3
"""Codings undone one within the other: archived headers name them twice at times (wayback.md, section 2.3)."""


def undone(body: bytes, content_encoding: str | None) -> bytes:
    """Return a body without its content codings, at most MAX_UNPACKED bytes; it may be cut off anywhere.

    What a header names is tried, and left as it is where the body is no such thing. What begins as gzip does is
    unpacked, whatever the header says.
    """
    named = [name.strip().lower() for name in (content_encoding or "").split(",")]
    for coding in [name for name in reversed(named) if name in _KNOWN][:_MOST]:
        body = _without(coding, body)
    for _ in range(_MOST):
        if not body.startswith(_GZIP_MAGIC):
            break
        body = _without("gzip", body)
    return body[:MAX_UNPACKED]


def _without(coding: str, body: bytes) -> bytes:
    packed = HTTPResponse(BytesIO(body), headers={"Content-Encoding": coding}, preload_content=False)
    unpacked = bytearray()
    try:
        while len(unpacked) < MAX_UNPACKED and (piece := packed.read(_PIECE, decode_content=True)):
            unpacked += piece
    except HTTPError as error:
        # It is something else, or cut off.
        log.debug("not, or not all, in coding %s: %s", coding, error)
    return bytes(unpacked) or body
