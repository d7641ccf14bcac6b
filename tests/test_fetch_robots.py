"""robots.txt: RFC 9309, case by case, over real sockets."""

from __future__ import annotations

import gzip
import socket
import socketserver
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dlt_crawler.fetch import Crawler
from dlt_crawler.model import LinkWarning, Outcome, RobotsRecord
from tests.fetch_support import TIMEOUT, crawler, observe, settings
from tests.internet.client import Internet
from tests.internet.robots import ROBOTS
from tests.internet.world import Host

JITTER = 0.05
"""Seconds: a server sees a request later than its start by the time it takes to connect, which varies."""


class Memory:
    """Keeps robots.txt files in the calling process."""

    def __init__(self) -> None:
        self.records: dict[str, RobotsRecord] = {}

    def get(self, origin: str) -> RobotsRecord | None:
        return self.records.get(origin)

    def put(self, records: Sequence[RobotsRecord]) -> None:
        self.records |= {record.origin: record for record in records}


class Site:
    """A host whose robots.txt is these bytes, after a pause, and whose pages are all well."""

    def __init__(self, robots: bytes, pause: float = 0.0) -> None:
        asked = self.asked = list[str]()

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                path = self.rfile.readline().split()[1].decode()
                while self.rfile.readline().strip():
                    pass
                asked.append(path)
                time.sleep(pause)
                self.wfile.write(
                    robots if path.startswith("/robots.txt") else b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                )

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/page"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


RULES = (
    # Origin of the test internet, path, outcome, words. Sections of RFC 9309.
    ("127.0.0.1", "/private/page", Outcome.OK, "200 OK"),  # 2.3.1.3: no robots.txt
    ("127.0.0.2", "/private/page", Outcome.OK, "200 OK"),
    ("127.0.0.3", "/private/page", Outcome.ROBOTS_DENIED, "The robots.txt of 127.0.0.3 keeps robots from this page."),
    ("127.0.0.3", "/ok", Outcome.OK, "200 OK"),
    ("127.0.0.4", "/ok", Outcome.ROBOTS_DENIED, "keeps robots from this page"),
    ("127.0.0.5", "/ok", Outcome.ROBOTS_DENIED, "keeps robots from this page"),  # 2.2.1: our product token
    ("127.0.0.6", "/ok", Outcome.OK, "200 OK"),
    ("127.0.0.7", "/private/page", Outcome.OK, "200 OK"),  # 2.2.2: the longer rule
    ("127.0.0.7", "/private/other", Outcome.ROBOTS_DENIED, "keeps robots from this page"),
    ("127.0.0.8", "/page/a.pdf", Outcome.ROBOTS_DENIED, "keeps robots from this page"),  # 2.2.3: wildcards
    ("127.0.0.8", "/page/a.pdf.html", Outcome.OK, "200 OK"),
    ("127.0.0.10", "/private/page", Outcome.ROBOTS_DENIED, "keeps robots from this page"),  # byte order mark, CRLF
    ("127.0.0.11", "/private/page", Outcome.ROBOTS_DENIED, "keeps robots from this page"),  # 2.5: 1 MB
    ("127.0.0.12", "/private/page", Outcome.OK, "200 OK"),  # an HTML page has no rules
    ("127.0.0.13", "/ok", Outcome.ROBOTS_DENIED, "127.0.0.13 answered 503 to the question for its robots.txt"),
    ("127.0.0.14", "/private/page", Outcome.OK, "200 OK"),  # 2.3.1.3: 403
    ("127.0.0.15", "/ok", Outcome.RATE_LIMITED, "127.0.0.15 answered 429 to the question for its robots.txt: not now."),
    ("127.0.0.16", "/ok", Outcome.TIMEOUT, "This was for its robots.txt, which is asked for first."),
    ("127.0.0.17", "/ok", Outcome.CONNECTION_ERROR, "This was for its robots.txt, which is asked for first."),
    ("127.0.0.18", "/private/page", Outcome.ROBOTS_DENIED, "keeps robots from this page"),  # 2.3.1.2: redirect
    ("127.0.0.18", "/ok", Outcome.OK, "200 OK"),
    ("127.0.0.19", "/private/page", Outcome.OK, "200 OK"),  # 2.3.1.2: too many redirects
    ("127.0.0.20", "/private/page", Outcome.OK, "200 OK"),  # 2.5: endless
    ("127.0.0.50", "/ok", Outcome.CONNECTION_ERROR, "127.0.0.50 refuses connections."),
)


