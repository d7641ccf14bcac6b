"""What is odd about the body's length and end, and about the connection after it: the rows `TRANSFERS`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

from tests.internet.exchange import Exchange, Serve
from tests.internet.faults import HEAD
from tests.internet.pages import document, page
from tests.internet.wire import Answer

CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"


def _body(title: str = "A page of doubtful length") -> bytes:
    return document(title).encode()


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def _said_length(exchange: Exchange) -> None:
    length = exchange.arguments["length"].encode()
    await exchange.connection.send(HEAD + b"Content-Length: %s\r\n\r\n" % length + _body())


async def _same_length_twice(exchange: Exchange) -> None:
    length = b"Content-Length: %d\r\n" % len(_body())
    await exchange.connection.send(HEAD + length * 2 + b"\r\n" + _body())


async def _unfinished(exchange: Exchange) -> None:
    await exchange.connection.send(HEAD + b"Content-Length: 100000\r\n\r\n" + _body("A page that stops"))
    await exchange.connection.until_peer_closes()


async def _body_of_204(exchange: Exchange) -> None:
    await exchange.connection.send(b"HTTP/1.1 204 No Content\r\nContent-Length: %d\r\n\r\n" % len(_body()) + _body())


async def _chunked(exchange: Exchange) -> None:
    await exchange.connection.send(CHUNKED + b"\r\n" + _chunk(_body("A page in pieces")) + _chunk(b""))


async def _chunked_with_length(exchange: Exchange) -> None:
    both = CHUNKED + b"Content-Length: 5\r\n\r\n"
    await exchange.connection.send(both + _chunk(_body("A page in pieces")) + _chunk(b""))


async def _endless_chunk_extension(exchange: Exchange) -> None:
    """Send a page as one chunk, and then a chunk size whose extensions never end (RFC 9112, section 7.1.1)."""
    await exchange.connection.send(CHUNKED + b"\r\n" + _chunk(_body("A page in pieces")) + b"5")
    while True:
        await exchange.connection.send(b";extension=" + b"x" * 4096)


async def _trailers(exchange: Exchange) -> None:
    """Send a page, its last chunk, and so many trailer fields; without a count they never end."""
    await exchange.connection.send(CHUNKED + b"\r\n" + _chunk(_body("A page in pieces")) + b"0\r\n")
    for numbers in _thousands(exchange.arguments.get("count")):
        await exchange.connection.send(b"".join(b"X-Trailer-%d: x\r\n" % number for number in numbers))
    await exchange.connection.send(b"\r\n")


def _thousands(times: str | None) -> Iterator[list[int]]:
    numbers = count() if times is None else iter(range(int(times)))
    while batch := list(islice(numbers, 1000)):
        yield batch


async def _unannounced_close(exchange: Exchange) -> None:
    """Send a body that ends with the connection, which over TLS closes without close_notify (RFC 8446, 6.1)."""
    await exchange.connection.send(HEAD + b"Connection: close\r\n\r\n" + _body("A page without a farewell"))
    exchange.connection.close_unannounced()


async def _closes_after(exchange: Exchange) -> None:
    await exchange.connection.send(page("A page that lives").encode())


def _first_of_connection(exchange: Exchange) -> Answer | None:
    return page("A page that lives") if exchange.connection.requests == 1 else None


TRANSFERS: tuple[tuple[str, str, Serve], ...] = (
    ("/said-length/{length}", "A page, closed after it, with this Content-Length.", _said_length),
    ("/same-length-twice", "A page with its right Content-Length, twice.", _same_length_twice),
    ("/unfinished", "A page that stops long before its Content-Length, and stays open.", _unfinished),
    ("/body-of-204", "A status that has no body, with one.", _body_of_204),
    ("/chunked", "A page in chunked coding.", _chunked),
    ("/chunked-with-length", "A page in chunked coding with a wrong Content-Length, too.", _chunked_with_length),
    ("/endless-chunk-extension", "A page in pieces, then a chunk size that never ends.", _endless_chunk_extension),
    ("/trailers/{count}", "A page in chunked coding with so many trailer fields.", _trailers),
    ("/endless-trailers", "A page in chunked coding with trailer fields that never end.", _trailers),
    ("/unannounced-close", "A body that ends with its connection; over TLS without close_notify.", _unannounced_close),
    ("/closes-after", "A page; the connection, which could be used again, is closed after it.", _closes_after),
    ("/first-of-connection", "A page for a connection's first request; closes at a later one.", _first_of_connection),
)  # fmt: skip
