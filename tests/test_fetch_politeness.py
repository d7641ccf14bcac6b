"""Politeness, as the servers see it."""

from __future__ import annotations

import socketserver
import ssl
from collections.abc import Sequence
from itertools import count, pairwise
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
import trustme

from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Outcome
from tests.fetch_support import crawler, observe, settings
from tests.internet.client import Internet
from tests.internet.state import LoggedRequest
from tests.internet.world import Host
from tests.test_fetch_body import serving

pytestmark = pytest.mark.alone

JITTER = 0.05
"""Seconds: a server sees a request later than its start by the time it takes to connect, which varies."""


def at_once(requests: Sequence[LoggedRequest]) -> int:
    """How many requests were under way at the same time, at most."""
    moments = sorted([(r.at, 1) for r in requests] + [(r.done, -1) for r in requests if r.done is not None])
    most = now = 0
    for _, change in moments:
        now += change
        most = max(most, now)
    return most


def test_no_host_is_asked_more_than_per_host_at_once(internet: Internet) -> None:
    urls = [internet.http_url(f"/slow/{number}", host) for host in ("127.0.0.30", "127.0.0.31") for number in range(6)]
    for url in urls:
        internet.page(url, "/hang")

    with crawler(internet, per_host=2, timeout=1) as running:
        observe(running, urls)

    for host in ("127.0.0.30", "127.0.0.31"):
        requests = [request for request in internet.requests() if request.host == host]
        assert (len(requests), at_once(requests)) == (7, 2)


def test_no_more_than_concurrency_requests_are_under_way_at_once(internet: Internet) -> None:
    urls = [internet.http_url("/hang", f"127.0.0.{last}") for last in range(30, 40)]

    with crawler(internet, concurrency=3, timeout=1) as running:
        observe(running, urls, robots=False)

    assert (len(internet.requests()), at_once(internet.requests())) == (10, 3)


def test_requests_arrive_a_pause_apart_although_a_connection_may_take_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    arrived: list[float] = []
    connections = count(1)

    class Far(socketserver.BaseRequestHandler):
        """The first one who comes has come from afar."""

        def handle(self) -> None:
            if next(connections) == 1:
                Event().wait(1.2)
            with context.wrap_socket(self.request, server_side=True) as secure:
                secure.recv(65_536)
                arrived.append(monotonic())
                secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n<p>page")

    with serving(Far) as port, Crawler(settings(delay=1, per_host=2, processes=1)) as running:
        seen = observe(running, [f"https://127.0.0.1:{port}/{number}" for number in range(3)], robots=False)

    assert [found.outcome for found in seen.values()] == [Outcome.OK] * 3
    assert len(arrived) == 3
    # The second one would have been there 0.2 s before the first.
    assert min(after - before for before, after in pairwise(arrived)) > 0.5


def test_requests_to_a_host_keep_their_distance_robots_and_redirects_too(internet: Internet) -> None:
    host = "127.0.0.30"
    urls = [internet.http_url(f"/page/{number}", host) for number in range(3)]
    urls.append(internet.http_url(f"/redirect-to/302?{internet.http_url('/page/9', host)}", host))
    urls.append(internet.http_url(f"/redirect-to/302?{urls[0]}", "127.0.0.31"))

    with crawler(internet, delay=0.2) as running:
        observe(running, urls)

    starts = [request.at for request in internet.requests() if request.host == host]
    assert len(starts) == 1 + 3 + 2 + 1
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.2 - JITTER
    assert starts[-1] - starts[0] < 6 * 0.2 + 0.5


def test_a_host_with_many_links_holds_nobody_back(internet: Internet) -> None:
    big = [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(8)]
    small = [internet.http_url("/ok", f"127.0.0.{last}") for last in range(31, 41)]

    with crawler(internet, concurrency=2, per_host=1, delay=0.2) as running:
        observe(running, [*big, *small], robots=False)

    requests = internet.requests()
    assert len(requests) == 18
    # Two at once, and the big host alone takes 1.4 s: the others come while it waits.
    # Which of the two that start together is seen first, is chance.
    assert "127.0.0.30" in {request.host for request in requests[:2]}
    assert requests[-1].host == "127.0.0.30"
    assert requests[-1].at - requests[0].at < 7 * 0.2 + 0.5
    assert max(request.at for request in requests if request.host != "127.0.0.30") < requests[0].at + 1.0


def test_a_new_question_keeps_its_distance_from_the_last_one(internet: Internet) -> None:
    url = internet.http_url("/ok")

    with crawler(internet, delay=0.3) as running:
        for _ in range(3):
            observe(running, [url], robots=False)

    starts = [request.at for request in internet.requests()]
    assert len(starts) == 3
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.3 - JITTER


@pytest.mark.parametrize("status", [429, pytest.param(503, marks=pytest.mark.at_length)])
def test_a_short_pause_is_waited_out_and_other_hosts_go_on(internet: Internet, status: int) -> None:
    busy = [internet.http_url(f"/flaky-retry-after/{status}/1/1/{status}", "127.0.0.30")]
    busy += [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(3)]
    other = [internet.http_url(f"/page/{number}", "127.0.0.31") for number in range(3)]

    with crawler(internet, per_host=1) as running:
        seen = observe(running, [*busy, *other], robots=False)

    assert [seen[url].outcome for url in busy] == [Outcome.RATE_LIMITED, Outcome.OK, Outcome.OK, Outcome.OK]
    first, *rest = [request for request in internet.requests() if request.host == "127.0.0.30"]
    paused = [request.at - (first.done or 0) for request in rest]
    assert min(paused) > 1 - JITTER
    # After it the host is asked more gently: once a second.
    assert max(paused) < 4
    assert min(later - earlier for earlier, later in pairwise(paused)) > 1 - JITTER
    assert max(request.at for request in internet.requests() if request.host == "127.0.0.31") < first.at + 0.9


