"""Every row of the table in fetch/outcome.py: what a server does, and the outcome that it is. Over real sockets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dlt_crawler.model import LinkWarning, Observation, Outcome
from tests.fetch_support import crawler, observe, observe_in
from tests.internet.client import Internet
from tests.internet.namespace import Namespace
from tests.internet.world import Dns, Host

TIMEOUT = 5.0
"""Seconds: one process serves all rows at once, bombs included, on a machine that may be slow."""
UNVERIFIED = {"warnings": (LinkWarning.TLS_UNVERIFIED,)}


@dataclass(frozen=True)
class Row:
    path: str
    """A row of BEHAVIOURS; `{port}` is the port of the test internet."""
    outcome: Outcome
    detail: str
    """What the sentence has, for a person to understand."""
    status: int | None = None
    hops: int = 0
    host: str = "127.0.0.1"
    tls: str | None = None
    warnings: tuple[LinkWarning, ...] = ()

    def url(self, internet: Internet) -> str:
        path = self.path.format(port=internet.port)
        if self.tls:
            return internet.https_url(path, self.host, self.tls)
        return internet.http_url(path, self.host)


ROWS = (
    # Success: RFC 9110, sections 15.3 and 15.4.1.
    Row("/ok", Outcome.OK, "127.0.0.1 answered 200 OK.", 200),
    Row("/ok", Outcome.OK, "127.0.0.1 answered 200 OK.", 200, tls="good"),
    Row("/ok", Outcome.OK, "localhost answered 200 OK.", 200, tls="good", host="localhost"),
    Row("/empty", Outcome.OK, "200 OK", 200),
    Row("/status/204", Outcome.OK, "204 No Content", 204),
    Row("/status/205", Outcome.OK, "205 Reset Content", 205),
    Row("/status/206", Outcome.OK, "206 Partial Content", 206),
    Row("/status/299", Outcome.OK, "answered 299.", 299),
    Row("/status/300", Outcome.OK, "300 Multiple Choices", 300),
    # Client errors.
    Row("/status/404", Outcome.NOT_FOUND, "404 Not Found", 404),
    Row("/status/410", Outcome.NOT_FOUND, "410 Gone", 410),
    *(
        Row(f"/status/{status}", Outcome.BLOCKED, f"answered {status}", status)
        for status in (401, 402, 403, 406, 412, 418, 451, 999)
    ),
    *(Row(f"/bot-wall/{status}", Outcome.BLOCKED, "Cloudflare", status) for status in (200, 202, 403, 404, 405, 503)),
    # On hosts of their own: after these, the host is left alone.
    Row("/bot-wall/429", Outcome.BLOCKED, "Cloudflare", 429, host="127.0.0.30"),
    Row("/status/429", Outcome.RATE_LIMITED, "429 Too Many Requests", 429, host="127.0.0.31"),
    Row("/retry-after/503/120", Outcome.RATE_LIMITED, "when to come back", 503, host="127.0.0.32"),
    *(
        Row(f"/status/{status}", Outcome.CLIENT_ERROR, f"answered {status}", status)
        for status in (400, 405, 407, 408, 409, 417, 421, 425, 499)
    ),
    # Server errors.
    *(
        Row(f"/status/{status}", Outcome.SERVER_ERROR, f"answered {status}", status)
        for status in (500, 501, 502, 503, 504, 520, 599)
    ),
    Row("/retry-after/500/120", Outcome.SERVER_ERROR, "500", 500),
    # Statuses that answer no plain request.
    *(
        Row(f"/status/{status}", Outcome.PROTOCOL_ERROR, f"answered {status}", status)
        for status in (304, 305, 306, 600)
    ),
    Row("/status/000", Outcome.PROTOCOL_ERROR, "answered 0,", 0),
    Row("/status/abc", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/status/100", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/status/101", Outcome.PROTOCOL_ERROR, "answered 101 Switching Protocols", 101),
    # Redirects.
    *(
        Row(f"/redirect/{status}/1", Outcome.REDIRECTED, "200 OK, after a redirect.", 200, hops=1)
        for status in (301, 302, 303, 307, 308)
    ),
    Row("/redirect/301/10", Outcome.REDIRECTED, "after 10 redirects.", 200, hops=10),
    Row("/redirect/301/11", Outcome.REDIRECT_LOOP, "more than 10 redirects", 301, hops=10),
    Row("/redirect-endless/0", Outcome.REDIRECT_LOOP, "more than 10 redirects", 302, hops=10),
    Row("/redirect-self", Outcome.REDIRECT_LOOP, "in a circle", 301, hops=1),
    Row("/redirect-loop/3/0", Outcome.REDIRECT_LOOP, "in a circle", 302, hops=3),
    Row("/cookie-wall", Outcome.REDIRECTED, "200 OK, after a redirect.", 200, hops=1),
    Row("/cookie-steps/3", Outcome.REDIRECTED, "200 OK, after 3 redirects.", 200, hops=3),
    Row("/cookie-steps/99", Outcome.REDIRECT_LOOP, "more than 10 redirects", 302, hops=10),
    Row("/redirect-relative/here", Outcome.REDIRECTED, "200 OK", 200, hops=1),
    Row("/redirect-protocol-relative", Outcome.REDIRECTED, "200 OK", 200, hops=1),
    Row("/redirect-non-ascii", Outcome.REDIRECTED, "200 OK", 200, hops=1),
    Row("/redirect-blanks", Outcome.REDIRECTED, "200 OK", 200, hops=1),
    Row("/redirect-fragment", Outcome.REDIRECTED, "200 OK", 200, hops=1),
    Row("/redirect-to-dead", Outcome.NOT_FOUND, "404 Not Found", 404, hops=1),
    Row("/redirect-to/302?http://127.0.0.50:{port}/", Outcome.CONNECTION_ERROR, "127.0.0.50 refuses", 302, hops=1),
    *(
        Row(f"/redirect-nowhere/{status}", Outcome.PROTOCOL_ERROR, "and not where to go", status)
        for status in (301, 302, 303, 307, 308)
    ),
    Row(f"/redirect-to/302?http://{'a' * 64}.example/", Outcome.PROTOCOL_ERROR, "that nobody can open", 302, hops=1),
    Row("/redirect-malformed", Outcome.PROTOCOL_ERROR, "redirects to something that is no URL", 302),
    Row("/redirect-mailto", Outcome.UNSAFE, "redirects to a mailto: address", 302),
    Row("/redirect-ftp", Outcome.UNSAFE, "redirects to a ftp: address", 302),
    Row("/redirect-file", Outcome.UNSAFE, "redirects to a file: address", 302),
    Row("/redirect-to/302?http://me:secret@127.0.0.1:{port}/ok", Outcome.UNSAFE, "a user name, or a", 302, hops=1),
    Row("/redirect-to/302?http://8.8.8.8:25/", Outcome.UNSAFE, "its port is not among", 302, hops=1),
    Row("/redirect-private", Outcome.UNSAFE, "10.0.0.1 cannot be connected to", 302, hops=1),
    Row("/redirect-metadata", Outcome.UNSAFE, "169.254.169.254 cannot be connected to", 302, hops=1),
    # No answer.
    Row("/", Outcome.CONNECTION_ERROR, "127.0.0.50 refuses connections.", host="127.0.0.50"),
    Row("/", Outcome.TIMEOUT, f"127.0.0.51 did not answer within {TIMEOUT:g} s.", host="127.0.0.51"),
    Row("/reset", Outcome.CONNECTION_ERROR, "broke the connection off without an answer"),
    Row("/empty-reply", Outcome.CONNECTION_ERROR, "closed the connection without an answer"),
    Row("/hang", Outcome.TIMEOUT, "did not answer within"),
    Row("/slow-headers/0.1", Outcome.TIMEOUT, "did not answer within"),
    # Not HTTP.
    Row("/garbage", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/ssh", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/http-0.9", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/leading-lines/3", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/http-2", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/status-line/ICY%20200%20OK", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/endless-headers", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/cookie-of/1000000", Outcome.PROTOCOL_ERROR, "answered something that"),
    Row("/endless-interim/103", Outcome.PROTOCOL_ERROR, "not HTTP"),
    Row("/conflicting-lengths", Outcome.PROTOCOL_ERROR, "contradicts HTTP"),
    Row("/header-nul", Outcome.PROTOCOL_ERROR, "answered something that"),
    # TLS. Only the certificate is wrong: people can go on, and so do we.
    Row("/ok", Outcome.OK, "127.0.0.1 answered 200 OK; its certificate has expired.", 200, tls="expired", **UNVERIFIED),
    Row("/ok", Outcome.OK, "200 OK; its certificate is for another name.", 200, tls="wrong-name", **UNVERIFIED),
    Row(
        "/ok",
        Outcome.OK,
        "200 OK; its certificate is signed by an authority that is not trusted.",
        200,
        tls="untrusted",
        **UNVERIFIED,
    ),
    Row(
        "/redirect/301/2",
        Outcome.REDIRECTED,
        "after 2 redirects; its certificate has expired.",
        200,
        hops=2,
        tls="expired",
        **UNVERIFIED,
    ),
    Row(
        "/cookie-wall",
        Outcome.REDIRECTED,
        "after a redirect; its certificate has expired.",
        200,
        hops=1,
        tls="expired",
        **UNVERIFIED,
    ),
    Row("/status/404", Outcome.NOT_FOUND, "404 Not Found; its certificate has expired.", 404, tls="expired"),
    Row("/status/500", Outcome.SERVER_ERROR, "; its certificate is for another name.", 500, tls="wrong-name"),
    Row("/hang", Outcome.TIMEOUT, "; the certificate of 127.0.0.1 has expired.", tls="expired"),
    *(
        Row("/ok", Outcome.OK, f"200 OK; its certificate is {words}", 200, tls=tls, **UNVERIFIED)
        for tls, words in (
            ("not-yet-valid", "not valid yet."),
            ("self-signed", "signed by itself."),
            ("incomplete", "signed by an authority that is not trusted"),
        )
    ),
    *(
        Row("/ok", Outcome.TLS_ERROR, "does not speak TLS as it should", tls=tls)
        for tls in ("tls-1.0", "no-common-cipher", "client-certificate")
    ),
    Row("/ok", Outcome.TLS_ERROR, "does not speak TLS as it should", tls="plain-http"),
    Row("/ok", Outcome.CONNECTION_ERROR, "without an answer", tls="handshake-closed"),
    Row("/ok", Outcome.CONNECTION_ERROR, "without an answer", tls="handshake-reset"),
    Row("/ok", Outcome.TIMEOUT, "did not answer within", tls="handshake-silent"),
    # Odd heads that browsers read.
    Row("/status-line/HTTP%2f1.1%20200", Outcome.OK, "200 OK", 200),
    Row("/http-1.0", Outcome.OK, "200 OK", 200),
    Row("/interim/100/1", Outcome.OK, "200 OK", 200),
    Row("/interim/103/3", Outcome.OK, "200 OK", 200),
    Row("/refresh", Outcome.NOT_FOUND, "404 Not Found", 404, hops=1),
    Row("/meta-refresh", Outcome.NOT_FOUND, "404 Not Found", 404, hops=1),
    Row("/negative-length", Outcome.OK, "200 OK", 200),
    Row("/header-folded", Outcome.OK, "200 OK", 200),
    Row("/header-without-colon", Outcome.OK, "200 OK", 200),
    Row("/header-of/61440", Outcome.OK, "200 OK", 200),
    Row("/many-headers/1000", Outcome.OK, "200 OK", 200),
    Row("/many-cookies/500", Outcome.OK, "200 OK", 200),
    Row("/many-cookies/500", Outcome.OK, "200 OK", 200, tls="good"),
    # A good head and a bad body: the status decides.
    Row("/header-of/20480", Outcome.OK, "200 OK", 200),
    Row("/endless-body", Outcome.OK, "200 OK", 200),
    Row("/endless-body", Outcome.OK, "200 OK", 200, tls="good"),
    Row("/dribble/0.2", Outcome.OK, "200 OK", 200),
    Row("/short-body", Outcome.OK, "200 OK", 200),
    Row("/reset-after-head", Outcome.OK, "200 OK", 200),
    Row("/bad-chunk", Outcome.OK, "200 OK", 200),
    Row("/broken-gzip", Outcome.OK, "200 OK", 200),
    *(
        Row(path, Outcome.OK, "200 OK", 200)
        for path in (
            *("/said-length/10", "/said-length/1000000000000000000", "/same-length-twice", "/unfinished"),
            *("/chunked", "/chunked-with-length", "/endless-chunk-extension", "/trailers/1001", "/endless-trailers"),
            *("/unannounced-close", "/closes-after", "/first-of-connection"),
        )
    ),
    Row("/unannounced-close", Outcome.OK, "200 OK", 200, tls="good"),
    Row("/body-of-204", Outcome.OK, "204 No Content", 204),
    # Content codings, true and false, and bombs.
    *(
        Row(path, Outcome.OK, "200 OK", 200)
        for path in (
            *(f"/coded/{codings}" for codings in ("gzip", "deflate", "raw-deflate", "br", "zstd", "gzip,br")),
            *(f"/coding-said/{coding}" for coding in ("gzip", "br", "deflate", "zstd", "nonsense")),
            *(f"/bomb/{codings}" for codings in ("gzip", "deflate", "br", "zstd", "gzip,gzip", "br,gzip")),
            *("/gzip-bomb/1", "/gzip-bomb/9", "/endless-gzip", "/endless-empty-blocks"),
        )
    ),
    Row("/bomb-on/404/br", Outcome.NOT_FOUND, "404 Not Found", 404),
    Row("/bomb-on/302/gzip", Outcome.PROTOCOL_ERROR, "and not where to go", 302),
)


@pytest.fixture(scope="module")
def seen(internet: Internet) -> Mapping[str, Observation]:
    """All rows, asked for at once."""
    with crawler(internet, timeout=TIMEOUT) as running:
        return observe(running, {row.url(internet) for row in ROWS}, robots=False)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.tls or 'http'}-{row.host}{row.path}")
def test_outcome_of_what_a_server_does(row: Row, internet: Internet, seen: Mapping[str, Observation]) -> None:
    found = seen[row.url(internet)]

    assert (found.outcome, found.status, len(found.redirects)) == (row.outcome, row.status, row.hops)
    assert row.detail in found.detail
    assert found.warnings == row.warnings
    assert not found.nxdomain


def test_headers_of_the_settings_are_not_for_whoever_answers_with_a_bad_certificate(internet: Internet) -> None:
    headers = {"127.0.0.1": {"Authorization": "Bearer secret"}}
    urls = [internet.https_url("/ok", tls=tls) for tls in ("good", "expired")]

    with crawler(internet, headers=headers) as running:
        seen = observe(running, urls, robots=False)

    sent = {request.authority: request.headers.get("authorization") for request in internet.requests()}
    assert [seen[url].outcome for url in urls] == [Outcome.OK, Outcome.OK]
    assert [sent[urlsplit(url).netloc] for url in urls] == ["Bearer secret", None]


def test_every_observation_is_whole(seen: Mapping[str, Observation]) -> None:
    for url, found in seen.items():
        assert found.at.tzinfo is not None
        assert 0 <= found.elapsed < 3 * TIMEOUT, url
        assert (found.final_url is None) == (found.status is None), url
        assert found.evidence is not None or found.outcome not in {Outcome.OK, Outcome.REDIRECTED}, url
        assert found.evidence is None or found.status is not None, url


NAMES = (
    ("http://nxdomain.example/", Outcome.DNS_ERROR, True, "the name does not exist"),
    ("https://nxdomain.example/page", Outcome.DNS_ERROR, True, "the name does not exist"),
    ("http://servfail.example/", Outcome.DNS_ERROR, False, "the name servers do not answer as they should"),
    ("https://alive.example/", Outcome.OK, False, "alive.example answered 200 OK."),
    ("https://xn--strae-oqa.example/ok", Outcome.OK, False, "xn--strae-oqa.example answered 200 OK."),
    ("http://xn--ls8h.example/ok", Outcome.OK, False, "xn--ls8h.example answered 200 OK."),
    ("http://under_score.example/ok", Outcome.OK, False, "under_score.example answered 200 OK."),
    ("https://refused.example/", Outcome.CONNECTION_ERROR, False, "refused.example refuses connections; http"),
    ("https://expired.example/ok", Outcome.OK, False, "its certificate has expired."),
    ("http://silent.example/", Outcome.DNS_ERROR, False, "the name servers do not answer as they should"),
    (f"http://{'a' * 64}.example/", Outcome.INVALID_URL, False, "it is no host name"),
    ("http://a..example/", Outcome.INVALID_URL, False, "it is no host name"),
)


def test_names_that_do_not_exist_are_told_from_name_servers_in_trouble(namespace: Namespace, tmp_path: Path) -> None:
    # What getaddrinfo, which speaks IDNA 2003, would look up if it were ever given the name decoded.
    namespace.host("strasse.example", Host(dns="nxdomain"))
    for name in ("nxdomain", "servfail", "silent", "refused"):
        namespace.host(f"www.{name}.example", Host(dns="nxdomain"))

    seen = observe_in(namespace, tmp_path, [url for url, *_ in NAMES])

    assert {url: (found.outcome, found.nxdomain) for url, found in seen.items()} == {
        url: (outcome, nxdomain) for url, outcome, nxdomain, _ in NAMES
    }
    for url, _, _, words in NAMES:
        assert words in seen[url].detail


def test_names_of_private_addresses_are_never_connected_to(namespace: Namespace, tmp_path: Path) -> None:
    urls = ["http://alive.example/", "https://alive.example/article"]
    seen = observe_in(namespace, tmp_path, urls, allow_networks=[])

    assert [found.outcome for found in seen.values()] == ["unsafe", "unsafe"]
    assert namespace.connections() == []


LATER = """
import sys
from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch import Crawler
from dlt_crawler.model import Resource

if __name__ == "__main__":
    with Crawler(FetchSettings(timeout=2, delay=0, allow_networks=["127.0.0.0/8"])) as crawler:
        for _ in range(2):
            crawler.check([Resource(sys.argv[1])], lambda batch: print(batch[0].outcome, flush=True))
            sys.stdin.readline()
"""


@pytest.mark.parametrize(
    "trouble",
    [
        "nxdomain",
        pytest.param("servfail", marks=pytest.mark.at_length),
        pytest.param("silent", marks=pytest.mark.at_length),
    ],
)
def test_name_that_did_not_resolve_is_looked_up_again_for_the_next_question(
    namespace: Namespace, tmp_path: Path, trouble: Dns
) -> None:
    namespace.host("late.example", Host(dns=trouble))
    namespace.host("www.late.example", Host(dns="nxdomain"))
    (tmp_path / "later.py").write_text(LATER, encoding="utf-8")
    command = namespace.command([sys.executable, "later.py", "http://late.example/ok"], tmp_path)

    with subprocess.Popen(
        command, env=namespace.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        first = process.stdout.readline()
        namespace.host("late.example", Host())
        rest, _ = process.communicate("\n\n")

    assert (first, rest) == ("dns_error\n", "ok\n")
