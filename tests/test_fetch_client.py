"""One request at the turn of its host: what is refused without a connection, and what slots and breaker learn."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest

from dlt_crawler.fetch.link.cookies import ChainCookies
from dlt_crawler.fetch.manners.breaker import Breaker
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.client import Client
from dlt_crawler.fetch.visit.pages import PageReader
from dlt_crawler.fetch.visit.server import server_of
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, PageWish, Wish
from dlt_crawler.fetch.wire.guard import AddressGuard
from dlt_crawler.fetch.wire.transport import Transport
from dlt_crawler.model import Outcome, Page
from dlt_crawler.page import Content, Response
from dlt_crawler.sites import Sites
from tests.fetch_support import settings
from tests.raw_server import Visitor, always, listening, once
from tests.transport_support import OK, Wants, in_a_loop


@asynccontextmanager
async def client(
    *, thread: Executor | None = None, connecting: Callable[[HostSlots], None] = lambda _: None, **changes: Any
) -> AsyncIterator[Client]:
    """A client; `connecting` is called before each connection."""

    def may_connect(address: str, port: int) -> bool:
        connecting(slots)
        return guard.may_connect(address, port)

    given = settings(**changes)
    guard = AddressGuard(given.allow_networks, frozenset(given.ports), threads=2)
    slots = HostSlots(given.concurrency, SlotLimits(given, Sites()))
    transport = Transport(trust_file=None, proxy=None, may_connect=may_connect, max_connections=10)
    with ThreadPoolExecutor(1) as own:
        yield Client(
            transport,
            given,
            user_agent="test",
            slots=slots,
            guard=guard,
            breaker=Breaker(),
            pages=PageReader(thread or own, Sites()),
        )
        await transport.close()


async def ask(
    asking: Client, url: str, *, seconds: float = 2.0, on_silence: Callable[[], None] | None = None, **more: Any
) -> Answer | NoAnswer:
    server = server_of(url)
    if isinstance(server, Finding):
        return NoAnswer(server, 0.0)
    return await asking.visit(Wish(url, server, Wants(), seconds, **more), on_silence)


@pytest.mark.parametrize(
    ("url", "outcome", "words"),
    [
        ("http://user:secret@127.0.0.1:{port}/?t=secret", Outcome.UNSAFE, "a user name, or a password"),
        ("http://secret@127.0.0.1:{port}/", Outcome.UNSAFE, "127.0.0.1 is not asked"),
        ("http://@127.0.0.1:{port}/", Outcome.UNSAFE, "127.0.0.1 is not asked"),
        ("ftp://user:secret@127.0.0.1:{port}/", Outcome.UNSAFE, "neither http nor https"),
        ("file:///etc/secret", Outcome.UNSAFE, "neither http nor https"),
        ("http://10.0.0.1:{port}/secret", Outcome.UNSAFE, "outside the public Internet"),
        ("http://8.8.8.8:{port}/secret", Outcome.UNSAFE, "its port is not among those that are asked"),
        ("http://127.0.0.1:99999/secret", Outcome.INVALID_URL, "no URL that can be asked for"),
        ("http://[::1/secret", Outcome.INVALID_URL, "no URL that can be asked for"),
        ("http:///secret", Outcome.INVALID_URL, "no URL that can be asked for"),
        ("http://127.0.0.1:{port}/se cret", Outcome.INVALID_URL, "no URL that can be asked for"),
        ("http://127.0.0.1:{port}/secret\r\nX-Evil: 1", Outcome.INVALID_URL, "no URL that can be asked for"),
        (f"http://{'a' * 64}.example/secret", Outcome.INVALID_URL, "it is no host name"),
    ],
)
@in_a_loop
async def test_what_is_refused_opens_no_connection_and_says_no_secret(url: str, outcome: Outcome, words: str) -> None:
    async with listening(always(OK)) as place, client() as asking:
        came = await ask(asking, url.format(port=place.port))

    assert isinstance(came, NoAnswer)
    assert came.finding.outcome is outcome
    assert words in came.finding.detail
    assert "secret" not in came.finding.detail
    assert place.visitors == []


@in_a_loop
async def test_answer_has_what_the_check_needs() -> None:
    head = b"HTTP/1.1 503 No\r\nContent-Type: text/html\r\nLocation: /\xff\r\nRetry-After: 7\r\n"
    cookies = b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 4\r\n\r\nbody"
    async with listening(once(head + cookies)) as place, client() as asking:
        came = await ask(asking, url := f"http://127.0.0.1:{place.port}/")

    assert isinstance(came, Answer)
    assert (came.url, came.status, came.body, came.location) == (url, 503, b"body", b"/\xff")
    assert (came.content_type, came.retry_after) == ("text/html", True)
    assert came.cookies == ("a=1", "b=2")


@in_a_loop
async def test_headers_of_a_host_replace_ours_whatever_their_case() -> None:
    headers = {"LOCALHOST": {"accept-LANGUAGE": "de", "X-Key": "1"}}
    async with listening(always(OK)) as place, client(headers=headers) as asking:
        for host in ("localhost", "127.0.0.1"):
            await ask(asking, f"http://{host}:{place.port}/", cookie="a=b")

    mine, other = (head.decode().lower() for head in place.heads)
    assert "accept-language: de\r\n" in mine
    assert mine.count("accept-language") == 1
    assert "x-key: 1\r\n" in mine
    assert "accept-language: en,zh;q=0.8\r\n" in other
    assert "x-key" not in other
    assert "cookie: a=b\r\n" in mine


@pytest.mark.alone
@in_a_loop
async def test_pause_that_an_answer_asks_for_holds_for_the_next_request() -> None:
    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(b"HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nContent-Length: 0\r\n\r\n")
        await visitor.request()
        await visitor.send(OK)

    async with listening(serve) as place, client() as asking:
        url = f"http://127.0.0.1:{place.port}/"
        first = await ask(asking, url)
        began = time.monotonic()
        second = await ask(asking, url)

    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert (first.status, second.status) == (429, 200)
    assert time.monotonic() - began > 1.8
    assert second.elapsed < 0.9


@in_a_loop
async def test_host_that_hangs_is_given_up_and_not_asked_again() -> None:
    async def hang(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.reader.read()

    async with listening(hang) as place, client(timeout=0.2) as asking:
        url = f"http://127.0.0.1:{place.port}/"
        seen = [await ask(asking, f"{url}{number}", seconds=0.2) for number in range(6)]

    assert len(place.visitors) == 3
    assert all(isinstance(came, NoAnswer) and came.finding.outcome is Outcome.TIMEOUT for came in seen)
    assert [came.finding.asked for came in seen if isinstance(came, NoAnswer)] == [True] * 3 + [False] * 3
    assert [came.elapsed > 0.1 for came in seen] == [True] * 3 + [False] * 3


@pytest.mark.alone
@in_a_loop
async def test_silence_is_told_of_when_half_of_the_time_has_passed() -> None:
    told: list[float] = []

    async def hang(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.reader.read()

    async with listening(hang) as place, client() as asking:
        began = time.monotonic()
        await ask(
            asking,
            f"http://127.0.0.1:{place.port}/",
            seconds=1,
            on_silence=lambda: told.append(time.monotonic() - began),
        )

    assert [0.4 < moment < 0.8 for moment in told] == [True]


@in_a_loop
async def test_page_whose_host_wants_to_be_left_alone_is_not_asked_for_and_says_until_when() -> None:
    slow_down = b"HTTP/1.1 429 Slow\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n"
    async with listening(always(slow_down)) as place, client() as asking:
        came = [await ask(asking, f"http://127.0.0.1:{place.port}/{number}") for number in range(2)]

    assert isinstance(came[0], Answer)
    assert isinstance(came[1], NoAnswer)
    assert (came[1].finding.outcome, came[1].finding.asked) == (Outcome.RATE_LIMITED, False)
    until = r"127\.0\.0\.1 asked us to come back later, at [\d-]{10} [\d:]{8} UTC: this page was not asked for\."
    assert re.fullmatch(until, came[1].finding.detail)
    assert place.targets == ["/0"]


# Pages.

MANY = b"<title>T</title>" + b"<p>more</p>" * 10_000
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(MANY), MANY)


class Held(Executor):
    """A thread that has not come to it."""

    def __init__(self) -> None:
        self.waiting: list[Future[Any]] = []

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        self.waiting.append(Future())
        return self.waiting[-1]


@in_a_loop
async def test_no_more_bodies_wait_to_be_read_than_requests_may_be_under_way() -> None:
    thread = Held()
    async with listening(always(PAGE)) as place, client(thread=thread, concurrency=2) as asking:
        url = f"http://127.0.0.1:{place.port}/"
        asked = [asyncio.create_task(ask(asking, f"{url}{number}", page=PageWish())) for number in range(5)]
        read = 0
        while read < 5:
            await asyncio.wait(asked, timeout=0.1)
            assert len(place.heads) <= read + 2
            for future in thread.waiting[read:]:
                future.set_result(Content(Page("T")))
                read += 1

    shown = [came.content for came in await asyncio.gather(*asked) if isinstance(came, Answer) and came.body is None]
    assert shown == [Content(Page("T"))] * 5


class Refusing(Executor):
    """Where every page is too much."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        raise self._error


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep"), AttributeError("a bug")], ids=repr)
def test_page_that_cannot_be_read_lives_and_has_no_title(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    fields = (("content-type", "text/html"), ("retry-after", "60"))
    response = Response("http://a.example/?token=secret", 503, fields, MANY)

    async def read() -> Content:
        return await PageReader(Refusing(error), Sites()).read(response, ())

    content = asyncio.run(read())
    assert (content.page, content.evidence.fields, content.evidence.complete) == (Page(), fields, False)
    assert [record.getMessage() for record in caplog.records] == ["http://a.example/: the page could not be read"]


# Cookies.

PLACE = "http://www.a.example/dir/page"


@pytest.mark.parametrize(
    ("lines", "url", "header"),
    [
        ((), PLACE, ""),
        (("a=1", "b=2; Path=/"), PLACE, "a=1; b=2"),
        (("a=1; Domain=a.example",), "http://b.a.example/dir/x", "a=1"),
        (("a=1",), "http://b.a.example/dir/x", ""),
        (("a=1; Domain=b.example",), "http://b.example/", ""),
        (("a=1; Secure; Path=/",), PLACE, ""),
        (("a=1; Secure; Path=/",), "https://www.a.example/", "a=1"),
        (("a=1; Path=/other",), PLACE, ""),
        (("a=1", "a=2"), PLACE, "a=2"),
        (("a=1", "a=1; Max-Age=0"), PLACE, ""),
        (("a=1", "=; ;;", "", "b=" + "x" * 5_000), PLACE, "a=1"),
    ],
)
def test_cookies_go_back_where_they_belong(lines: tuple[str, ...], url: str, header: str) -> None:
    jar = ChainCookies()
    jar.keep(PLACE, lines)

    assert jar.header_for(url) == header


def test_jar_takes_no_more_than_servers_take_back() -> None:
    jar = ChainCookies()
    for answer in range(100):
        jar.keep(PLACE, [f"a{answer}-{number}=" + "x" * 300 for number in range(1_000)])

    assert 4_096 < len(jar.header_for(PLACE)) < 8_190


@pytest.mark.parametrize(("seconds", "asked"), [(0.5, True), (3600, False)])
@in_a_loop
async def test_request_that_connects_when_its_host_asks_for_a_pause_leaves_after_it_or_never(
    seconds: float, asked: bool
) -> None:
    pauses = [seconds]

    def connecting(slots: HostSlots) -> None:
        if pauses:
            slots.pause("127.0.0.1", pauses.pop())

    async with listening(always(OK)) as place, client(connecting=connecting) as asking:
        began = time.monotonic()
        answer = await ask(asking, f"http://127.0.0.1:{place.port}/")
        took = time.monotonic() - began

    assert len(place.heads) == asked
    if asked:
        assert isinstance(answer, Answer)
        assert took >= seconds
    else:
        assert isinstance(answer, NoAnswer)
        assert answer.finding.outcome is Outcome.RATE_LIMITED