def test_rulings(internet: Internet) -> None:
    with crawler(internet, timeout=2 * TIMEOUT) as running:
        seen = observe(running, (internet.http_url(path, host) for host, path, *_ in RULES))

    outcomes = {(host, path): seen[internet.http_url(path, host)].outcome for host, path, *_ in RULES}
    assert outcomes == {(host, path): outcome for host, path, outcome, _ in RULES}
    for host, path, _, words in RULES:
        assert words in seen[internet.http_url(path, host)].detail
    asked = {(request.host, request.target) for request in internet.requests()}
    allowed = {(host, path) for host, path, outcome, _ in RULES if outcome is Outcome.OK}
    assert {(host, path) for host, path in asked if (host, path) in outcomes} == allowed


FAILURES = (
    # What robots.txt does, and whether the page itself was asked for or would have met the very same.
    ("/hang", "127.0.0.1", None, Outcome.TIMEOUT, False),
    ("/slow-headers/0.1", "127.0.0.1", None, Outcome.TIMEOUT, False),
    ("/reset", "127.0.0.1", None, Outcome.CONNECTION_ERROR, False),
    ("/empty-reply", "127.0.0.1", None, Outcome.CONNECTION_ERROR, False),
    ("/garbage", "127.0.0.1", None, Outcome.PROTOCOL_ERROR, False),
    ("/hang", "127.0.0.1", "good", Outcome.TIMEOUT, False),
    ("/reset", "127.0.0.1", "good", Outcome.CONNECTION_ERROR, False),
    ("/ok", "127.0.0.1", "plain-http", Outcome.TLS_ERROR, True),
    ("/ok", "127.0.0.1", "handshake-closed", Outcome.CONNECTION_ERROR, True),
    ("/ok", "127.0.0.1", "handshake-reset", Outcome.CONNECTION_ERROR, True),
    ("/ok", "127.0.0.1", "handshake-silent", Outcome.TIMEOUT, True),
    (None, "127.0.0.50", None, Outcome.CONNECTION_ERROR, True),
    (None, "127.0.0.51", None, Outcome.TIMEOUT, True),
    (None, "no-such-name.invalid", None, Outcome.DNS_ERROR, True),
)


@pytest.mark.parametrize(("robots", "host", "tls", "outcome", "asked"), FAILURES)
def test_failure_over_robots_txt_says_whether_the_page_was_asked_for(
    internet: Internet, robots: str | None, host: str, tls: str | None, outcome: Outcome, asked: bool
) -> None:
    if robots:
        internet.host(host, Host(robots=robots))
    url = internet.https_url("/ok", host, tls) if tls else internet.http_url("/ok", host)

    with crawler(internet, timeout=2 if outcome is Outcome.TIMEOUT else 10) as running:
        found = observe(running, [url])[url]

    assert (found.outcome, found.asked) == (outcome, asked)
    assert ("This was for its robots.txt, which is asked for first." in found.detail) is not asked
    assert "/ok" not in {request.target for request in internet.requests()}


def test_page_that_answers_or_fails_itself_was_asked_for(internet: Internet) -> None:
    urls = [internet.http_url("/ok"), internet.http_url("/hang")]

    with crawler(internet, timeout=4) as running:
        seen = observe(running, urls)

    assert [(seen[url].outcome, seen[url].asked) for url in urls] == [(Outcome.OK, True), (Outcome.TIMEOUT, True)]


