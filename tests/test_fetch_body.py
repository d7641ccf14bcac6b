"""What is sent, what is read of an answer, and how much memory it takes."""

from __future__ import annotations

import asyncio
import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from importlib.metadata import version
from typing import Any

import pytest
from scrapy.http import Request, Response

from dlt_crawler.fetch import Crawler
from dlt_crawler.fetch.check import Checker
from dlt_crawler.fetch.client import Client
from dlt_crawler.fetch.guard import AddressGuard
from dlt_crawler.fetch.slots import HostSlots
from dlt_crawler.fetch.trust import TrustedAuthorities
from dlt_crawler.model import Outcome, Page, Redirect, Resource
from dlt_crawler.page import READ_BYTES
from tests.fetch_support import TIMEOUT, child, crawler, memory_peak, observe, settings
from tests.internet.client import Internet


@pytest.fixture(scope="module")
def running(internet: Internet) -> Iterator[Crawler]:
    with crawler(internet) as started:
        yield started


def test_title_and_abstract_of_a_living_page_are_read(internet: Internet, running: Crawler) -> None:
    url = internet.http_url("/article")

    found = observe(running, [url])[url]

    assert found.content_type == "text/html"
    assert found.page.title == "Gradient Descent Finds Global Minima of Deep Neural Networks"
    assert found.page.abstract
    assert found.page.abstract.startswith("Gradient descent finds a global minimum")


def test_page_is_read_whatever_its_coding_and_its_type_say(internet: Internet, running: Crawler) -> None:
    titles = {
        "/gzip": "A packed page",
        "/gbk": "深度学习的数学理论",
        "/gbk-meta": "深度学习的数学理论",
        "/untyped": "Untyped",
        "/short-body": "A page cut short",
        "/endless-body": "An endless page",
        "/large": "A large page",
        "/redirect/301/2": "A living page",
    }
    seen = observe(running, map(internet.http_url, titles))

    assert {path: seen[internet.http_url(path)].page for path in titles} == {
        path: Page(title) for path, title in titles.items()
    }


def test_what_is_no_page_lives_and_has_no_title(internet: Internet, running: Crawler) -> None:
    types = {"/pdf": "application/pdf", "/png": "image/png", "/text": "text/plain"}
    seen = observe(running, map(internet.http_url, types))

    for path, content_type in types.items():
        found = seen[internet.http_url(path)]
        assert (found.outcome, found.content_type, found.page) == (Outcome.OK, content_type, Page())


def test_hops_are_recorded_one_by_one_and_from_the_resource(internet: Internet, running: Crawler) -> None:
    first = internet.http_url("/redirect/308/2")

    found = observe(running, [first])[first]

    second, last = internet.http_url("/redirect/308/1"), internet.http_url("/ok")
    assert found.redirects == (Redirect(first, 308, second), Redirect(second, 308, last))
    assert (found.resource.url, found.final_url, found.permanent) == (first, last, True)


def test_memory_stays_bounded_whatever_a_server_sends(internet: Internet, running: Crawler) -> None:
    attacks = ("/gzip-bomb/1", "/gzip-bomb/2", "/endless-body", "/endless-headers", "/large", "/long-title", "/nested")
    observe(running, [internet.http_url("/ok")])
    pid = child().pid or 0
    before = memory_peak(pid)

    observe(running, map(internet.http_url, attacks))

    # 200 MB come out of the bomb; of seven bodies 5 MB each are read at once, and a tree is built of 1 MB at a time.
    assert memory_peak(pid) - before < 150


def test_body_is_read_up_to_max_body_and_no_further(internet: Internet) -> None:
    with crawler(internet, max_body=20) as running:
        found = observe(running, [internet.http_url("/endless-body")])

    (seen,) = found.values()
    assert (seen.outcome, seen.page) == (Outcome.OK, Page())


