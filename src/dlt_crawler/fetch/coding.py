"""Content codings: the bytes that a body stands for. Pure."""

from __future__ import annotations

import zlib

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_PIECE = 4_096
_IDENTITY = {"", "identity", "none", "utf-8"}
"""The last two are no codings, but servers send them for plain bodies."""


def decoded(body: bytes, coding: str, limit: int) -> bytes | None:
    """Return at most `limit` bytes of the body without its content coding (RFC 9110, section 8.4).

    Of a body that is cut off or broken, what could be decoded up to there. None for a coding that we did not offer.
    """
    coding = coding.strip().lower()
    if coding in _IDENTITY:
        return body[:limit]
    if coding not in {"gzip", "x-gzip"}:
        return None
    decoder = zlib.decompressobj(_GZIP_OR_ZLIB)
    whole = bytearray()
    # In pieces, because a decoder that meets an error throws away what it had of the same piece.
    for start in range(0, len(body), _PIECE):
        rest = body[start : start + _PIECE]
        try:
            whole += decoder.decompress(rest, limit - len(whole))
        except zlib.error:
            break
        if len(whole) >= limit or decoder.eof:
            break
    return bytes(whole)
