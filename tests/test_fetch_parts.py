"""The pure parts of fetch: the order of work, content codings, redirects, and whose fault a failure is."""

from __future__ import annotations

import errno
import gzip
import zlib
from datetime import UTC, datetime

import pytest
from scrapy.http.headers import Headers
from twisted.internet.error import ConnectBindError, ConnectError

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.coding import decoded
from dlt_crawler.fetch.frontier import Frontier
from dlt_crawler.fetch.outcome import Finding, of_failure
from dlt_crawler.fetch.redirects import next_url
from dlt_crawler.fetch.retry_after import not_now, pause_of
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.fetch.walls import wall_of
from dlt_crawler.model import Observation, Outcome, Resource


def urls(**counts: int) -> list[Resource]:
    return [Resource(f"http://{host}.example/{number}") for host, count in counts.items() for number in range(count)]


def test_hosts_take_turns_and_the_longest_comes_first() -> None:
    frontier = Frontier(urls(few=1, many=4, some=2), per_host=2)

    taken = [frontier.take() for _ in range(6)]

    hosts = [resource and resource.url.split(".")[0].removeprefix("http://") for resource in taken]
    assert hosts == ["many", "some", "few", "many", "some", None]


def test_a_host_goes_on_when_one_of_its_checks_is_over() -> None:
    asked = urls(many=3, few=1)
    frontier = Frontier(asked, per_host=1)
    first = frontier.take()
    assert first == asked[0]

    frontier.release(first)

    assert [frontier.take() for _ in range(3)] == [asked[1], asked[3], None]


def test_everything_is_taken_once() -> None:
    asked = urls(a=7, b=3, c=1)
    frontier = Frontier(asked, per_host=2)
    done = []

    while (resource := frontier.take()) is not None:
        done.append(resource)
        frontier.release(resource)

    assert sorted(each.url for each in done) == sorted(each.url for each in asked)


def observation(resource: Resource) -> Observation:
    return Observation(resource, datetime(2026, 11, 21, tzinfo=UTC), 0.1, Outcome.OK, "a.example answered 200 OK.")


def test_every_resource_is_to_be_observed_exactly_once() -> None:
    asked = urls(a=3)
    tally = Tally([*asked, *asked])
    assert tally.asked == tuple(asked)

    tally.count([observation(asked[1])])
    with pytest.raises(CrawlError, match=r"^2 of 3 resources .* for example http://a\.example/0$"):
        tally.close()
    with pytest.raises(CrawlError, match=r"too many of http://a\.example/1$"):
        tally.count([observation(asked[1])])
    tally.count([observation(asked[0]), observation(asked[2])])
    tally.close()


BODY = b"<title>A page</title>" * 1_000


@pytest.mark.parametrize(
    ("body", "coding", "text"),
    [
        (BODY, "", BODY[:9_000]),
        (BODY, "identity", BODY[:9_000]),
        (gzip.compress(BODY), "gzip", BODY[:9_000]),
        (gzip.compress(BODY), " X-GZIP ", BODY[:9_000]),
        (zlib.compress(BODY), "gzip", BODY[:9_000]),
        (gzip.compress(BODY[:100])[:-8], "gzip", BODY[:100]),
        (gzip.compress(BODY[:100]) + b"garbage", "gzip", BODY[:100]),
        (b"not gzip at all", "gzip", b""),
        (b"", "gzip", b""),
        (b"\x0b\x02", "br", None),
        (gzip.compress(gzip.compress(BODY)), "gzip, gzip", None),
    ],
)
def test_content_coding(body: bytes, coding: str, text: bytes | None) -> None:
    assert decoded(body, coding, 9_000) == text


def test_what_came_before_an_error_in_a_coding_is_kept() -> None:
    packed = bytearray(gzip.compress(bytes(range(256)) * 4_000, compresslevel=0))
    packed[500_000:] = b"\xff" * (len(packed) - 500_000)

    text = decoded(bytes(packed), "gzip", 5_000_000)

    assert text is not None
    assert len(text) > 400_000


