"""What is odd before the body: floods of header fields, odd fields and status lines, interim answers.

The rows `HEADS` of the table of behaviours. RFC 9112 says how a head is written, RFC 9110 what is in it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count, islice
from urllib.parse import unquote_to_bytes

from tests.internet.exchange import Exchange, Serve
from tests.internet.pages import document, page
from tests.internet.wire import Answer, reason

SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""An empty SETTINGS frame: the first thing that an HTTP/2 server says (RFC 9113, section 3.4)."""

CRLF = b"\r\n"


def _with(*fields: tuple[str, str]) -> Answer:
    answer = page("A page with a long head")
    return replace(answer, headers=(*answer.headers, *fields))


def _header_of(exchange: Exchange) -> Answer:
    return _with(("Content-Security-Policy", "default-src " + "x" * int(exchange.arguments["size"])))


def _many_headers(exchange: Exchange) -> Answer:
    return _with(*((f"X-Small-{number}", "x") for number in range(int(exchange.arguments["count"]))))


def _many_cookies(exchange: Exchange) -> Answer:
    return _with(*(("Set-Cookie", f"c{number}={'v' * 20}") for number in range(int(exchange.arguments["count"]))))


def _cookie_of(exchange: Exchange) -> Answer:
    return _with(("Set-Cookie", f"c={'v' * int(exchange.arguments['size'])}"))


def _refresh(_exchange: Exchange) -> Answer:
    return _with(("Refresh", "0; url=/status/404"))


def _page_after(*lines: bytes) -> bytes:
    """Return a small page as it comes over the wire, its head beginning with these lines."""
    body = document("A page with an odd head").encode()
    head = (*lines, b"Content-Type: text/html; charset=utf-8", b"Content-Length: %d" % len(body))
    return CRLF.join(head) + CRLF * 2 + body


def _line(field: bytes) -> Serve:
    async def serve(exchange: Exchange) -> None:
        await exchange.connection.send(_page_after(b"HTTP/1.1 200 OK", field))

    return serve


async def _status_line(exchange: Exchange) -> None:
    await exchange.connection.send(_page_after(unquote_to_bytes(exchange.arguments["line"])))


async def _leading_lines(exchange: Exchange) -> None:
    await exchange.connection.send(CRLF * int(exchange.arguments["count"]) + _page_after(b"HTTP/1.1 200 OK"))


async def _http_1_0(exchange: Exchange) -> None:
    body = document("A page of the old kind").encode()
    await exchange.connection.send(b"HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + body)


async def _http_2(exchange: Exchange) -> None:
    await exchange.connection.send(SETTINGS)


async def _interim(exchange: Exchange) -> None:
    """Send so many interim answers (RFC 9110, section 15.2), and then a page; without a count, no page ever comes."""
    status = exchange.arguments["status"]
    link = b"Link: </style.css>; rel=preload; as=style\r\n" if status == "103" else b""
    interim = f"HTTP/1.1 {status} {reason(status)}\r\n".encode() + link + CRLF
    times = exchange.arguments.get("count")
    for _ in count() if times is None else islice(count(), int(times)):
        await exchange.connection.send(interim)
    await exchange.connection.send(_page_after(b"HTTP/1.1 200 OK"))


HEADS: tuple[tuple[str, str, Serve], ...] = (
    ("/header-of/{size}", "A page that lives, with one header field of so many bytes.", _header_of),
    ("/many-headers/{count}", "A page with so many small header fields.", _many_headers),
    ("/many-cookies/{count}", "A page that sets so many cookies.", _many_cookies),
    ("/cookie-of/{size}", "A page that sets one cookie of so many bytes.", _cookie_of),
    ("/refresh", "A page that sends people to /status/404 by a header field.", _refresh),
    ("/header-without-colon", "A page with a header line that is no field.", _line(b"This is not a field")),
    ("/header-folded", "A page with a field on two lines (obs-fold).", _line(b"X-Folded: one\r\n two")),
    ("/header-nul", "A page with a NUL in a header field.", _line(b"X-Nul: be\x00fore")),
    ("/status-line/{line}", "A page under this status line, percent-encoded.", _status_line),
    ("/leading-lines/{count}", "A page after so many empty lines.", _leading_lines),
    ("/http-1.0", "A page in HTTP/1.0: its end is that of the connection.", _http_1_0),
    ("/http-2", "The first frame of an HTTP/2 server, whatever was asked.", _http_2),
    ("/interim/{status}/{count}", "So many interim answers with this status, then a page.", _interim),
    ("/endless-interim/{status}", "Interim answers with this status, and never a page.", _interim),
)
