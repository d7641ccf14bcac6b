"""Which Internet addresses are on the public Internet. Pure; the tables are ours, so all Python versions agree."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_REMEMBERED = 16_384
"""Addresses that are read and judged once (a few MB): the same ones come with every link of a host."""


class NoAddress(Enum):
    """Why a host has no address that may be connected to."""

    DENIED = "the name does not exist, or has no address"
    TROUBLE = "the name servers do not answer as they should"
    FORBIDDEN = "all its addresses are outside the public Internet and not in allow_networks"
    INVALID = "it is no host name"
    PORT = "its port is not among those that are asked"
    NO_IPV6 = "it has only IPv6 addresses, and this machine has no IPv6"


_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        # The IANA IPv4 special-purpose address registry (RFC 6890), without the three blocks that it calls globally
        # reachable (AS112 and AMT: name servers and relays).
        "0.0.0.0/8",  # "this network", RFC 791: Linux connects to itself
        "10.0.0.0/8",  # private, RFC 1918
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598; 100.100.100.200 is Alibaba Cloud's metadata service
        "127.0.0.0/8",  # loopback, RFC 1122
        "169.254.0.0/16",  # link-local, RFC 3927; 169.254.169.254 is the metadata service of most clouds
        "172.16.0.0/12",  # private, RFC 1918
        "192.0.0.0/24",  # IETF protocol assignments, RFC 6890; 192.0.0.192 is Oracle Cloud's metadata service
        "192.0.2.0/24",  # documentation, RFC 5737
        "192.88.99.0/24",  # 6to4 relays, withdrawn by RFC 7526
        "192.168.0.0/16",  # private, RFC 1918
        "198.18.0.0/15",  # benchmarking, RFC 2544
        "198.51.100.0/24",  # documentation, RFC 5737
        "203.0.113.0/24",  # documentation, RFC 5737
        "240.0.0.0/4",  # reserved, RFC 1112; 255.255.255.255 is broadcast
        # Not in that registry:
        "224.0.0.0/4",  # multicast, RFC 5771
        "168.63.129.16/32",  # Azure's host agent (WireServer), reached from every GitHub runner: science.md, E2
    )
)

_UNICAST_6 = IPv6Network("2000::/3")
"""All that IANA has ever assigned to networks (RFC 4291, section 2.4, and the registry of the IPv6 address space). So
these are not public: the unspecified address, loopback, IPv4-compatible (::/96) and IPv4-translated addresses
(::ffff:0:0:0/96, RFC 2765), NAT64 (64:ff9b::/96, RFC 6052; 64:ff9b:1::/48, RFC 8215), discard-only (100::/64, RFC
6666), segment routing (5f00::/16, RFC 9602), unique local (fc00::/7, RFC 4193; fd00:ec2::254 and fd20:ce::254 are the
metadata services of EC2 and Google), link-local, site-local (fec0::/10, RFC 3879) and multicast. A machine that has
IPv4 by NAT64 only needs `allow_networks = ["64:ff9b::/96"]`: behind its translator may be private networks, too."""

_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        # The rest of the IANA IPv6 special-purpose address registry (RFC 6890).
        "2001::/23",  # IETF protocol assignments, RFC 2928; in it Teredo (RFC 4380), an IPv4 address in disguise
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056: an IPv4 address in disguise
        "3fff::/20",  # documentation, RFC 9637
    )
)


@lru_cache(_REMEMBERED)
def address_of(written: str) -> Address | None:
    """Return the address that a host, or the end of a connection, is; None for a name, or for nothing at all.

    Also in the spellings of inet_aton(3): `127.1`, `0x7f000001`, `0177.0.0.1`, `2130706433`; in brackets; with a dot at
    the end (URL standard, section 3.5).
    An IPv4-mapped IPv6 address (::ffff:0:0/96, RFC 4291, section 2.5.5.2) is the IPv4 address that it connects to.
    """
    written = written.removeprefix("[").removesuffix("]").removesuffix(".")
    try:
        return reached(ip_address(written))
    except ValueError:
        pass  # No address in a standard form.
    try:
        return IPv4Address(socket.inet_aton(written))
    except (OSError, ValueError):
        return None


def reached(address: Address) -> Address:
    """Return the address that a connection to `address` reaches: for an IPv4-mapped one the IPv4 address in it."""
    if isinstance(address, IPv4Address) or address.scope_id is not None:
        return address
    return address.ipv4_mapped or address


@lru_cache(_REMEMBERED)
def is_public(address: Address) -> bool:
    """Return whether an address (`reached` by a connection) is one of the public Internet.

    No address with a zone (RFC 4007, `fe80::1%eth0`) is: that is for the interfaces of this machine.
    """
    if isinstance(address, IPv4Address):
        return not is_in(address, _NOT_PUBLIC_4)
    return address.scope_id is None and address in _UNICAST_6 and not is_in(address, _NOT_PUBLIC_6)


def is_in(address: Address, networks: Iterable[Network]) -> bool:
    """Return whether an address is in one of the networks. IPv4 and IPv6 are strangers: ::/0 has no IPv4 address."""
    return any(address in network for network in networks)


def reached_network(network: Network) -> Network:
    """Return the addresses that connections to a network reach: ::ffff:10.0.0.0/104 is 10.0.0.0/8."""
    first = reached(network.network_address)
    if isinstance(network, IPv6Network) and isinstance(first, IPv4Address) and network.prefixlen >= 96:
        return IPv4Network((first, network.prefixlen - 96))
    return network
