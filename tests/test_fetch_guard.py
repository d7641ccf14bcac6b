"""The address guard: no connection outside the public Internet, whatever the spelling."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from dlt_crawler.fetch.addresses import may_connect
from dlt_crawler.model import Outcome
from tests.fetch_support import crawler, observe
from tests.internet.client import Internet

LOCAL = (
    # Spellings that reached loopback with Scrapy's defaults (science.md, E2).
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "0.0.0.0",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[::]", "127.0.0.30", "LOCALHOST",
)  # fmt: skip


def test_no_spelling_of_a_local_address_is_connected_to(internet: Internet) -> None:
    urls = [f"http://{host}:{internet.port}/ok" for host in LOCAL]

    with crawler(internet, allow_networks=()) as running:
        seen = observe(running, urls)

    assert {url: found.outcome for url, found in seen.items()} == dict.fromkeys(urls, Outcome.UNSAFE)
    assert internet.connections() == []


def test_a_network_is_connected_to_when_it_is_allowed_and_no_other(internet: Internet) -> None:
    urls = [internet.http_url("/ok", "127.0.0.30"), internet.http_url("/ok", "127.0.0.31")]

    with crawler(internet, allow_networks=(ip_network("127.0.0.30/32"),)) as running:
        seen = observe(running, urls)

    assert [seen[url].outcome for url in urls] == [Outcome.OK, Outcome.UNSAFE]
    assert {connection.address for connection in internet.connections()} == {"127.0.0.30"}
    assert seen[urls[1]].detail.startswith(
        "127.0.0.31 cannot be connected to: all its addresses are outside the public"
    )


def test_redirect_to_a_forbidden_address_is_not_followed(internet: Internet) -> None:
    target = internet.http_url("/ok", "127.0.0.31")
    url = internet.http_url(f"/redirect-to/302?{target}", "127.0.0.30")

    with crawler(internet, allow_networks=(ip_network("127.0.0.30/32"),)) as running:
        found = observe(running, [url])[url]

    assert (found.outcome, found.status, found.final_url) == (Outcome.UNSAFE, 302, url)
    assert [hop.location for hop in found.redirects] == [target]
    assert {connection.address for connection in internet.connections()} == {"127.0.0.30"}


@pytest.mark.parametrize("scheme", ["ftp", "file", "data", "s3", "gopher"])
def test_other_schemes_are_refused(internet: Internet, scheme: str) -> None:
    url = f"{scheme}://127.0.0.1:{internet.port}/ok"

    with crawler(internet) as running:
        found = observe(running, [url], robots=False)[url]

    assert (found.outcome, found.status) == (Outcome.UNSAFE, None)
    assert internet.connections() == []


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
        "::", "::1", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
        "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254",
        "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    ],
)  # fmt: skip
def test_address_outside_the_public_internet(address: str) -> None:
    assert not may_connect(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_address_on_the_public_internet(address: str) -> None:
    assert may_connect(address)


@pytest.mark.parametrize(
    ("address", "network", "allowed"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("11.0.0.1", "10.0.0.0/8", True),
        ("192.168.0.1", "10.0.0.0/8", False),
        ("fd00::1", "fd00::/8", True),
        ("fd00::1", "10.0.0.0/8", False),
        ("224.0.0.1", "10.0.0.0/8", False),
    ],
)
def test_allowed_networks_are_let_through(address: str, network: str, allowed: bool) -> None:
    assert may_connect(address, [ip_network(network)]) is allowed
