"""Records, whatever came: read back by warcio as they were meant."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from dlt_crawler.model.payloads import Payload
from dlt_crawler.warc.captures import Capture
from dlt_crawler.warc.records import exchange, warcinfo
from tests.warc_support import Record, records_of

AT = datetime(2026, 11, 22, 2, 30, 0, 123456, tzinfo=UTC)
URL = "https://example.com/paper?p=1"
REQUEST = b"GET /paper?p=1 HTTP/1.1\r\nHost: example.com\r\nUser-Agent: dlt-crawl/0.1.0\r\n\r\n"
BODY = "<title>论文</title>".encode()
KNOWN = Payload("sha1:" + "A" * 32, "https://example.com/first", AT - timedelta(1), "a.warc.gz")


def capture(head: bytes, body: bytes = BODY, status: int = 200, truncated: str | None = None) -> Capture:
    digest = f"sha1:{b32encode(hashlib.sha1(body).digest()).decode()}"
    return Capture(URL, AT, REQUEST, head, status, BytesIO(body), len(body), digest, truncated, "192.0.2.1")


def written(tmp_path: Path, of: Capture, known: Payload | None = None) -> tuple[Record, Record]:
    """The answer and the request as they are read back, between other records."""
    path = tmp_path / "a.warc.gz"
    info = warcinfo("a.warc.gz", {"software": "dlt-crawl", "operator": ""})
    path.write_bytes(info + exchange(of, known) + info)
    before, answer, request, after = records_of(path)
    assert (before.type, after.type, request.type) == ("warcinfo", "warcinfo", "request")
    assert before.body == b"software: dlt-crawl\r\n"
    return answer, request


def test_an_exchange_is_an_answer_and_its_request(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 Fine\r\nContent-Type: text/html\r\nContent-Length: %d\r\n" % len(BODY)

    answer, request = written(tmp_path, capture(head))

    assert (answer.type, answer.url, answer.status, answer.body) == ("response", URL, "200 Fine", BODY)
    assert answer.head == (("Content-Type", "text/html"), ("Content-Length", str(len(BODY))))
    assert answer.fields["WARC-Date"] == request.fields["WARC-Date"] == "2026-11-22T02:30:00.123456Z"
    assert answer.fields["WARC-IP-Address"] == "192.0.2.1"
    assert "WARC-Truncated" not in answer.fields
    assert request.fields["WARC-Concurrent-To"] == answer.fields["WARC-Record-ID"]
    assert (request.url, request.status) == (URL, "/paper?p=1 HTTP/1.1")
    assert request.head == (("Host", "example.com"), ("User-Agent", "dlt-crawl/0.1.0"))


def test_a_body_that_is_known_is_a_revisit(tmp_path: Path) -> None:
    answer, _ = written(tmp_path, capture(b"HTTP/1.1 200 OK\r\nETag: x\r\n"), KNOWN)

    assert (answer.type, answer.url, answer.body) == ("revisit", URL, b"")
    assert answer.get("etag") == "x"
    assert answer.fields["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert answer.fields["WARC-Refers-To-Target-URI"] == KNOWN.url
    assert answer.fields["WARC-Refers-To-Date"] == "2026-11-21T02:30:00.123456Z"
    assert answer.fields["WARC-Payload-Digest"] == KNOWN.digest
    assert answer.fields["WARC-Truncated"] == "length"


def test_a_page_that_has_not_changed_is_a_revisit_of_another_kind(tmp_path: Path) -> None:
    answer, _ = written(tmp_path, capture(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n", b"", 304), KNOWN)

    # Players show the page then, and not a 304.
    assert (answer.type, answer.fields["Content-Length"]) == ("revisit", "0")
    assert "WARC-Truncated" not in answer.fields
    assert answer.fields["WARC-Profile"].endswith("/warc/1.1/revisit/server-not-modified")
    assert answer.fields["WARC-Payload-Digest"] == KNOWN.digest


SIZE = str(len(BODY))
HEADS: Mapping[str, tuple[bytes, str, Mapping[str, str]]] = {
    # What came (behind the status line), and the fields that are read back.
    "codings that were undone": (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        "200 OK",
        {"X-Orig-Content-Encoding": "gzip", "X-Orig-Transfer-Encoding": "chunked", "Content-Length": SIZE},
    ),
    "the length of something else": (
        b"HTTP/1.1 200 OK\r\ncontent-length: 12345\r\n",
        "200 OK",
        {"X-Orig-content-length": "12345", "Content-Length": SIZE},
    ),
    "its length twice": (
        b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\ncontent-length: %s\r\n" % (SIZE.encode(), SIZE.encode()),
        "200 OK",
        {"Content-Length": SIZE, "X-Orig-content-length": SIZE},
    ),
    "no status line to speak of": (b"HTTP/2 200\r\nA: b\r\n", "200", {"A": "b", "Content-Length": SIZE}),
    "a reason in any bytes": (
        b"HTTP/1.0 200 \xd0\x9e\xd0\x9a\x00\x1b[31m\r\n",
        "200 ОК[31m",
        {"Content-Length": SIZE},
    ),
    "line feeds alone": (b"HTTP/1.1 200 OK\nA: b\nC: d\n", "200 OK", {"A": "b", "C": "d", "Content-Length": SIZE}),
    "carriage returns in a value": (
        b"HTTP/1.1 200 OK\r\nA: b\rWARC-Type: response\r\r\n",
        "200 OK",
        {"A": "b WARC-Type: response", "Content-Length": SIZE},
    ),
    "lines of white space, which readers take for the end": (
        b"HTTP/1.1 200 OK\r\n  \t\r\nA: b\r\n\x0b\x0c\r\n\xa0\r\n\x85\r\n\x1c\x1d\r\nC: d\r\n",
        "200 OK",
        {"A": "b", "C": "d", "Content-Length": SIZE},
    ),
    "folded": (b"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n d\r\nE: f\r\n", "200 OK", {"A": "b\tc d", "E": "f"}),
    "without colon or name": (b"HTTP/1.1 200 OK\r\nnothing\r\n: b\r\nC:\r\n", "200 OK", {"C": ""}),
    "control characters": (b"HTTP/1.1 200 OK\r\nA\x00B: c\x00d\x08\x7f\r\n", "200 OK", {"AB": "cd"}),
    "not ASCII": (
        "HTTP/1.1 200 OK\r\nLocation: http://例え.jp/é?q=ü;x=\"1\"\r\n".encode(),
        "200 OK",
        {"Location": "http://例え.jp/é?q=ü;x=\"1\""},
    ),
    "Latin-1": (b"HTTP/1.1 200 OK\r\nLocation: /caf\xe9\r\n", "200 OK", {"Location": "/café"}),
    "another record": (
        b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n\r\n\r\nWARC/1.1\r\nWARC-Type: response\r\n",
        "200 OK",
        {"A": "b", "WARC-Type": "response"},
    ),
    "huge": (b"HTTP/1.1 200 OK\r\nA: %s\r\n" % (b"x" * 300_000), "200 OK", {"A": "x" * 300_000}),
    "many": (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 5_000, "200 OK", {"A": "b"}),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_a_head_is_kept_and_breaks_nothing(tmp_path: Path, name: str) -> None:
    came, status, fields = HEADS[name]

    answer, _ = written(tmp_path, capture(came))

    assert (answer.status, answer.body) == (status, BODY)
    assert fields.items() <= dict(answer.head).items()
    assert {key.lower() for key, _ in answer.head}.isdisjoint({"content-encoding", "transfer-encoding", ""})
    assert [value for key, value in answer.head if key.lower() == "content-length"] == [SIZE]
    # A revisit record ends with its head.
    answer, _ = written(tmp_path, capture(came), KNOWN)
    assert answer.status == status
    assert fields.items() <= dict(answer.head).items()


def test_a_head_holds_no_secrets(tmp_path: Path) -> None:
    head = (
        b"HTTP/1.1 302 Found\r\nSet-Cookie: session=s3cr3t; Path=/\r\nset-cookie2: s3cr3t\r\n"
        b"Location: https://me:s3cr3t@example.com/?access_token=s3cr3t&page=2\r\n"
        b"Link: <https://example.com/a?sig=s3cr3t>; rel=next\r\n"
    )

    answer, _ = written(tmp_path, capture(head, b"", 302))

    assert answer.get("location") == "https://***@example.com/?access_token=***&page=2"
    assert not [pair for pair in answer.head if "s3cr3t" in "".join(pair) or "cookie" in pair[0].lower()]


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_body_says_nothing_of_one(tmp_path: Path, status: int) -> None:
    head = b"HTTP/1.1 %d X\r\nContent-Length: 5000\r\nContent-Encoding: gzip\r\n" % status

    answer, _ = written(tmp_path, capture(head, b"", status))

    assert answer.head == (("Content-Length", "5000"), ("Content-Encoding", "gzip"))


def test_what_was_cut_short_says_so(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n"

    answer, _ = written(tmp_path, capture(head, truncated="time"))

    assert answer.fields["WARC-Truncated"] == "time"
    assert answer.get("content-length") == SIZE
