"""HTTP over libcurl, against servers that speak bytes: what is sent, where to, and over which connections."""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from pathlib import Path

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire.failure import of_failure
from dlt_crawler.fetch.wire.tape import Tape
from dlt_crawler.fetch.wire.transport import NoHead, Received
from dlt_crawler.model import Outcome
from tests.internet.server import Silence
from tests.raw_server import Visitor, always, listening, once
from tests.transport_support import NOTHING, OK, Wants, answer_to, failed, get, in_a_loop, received, transport


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("", "/"),
        ("?", "/?"),
        ("?x=1", "/?x=1"),
        *(
            (target, target)
            for target in ("/", "//p", "/?", "/a;", "/a/../b/./c", "/%7e%7E", "/[x]|{}^`", "/a?b?c=[]", "/?a=%20+'\"")
        ),
        ("/a#b?c", "/a"),
    ],
)
@in_a_loop
async def test_target_is_sent_as_it_is_written(written: str, target: str) -> None:
    async with listening(always(OK)) as place, transport() as asked:
        await received(asked, f"http://127.0.0.1:{place.port}{written}")

    assert place.targets == [target]


@in_a_loop
async def test_head_of_a_request_is_what_is_asked_for() -> None:
    headers = {"Accept": "*/*", "Accept-Encoding": "br", "Cookie": "a=b\r\nX-Evil: 1", "X-Empty": "", "X-Latin": "é"}
    async with listening(always(OK)) as place, transport() as asked:
        url = f"http://some.example:{place.port}/"
        await asked.get(url, headers, Wants(), addresses=["127.0.0.1"], seconds=5)

    assert place.heads == [
        f"GET / HTTP/1.1\r\nHost: some.example:{place.port}\r\nAccept: */*\r\nAccept-Encoding: br\r\n"
        "Cookie: a=bX-Evil: 1\r\nX-Empty:\r\nX-Latin: é\r\n\r\n".encode("latin-1")
    ]


@pytest.mark.parametrize("url", ["http://u:p@127.0.0.1/", "http://u@127.0.0.1/", "ftp://127.0.0.1/", "http:///x", "x"])
@in_a_loop
async def test_what_is_no_plain_web_address_is_not_asked_for(url: str) -> None:
    async with transport() as asked:
        with pytest.raises(ValueError, match="no URL that can be asked for"):
            await get(asked, url)


# Where it is sent.


@pytest.mark.parametrize("name", ["some.example", "some.example.", "under_score.example", "xn--ls8h.example", "a-.b"])
@in_a_loop
async def test_connection_goes_to_the_given_addresses_and_to_no_older_ones(name: str) -> None:
    async with listening(once(OK), "127.0.0.2") as place, transport() as asked:
        url = f"http://{name}:{place.port}/"
        assert isinstance(await get(asked, url, NOTHING, "127.0.0.3"), NoHead)
        await received(asked, url, Wants(), "127.0.0.2")
        refused = await failed(asked, url, "127.0.0.3")

    assert f"Host: {name}:{place.port}".encode() in place.heads[0]
    assert (refused.connected, of_failure(refused, name, seconds=5).detail) == (False, f"{name} refuses connections.")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f000001", "localhost", "some.example"])
@in_a_loop
async def test_guard_has_the_last_word(host: str) -> None:
    questions: list[tuple[str, int]] = []

    def may_connect(address: str, port: int) -> bool:
        questions.append((address, port))
        return False

    async with listening(always(OK)) as place, transport(may_connect=may_connect) as asked:
        refused = await failed(asked, f"http://{host}:{place.port}/")

    assert place.visitors == []
    assert questions == [("127.0.0.1", place.port)]
    assert of_failure(refused, host, seconds=5).outcome is Outcome.UNSAFE


@in_a_loop
async def test_guard_that_fails_ends_the_crawl() -> None:
    def may_connect(address: str, port: int) -> bool:
        raise ArithmeticError("a bug")

    async with listening(always(OK)) as place, transport(may_connect=may_connect) as asked:
        with pytest.raises(CrawlError, match=r"127\.0\.0\.1 could not be asked: a bug"):
            await get(asked, f"http://127.0.0.1:{place.port}/")

    assert place.visitors == []


@pytest.mark.parametrize("addresses", [("::1", "127.0.0.1"), ("127.0.0.51", "127.0.0.1")], ids=str)
@pytest.mark.parametrize("dead", ["silent", "refused"])
@in_a_loop
async def test_a_dead_address_does_not_hide_a_living_one(addresses: tuple[str, ...], dead: str) -> None:
    async with listening(always(OK), addresses[-1]) as place, transport() as asked:
        first = addresses[0]
        silence = Silence(first, place.port) if dead == "silent" and ":" not in first else None
        began = time.monotonic()
        came = await received(asked, f"http://some.example:{place.port}/", Wants(), *addresses)
        if silence is not None:
            silence.close()

    assert came.body == b"body"
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("host", ["[::1]", "some.example"])
@in_a_loop
async def test_host_that_has_ipv6_only(host: str) -> None:
    async with listening(always(OK), "::1") as place, transport() as asked:
        came = await received(asked, f"http://{host}:{place.port}/x", Wants(), "::1")

    assert came.body == b"body"
    assert f"Host: {host}:{place.port}".encode() in place.heads[0]


@in_a_loop
async def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    async with listening(always(OK)) as place, transport() as asked:
        came = await received(asked, f"http://127.0.0.1:{place.port}/")

    assert came.body == b"body"