def test_many_who_wait_for_one_robots_txt_get_its_ruling_and_ask_once(internet: Internet) -> None:
    urls = [internet.http_url(f"/page/{number}", "127.0.0.4") for number in range(12)]

    with crawler(internet) as running:
        seen = observe(running, urls)

    assert {found.outcome for found in seen.values()} == {Outcome.ROBOTS_DENIED}
    assert [request.target for request in internet.requests()] == ["/robots.txt"]


def test_redirect_into_a_forbidden_origin_is_not_followed(internet: Internet) -> None:
    forbidden = internet.http_url("/ok", "127.0.0.4")
    url = internet.http_url(f"/redirect-to/302?{forbidden}")

    with crawler(internet) as running:
        found = observe(running, [url])[url]

    assert (found.outcome, found.status, found.final_url) == (Outcome.ROBOTS_DENIED, 302, url)
    assert [hop.location for hop in found.redirects] == [forbidden]
    assert ("127.0.0.4", "/ok") not in {(request.host, request.target) for request in internet.requests()}


CODED = gzip.compress(b"User-agent: *\nDisallow: /\n")
BROKEN = {
    # Of a robots.txt: fields of its head, and what comes after it, before the connection is closed.
    "short": ("Content-Length: 600", b"User-agent: *\n"),
    "chunked": ("Transfer-Encoding: chunked", b"e\r\nUser-agent: *\n\r\n"),
    "coding": (f"Content-Encoding: gzip\r\nContent-Length: {len(CODED) + 1}", b"x" + CODED),
    "cut coding": (f"Content-Encoding: gzip\r\nContent-Length: {len(CODED)}", CODED[:-12]),
    "unknown coding": ("Content-Encoding: zstd\r\nContent-Length: 6", b"(\xb5/\xfd$\0"),
}


@pytest.mark.parametrize(("head", "body"), BROKEN.values(), ids=BROKEN)
def test_robots_txt_that_broke_off_allows_nothing_and_is_not_remembered(head: str, body: bytes) -> None:
    memory = Memory()
    with Site(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body) as site, Crawler(settings(), robots=memory) as ours:
        found = observe(ours, [site.url])[site.url]

    assert (found.outcome, found.asked) == (Outcome.ROBOTS_DENIED, False)
    assert found.detail.endswith("to the question for its robots.txt: not now.")
    assert site.asked == ["/robots.txt"]
    assert memory.records == {}


@pytest.mark.parametrize("head", ["", "Content-Length: 26\r\n"])
def test_robots_txt_that_came_to_its_end_is_obeyed(head: str) -> None:
    memory, rules = Memory(), "User-agent: *\nDisallow: /\n"
    with Site(f"HTTP/1.0 200 OK\r\n{head}\r\n{rules}".encode()) as site, Crawler(settings(), robots=memory) as ours:
        found = observe(ours, [site.url])[site.url]

    assert (found.outcome, found.asked) == (Outcome.ROBOTS_DENIED, True)
    assert [record.text for record in memory.records.values()] == [rules]


@pytest.mark.alone
def test_robots_txt_with_its_redirects_has_half_the_time_of_a_link() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /robots.txt?next\r\nContent-Length: 0\r\n\r\n"
    with Site(moved, pause=0.35 * TIMEOUT) as site, Crawler(settings(timeout=TIMEOUT)) as ours:
        observe(ours, [])
        began = time.monotonic()
        found = observe(ours, [site.url])[site.url]
        took = time.monotonic() - began

    assert (found.outcome, found.asked) == (Outcome.ROBOTS_DENIED, False)
    assert found.elapsed < TIMEOUT / 2 + 0.3
    assert took < TIMEOUT + 1


@pytest.mark.at_length
@pytest.mark.alone
def test_turns_that_a_robots_txt_waits_for_are_not_charged_to_its_link(internet: Internet) -> None:
    refused = f"http://127.0.0.1:{free_port()}/"
    urls = [*(internet.http_url(f"/page/{number}") for number in range(3)), refused]

    with crawler(internet, per_host=1, delay=1) as running:
        found = observe(running, urls)[refused]

    assert found.outcome is Outcome.CONNECTION_ERROR
    assert found.elapsed < 0.5


