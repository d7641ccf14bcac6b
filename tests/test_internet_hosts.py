"""The hosts of the test internet: their memory and log, robots.txt, certificates, ports and names."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
from time import monotonic

import pytest
from dnslib import RCODE, DNSRecord

from tests.internet.client import Internet
from tests.internet.ear import AT_LAST, SOON, listen, location, status
from tests.internet.robots import ROBOTS
from tests.internet.tls import TLS
from tests.internet.world import Host
from tests.internet.worlds import NAMES, ORIGINS


def test_a_flaky_page_recovers_and_a_switchable_one_obeys(internet: Internet) -> None:
    def codes(path: str, times: int) -> list[bytes]:
        return [listen(internet, path).data[9:12] for _ in range(times)]

    assert codes("/flaky/503/2/key", 4) == [b"503", b"503", b"200", b"200"]
    assert codes("/flaky/503/2/other", 1) == [b"503"]
    seen = codes("/switchable/key", 1)
    for to in ("/status/404", "/ok"):
        internet.switch("key", to)
        seen += codes("/switchable/key", 1)
    assert seen == [b"200", b"404", b"200"]


def test_reset_forgets_log_counters_switches_hosts_and_pages(internet: Internet) -> None:
    internet.switch("key", "/status/404")
    internet.page(internet.http_url("/ok"), "/status/410")
    internet.host("127.0.0.30", Host(connect="refused"))
    assert listen(internet, "/flaky/500/1/key").data[9:12] == b"500"
    assert listen(internet, "/ok").data[9:12] == b"410"
    with pytest.raises(ConnectionRefusedError):
        listen(internet, "/ok", "127.0.0.30")
    internet.reset()
    assert (internet.requests(), internet.connections()) == ([], [])
    codes = [listen(internet, path).data[9:12] for path in ("/flaky/500/1/key", "/switchable/key", "/ok")]
    assert codes == [b"500", b"200", b"200"]
    assert listen(internet, "/ok", "127.0.0.30").data[9:12] == b"200"


def test_the_log_says_who_asked_for_what_and_when(internet: Internet) -> None:
    listen(internet, "/titled/x?a=b", "127.0.0.33")
    socket.create_connection(("127.0.0.34", internet.port)).close()
    (entry,) = internet.requests()
    assert (entry.method, entry.url, entry.address) == (
        "GET", f"http://127.0.0.33:{internet.port}/titled/x?a=b", "127.0.0.33",
    )  # fmt: skip
    assert entry.headers["connection"] == "close"
    assert entry.done is not None
    assert entry.at <= entry.done
    assert [each.address for each in internet.connections()] == ["127.0.0.33", "127.0.0.34"]


def test_a_wrong_control_call_is_an_error_of_the_caller(internet: Internet) -> None:
    with pytest.raises(ValueError, match="no-such-trouble"):
        internet.archive_fails("no-such-trouble")


ROBOTS_HEARD = {
    address: status(200, re.escape(ROBOTS[row.robots.removeprefix("/robots-txt/")][:40]))
    for address, row in ORIGINS.items()
    if row.robots is not None and row.robots.startswith("/robots-txt/")
} | {
    "127.0.0.1": status(404),
    "127.0.0.13": status(503),
    "127.0.0.14": status(403),
    "127.0.0.15": status(429),
    "127.0.0.16": b"",
    "127.0.0.17": b"",
    "127.0.0.18": location(301, "/robots-txt/disallow-private"),
    "127.0.0.19": location(301, "/robots.txt"),
    "127.0.0.20": b"(?s).{3000000,}",
    "127.0.0.21": status(500),
    "127.0.0.22": status(302, r"Location: http://127\.0\.0\.3:\d+/robots\.txt\r\n"),
    "127.0.0.41": status(404),
}


@pytest.mark.parametrize(("address", "pattern"), ROBOTS_HEARD.items(), ids=ROBOTS_HEARD)
def test_an_origin_has_the_robots_txt_of_its_row(internet: Internet, address: str, pattern: bytes) -> None:
    patience = AT_LAST if pattern else SOON
    assert re.fullmatch(pattern, listen(internet, "/robots.txt", address, first=patience).data)
    assert listen(internet, "/private/page", address).data.startswith(b"HTTP/1.1 200 OK\r\n")


def test_an_origin_can_refuse_connections_or_never_answer_them(internet: Internet) -> None:
    with pytest.raises(ConnectionRefusedError):
        listen(internet, "/ok", "127.0.0.50")
    with pytest.raises(TimeoutError):
        listen(internet, "/ok", "127.0.0.51", first=SOON)


@pytest.mark.parametrize("path", ["/endless-body", "/endless-headers", "/hang", "/slow-headers/0.01", "/reset"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_peer_that_hangs_up_ends_every_behaviour(internet: Internet, scheme: str, path: str) -> None:
    port = internet.port if scheme == "http" else internet.tls_ports["good"]
    connection = socket.create_connection(("127.0.0.1", port), timeout=AT_LAST)
    if scheme == "https":
        context = ssl.create_default_context(cafile=internet.ca_file)
        connection = context.wrap_socket(connection, server_hostname="localhost")
    connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    if path not in ("/hang", "/reset"):
        assert connection.recv(100)
    connection.close()
    end = monotonic() + AT_LAST
    while not any(entry.done for entry in internet.requests()):
        assert monotonic() < end, "the exchange goes on without its peer"


TLS_SEEN: dict[str, type[Exception] | str] = {
    "good": "OK",
    "expired": "certificate has expired",
    "not-yet-valid": "certificate is not yet valid",
    "wrong-name": "Hostname mismatch, certificate is not valid for 'localhost'.",
    "untrusted": "unable to get local issuer certificate",
    "self-signed": "self-signed certificate",
    "incomplete": "unable to get local issuer certificate",
    "tls-1.0": "TLSV1_ALERT_PROTOCOL_VERSION",
    "no-common-cipher": "SSLV3_ALERT_HANDSHAKE_FAILURE",
    "client-certificate": "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "unrecognised-name": "TLSV1_UNRECOGNIZED_NAME",
    "handshake-closed": ssl.SSLEOFError,
    "handshake-reset": ConnectionResetError,
    "handshake-silent": TimeoutError,
    "plain-http": "WRONG_VERSION_NUMBER",
}


def over_tls(internet: Internet, row: str) -> type[Exception] | str:
    context = ssl.create_default_context(cafile=internet.ca_file)
    patience = SOON if row == "handshake-silent" else AT_LAST
    connection = http.client.HTTPSConnection("localhost", internet.tls_ports[row], timeout=patience, context=context)
    try:
        connection.request("GET", "/ok")
        return connection.getresponse().reason
    except ssl.SSLCertVerificationError as error:
        return str(error.verify_message)
    except ssl.SSLEOFError as error:
        return type(error)
    except ssl.SSLError as error:
        return str(error.reason)
    except OSError as error:
        return type(error)
    finally:
        connection.close()


@pytest.mark.parametrize("row", TLS)
def test_an_https_port_does_what_its_row_says(internet: Internet, row: str) -> None:
    assert over_tls(internet, row) == TLS_SEEN[row]


def test_a_client_that_still_speaks_tls_1_0_is_served(internet: Internet) -> None:
    context = ssl.create_default_context(cafile=internet.ca_file)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    port = internet.tls_ports["tls-1.0"]
    connection = http.client.HTTPSConnection("localhost", port, timeout=AT_LAST, context=context)
    connection.request("GET", "/ok")
    assert connection.getresponse().status == 200
    connection.close()


def resolve(internet: Internet, name: str, kind: str = "A", *, tcp: bool = False) -> str:
    question = DNSRecord.question(name, kind)
    patience = SOON if name == "silent.example" else AT_LAST
    data = question.send("127.0.0.1", internet.dns_port, tcp=tcp, timeout=patience)
    answer = DNSRecord.parse(data)
    return str(answer.short()) or RCODE[answer.header.rcode]


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_the_name_server_answers_as_the_rows_of_names_say(internet: Internet, tcp: bool) -> None:
    answered = {name: resolve(internet, name, tcp=tcp) for name in ("any.example", *NAMES) if name != "silent.example"}
    assert answered == {"any.example": "127.0.0.1", "nxdomain.example": "NXDOMAIN", "servfail.example": "SERVFAIL"}
    assert resolve(internet, "any.example", "AAAA", tcp=tcp) == "NOERROR"
    with pytest.raises(TimeoutError):
        resolve(internet, "silent.example", tcp=tcp)


def test_a_host_that_changes_leaves_the_rows_of_tls_alone(internet: Internet) -> None:
    internet.host("127.0.0.1", Host("refuses for a while", connect="refused"))
    internet.reset()
    assert over_tls(internet, "expired") == TLS_SEEN["expired"]
