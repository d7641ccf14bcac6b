"""The address guard: no connection outside the public Internet, whatever the spelling, the name or the redirect."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire.guard import AddressGuard, NoAddress, has_ipv6
from dlt_crawler.fetch.wire.transport import NoHead, Transport
from dlt_crawler.model import Outcome
from dlt_crawler.urls import host_of, normalise
from tests.fetch_support import crawler, observe
from tests.internet.client import Internet

PORTS = frozenset({80, 443, 8080, 8443})

HOSTS = (
    # Spellings that reached loopback with Scrapy's defaults (science.md, E2), and their relatives.
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "0.0.0.0",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[::]", "127.0.0.30", "LOCALHOST", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "１２７.０.０.１", "127．0．0．1", "%31%32%37.0.0.1", "127.0.0.1.", "127.0.1", "017700000001", "0X7F.0X0.0X0.0X1",
    "localhost.", "a.localhost", "ⓛocalhost", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[::1%25lo]", "[fe80::1%25lo]",
)  # fmt: skip

URLS = (
    *(f"http://{host}:{{port}}/ok" for host in HOSTS),
    # Disagreements about which part is the host.
    "http://127.0.0.1:{port}\\@example.com/", "http://example.com@127.0.0.1:{port}/ok", "http:127.0.0.1:{port}/ok",
    "http:///127.0.0.1:{port}/ok", "http:\\\\127.0.0.1:{port}\\ok", "http://127.0.0.\t1:{port}/ok",
    "http://127.0.0.1:{port}#@example.com/", "http://user:secret@127.0.0.1:{port}/ok", "//127.0.0.1:{port}/ok",
    "HTTP://127.0.0.1:{port}/ok",
)  # fmt: skip


class AnyBody:
    limit = 1000

    def __call__(self, status: int, content_type: str | None) -> int:
        return 1000

    def enough(self, body: bytearray) -> bool:
        return False


def resolved(guard: AddressGuard, host: str, port: int) -> tuple[str, ...] | NoAddress:
    return asyncio.run(guard.resolve(host, port)).found


def pinned(url: str, guard: AddressGuard, addresses: Sequence[str] = ("127.0.0.1",)) -> object:
    """What a transport says of a URL when it is given addresses that the guard would not have handed out."""

    async def ask() -> object:
        transport = Transport(trust_file=None, proxy=None, may_connect=guard.may_connect, max_connections=1)
        try:
            return await transport.get(url, {}, AnyBody(), addresses=addresses, seconds=2)
        finally:
            await transport.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("written", URLS)
def test_no_spelling_of_a_local_address_passes_the_guard_or_the_transport(written: str, internet: Internet) -> None:
    url = written.format(port=internet.port)
    guard = AddressGuard((), frozenset({internet.port}), threads=1)

    normal = normalise(url)

    assert normal is None or resolved(guard, host_of(normal), internet.port) is NoAddress.FORBIDDEN
    for asked in {url, normal or url}:
        try:
            said = pinned(asked, guard)
        except (ValueError, CrawlError):
            continue  # It is no URL for the transport.
        assert isinstance(said, NoHead)
    assert internet.connections() == []


@pytest.mark.parametrize("host", HOSTS)
def test_the_guard_does_not_rely_on_normal_spellings(host: str) -> None:
    guard = AddressGuard((), PORTS, threads=1)
    assert isinstance(resolved(guard, host, 80), NoAddress)


@pytest.mark.parametrize(
    ("host", "port", "allowed", "found"),
    [
        ("8.8.8.8", 80, (), ("8.8.8.8",)),
        ("[2606:4700::1111]", 443, ("2606:4700::/32",), ("2606:4700::1111",)),
        ("134744072", 80, (), ("8.8.8.8",)),
        ("::ffff:8.8.8.8", 80, (), ("8.8.8.8",)),
        ("8.8.8.8", 22, (), NoAddress.PORT),
        ("8.8.8.8", 6379, ("10.0.0.0/8",), NoAddress.PORT),
        # A name is not even looked up.
        ("example.com", 25, (), NoAddress.PORT),
        ("10.0.0.1", 22, (), NoAddress.FORBIDDEN),
        ("10.0.0.1", 22, ("10.0.0.0/8",), ("10.0.0.1",)),
        ("10.0.0.1", 80, ("10.0.0.0/8",), ("10.0.0.1",)),
        ("::ffff:10.0.0.1", 80, ("10.0.0.0/8",), ("10.0.0.1",)),
        ("192.168.0.1", 80, ("10.0.0.0/8",), NoAddress.FORBIDDEN),
        ("localhost", 80, (), NoAddress.FORBIDDEN),
        ("localhost", 22, ("127.0.0.0/8",), ("127.0.0.1",)),
        ("localhost", 22, ("127.0.0.0/8", "::1/128"), ("127.0.0.1", "::1")),
        ("a.localhost.", 80, ("::1/128",), ("::1",)),
        ("bücher.example", 80, (), NoAddress.INVALID),
        ("%6cocalhost", 80, (), NoAddress.INVALID),
        ("a.example:80", 80, (), NoAddress.INVALID),
        ("a.example/", 80, (), NoAddress.INVALID),
        ("", 80, (), NoAddress.INVALID),
    ],
)
def test_what_a_host_and_port_lead_to(
    host: str, port: int, allowed: tuple[str, ...], found: tuple[str, ...] | NoAddress
) -> None:
    guard = AddressGuard(map(ip_network, allowed), PORTS, threads=1)

    assert resolved(guard, host, port) == found
    if isinstance(found, tuple):
        assert all(guard.may_connect(address, port) for address in found)
    else:
        assert not guard.may_connect(host, port)


def test_an_ipv6_address_is_handed_out_where_there_is_ipv6() -> None:
    found = ("2606:4700::1111",) if has_ipv6() else NoAddress.NO_IPV6
    assert resolved(AddressGuard((), PORTS), "[2606:4700::1111]", 443) == found


PROXIES = (
    # The proxy's URL; what is connected to; whether that is the proxy.
    ("http://10.0.0.5:3128", "10.0.0.5", 3128, True),
    ("http://10.0.0.5:3128", "::ffff:10.0.0.5", 3128, True),
    ("http://10.0.0.5:3128", "10.0.0.5", 80, False),
    ("http://10.0.0.5:3128", "10.0.0.6", 3128, False),
    ("http://10.0.0.5:3128", "8.8.8.8", 80, False),
    ("http://[fd00::5]:3128", "fd00::5", 3128, True),
    ("http://proxy.example:3128", "192.168.0.9", 3128, True),
    ("http://proxy.example:3128", "192.168.0.9", 443, False),
    ("http://proxy.example", "192.168.0.9", 1080, True),
    ("https://proxy.example", "192.168.0.9", 443, True),
)


@pytest.mark.parametrize(("proxy", "address", "port", "is_proxy"), PROXIES)
def test_with_a_proxy_it_alone_is_connected_to(proxy: str, address: str, port: int, *, is_proxy: bool) -> None:
    guard = AddressGuard((), PORTS, threads=1, proxy=proxy)
    assert guard.may_connect(address, port) is is_proxy


@pytest.mark.parametrize(
    ("host", "port", "found"),
    [
        # The proxy looks it up.
        ("example.com", 443, ()),
        ("example.com", 25, NoAddress.PORT),
        ("10.0.0.1", 80, ("10.0.0.1",)),
        ("192.168.0.1", 80, NoAddress.FORBIDDEN),
        ("0x7f.1", 80, NoAddress.FORBIDDEN),
        ("localhost", 80, NoAddress.FORBIDDEN),
        ("8.8.8.8", 80, ("8.8.8.8",)),
        # It may have IPv6 where we have none.
        ("[2606:4700::1111]", 80, ("2606:4700::1111",)),
    ],
)
def test_with_a_proxy_the_rules_hold_for_what_the_url_shows(
    host: str, port: int, found: tuple[str, ...] | NoAddress
) -> None:
    guard = AddressGuard([ip_network("10.0.0.0/8")], PORTS, threads=1, proxy="http://proxy.example:3128")
    assert resolved(guard, host, port) == found


def test_no_spelling_of_a_local_address_is_connected_to_by_the_crawler(internet: Internet) -> None:
    written = [url.format(port=internet.port) for url in URLS]
    urls = {*written, *filter(None, map(normalise, written))}

    with crawler(internet, allow_networks=(), ports=(internet.port,)) as running:
        seen = observe(running, urls)

    assert {found.outcome for found in seen.values()} <= {Outcome.UNSAFE, Outcome.INVALID_URL}
    assert seen[internet.http_url("/ok")].outcome == Outcome.UNSAFE
    assert internet.connections() == []


def test_a_network_is_connected_to_when_it_is_allowed_and_no_other(internet: Internet) -> None:
    urls = [internet.http_url("/ok", "127.0.0.30"), internet.http_url("/ok", "127.0.0.31")]

    with crawler(internet, allow_networks=(ip_network("127.0.0.30/32"),), ports=(internet.port,)) as running:
        seen = observe(running, urls)

    assert [seen[url].outcome for url in urls] == [Outcome.OK, Outcome.UNSAFE]
    assert {connection.address for connection in internet.connections()} == {"127.0.0.30"}
    assert seen[urls[1]].detail.startswith(
        "127.0.0.31 cannot be connected to: all its addresses are outside the public"
    )


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.31:{port}/ok",
        "//127.0.0.31:{port}/ok",
        "http://2130706463:{port}/ok",
        "http://[::ffff:127.0.0.31]:{port}/ok",
        "http://%E2%91%A0%E2%91%A1%E2%91%A6.0.0.31:{port}/ok",
        "http://127.0.0.31:{port}\\@127.0.0.30/",
        "http://user:secret@127.0.0.30:{port}/ok",
        "http://8.8.8.8:25/",
    ],
)
def test_redirect_to_a_forbidden_address_or_port_is_not_followed(internet: Internet, target: str) -> None:
    internet.switch("redirect", f"/redirect-to/302?{target.format(port=internet.port)}")
    url = internet.http_url("/switchable/redirect", "127.0.0.30")

    with crawler(internet, allow_networks=(ip_network("127.0.0.30/32"),), ports=(internet.port,)) as running:
        found = observe(running, [url])[url]

    assert (found.outcome, found.status, found.final_url) == (Outcome.UNSAFE, 302, url)
    assert [request.target for request in internet.requests()] == ["/robots.txt", "/switchable/redirect"]
    assert {connection.address for connection in internet.connections()} == {"127.0.0.30"}


@pytest.mark.parametrize("scheme", ["ftp", "file", "data", "s3", "gopher"])
def test_other_schemes_are_refused(internet: Internet, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{internet.port}/ok"

    with crawler(internet) as running:
        found = observe(running, [url], robots=False)[url]

    assert (found.outcome, found.status) == (Outcome.UNSAFE, None)
    assert internet.connections() == []


def test_forbidden_port_and_user_information_are_refused_without_a_connection(internet: Internet) -> None:
    port, user = "http://8.8.8.8:25/", f"http://user:secret@127.0.0.1:{internet.port}/ok"

    with crawler(internet) as running:
        seen = observe(running, [port, user])

    assert [seen[url].outcome for url in (port, user)] == [Outcome.UNSAFE, Outcome.UNSAFE]
    assert "its port is not among those that are asked" in seen[port].detail
    assert "secret" not in seen[user].detail
    assert internet.connections() == []
