"""The odd heads, lengths and ends of the test internet, as heard on a plain socket."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest

from tests.internet.behaviours import BEHAVIOURS, row_of
from tests.internet.client import Internet
from tests.internet.ear import AT_LAST, Row, check, status
from tests.internet.heads import HEADS
from tests.internet.transfers import TRANSFERS

HEARD: tuple[Row, ...] = (
    ("/header-of/61440", "closed", status(200, "Content-Security-Policy: default-src x{61440}\r\n", "<title>")),
    ("/many-headers/10000", "closed", status(200, "X-Small-0: x\r\n", "X-Small-9999: x\r\n", "<title>")),
    ("/many-cookies/500", "closed", status(200, "(Set-Cookie: c\\d+=v{20}\r\n){500}", "<title>")),
    ("/cookie-of/1000000", "closed", status(200, "Set-Cookie: c=v{1000000}\r\n", "<title>")),
    ("/refresh", "closed", status(200, "Refresh: 0; url=/status/404\r\n")),
    ("/header-without-colon", "closed", status(200, "This is not a field\r\n", "<title>")),
    ("/header-folded", "closed", status(200, "X-Folded: one\r\n two\r\n", "<title>")),
    ("/header-nul", "closed", status(200, "X-Nul: be\x00fore\r\n", "<title>")),
    ("/status-line/ICY%20200%20OK", "closed", b"ICY 200 OK\r\n(?s:.*<title>.*)"),
    ("/status-line/HTTP%2f1.1%20200", "closed", b"HTTP/1.1 200\r\n(?s:.*<title>.*)"),
    ("/leading-lines/3", "closed", b"(\r\n){3}HTTP/1.1 200 OK\r\n(?s:.*<title>.*)"),
    ("/http-1.0", "closed", b"(?s)HTTP/1.0 200 OK\r\n(?!.*Content-Length).*<title>.*"),
    ("/http-2", "closed", b"\x00\x00\x00\x04\x00{5}"),
    ("/interim/100/1", "closed", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n(?s:.*<title>.*)"),
    ("/interim/103/3", "closed", b"(HTTP/1.1 103 .*\r\nLink: .*\r\n\r\n){3}HTTP/1.1 200 OK\r\n(?s:.*<title>.*)"),
    ("/endless-interim/103", "more", b"(HTTP/1.1 103 [A-Za-z ]*\r\nLink: .*\r\n\r\n){10000,}(?s:.*)"),
    ("/said-length/10", "closed", status(200, "Content-Length: 10\r\n", "</html>")),
    ("/said-length/1000000000000000000", "closed", status(200, "Content-Length: 10{18}\r\n", "</html>")),
    ("/same-length-twice", "closed", b"(?s)HTTP/1.1 200 OK\r\n.*(Content-Length: \\d+\r\n)\\1\r\n.*</html>\n"),
    ("/unfinished", "silent", status(200, "Content-Length: 100000\r\n", "</html>")),
    ("/body-of-204", "closed", status(204, "Content-Length: \\d+\r\n", "</html>")),
    ("/chunked", "closed", status(200, "chunked\r\n\r\n[0-9a-f]+\r\n", "</html>\n\r\n0\r\n\r\n")),
    ("/chunked-with-length", "closed", status(200, "chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
    ("/endless-chunk-extension", "more", status(200, "</html>\n\r\n5(;extension=x{4096}){300}")),
    ("/trailers/1001", "closed", status(200, "</html>\n\r\n0\r\n(X-Trailer-\\d+: x\r\n){1001}\r\n")),
    ("/endless-trailers", "more", status(200, "</html>\n\r\n0\r\n(X-Trailer-\\d+: x\r\n){1000}")),
    ("/unannounced-close", "closed", b"(?s)HTTP/1.1 200 OK\r\n(?!.*Content-Length).*</html>\n"),
    ("/closes-after", "closed", b"(?s)HTTP/1.1 200 OK\r\n(?!.*Connection: close).*</html>\n"),
    ("/first-of-connection", "closed", status(200, "</html>\n")),
)  # fmt: skip


@pytest.mark.parametrize("row", HEARD, ids=[path[:40] for path, *_ in HEARD])
def test_a_web_server_writes_its_answer_as_the_path_says(internet: Internet, row: Row) -> None:
    check(internet, row)


def test_every_row_of_heads_and_transfers_is_in_the_table_above() -> None:
    rows = {path for path, *_ in (*HEADS, *TRANSFERS)}
    assert {row_of(path) for path, *_ in HEARD} == {row for row in BEHAVIOURS if row.path in rows}


def over_tls(internet: Internet, path: str) -> str:
    """Return how the connection ends behind a page over TLS: farewell (close_notify), closed (without it), or reset."""
    arrived, leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
    context = ssl.create_default_context(cafile=internet.ca_file)
    tls = context.wrap_bio(arrived, leaving, server_hostname="localhost")
    request: bytes | None = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    heard = b""
    # The ssl module's own sockets say "EOF" for a reset, too.
    with socket.create_connection(("127.0.0.1", internet.tls_ports["good"]), timeout=AT_LAST) as plain:
        while True:
            try:
                tls.do_handshake()
                if request is not None:
                    tls.write(request)
                    request = None
                while data := tls.read():
                    heard += data
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLEOFError:
                return "closed" if b"<title>" in heard else "nothing"
            else:
                return "farewell" if b"<title>" in heard else "nothing"
            # Sending nothing at all would meet a reset, too.
            if data := leaving.read():
                plain.sendall(data)
            try:
                packet = plain.recv(65536)
            except ConnectionResetError:
                return "reset" if b"<title>" in heard else "nothing"
            if packet:
                arrived.write(packet)
            else:
                arrived.write_eof()


@pytest.mark.parametrize(
    ("path", "end"), [("/http-1.0", "farewell"), ("/unannounced-close", "closed"), ("/reset-after-head", "reset")]
)
def test_over_tls_a_connection_ends_behind_a_page_as_the_path_says(internet: Internet, path: str, end: str) -> None:
    assert over_tls(internet, path) == end


def test_a_connection_that_was_good_once_is_closed_at_its_second_request(internet: Internet) -> None:
    def ask() -> int:
        connection.request("GET", "/first-of-connection")
        answer = connection.getresponse()
        answer.read()
        return answer.status

    connection = http.client.HTTPConnection("127.0.0.1", internet.port, timeout=AT_LAST)
    assert ask() == 200
    with pytest.raises(http.client.RemoteDisconnected):
        ask()
    assert ask() == 200  # on a new connection
    connection.close()
