"""Which hosts anybody can see, as far as their addresses tell: no public archive is told of the others."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Network

from dlt_crawler.fetch.wire.addresses import address_of, is_public
from dlt_crawler.urls import host_of

Resolver = Callable[[str], Iterable[str]]
"""From the name of a host to its addresses; none where nobody knows them."""

_NAT64 = IPv6Network("64:ff9b::/96")
"""IPv4 addresses, as a network without IPv4 writes them (RFC 6052)."""


def addresses_of(host: str) -> list[str]:
    """Return the addresses that this machine knows a host by. Takes as long as its resolver."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


class PublicHosts:
    """What the names of hosts lead to, each looked up once. Any number of threads may ask."""

    def __init__(self, resolver: Resolver, *, with_loopback: bool) -> None:
        """`with_loopback`: who is to be told is on this machine, and sees what only this machine sees."""
        self._resolver = resolver
        self._with_loopback = with_loopback
        self._known: dict[str, bool] = {}

    def has(self, url: str) -> bool:
        """Return whether all addresses of the URL's host are public; a name without any says nothing."""
        host = host_of(url)
        if host not in self._known:
            self._known[host] = all(map(self._is_seen, self._resolver(host)))
        return self._known[host]

    def _is_seen(self, written: str) -> bool:
        address = address_of(written)
        if address is None:
            return False
        if address in _NAT64:
            address = IPv4Address(int(address) & 0xFFFF_FFFF)
        return is_public(address) or (self._with_loopback and address.is_loopback)
