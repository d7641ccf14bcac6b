"""Every web server behaviour of the test internet is what its row says, as heard on a plain socket."""

from __future__ import annotations

import http.client
import zlib

import pytest

from tests.internet import pages
from tests.internet.behaviours import BEHAVIOURS, row_of
from tests.internet.client import Internet
from tests.internet.codings import CODINGS
from tests.internet.ear import Row, body, check, location, status
from tests.internet.heads import HEADS
from tests.internet.interfaces import INTERFACES
from tests.internet.transfers import TRANSFERS

HERE = r"//127\.0\.0\.1:\d+"

HEARD: tuple[Row, ...] = (
    ("/ok", "closed", status(200, "<title>A living page</title>")),
    ("/page/a/b", "closed", status(200, "<title>A living page</title>")),
    ("/wiki/%C3%9C", "closed", status(200, "<title>A living page</title>")),
    ("/private/page", "closed", status(200, "<title>Private</title>")),
    ("/titled/Net%2Dworks-of-1%2F2", "closed", status(200, "<title>Net-works of 1/2</title>")),
    ("/article", "closed", status(200, "citation_title", pages.ARTICLE_TITLE, "DC.Title", "og:title", "ld[+]json")),
    ("/gbk", "closed", status(200, "charset=gbk")),
    ("/gbk-meta", "closed", status(200, "Content-Type: text/html\r\n", '<meta charset="gbk">')),
    ("/pdf", "closed", status(200, "application/pdf", "%PDF-1.4")),
    ("/png", "closed", status(200, "image/png", "PNG")),
    ("/text", "closed", status(200, "text/plain", "Plain text, and it lives.")),
    ("/untyped", "closed", b"(?si)HTTP/1.1 200 OK\r\n(?!.*content-type).*<title>Untyped</title>.*"),
    ("/empty", "closed", status(200, "Content-Length: 0\r\n")),
    ("/gzip", "closed", status(200, "Content-Encoding: gzip")),
    ("/large", "more", status(200, r"Content-Length: 2\d{7}\r\n")),
    ("/hostile-title", "closed", status(200, "\x1b")),
    ("/long-title", "more", status(200, "<title>long long")),
    ("/nested", "closed", status(200, "(<div>){1000}")),
    ("/meta-refresh", "closed", status(200, '<meta http-equiv="refresh"')),
    ("/soft-404", "closed", status(200, "<title>Page not found</title>")),
    ("/soft-404-chinese", "closed", status(200, "<title>页面不存在</title>")),
    ("/parked", "closed", status(200, "sedoparking")),
    ("/kept/both/1", "closed", status(200, 'ETag: "1"', "Last-Modified: Thu, 02 Jan 2020 00:00:00 GMT", "Version 1")),
    ("/kept/weak/1", "closed", status(200, 'ETag: W/"1"\r\n', "Version 1")),
    ("/allergic/412/1", "closed", status(200, 'ETag: "1"\r\n', "Version 1")),
    ("/bot-wall/403", "closed", status(403, "cf-mitigated: challenge", "Just a moment")),
    ("/wall/alibaba-405", "closed", status(405, "server: Tengine", "您的访问被阻断")),
    ("/members/a?b=1", "closed", location(302, "/login?next=%2Fmembers%2Fa%3Fb%3D1")),
    ("/login?next=%2F", "closed", status(200, "<title>Log in</title>")),
    ("/behind-cookies/a", "closed", location(302, "/cookiewall?return=%2Fbehind-cookies%2Fa")),
    ("/cookiewall", "closed", status(200, "<title>We use cookies</title>")),
    ("/status/404", "closed", status(404)),
    ("/status/999", "closed", b"HTTP/1.1 999\r\n(?s:.*)"),
    ("/status/000", "closed", b"HTTP/1.1 000\r\n(?s:.*)"),
    ("/status/abc", "closed", b"HTTP/1.1 abc\r\n(?s:.*)"),
    ("/status/204", "closed", b"(?s)HTTP/1.1 204 No Content\r\n(?!.*Content-Length).*\r\n\r\n"),
    ("/retry-after/429/7", "closed", status(429, "Retry-After: 7\r\n")),
    ("/retry-after/503/Fri,%2031%20Dec%202038%2023:59:59%20GMT", "closed", status(503, "31 Dec 2038 23:59:59 GMT")),
    ("/flaky/503/1/heard", "closed", status(503)),
    ("/flaky-retry-after/429/1/1/heard", "closed", status(429, "Retry-After: 1\r\n")),
    ("/switchable/heard", "closed", status(200)),
    ("/robots-txt/disallow-all", "closed", status(200, "text/plain", "Disallow: /\n")),
    ("/nothing/here", "closed", status(404)),
    ("/redirect/308/3", "closed", location(308, "/redirect/308/2")),
    ("/redirect/308/1", "closed", location(308, "/ok")),
    ("/redirect-to/301?http://other.example/a?b=c", "closed", location(301, "http://other.example/a?b=c")),
    ("/redirect-relative/here", "closed", location(302, "../ok")),
    ("/redirect-protocol-relative", "closed", status(302, f"Location: {HERE}/ok\r\n")),
    ("/redirect-non-ascii", "closed", location(302, "/wiki/Überlagerung")),
    ("/redirect-blanks", "closed", location(302, "/wiki/a page with blanks")),
    ("/redirect-fragment", "closed", location(302, "/ok#section")),
    ("/redirect-to-host/127.0.0.2/a/b", "closed", status(302, r"Location: http://127\.0\.0\.2:\d+/a/b\r\n")),
    ("/redirect-port/6379", "closed", location(302, "http://127.0.0.1:6379/")),
    ("/redirect-https", "closed", status(302, f"Location: https:{HERE}/ok\r\n")),
    ("/redirect-user-info", "closed", status(302, r"Location: http://someone:secret@127\.0\.0\.1:\d+/ok\r\n")),
    ("/redirect-long/102400", "closed", status(302, "Location: /page/x{102394}\r\n")),
    ("/redirect-twice", "closed", status(302, "\r\nLocation: /ok\r\nLocation: /status/404\r\n")),
    ("/redirect-cr", "closed", location(302, "/ok\rSet-Cookie: a=b")),
    ("/redirect-nul", "closed", location(302, "/ok\x00")),
    ("/redirect-tab", "closed", location(302, "/o\tk")),
    ("/redirect-nowhere/302", "closed", b"(?s)HTTP/1.1 302 Found\r\n(?!.*Location:).*"),
    ("/redirect-mailto", "closed", location(302, "mailto:someone@example.com")),
    ("/redirect-ftp", "closed", location(302, "ftp://ftp.example.com/paper.pdf")),
    ("/redirect-file", "closed", location(302, "file:///etc/passwd")),
    ("/redirect-private", "closed", location(302, "http://10.0.0.1/")),
    ("/redirect-metadata", "closed", location(302, "http://169.254.169.254/latest/meta-data/")),
    ("/redirect-malformed", "closed", location(302, "http://[::1/")),
    ("/redirect-to-dead", "closed", location(301, "/status/404")),
    ("/redirect-self", "closed", location(301, "/redirect-self")),
    ("/redirect-loop/3/2", "closed", location(302, "/redirect-loop/3/0")),
    ("/redirect-endless/7", "closed", location(302, "/redirect-endless/8")),
    ("/cookie-wall", "closed", status(302, "Location: /cookie-wall\r\nSet-Cookie: seen=1")),
    ("/cookie-steps/2", "closed", status(302, "Location: /cookie-steps/2\r\nSet-Cookie: step0=1")),
    ("/hang", "silent", b""),
    ("/late/0.1/404", "closed", status(404)),
    ("/dated/-10000/404", "closed", status(404, "\r\nDate: ")),
    ("/slow-headers/0.1", "trickle", b"HTTP/1.1 200 OK\r\n(X-Patience: please\r\n)+"),
    ("/dribble/0.01", "trickle", b"(?s)HTTP/1.1 200 OK\r\n.*\r\n\r\n +"),
    ("/endless-body", "more", b"(?s)HTTP/1.1 200 OK\r\n(?!.*Content-Length).{3000000,}"),
    ("/endless-headers", "more", b"HTTP/1.1 200 OK\r\n(X-Padding: x{1000}\r\n){2000,}.*"),
    ("/short-body", "closed", b"(?s)HTTP/1.1 200 OK\r\n.*Content-Length: 100000\r\n\r\n.{1000,5000}"),
    ("/reset", "reset", b""),
    ("/reset-after-head", "reset", b"(?s)HTTP/1.1 200 OK\r\n.*\r\n\r\n.+"),
    ("/empty-reply", "closed", b""),
    ("/garbage", "closed", b"(?s)\x00\x01\x02 this is not HTTP .*"),
    ("/ssh", "closed", b"SSH-2.0-.*\r\n"),
    ("/http-0.9", "closed", b"(?s)<!DOCTYPE html>.*"),
    ("/conflicting-lengths", "closed", b"(?s)HTTP/1.1 200 OK\r\n.*Content-Length: 5\r\nContent-Length: \\d{4}\r\n.*"),
    ("/negative-length", "closed", status(200, "Content-Length: -1\r\n")),
    ("/bad-chunk", "closed", status(200, "chunked\r\n\r\nzz\r\n")),
    ("/broken-gzip", "closed", status(200, "Content-Encoding: gzip", "\r\n\r\n")),
)  # fmt: skip


