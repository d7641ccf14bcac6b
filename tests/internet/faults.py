"""What goes wrong below HTTP: each function leaves a connection in the state that its name says."""

from __future__ import annotations

import asyncio
import gzip

from tests.internet.exchange import Exchange
from tests.internet.pages import document

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


async def hang(exchange: Exchange) -> None:
    await exchange.connection.until_peer_closes()


async def slow_headers(exchange: Exchange) -> None:
    """Send one header every `seconds`, for ever: the status line comes at once."""
    await exchange.connection.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await asyncio.sleep(float(exchange.arguments["seconds"]))
        await exchange.connection.send(b"X-Patience: please\r\n")


async def dribble(exchange: Exchange) -> None:
    """Send one byte of the body every `seconds`; the body ends, in theory, after a million of them."""
    await exchange.connection.send(HEAD + b"Content-Length: 1000000\r\n\r\n")
    while True:
        await exchange.connection.send(b" ")
        await asyncio.sleep(float(exchange.arguments["seconds"]))


async def endless_body(exchange: Exchange) -> None:
    await exchange.connection.send(HEAD + b"Connection: close\r\n\r\n" + document("An endless page").encode())
    while True:
        await exchange.connection.send(b"<p>and so on</p>\n" * 4096)


async def endless_headers(exchange: Exchange) -> None:
    await exchange.connection.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.connection.send(b"X-Padding: " + b"x" * 1000 + b"\r\n")


async def short_body(exchange: Exchange) -> None:
    await exchange.connection.send(HEAD + b"Content-Length: 100000\r\n\r\n" + document("A page cut short").encode())


async def reset(exchange: Exchange) -> None:
    exchange.connection.reset()


async def reset_after_head(exchange: Exchange) -> None:
    await exchange.connection.send(HEAD + b"Content-Length: 100000\r\n\r\n" + document("A page cut off").encode())
    # Only once the peer has read the head does the reset come after it: a reset throws away what is under way.
    await asyncio.sleep(0.1)
    exchange.connection.reset()


async def empty_reply(_exchange: Exchange) -> None:
    return


async def garbage(exchange: Exchange) -> None:
    await exchange.connection.send(b"\x00\x01\x02 this is not HTTP \xff\xfe\r\n\r\n")


async def ssh_banner(exchange: Exchange) -> None:
    await exchange.connection.send(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")


async def http_0_9(exchange: Exchange) -> None:
    await exchange.connection.send(document("A page without any header").encode())


async def conflicting_lengths(exchange: Exchange) -> None:
    body = document("Two lengths").encode()
    await exchange.connection.send(HEAD + b"Content-Length: 5\r\nContent-Length: %d\r\n\r\n" % len(body) + body)


async def negative_length(exchange: Exchange) -> None:
    await exchange.connection.send(HEAD + b"Content-Length: -1\r\n\r\n" + document("Less than nothing").encode())


async def bad_chunk(exchange: Exchange) -> None:
    await exchange.connection.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nnot a chunk\r\n0\r\n\r\n")


async def broken_gzip(exchange: Exchange) -> None:
    body = gzip.compress(document("A page that cannot be unpacked").encode())[:60]
    await exchange.connection.send(HEAD + b"Content-Encoding: gzip\r\nContent-Length: 60\r\n\r\n" + body)
