"""Pages in content codings, well packed and badly, and bombs: the rows `CODINGS` of the table of behaviours."""

from __future__ import annotations

import zlib

from tests.internet.exchange import Exchange, Serve
from tests.internet.faults import HEAD
from tests.internet.packing import bomb, field, pack
from tests.internet.pages import document, typed
from tests.internet.wire import Answer

HTML = "text/html; charset=utf-8"
BOMB_MEGABYTES = 200


def _coded(exchange: Exchange) -> Answer:
    names = exchange.arguments["codings"].split(",")
    body = pack(document(f"A page in {' and '.join(names)}").encode(), names)
    return typed(body, HTML, ("Content-Encoding", field(names)))


def _said(exchange: Exchange) -> Answer:
    body = document("A page that is not packed").encode()
    return typed(body, HTML, ("Content-Encoding", exchange.arguments["coding"]))


def _bomb(exchange: Exchange) -> Answer:
    return _exploding(tuple(exchange.arguments["codings"].split(",")), exchange.arguments.get("status", 200))


def _nested_bomb(exchange: Exchange) -> Answer:
    return _exploding(("gzip",) * int(exchange.arguments["layers"]))


def _exploding(names: tuple[str, ...], status: int | str = 200) -> Answer:
    return Answer(bomb(BOMB_MEGABYTES, names), status, (("Content-Type", HTML), ("Content-Encoding", field(names))))


async def _endless_gzip(exchange: Exchange) -> None:
    """Send a gzip stream that never ends: a page, and then block after block of blanks."""
    packer = zlib.compressobj(9, wbits=31)
    await _begin_gzip(exchange, packer)
    # After a full flush the same bytes are packed the same way: one block serves for all.
    block = packer.compress(b" " * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    while True:
        await exchange.connection.send(block)


async def _endless_empty_blocks(exchange: Exchange) -> None:
    """Send a gzip stream that never ends, and after the page holds nothing: stored blocks of no bytes (RFC 1951)."""
    await _begin_gzip(exchange, zlib.compressobj(9, wbits=31))
    while True:
        await exchange.connection.send(b"\x00\x00\x00\xff\xff" * 4096)


async def _begin_gzip(exchange: Exchange, packer: zlib._Compress) -> None:
    await exchange.connection.send(HEAD + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n")
    page = packer.compress(document("An endless packed page").encode()) + packer.flush(zlib.Z_FULL_FLUSH)
    await exchange.connection.send(page)


CODINGS: tuple[tuple[str, str, Serve], ...] = (
    ("/coded/{codings}", "A page in these codings of PACKERS, separated by commas, innermost first.", _coded),
    ("/coding-said/{coding}", "A plain page that Content-Encoding says is packed in this way.", _said),
    ("/bomb/{codings}", "200 MB of blanks, packed in these codings.", _bomb),
    ("/bomb-on/{status}/{codings}", "The same, on an answer with this status.", _bomb),
    ("/gzip-bomb/{layers}", "200 MB packed by gzip, once or several times over.", _nested_bomb),
    ("/endless-gzip", "A packed body that never ends.", _endless_gzip),
    ("/endless-empty-blocks", "A packed body that never ends and soon brings nothing any more.", _endless_empty_blocks),
)
