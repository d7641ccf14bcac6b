"""Which addresses are on the public Internet, and in which spellings they are recognised: tables, with sources."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from dlt_crawler.fetch.wire.addresses import address_of, is_in, is_public, reached_network

# Addresses that no crawl may connect to, each with the document that sets them apart. First, middle and last addresses
# of blocks, so that a wrong prefix length shows.
DENIED = (
    ("0.0.0.0", "RFC 1122, 3.2.1.3: this host"), ("0.255.255.255", "RFC 791: this network"),
    ("10.0.0.0", "RFC 1918"), ("10.255.255.255", "RFC 1918"),
    ("100.64.0.1", "RFC 6598"), ("100.127.255.255", "RFC 6598"), ("100.100.100.200", "Alibaba Cloud metadata"),
    ("127.0.0.1", "RFC 1122: loopback"), ("127.255.255.254", "RFC 1122"),
    ("168.63.129.16", "Azure WireServer"),
    ("169.254.0.1", "RFC 3927"), ("169.254.169.254", "metadata of AWS, Azure, Google, OpenStack …"),
    ("169.254.170.2", "AWS ECS credentials"), ("169.254.255.255", "RFC 3927"),
    ("172.16.0.1", "RFC 1918"), ("172.31.255.255", "RFC 1918"),
    ("192.0.0.1", "RFC 6890"), ("192.0.0.192", "Oracle Cloud metadata"), ("192.0.2.1", "RFC 5737"),
    ("192.88.99.1", "RFC 7526"), ("192.168.0.1", "RFC 1918"), ("192.168.255.255", "RFC 1918"),
    ("198.18.0.1", "RFC 2544"), ("198.19.255.255", "RFC 2544"), ("198.51.100.7", "RFC 5737"),
    ("203.0.113.9", "RFC 5737"), ("224.0.0.1", "RFC 5771"), ("239.255.255.255", "RFC 2365"),
    ("240.0.0.1", "RFC 1112"), ("255.255.255.255", "RFC 919: broadcast"),
    ("::", "RFC 4291: unspecified"), ("::1", "RFC 4291: loopback"),
    ("::127.0.0.1", "RFC 4291, 2.5.5.1: IPv4-compatible"), ("::8.8.8.8", "RFC 4291, 2.5.5.1"),
    ("::ffff:127.0.0.1", "RFC 4291, 2.5.5.2: IPv4-mapped"), ("::ffff:169.254.169.254", "RFC 4291, 2.5.5.2"),
    ("::ffff:0:127.0.0.1", "RFC 2765: IPv4-translated"), ("::ffff:0:8.8.8.8", "RFC 2765"),
    ("64:ff9b::10.0.0.1", "RFC 6052: NAT64, private inside"), ("64:ff9b::8.8.8.8", "RFC 6052"),
    ("64:ff9b:1::1", "RFC 8215: local NAT64"), ("100::1", "RFC 6666: discard"), ("100:0:0:1::1", "RFC 9780"),
    ("2001::1", "RFC 4380: Teredo"), ("2001:2::1", "RFC 5180: benchmarking"), ("2001:10::1", "RFC 4843: ORCHID"),
    ("2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "RFC 2928"), ("2001:db8::1", "RFC 3849"),
    ("2002:7f00:1::1", "RFC 3056: 6to4, loopback inside"), ("3fff::1", "RFC 9637"), ("3fff:fff::1", "RFC 9637"),
    ("4000::1", "RFC 4291: not assigned"), ("5f00::1", "RFC 9602"),
    ("fc00::1", "RFC 4193"), ("fd00:ec2::254", "AWS metadata"), ("fd20:ce::254", "Google metadata"),
    ("fdff:ffff::1", "RFC 4193"), ("fe80::1", "RFC 4291: link-local"), ("fe80::a9fe:a9fe", "OpenStack metadata"),
    ("fe80::1%eth0", "RFC 4007: zone"), ("2606:4700::1111%eth0", "RFC 4007"), ("::ffff:8.8.8.8%eth0", "RFC 4007"),
    ("fec0::1", "RFC 3879: site-local"), ("ff02::1", "RFC 4291: multicast"), ("ff0e::1", "RFC 4291: global multicast"),
)  # fmt: skip

# Public servers, and the neighbours of blocks that are denied.
ALLOWED = (
    "1.0.0.0", "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "93.184.215.14", "100.63.255.255", "100.128.0.0",
    "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0",
    "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.167.255.255",
    "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.101.0", "203.0.112.255", "223.255.255.255",
    "::ffff:8.8.8.8", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2003::1",
    "2606:4700::1111", "2a00:1450:4001::1", "3ffe::1",
)  # fmt: skip


@pytest.mark.parametrize(("address", "source"), DENIED)
def test_address_outside_the_public_internet(address: str, source: str) -> None:
    found = address_of(address)
    assert found is not None
    assert not is_public(found), source


@pytest.mark.parametrize("address", ALLOWED)
def test_address_on_the_public_internet(address: str) -> None:
    found = address_of(address)
    assert found is not None
    assert is_public(found)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("127.0.0.1", "127.0.0.1"), ("[::1]", "::1"), ("::1", "::1"), ("0:0:0:0:0:0:0:1", "::1"),
        ("[::ffff:127.0.0.1]", "127.0.0.1"), ("::ffff:7f00:1", "127.0.0.1"), ("::FFFF:7F00:1", "127.0.0.1"),
        # inet_aton(3)
        ("127.1", "127.0.0.1"), ("127.0.1", "127.0.0.1"), ("0x7f000001", "127.0.0.1"), ("0x7F.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("017700000001", "127.0.0.1"), ("0", "0.0.0.0"),
        ("127.0.0.01", "127.0.0.1"), ("10.1", "10.0.0.1"), ("127.0.0.1.", "127.0.0.1"), ("127.1.", "127.0.0.1"),
        # Names, or nothing.
        ("localhost", None), ("example.com", None), ("1.2.3.4.5", None), ("256.1.1.1.example", None), ("", None),
        ("①②⑦.0.0.1", None), ("127.0.0.1\0", None), ("[", None), ("/tmp/socket", None),
    ],
)  # fmt: skip
def test_spelling_of_an_address(written: str, address: str | None) -> None:
    assert address_of(written) == (None if address is None else ip_address(address))


@pytest.mark.parametrize(
    ("address", "network", "inside"),
    [
        ("10.1.2.3", "10.0.0.0/8", True),
        ("::ffff:10.1.2.3", "10.0.0.0/8", True),
        ("10.1.2.3", "::ffff:10.0.0.0/104", True),
        ("11.1.2.3", "::ffff:10.0.0.0/104", False),
        ("192.168.0.1", "10.0.0.0/8", False),
        ("fd00::1", "fd00::/8", True),
        ("fd00::1", "10.0.0.0/8", False),
        # The networks of one version have no addresses of the other.
        ("10.1.2.3", "::/0", False),
        ("::ffff:10.1.2.3", "::/0", False),
        ("::1", "0.0.0.0/0", False),
        ("64:ff9b::10.1.2.3", "10.0.0.0/8", False),
        ("64:ff9b::10.1.2.3", "64:ff9b::/96", True),
    ],
)
def test_network_means_what_it_names_and_its_mapped_form(address: str, network: str, *, inside: bool) -> None:
    found = address_of(address)
    assert found is not None
    assert is_in(found, [reached_network(ip_network(network))]) is inside
