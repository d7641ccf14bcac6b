"""Politeness, as the servers see it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tests.fetch_support import crawler, observe
from tests.internet.client import Internet
from tests.internet.state import LoggedRequest

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

    with crawler(internet, per_host=2, timeout=0.3) as running:
        observe(running, urls)

    for host in ("127.0.0.30", "127.0.0.31"):
        requests = [request for request in internet.requests() if request.host == host]
        assert (len(requests), at_once(requests)) == (7, 2)


def test_no_more_than_concurrency_requests_are_under_way_at_once(internet: Internet) -> None:
    urls = [internet.http_url("/hang", f"127.0.0.{last}") for last in range(30, 40)]

    with crawler(internet, concurrency=3, timeout=0.3) as running:
        observe(running, urls, robots=False)

    assert (len(internet.requests()), at_once(internet.requests())) == (10, 3)


def test_requests_to_a_host_keep_their_distance_robots_and_redirects_too(internet: Internet) -> None:
    host = "127.0.0.30"
    urls = [internet.http_url(f"/page/{number}", host) for number in range(3)]
    urls.append(internet.http_url("/redirect/302/2", host))
    urls.append(internet.http_url(f"/redirect-to/302?{urls[0]}", "127.0.0.31"))

    with crawler(internet, delay=0.2) as running:
        observe(running, urls)

    starts = [request.at for request in internet.requests() if request.host == host]
    assert len(starts) == 1 + 3 + 3 + 1
    assert min(later - earlier for earlier, later in pairwise(starts)) > 0.2 - JITTER
    assert starts[-1] - starts[0] < 7 * 0.2 + 0.5


def test_a_host_with_many_links_holds_nobody_back(internet: Internet) -> None:
    big = [internet.http_url(f"/page/{number}", "127.0.0.30") for number in range(8)]
    small = [internet.http_url("/ok", f"127.0.0.{last}") for last in range(31, 41)]

    with crawler(internet, concurrency=2, per_host=1, delay=0.2) as running:
        observe(running, [*big, *small], robots=False)

    requests = internet.requests()
    assert len(requests) == 18
    # Two at once, and the big host alone takes 1.4 s: the others come while it waits.
    assert requests[0].host == "127.0.0.30"
    assert requests[-1].host == "127.0.0.30"
    assert requests[-1].at - requests[0].at < 7 * 0.2 + 0.5
    assert max(request.at for request in requests if request.host != "127.0.0.30") < requests[0].at + 1.0
