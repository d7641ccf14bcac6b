"""The pure parts of fetch: what a run has to observe, redirects and pauses."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.manners.retry_after import pause_of
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.fetch.visit.redirects import next_url
from dlt_crawler.model import Outcome, Resource


def test_every_resource_is_to_be_observed_exactly_once() -> None:
    asked = [Resource(f"http://a.example/{number}") for number in range(3)]
    tally = Tally(3)
    tally.hand_out(asked[:2])

    tally.count([asked[1]])
    with pytest.raises(CrawlError, match=r"^2 of 3 resources .* for example http://a\.example/0$"):
        tally.close()
    for too_many in (asked[1], asked[2]):
        with pytest.raises(CrawlError, match=rf"too many of {too_many.url}$"):
            tally.count([too_many])
    tally.hand_out(asked[2:])
    tally.count([asked[0], asked[2]])
    tally.close()


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