@in_a_loop
async def test_proxy_that_is_set_is_used_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")
    async with listening(always(OK)) as proxy, transport(proxy=f"http://u:p@127.0.0.1:{proxy.port}") as asked:
        came = await received(asked, "http://some.example//x;?")
        tunnel = await failed(asked, "https://some.example/secret")

    assert came.body == b"body"
    assert proxy.targets == ["http://some.example//x;?", "some.example:443"]
    assert all(b"Proxy-Authorization: Basic dTpw\r\n" in head for head in proxy.heads)
    assert b"User-Agent: t" not in proxy.heads[1]
    assert tunnel.handshaken is False


@in_a_loop
async def test_proxy_that_opens_no_connection_says_nothing_of_http() -> None:
    refusal = always(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
    async with listening(refusal) as proxy, transport(proxy=f"http://127.0.0.1:{proxy.port}") as asked:
        tunnel = await failed(asked, "https://some.example/")

    found = of_failure(tunnel, "some.example", seconds=5)
    assert (found.outcome, found.detail) == (
        Outcome.CONNECTION_ERROR,
        "The proxy opened no connection to some.example.",
    )


@in_a_loop
async def test_proxy_that_cannot_be_reached_is_our_own_trouble() -> None:
    async with transport(proxy="http://u:secret@127.0.0.1:1") as asked:
        with pytest.raises(CrawlError, match=r"some\.example could not be asked") as caught:
            await get(asked, "http://some.example/")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        (OK, 1),
        (b"HTTP/1.1 404 No\r\nContent-Length: 16000\r\n\r\n" + b"x" * 16_000, 1),
        (b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Trailer: 1\r\n\r\n", 1),
        (b"HTTP/1.1 204 No\r\n\r\n", 1),
        (b"HTTP/1.1 404 No\r\nContent-Length: 160000\r\n\r\n" + b"x" * 160_000, 2),
    ],
    ids=["short", "longer", "chunked", "none", "long"],
)
@in_a_loop
async def test_short_body_that_nobody_wants_is_read_to_keep_the_connection(answer: bytes, connections: int) -> None:
    async with listening(always(answer)) as place, transport() as asked:
        for _ in range(2):
            assert (await received(asked, f"http://127.0.0.1:{place.port}/", NOTHING)).body == b""

    assert (len(place.visitors), len(place.heads)) == (connections, 2)


@pytest.mark.alone
@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + b"x" * 100_000,
    ],
    ids=["close", "long", "long chunk"],
)
@in_a_loop
async def test_long_body_that_nobody_wants_is_not_waited_for(head: bytes) -> None:
    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(head)
        await visitor.reader.read()

    came = await answer_to(serve, NOTHING)

    assert isinstance(came, Received)
    assert came.elapsed < 0.8


@in_a_loop
async def test_body_that_nobody_wants_and_that_does_not_come_holds_nothing_up() -> None:
    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(OK[:-2])
        await visitor.reader.read()

    began = time.monotonic()
    came = await answer_to(serve, NOTHING, seconds=30)

    assert isinstance(came, Received)
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("when", ["before", "on"])
@in_a_loop
async def test_kept_connection_that_has_died_is_no_failure(when: str) -> None:
    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(OK)
        if when == "on" or visitor.number > 1:
            await visitor.request()

    async with listening(serve) as place, transport() as asked:
        for _ in range(2):
            assert (await received(asked, f"http://127.0.0.1:{place.port}/")).body == b"body"
            if when == "before":
                await place.visitors[0].reader.read()

    assert len(place.visitors) == 2


@in_a_loop
async def test_cancelled_request_closes_its_connection_and_nothing_else() -> None:
    closed = asyncio.Event()

    async def serve(visitor: Visitor) -> None:
        if b"/hang" in await visitor.request():
            await visitor.reader.read()
            closed.set()
        else:
            await visitor.send(OK)

    async with listening(serve) as place, transport() as asked:
        hanging = asyncio.create_task(get(asked, f"http://127.0.0.1:{place.port}/hang", seconds=30))
        while not place.heads:
            await asyncio.sleep(0)
        hanging.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hanging
        await asyncio.wait_for(closed.wait(), 5)
        assert (await received(asked, f"http://127.0.0.1:{place.port}/")).body == b"body"


@in_a_loop
async def test_silence_is_told_of_and_an_answer_is_not() -> None:
    told: list[str] = []

    async def serve(visitor: Visitor) -> None:
        if b"/hang" in await visitor.request():
            await visitor.reader.read()
        await visitor.send(OK[:-1])
        await visitor.reader.read()

    async with listening(serve) as place, transport() as asked:
        for path in ("/hang", "/slow-body"):
            url = f"http://127.0.0.1:{place.port}{path}"
            await asked.get(
                url,
                {},
                Wants(),
                addresses=["127.0.0.1"],
                seconds=2,
                on_silence=lambda path=path: told.append(path),  # type: ignore[misc]
                silence=1.5,
            )

    assert told == ["/hang"]


@in_a_loop
async def test_tape_of_a_request_that_left_at_the_second_time_only_is_whole(tmp_path: Path) -> None:
    leaves = iter([False, True])
    with closing(Tape(tmp_path, 1_000_000)) as tape:
        async with listening(always(OK)) as place, transport() as asked:
            held_back, came = [
                await asked.get(
                    f"http://127.0.0.1:{place.port}/",
                    {},
                    Wants(),
                    addresses=["127.0.0.1"],
                    seconds=20,
                    on_sent=lambda: next(leaves),
                    tape=tape,
                )
                for _ in range(2)
            ]

        assert isinstance(held_back, NoHead)
        assert isinstance(came, Received)
        assert (tape.truncated, tape.length) == (None, len(b"body"))
