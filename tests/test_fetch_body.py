"""What is sent, what is read of an answer, and how much memory it takes."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from multiprocessing import active_children

import pytest

from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Outcome, Redirect
from dlt_crawler.page.reading import READ_BYTES
from tests.fetch_support import AT_LAST, TIMEOUT, child, crawler, memory_peak, observe, settings
from tests.internet.client import Internet
from tests.internet.world import Host


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 512


@contextmanager
def serving(handler: type[socketserver.BaseRequestHandler], address: str = "127.0.0.1") -> Iterator[int]:
    with Server((address, 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def running(internet: Internet) -> Iterator[Crawler]:
    with crawler(internet, timeout=5) as started:
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
        **{
            f"/coded/{codings}": f"A page in {' and '.join(codings.split(','))}"
            for codings in ("gzip", "deflate", "raw-deflate", "br", "gzip,gzip", "br,gzip,deflate")
        },
        "/coding-said/identity": "A page that is not packed",
        "/gbk": "深度学习的数学理论",
        "/gbk-meta": "深度学习的数学理论",
        "/untyped": "Untyped",
        "/short-body": "A page cut short",
        "/endless-body": "An endless page",
        "/large": "A large page",
        "/redirect/301/2": "A living page",
    }
    seen = observe(running, map(internet.http_url, titles))

    assert {path: seen[internet.http_url(path)].page.title for path in titles} == titles


def test_what_is_no_page_lives_and_has_no_title(internet: Internet, running: Crawler) -> None:
    types = {"/pdf": "application/pdf", "/png": "image/png", "/text": "text/plain"}
    seen = observe(running, map(internet.http_url, types))

    for path, content_type in types.items():
        found = seen[internet.http_url(path)]
        assert (found.outcome, found.content_type, found.page.title) == (Outcome.OK, content_type, None)


def test_hops_are_recorded_one_by_one_and_from_the_resource(internet: Internet, running: Crawler) -> None:
    first = internet.http_url("/redirect/308/2")

    found = observe(running, [first])[first]

    second, last = internet.http_url("/redirect/308/1"), internet.http_url("/ok")
    assert found.redirects == (Redirect(first, 308, second), Redirect(second, 308, last))
    assert (found.resource.url, found.final_url, found.permanent) == (first, last, True)


def test_memory_stays_bounded_whatever_a_server_sends(internet: Internet, running: Crawler) -> None:
    attacks = (
        *(f"/bomb/{codings}" for codings in ("gzip", "deflate", "br", "gzip,gzip", "br,br", "br,gzip,br")),
        *(f"/bomb-on/404/{coding}" for coding in ("gzip", "br")),
        *("/endless-gzip", "/endless-empty-blocks", "/endless-body", "/endless-headers", "/endless-interim/103"),
        *("/endless-chunk-extension", "/endless-trailers", "/many-cookies/4000", "/header-of/1000000"),
        *("/large", "/long-title", "/nested"),
    )
    observe(running, [internet.http_url("/ok")])
    pid = child().pid or 0
    before = memory_peak(pid)

    seen = observe(running, map(internet.http_url, attacks))

    # 200 MB come out of each bomb; of 18 bodies 5 MB each are read at once, and a tree is built of 1 MB at a time.
    assert memory_peak(pid) - before < 150
    assert max(found.elapsed for found in seen.values()) < 6


class Headless(socketserver.BaseRequestHandler):
    """A page of 1 MB that says neither what it is called nor where its head ends."""

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + b"<p a b c d e f>" * 70_000)


@pytest.mark.at_length
def test_memory_stays_bounded_while_pages_wait_to_be_read() -> None:
    others = set(active_children())
    with serving(Headless, "0.0.0.0") as port, Crawler(settings(processes=1)) as running:
        observe(running, [])
        found = observe(running, [f"http://127.1.0.{n}:{port}/" for n in range(1, 201)], robots=False)
        (process,) = set(active_children()) - others
        peak = memory_peak(process.pid or 0)

    assert {seen.outcome for seen in found.values()} == {Outcome.OK}
    # Megabytes. Each page is a tree of several when it is read, and would be 1 MB until then.
    assert peak < 250


LATE = (
    *("/hang", "/slow-headers/0.1", "/slow-body/0.1", "/endless-headers", "/endless-body", "/endless-interim/103"),
    *("/endless-trailers", "/endless-gzip", "/redirect-loop/2/0", "/late/1.2/200", "/late/9/404"),
)


@pytest.mark.alone
def test_link_is_over_a_second_after_its_time_at_the_latest(internet: Internet) -> None:
    urls = [internet.http_url(path, f"127.0.0.{30 + number}") for number, path in enumerate(LATE)]
    internet.host("127.0.0.42", Host("is slow, and so is its robots.txt", robots="/late/0.9/404"))
    late = internet.http_url("/hang", "127.0.0.42")

    with crawler(internet, timeout=TIMEOUT) as running:
        observe(running, [internet.http_url("/ok")])
        took = {}
        for asked in (urls, [late]):
            began = time.monotonic()
            observe(running, asked)
            took[asked[0]] = time.monotonic() - began

    assert took[urls[0]] < TIMEOUT + 1
    # Its robots.txt has half of that for itself.
    assert took[late] < 1.5 * TIMEOUT + 1


def test_body_is_read_up_to_max_body_and_no_further(internet: Internet) -> None:
    with crawler(internet, max_body=20) as running:
        found = observe(running, [internet.http_url("/endless-body")])

    (seen,) = found.values()
    assert (seen.outcome, seen.page.title) == (Outcome.OK, None)


class SlowAfterMuch(socketserver.BaseRequestHandler):
    """A page that sends a little more than is ever looked at, and then keeps the connection without sending."""

    def handle(self) -> None:
        self.request.recv(65_536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Long</title>")
        self.request.sendall(b"<p>more</p>" * (READ_BYTES // 10))
        self.request.recv(1)


def test_no_more_is_read_than_is_looked_at(internet: Internet) -> None:
    with serving(SlowAfterMuch) as port, crawler(internet) as running:
        url = f"http://127.0.0.1:{port}/"
        found = observe(running, [url], robots=False)[url]

    assert found.page.title == "Long"
    assert found.elapsed < AT_LAST - 2


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
        "accept-encoding": "gzip, deflate, br",
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
