"""The index of captures, asked by waybackpy's client: none of its defects reach us (wayback.md, section 1)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from dlt_crawler.archive.cdx import Listing, Row, captures_near
from dlt_crawler.archive.limits import Limiter, Pool
from dlt_crawler.archive.transport import Transport
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveError, ArchiveRateLimited, ArchiveUnavailable
from tests.archive_support import HandClock, answering, day, index_of

URL = "http://a.example/page"
SETTINGS = ArchiveSettings(attempts=1, patience=0)


@contextmanager
def transport() -> Iterator[Transport]:
    clock = HandClock()
    opened = Transport(Limiter({Pool.CDX: 24}, clock, SETTINGS, None), timeout=5, contact="")
    try:
        yield opened
    finally:
        opened.close()


def near(answer: bytes, until: datetime | None = None) -> Listing:
    with answering(answer) as endpoint, transport() as opened:
        return captures_near(opened, endpoint, URL, day("2016-01-01"), until)


def raw(status: str, body: bytes, *headers: str) -> bytes:
    head = "".join(f"{header}\r\n" for header in (*headers, f"Content-Length: {len(body)}"))
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def row(timestamp: str, status: str = "200", digest: str = "AAAA") -> Row:
    at = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return Row(timestamp, at, status, digest)


def test_rows_are_read_one_by_one_and_the_odd_ones_left_out() -> None:
    found = near(
        index_of(
            "com,usatoday)/2000/004.htm 20000800241623 http://www.usatoday.com:80/2000/004.htm text/html 200 PAJW 6177",
            "com,cnn)/ 20100218025451 http://www.cnn.com/ text/html 200 JK7O -",
            "a,example)/p 20120101000000 http://a.example/p with blanks text/html 200 BBBB 12",
            "gov,epa)/x 20140101000000 https://www.epa.gov/x warc/revisit - 3I42 617",
            "a,example)/p 20150101000000 http://a.example/p text/html 301 CCCC 12",
            "a,example)/p 20150601000000 http://a.example/p text/html 404 DDDD 12",
            "a,example)/p 20150701000000 http://a.example/p",
            "null",
        )
    )
    assert [(each.timestamp, each.status) for each in found.rows] == [
        ("20150101000000", "301"),
        ("20140101000000", "-"),
        ("20120101000000", "200"),
        ("20100218025451", "200"),
    ]
    # An impossible date is read, and is none; what the other two would have said nobody knows.
    assert found.unreadable == 2


def test_rows_come_in_the_order_of_their_distance_and_none_after_death() -> None:
    rows = [f"k {at} {URL} text/html 200 AAAA 1" for at in ("20170101000000", "20100101000000", "20151231000000")]
    assert near(index_of(*rows), until=day("2016-06-01")) == Listing((row("20151231000000"), row("20100101000000")))


def test_an_empty_index_is_empty() -> None:
    assert near(index_of()) == Listing(())


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(raw("429 Too Many Requests", b"<h1>Too Many\nRequests</h1>"), ArchiveRateLimited, id="429, short"),
        pytest.param(raw("429 Too Many Requests", b"a b c d e f g\n" * 9), ArchiveRateLimited, id="429 like rows"),
        pytest.param(
            raw("429 Too Many Requests", b"", "Retry-After: 21600"), ArchiveRateLimited, id="429 for six hours"
        ),
        pytest.param(raw("503 Service Unavailable", b"Temporarily\nOffline"), ArchiveUnavailable, id="503"),
        pytest.param(raw("504 Gateway Time-out", b""), ArchiveUnavailable, id="504"),
        pytest.param(raw("200 OK", b"<p>Loading", "Content-Type: text/html"), ArchiveUnavailable, id="a page"),
        pytest.param(raw("200 OK", b"<html>\n<body>"), ArchiveUnavailable, id="a page that does not say so"),
        pytest.param(raw("302 Found", b"", "Location: /429.html"), ArchiveRateLimited, id="sent to 429.html"),
        pytest.param(raw("302 Found", b"", "Location: /elsewhere"), ArchiveUnavailable, id="sent elsewhere"),
        pytest.param(raw("404 Not Found", b"not here"), ArchiveUnavailable, id="404"),
        pytest.param(raw("403 Forbidden", b"go away"), ArchiveUnavailable, id="403"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", ArchiveUnavailable, id="cut off before a row"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nk 2017", ArchiveUnavailable, id="cut off in a row"
        ),
    ],
)
def test_an_outage_is_never_an_empty_index_and_is_not_waited_for_by_waybackpy(
    answer: bytes, error: type[ArchiveError]
) -> None:
    started = time.monotonic()
    with pytest.raises(error):
        near(answer)
    assert time.monotonic() - started < 8


def test_captures_that_are_withheld_are_told_from_a_refusal() -> None:
    text = b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
    with pytest.raises(ArchiveError, match="withholds"):
        near(raw("403 Forbidden", text))