@pytest.mark.parametrize(
    ("location", "url"),
    [
        (b"/next", "http://a.example/next"),
        (b"next?x=1#there", "http://a.example/dir/next?x=1"),
        (b"//b.example", "http://b.example/"),
        (b"HTTPS://B.example:443/", "https://b.example/"),
        ("/ü".encode(), "http://a.example/%C3%BC"),
        ("/ü".encode("latin-1"), "http://a.example/%C3%BC"),
        ("http://bücher.example/".encode(), "http://xn--bcher-kva.example/"),
        (b"", "http://a.example/dir/page"),
    ],
)
def test_location_is_resolved_as_browsers_do(location: bytes, url: str) -> None:
    assert next_url("http://a.example/dir/page", location) == url


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        (b"mailto:a@b.example", Outcome.UNSAFE),
        (b"javascript:alert(1)", Outcome.UNSAFE),
        (b"market://details?id=1", Outcome.UNSAFE),
        (b"http://[", Outcome.PROTOCOL_ERROR),
        (b"//\x1b]0;evil\x07/", Outcome.PROTOCOL_ERROR),
        (b"//a.example:99999/", Outcome.PROTOCOL_ERROR),
    ],
)
def test_location_that_nobody_follows(location: bytes, outcome: Outcome) -> None:
    found = next_url("http://a.example/", location)

    assert isinstance(found, Finding)
    assert found.outcome is outcome
    assert found.detail.isprintable()


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_our_own_want_of_sockets_is_no_fault_of_the_server(number: int) -> None:
    with pytest.raises(CrawlError, match="could not be asked"):
        of_failure(ConnectBindError(number, "too many"), "a.example", timeout=1, no_address=None, certificate=None)


@pytest.mark.parametrize("error", [ConnectError(errno.ENETUNREACH), ConnectBindError(errno.EAFNOSUPPORT, "no IPv6")])
def test_a_server_out_of_reach_is_a_connection_error(error: ConnectError) -> None:
    found = of_failure(error, "a.example", timeout=1, no_address=None, certificate=None)

    assert found == Finding(Outcome.CONNECTION_ERROR, "No connection to a.example could be opened.")


NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "7", 7),
        (429, " 120 ", 120),
        (429, "0", 0),
        (503, "7", 7),
        # The three forms of RFC 9110, section 5.6.7.
        (429, "Sat, 21 Nov 2026 12:00:30 GMT", 30),
        (503, "Saturday, 21-Nov-26 12:00:30 GMT", 30),
        (503, "Sat Nov 21 12:00:30 2026", 30),
        (503, "Sat, 21 Nov 2026 11:00:00 GMT", 0),
        # No longer than a run can last.
        (429, "86400", 21_600),
        (429, "9" * 400, 21_600),
        (429, "Fri, 31 Dec 9999 23:59:59 GMT", 21_600),
        # A 429 that does not say, and what nobody understands.
        (429, None, 10),
        (429, "", 10),
        (429, "-5", 10),
        (503, "soon", 10),
        (503, "99 Nov 2026 99:99:99", 10),
        # Others ask for nothing.
        (503, None, 0),
        (500, "7", 0),
        (200, "7", 0),
        (301, "7", 0),
    ],
)
def test_pause_that_an_answer_asks_for(status: int, retry_after: str | None, seconds: float) -> None:
    assert pause_of(status, retry_after, NOON) == seconds


def test_link_that_is_not_asked_for_says_when_its_host_may_be() -> None:
    assert not_now("a.example", 90.4, NOON) == Finding(
        Outcome.RATE_LIMITED,
        "a.example asked us to come back later, at 2026-11-21 12:01:30 UTC: this page was not asked for.",
    )


@pytest.mark.parametrize(
    ("name", "value", "whose"),
    [
        ("cf-mitigated", "challenge", "Cloudflare"),
        ("CF-Mitigated", " Challenge ", "Cloudflare"),
        ("x-amzn-waf-action", "challenge", "AWS WAF"),
        ("x-amzn-waf-action", "captcha", "AWS WAF"),
        ("x-vercel-mitigated", "challenge", "Vercel"),
        ("x-vercel-mitigated", "deny", "Vercel"),
        ("x-dd-b", "2", "DataDome"),
        # These come with pages, too.
        ("x-datadome", "protected", None),
        ("x-dd-b", "0", None),
        ("cf-ray", "8f02-LHR", None),
        ("server", "cloudflare", None),
        ("cf-mitigated", "", None),
    ],
)
def test_wall_that_names_itself(name: str, value: str, whose: str | None) -> None:
    assert wall_of(Headers({name: value})) == whose