@pytest.mark.parametrize("row", HEARD, ids=[path for path, *_ in HEARD])
def test_a_web_server_does_what_the_path_says(internet: Internet, row: Row) -> None:
    check(internet, row)


def test_every_behaviour_is_in_a_table_of_tests() -> None:
    elsewhere = {path for path, *_ in (*CODINGS, *HEADS, *TRANSFERS, *INTERFACES)}
    heard = {row_of(path) for path, *_ in HEARD if path != "/nothing/here"}
    assert heard == {row for row in BEHAVIOURS if row.path not in elsewhere}


@pytest.mark.parametrize(("path", "inflates"), [("/gzip", True), ("/broken-gzip", False)], ids=["whole", "broken"])
def test_gzip_inflates_unless_it_is_broken(internet: Internet, path: str, inflates: bool) -> None:
    unpacker = zlib.decompressobj(wbits=31)
    text = unpacker.decompress(body(internet, path))
    assert (unpacker.eof, b"</html>" in text) == (inflates, inflates)


def test_head_gets_the_head_alone_and_the_connection_stays(internet: Internet) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", internet.port, timeout=5)
    for method, has_body in (("HEAD", False), ("GET", True)):
        connection.request(method, "/ok")
        assert bool(connection.getresponse().read()) is has_body
    connection.close()
    assert [(entry.method, entry.connection) for entry in internet.requests()] == [("HEAD", 0), ("GET", 0)]
