"""robots.txt: RFC 9309, case by case, over real sockets."""

from __future__ import annotations

import pytest

from dlt_crawler.model import Outcome
from tests.fetch_support import crawler, observe
from tests.internet.client import Internet
from tests.internet.world import Host

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
    ("127.0.0.15", "/private/page", Outcome.OK, "200 OK"),  # 2.3.1.3: 429
    ("127.0.0.16", "/ok", Outcome.TIMEOUT, "This was for its robots.txt, which is asked for first."),
    ("127.0.0.17", "/ok", Outcome.CONNECTION_ERROR, "This was for its robots.txt, which is asked for first."),
    ("127.0.0.18", "/private/page", Outcome.ROBOTS_DENIED, "keeps robots from this page"),  # 2.3.1.2: redirect
    ("127.0.0.18", "/ok", Outcome.OK, "200 OK"),
    ("127.0.0.19", "/private/page", Outcome.OK, "200 OK"),  # 2.3.1.2: too many redirects
    ("127.0.0.20", "/private/page", Outcome.OK, "200 OK"),  # 2.5: endless
    ("127.0.0.50", "/ok", Outcome.CONNECTION_ERROR, "127.0.0.50 refuses connections."),
)


def test_rulings(internet: Internet) -> None:
    # A host that asks us to wait is left alone for a while: for a second, so that this test need not wait longer.
    internet.host("127.0.0.15", Host(robots="/retry-after/429/1"))

    with crawler(internet) as running:
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
    ("/negative-length", "127.0.0.1", None, Outcome.PROTOCOL_ERROR, False),
    ("/hang", "127.0.0.1", "good", Outcome.TIMEOUT, False),
    ("/reset", "127.0.0.1", "good", Outcome.CONNECTION_ERROR, False),
    ("/ok", "127.0.0.1", "expired", Outcome.TLS_ERROR, True),
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

    with crawler(internet, timeout=0.5) as running:
        found = observe(running, [url])[url]

    assert (found.outcome, found.asked) == (outcome, asked)
    assert ("This was for its robots.txt, which is asked for first." in found.detail) is not asked
    assert "/ok" not in {request.target for request in internet.requests()}


def test_page_that_answers_or_fails_itself_was_asked_for(internet: Internet) -> None:
    urls = [internet.http_url("/ok"), internet.http_url("/hang")]

    with crawler(internet, timeout=0.5) as running:
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


@pytest.mark.parametrize(("robots", "setting"), [(False, "obey"), (True, "ignore"), (False, "ignore")])
def test_robots_txt_is_not_asked_for_when_it_is_not_obeyed(internet: Internet, robots: bool, setting: str) -> None:
    url = internet.http_url("/ok", "127.0.0.4")

    with crawler(internet, robots=setting) as running:
        assert observe(running, [url], robots=robots)[url].outcome is Outcome.OK

    assert [request.target for request in internet.requests()] == ["/ok"]


def test_robots_txt_that_leads_to_a_dead_host_keeps_us_out_and_kills_no_link(internet: Internet) -> None:
    elsewhere = internet.http_url("/robots.txt", "127.0.0.50")
    internet.host("127.0.0.1", Host(robots=f"/redirect-to/301?{elsewhere}"))
    url = internet.http_url("/ok")

    with crawler(internet) as running:
        found = observe(running, [url])[url]

    assert found.outcome is Outcome.ROBOTS_DENIED
    assert found.detail == "The robots.txt of 127.0.0.1 is elsewhere, and nothing answers there."
