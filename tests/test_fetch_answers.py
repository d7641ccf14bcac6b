"""HTTP over libcurl, against servers that speak bytes: which answers are good, and how much of them is kept."""

from __future__ import annotations

import gzip
import time

import pytest

from dlt_crawler.fetch.wire.failure import of_failure
from dlt_crawler.fetch.wire.transport import Received
from dlt_crawler.model import Outcome
from tests.raw_server import Serve, Visitor, always, listening, once
from tests.transport_support import OK, Wants, answer_to, failed, in_a_loop, transport

GOOD_HEADS = {
    "interim answers": b"HTTP/1.1 103 Early Hints\r\nX: early\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK,
    "a line of 64 KiB": OK.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 65_530 + b"\r\n\r\n"),
    "250 KB": OK.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 50_000 + b"\r\nY: " * 5 + b"\r\n\r\n"),
    "bare newlines": OK.replace(b"\r\n", b"\n"),
    "no reason": OK.replace(b"200 OK", b"200"),
    "small letters": OK.replace(b"HTTP", b"http"),
    "HTTP/1.0": OK.replace(b"1.1", b"1.0"),
    "trailers": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n"
    b"Content-Type: image/png\r\n\r\n",
    "length that is wrong beside chunks": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "the same length twice": OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 4\r\n\r\n"),
    "length without end": OK.replace(b": 4", b": 99999999999999999999999999"),
    "more than it says": OK + b" and more",
}


@pytest.mark.parametrize("answer", GOOD_HEADS.values(), ids=GOOD_HEADS)
@in_a_loop
async def test_good_answer(answer: bytes) -> None:
    came = await answer_to(once(answer))

    assert isinstance(came, Received)
    assert (came.head.status, came.head.get("content-type"), came.body) == (200, "text/html", b"body")
    assert came.head.get("x") != "early"


@in_a_loop
async def test_fields_are_in_order_and_folded_lines_are_one() -> None:
    lines = b"Set-Cookie: a=1\r\nX-Folded: one\r\n  two\r\nset-COOKIE:\tb=2 \r\nX-\xe9: \xe9\r\nContent-Length: 0\r\n"
    came = await answer_to(once(b"HTTP/1.1 302 Found\r\n" + lines + b"\r\n"))

    assert isinstance(came, Received)
    assert came.head.all("set-cookie") == ("a=1", "b=2")
    assert came.head.get("x-folded") == "one two"
    assert came.head.get("x-é") == "é"


BROKEN_HEADS = {
    "a line without colon": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nwhat is this\r\n\r\nbody",
    "no end": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX: y",
    "length below zero": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: -1\r\n\r\nbody",
    "length that is no number": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: soon\r\n\r\nbody",
    "codings on codings": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: "
    + b"gzip, " * 9
    + b"gzip\r\n\r\n",
    "transfer coding": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: rot13\r\n\r\nbody",
}


@pytest.mark.parametrize("answer", BROKEN_HEADS.values(), ids=BROKEN_HEADS)
@in_a_loop
async def test_head_that_browsers_understand_is_not_lost(answer: bytes) -> None:
    came = await answer_to(once(answer))

    assert isinstance(came, Received)
    assert (came.head.status, came.head.get("content-type")) == (200, "text/html")


async def endless_small_fields(visitor: Visitor) -> None:
    await visitor.request()
    await visitor.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await visitor.send(b"a: b\r\n" * 1_000)


async def endless_line(visitor: Visitor) -> None:
    await visitor.request()
    await visitor.send(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        await visitor.send(b"x" * 10_000)


async def endless_interim(visitor: Visitor) -> None:
    await visitor.request()
    while True:
        await visitor.send(b"HTTP/1.1 102 Processing\r\nX: y\r\n\r\n" * 1_000)


@pytest.mark.parametrize(
    "serve",
    [
        endless_small_fields,
        endless_line,
        endless_interim,
        once(OK.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\n\r\n")),
        once(OK.replace(b"text/html", b"text\0html")),
        once(b"SSH-2.0-OpenSSH_9.2\r\n"),
        once(b"<title>HTTP/0.9</title>"),
        once(b"\0" * 100_000),
    ],
)
@in_a_loop
async def test_what_is_no_answer(serve: Serve) -> None:
    async with listening(serve) as place, transport() as asked:
        no_head = await failed(asked, f"http://127.0.0.1:{place.port}/")

    assert of_failure(no_head, "a.example", seconds=5).outcome is Outcome.PROTOCOL_ERROR
    assert no_head.elapsed < 4
    assert no_head.connected
    assert no_head.handshaken


async def endless_body(visitor: Visitor) -> None:
    await visitor.request()
    await visitor.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await visitor.send(b"0123456789" * 1_000)


@in_a_loop
async def test_no_more_is_read_than_is_wanted() -> None:
    came = await answer_to(endless_body, Wants(25))
    enough = await answer_to(endless_body, Wants(until=b"901"))

    assert isinstance(came, Received)
    assert isinstance(enough, Received)
    assert came.body == b"0123456789012345678901234"
    assert enough.body is not None
    assert 10_000 <= len(enough.body) < 500_000


@in_a_loop
async def test_reading_that_fails_is_heard_of() -> None:
    class Broken(Wants):
        def __call__(self, status: int, content_type: str | None) -> int:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await answer_to(always(OK), Broken())


async def endless_nothing_in_gzip(visitor: Visitor) -> None:
    await visitor.request()
    packed = gzip.compress(b"", mtime=0)
    await visitor.send(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed[:10])
    while True:
        await visitor.send(b"\0\0\0\xff\xff" * 10_000)


@pytest.mark.alone
@in_a_loop
async def test_coding_that_goes_on_for_ever_ends_with_the_time() -> None:
    began = time.monotonic()
    came = await answer_to(endless_nothing_in_gzip, seconds=1)

    assert isinstance(came, Received)
    assert came.body == b""
    assert time.monotonic() - began < 2
