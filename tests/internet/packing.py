"""Content codings (RFC 9110, section 8.4.1): packs bodies, and bombs that are small until they are unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

import brotli
from backports import zstd


class Packer(Protocol):
    """Packs piece by piece, as zlib's compression objects do."""

    def compress(self, data: bytes) -> bytes: ...
    def flush(self) -> bytes: ...


class _Brotli:
    def __init__(self) -> None:
        self._packer = brotli.Compressor(quality=5)

    def compress(self, data: bytes) -> bytes:
        packed: bytes = self._packer.process(data)
        return packed

    def flush(self) -> bytes:
        packed: bytes = self._packer.finish()
        return packed


PACKERS: dict[str, Callable[[], Packer]] = {
    "gzip": lambda: zlib.compressobj(9, wbits=31),
    "deflate": lambda: zlib.compressobj(9),
    # What "deflate" means is the zlib format; many servers have sent this instead, and browsers take both.
    "raw-deflate": lambda: zlib.compressobj(9, wbits=-zlib.MAX_WBITS),
    "br": _Brotli,
    "zstd": zstd.ZstdCompressor,
}


def pack(body: bytes, names: Sequence[str]) -> bytes:
    """Return the body in these codings, in the order of Content-Encoding: the first one is the innermost."""
    for name in names:
        packer = PACKERS[name]()
        body = packer.compress(body) + packer.flush()
    return body


def field(names: Sequence[str]) -> str:
    """Return the value of Content-Encoding for these codings."""
    return ", ".join(name.removeprefix("raw-") for name in names)


@cache
def packed_blanks(megabytes: int, name: str) -> bytes:
    """Return so many megabytes of blanks in one coding; they are never in memory at once."""
    packer = PACKERS[name]()
    chunk = b" " * 1_000_000
    return b"".join(packer.compress(chunk) for _ in range(megabytes)) + packer.flush()


@cache
def bomb(megabytes: int, names: tuple[str, ...]) -> bytes:
    """Return so many megabytes of blanks in these codings, the first one innermost."""
    return pack(packed_blanks(megabytes, names[0]), names[1:])