class SlowAfterMuch(socketserver.BaseRequestHandler):
    """A page that sends a little more than is ever looked at, and then keeps the connection without sending."""

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>")
        self.request.sendall(b"<p>more</p>" * (READ_BYTES // 10))
        self.request.recv(1)


def test_no_more_is_read_than_is_looked_at(internet: Internet) -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), SlowAfterMuch) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/"
        with crawler(internet) as running:
            found = observe(running, [url], robots=False)[url]
        server.shutdown()

    assert found.page == Page("Long")
    assert found.elapsed < TIMEOUT


class Exhausted(Executor):
    """Where every page is too much."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        raise self._error


@pytest.mark.parametrize("error", [MemoryError(), RecursionError("too deep"), AttributeError("a bug")], ids=repr)
def test_page_that_cannot_be_read_lives_and_has_no_title(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async def download(request: Request) -> Response:
        body = b"<title>T</title>" + b"<p>more</p>" * 10_000
        return Response(request.url, headers={"Content-Type": "text/html"}, body=body)

    async def check() -> tuple[Outcome, Page]:
        slots = HostSlots(concurrency=1, per_host=1, delay=0)
        guard, trust = AddressGuard((), 1), TrustedAuthorities(None)
        client = Client(download, settings(), user_agent="test", slots=slots, guard=guard, trust=trust)
        checker = Checker(client, None, max_redirects=1, max_body=5_000_000, readers=Exhausted(error))
        found = await checker.observe(Resource("http://a.example/"))
        return found.outcome, found.page

    assert asyncio.run(check()) == (Outcome.OK, Page())
    assert [record.getMessage() for record in caplog.records] == [
        "http://a.example/: title and abstract could not be read"
    ]


def test_request_says_who_we_are_and_how_it_wants_its_answer(internet: Internet) -> None:
    with crawler(internet, contact="admin@example.org\r\nX-Evil: 1") as running:
        observe(running, [internet.http_url("/ok")], robots=False)

    (request,) = internet.requests()
    assert request.method == "GET"
    assert request.headers == {
        "host": f"127.0.0.1:{internet.port}",
        "user-agent": request.headers["user-agent"],
        "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "accept-language": "en,zh;q=0.8",
        "accept-encoding": "gzip",
    }
    assert request.headers["user-agent"].startswith(f"dlt-crawl/{version('dlt-crawl')} (")
    assert request.headers["user-agent"].endswith("admin@example.orgX-Evil: 1)")


def test_headers_of_a_host_are_sent_to_that_host_only(internet: Internet) -> None:
    other = internet.http_url("/ok", "127.0.0.30")
    mine = internet.http_url(f"/redirect-to/302?{other}")
    headers = {"127.0.0.1": {"Authorization": "Bearer secret", "accept-language": "de"}}

    with crawler(internet, headers=headers) as running:
        observe(running, [mine], robots=False)

    sent = {
        request.host: (request.headers.get("authorization"), request.headers["accept-language"])
        for request in internet.requests()
    }
    assert sent == {"127.0.0.1": ("Bearer secret", "de"), "127.0.0.30": (None, "en,zh;q=0.8")}


@pytest.mark.parametrize("robots", [True, False])
def test_cookies_are_forgotten_with_the_check(internet: Internet, running: Crawler, robots: bool) -> None:
    url = internet.http_url("/cookie-wall")
    for _ in range(2):
        assert observe(running, [url], robots=robots)[url].outcome is Outcome.REDIRECTED

    cookies = [request.headers.get("cookie") for request in internet.requests() if request.target == "/cookie-wall"]
    assert cookies == [None, "seen=1", None, "seen=1"]


def test_cookies_do_not_go_to_another_host(internet: Internet, running: Crawler) -> None:
    internet.page(internet.http_url("/sets"), "/cookie-wall")
    observe(running, [internet.http_url("/cookie-wall"), internet.http_url("/cookie-wall", "127.0.0.30")], robots=False)

    assert sorted((request.host, request.headers.get("cookie", "")) for request in internet.requests()) == [
        ("127.0.0.1", ""), ("127.0.0.1", "seen=1"), ("127.0.0.30", ""), ("127.0.0.30", "seen=1"),
    ]  # fmt: skip