@pytest.mark.parametrize("robots", [True, False])
def test_a_host_that_asks_for_a_long_pause_is_left_alone_also_by_the_second_look(
    internet: Internet, robots: bool
) -> None:
    refusing = internet.http_url("/retry-after/503/120", "127.0.0.30")
    others = [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(3)]
    elsewhere = internet.http_url(f"/redirect-to/302?{others[0]}", "127.0.0.31")

    with crawler(internet, per_host=1) as running:
        first = observe(running, [refusing, *others], robots=robots)
        second = observe(running, [refusing, *others, elsewhere], robots=robots)

    asked = [request.target for request in internet.requests() if request.host == "127.0.0.30"]
    assert asked == ["/robots.txt"] * robots + ["/retry-after/503/120"]
    assert first[refusing].status == 503
    not_asked = [*(first[url] for url in others), *second.values()]
    assert {found.outcome for found in not_asked} == {Outcome.RATE_LIMITED}
    for found in not_asked:
        assert found.detail.startswith("127.0.0.30 asked us to come back later, at 2")
        assert found.detail.endswith(" UTC: this page was not asked for.")
    assert [second[url].status for url in (refusing, *others)] == [None] * 4
    assert (second[elsewhere].status, second[elsewhere].final_url) == (302, elsewhere)


def test_a_host_may_be_asked_otherwise_than_the_rest(internet: Internet) -> None:
    gentle, hasty = "127.0.0.30", "127.0.0.31"
    urls = [internet.http_url(f"/page/{number}", host) for host in (gentle, hasty) for number in range(4)]
    hosts = {gentle: {"per_host": 1, "delay": 0.4}, hasty: {"delay": 0}}

    with crawler(internet, delay=0.2, hosts=hosts) as running:
        observe(running, urls, robots=False)

    starts = {host: [request.at for request in internet.requests() if request.host == host] for host in (gentle, hasty)}
    assert min(later - earlier for earlier, later in pairwise(starts[gentle])) > 0.4 - JITTER
    assert starts[hasty][-1] - starts[hasty][0] < 0.4


def test_a_busy_host_is_asked_more_and_more_slowly(internet: Internet) -> None:
    urls = [internet.http_url(f"/status/503?{number}", "127.0.0.30") for number in range(3)]

    with crawler(internet, per_host=1) as running:
        seen = observe(running, urls, robots=False)

    assert {found.outcome for found in seen.values()} == {Outcome.SERVER_ERROR}
    first, second, third = [request.at for request in internet.requests()]
    assert 1 - JITTER < second - first < 1.5
    assert 2 - JITTER < third - second < 2.5


GIVEN_UP = (
    # A host, what it does with every request, and what all of its links are said to be.
    ("127.0.0.50", None, Outcome.CONNECTION_ERROR, "connections to 127.0.0.50 failed in a row", True),
    ("127.0.0.51", None, Outcome.TIMEOUT, "connections to 127.0.0.51 failed in a row", True),
    ("127.0.0.30", "/hang", Outcome.TIMEOUT, "requests to 127.0.0.30 went unanswered in a row", False),
)


@pytest.mark.parametrize(("host", "does", "outcome", "words", "asked"), GIVEN_UP)
def test_a_host_that_fails_again_and_again_is_given_up(
    internet: Internet, host: str, does: str | None, outcome: Outcome, words: str, asked: bool
) -> None:
    if does is not None:
        internet.host(host, Host(always=does))
    urls = [internet.http_url(f"/page/{number}", host) for number in range(8)]
    elsewhere = internet.http_url("/ok", "127.0.0.31")

    with crawler(internet, per_host=1, timeout=1) as running:
        first = observe(running, [*urls, elsewhere], robots=False)
        before = len(internet.requests())
        second = observe(running, urls, robots=False)

    assert first[elsewhere].outcome is Outcome.OK
    for seen, itself in ((first, 3), (second, 1)):
        assert {seen[url].outcome for url in urls} == {outcome}
        shared = [seen[url] for url in urls if "so this page was not asked for" in seen[url].detail]
        assert len(shared) == len(urls) - itself
        assert {found.asked for found in shared} == {asked}
        assert all(words in found.detail for found in shared)
    if does is not None:
        assert (before, len(internet.requests()) - before) == (3 + 1, 1)  # with the one elsewhere


def test_a_host_that_answers_is_not_given_up_for_some_slow_pages(internet: Internet) -> None:
    slow = [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(5)]
    for url in slow:
        internet.page(url, "/hang")

    with crawler(internet, per_host=1, timeout=1) as running:
        seen = observe(running, slow)

    assert {(found.outcome, found.asked) for found in seen.values()} == {(Outcome.TIMEOUT, True)}
    assert len(internet.requests()) == 1 + len(slow)