ELSEWHERE = (
    # Where the robots.txt of a host is, what that means for its /private/page, and how it is said.
    ("127.0.0.3", "/robots.txt", Outcome.ROBOTS_DENIED, "keeps robots from this page."),
    ("127.0.0.41", "/robots.txt", Outcome.OK, "200 OK"),
    ("127.0.0.41", "/retry-after/429/1", Outcome.ROBOTS_DENIED, "is elsewhere, and 127.0.0.41 answered 429: not now."),
    ("127.0.0.13", "/robots.txt", Outcome.ROBOTS_DENIED, "is elsewhere, and 127.0.0.13 answered 503: not now."),
    ("127.0.0.50", "/robots.txt", Outcome.ROBOTS_DENIED, "is elsewhere, and nothing answers there."),
    # Section 2.3.1.2: five redirects are followed; more, and those to nowhere, are as good as no robots.txt.
    ("127.0.0.2", "/redirect-to/302?" * 4 + "/robots-txt/disallow-private", Outcome.ROBOTS_DENIED, "keeps robots from"),
    ("127.0.0.2", "/redirect-to/302?" * 5 + "/robots-txt/disallow-private", Outcome.OK, "200 OK"),
    ("127.0.0.2", "/redirect-to/302?ftp://a.example/robots.txt", Outcome.OK, "200 OK"),
)


def test_robots_txt_that_is_elsewhere(internet: Internet) -> None:
    hosts = {f"127.0.0.{30 + number}": row for number, row in enumerate(ELSEWHERE)}
    for host, (elsewhere, path, *_) in hosts.items():
        internet.host(host, Host(robots=f"/redirect-to/301?{internet.http_url(path, elsewhere)}"))
    urls = {host: internet.http_url("/private/page", host) for host in hosts}

    with crawler(internet) as running:
        seen = observe(running, urls.values())

    for host, (*_, outcome, words) in hosts.items():
        found = seen[urls[host]]
        assert found.outcome is outcome
        assert words in found.detail
        assert outcome is Outcome.OK or f"The robots.txt of {host} " in found.detail


@pytest.mark.parametrize(("robots", "setting"), [(False, "obey"), (True, "ignore"), (False, "ignore")])
def test_robots_txt_is_not_asked_for_when_it_is_not_obeyed(internet: Internet, robots: bool, setting: str) -> None:
    url = internet.http_url("/ok", "127.0.0.4")

    with crawler(internet, robots=setting) as running:
        assert observe(running, [url], robots=robots)[url].outcome is Outcome.OK

    assert [request.target for request in internet.requests()] == ["/ok"]


@pytest.mark.parametrize(
    ("everywhere", "here", "asked"),
    [
        ("obey", "ignore", ["/ok"]),
        ("obey", None, ["/robots.txt"]),
        ("ignore", "obey", ["/robots.txt"]),
        ("ignore", None, ["/ok"]),
    ],
)
def test_one_host_may_be_an_exception(internet: Internet, everywhere: str, here: str | None, asked: list[str]) -> None:
    url = internet.http_url("/ok", "127.0.0.4")

    with crawler(internet, robots=everywhere, hosts={"127.0.0.4": {"robots": here}}) as running:
        found = observe(running, [url])[url]

    assert [request.target for request in internet.requests()] == asked
    assert (found.outcome is Outcome.OK) == (asked == ["/ok"])


@pytest.mark.parametrize(("rules", "outcome"), [("disallow-all", Outcome.ROBOTS_DENIED), ("allow-all", Outcome.OK)])
def test_rules_hold_whatever_is_wrong_with_the_certificate(internet: Internet, rules: str, outcome: Outcome) -> None:
    internet.host("127.0.0.1", Host(tls="expired", robots=f"/robots-txt/{rules}"))
    url = internet.https_url("/ok", tls="expired")

    with crawler(internet) as running:
        found = observe(running, [url])[url]

    assert found.outcome is outcome
    assert (LinkWarning.TLS_UNVERIFIED in found.warnings) == (outcome is Outcome.OK)
    assert ("/ok" in {request.target for request in internet.requests()}) == (outcome is Outcome.OK)


@pytest.mark.parametrize("trouble", ["/flaky/503/1/once", "/flaky-retry-after/429/0/1/once", "/switchable/once"])
def test_the_next_look_asks_again_where_nothing_was_said(internet: Internet, trouble: str) -> None:
    internet.switch("once", "/reset")
    internet.host("127.0.0.1", Host(robots=trouble))
    url = internet.http_url("/ok")

    with crawler(internet) as running:
        first = observe(running, [url])[url]
        internet.switch("once", "/robots-txt/allow-all")
        second = observe(running, [url])[url]
        observe(running, [url])

    assert first.outcome is not Outcome.OK
    assert second.outcome is Outcome.OK
    assert [request.target for request in internet.requests()] == ["/robots.txt", "/robots.txt", "/ok", "/ok"]


REMEMBERED = {
    # Origin: its answer as the memory keeps it (None: there are no rules); and those that are asked again.
    "127.0.0.3": "User-agent: *\nDisallow: /private\n",
    "127.0.0.30": None,  # 404
    "127.0.0.14": None,  # 403
    "127.0.0.19": None,  # redirects without end
}
NOT_REMEMBERED = ("127.0.0.13", "127.0.0.15", "127.0.0.17")  # 503, 429, reset


def test_answers_are_remembered_from_run_to_run(internet: Internet) -> None:
    memory = Memory()
    urls = [internet.http_url("/private/page", host) for host in (*REMEMBERED, *NOT_REMEMBERED, "127.0.0.50")]

    with Crawler(settings(), robots=memory) as running:
        first = observe(running, urls)
    before = len(internet.requests())
    with Crawler(settings(), robots=memory) as running:
        second = observe(running, urls)

    kept = {origin: record.text for origin, record in memory.records.items()}
    assert kept == {internet.http_url("", host): text for host, text in REMEMBERED.items()}
    assert {url: found.outcome for url, found in first.items()} == {url: found.outcome for url, found in second.items()}
    asked = internet.requests()[before:]
    assert {request.host for request in asked if request.target == "/robots.txt"} == set(NOT_REMEMBERED)
    allowed = {host for host, text in REMEMBERED.items() if text is None}
    assert {request.host for request in asked if request.target == "/private/page"} == allowed


@pytest.mark.parametrize(("hours", "asked"), [(23, ["/ok"]), (25, ["/robots.txt", "/ok"])])
def test_answers_hold_for_a_day(internet: Internet, hours: int, asked: list[str]) -> None:
    memory, url = Memory(), internet.http_url("/ok")
    memory.put([RobotsRecord(internet.http_url(""), datetime.now(UTC) - timedelta(hours=hours), None)])

    with Crawler(settings(), robots=memory) as running:
        observe(running, [url])

    assert [request.target for request in internet.requests()] == asked


@pytest.mark.alone
@pytest.mark.parametrize(("cap", "least", "most"), [(30, 1, 1.6), (0.3, 0.3, 0.9)])
@pytest.mark.parametrize("remembered", [False, pytest.param(True, marks=pytest.mark.at_length)])
def test_crawl_delay_is_obeyed_up_to_a_cap(
    internet: Internet, cap: float, least: float, most: float, remembered: bool
) -> None:
    memory, host = Memory(), "127.0.0.9"
    if remembered:
        memory.put([RobotsRecord(internet.http_url("", host), datetime.now(UTC), ROBOTS["crawl-delay"])])
    urls = [internet.http_url(f"/page/{number}", host) for number in range(3)]

    with Crawler(settings(max_crawl_delay=cap), robots=memory) as running:
        observe(running, urls)

    starts = [request.at for request in internet.requests()]
    assert len(starts) == 3 + (not remembered)
    for earlier, later in pairwise(starts):
        assert least - JITTER < later - earlier < most
