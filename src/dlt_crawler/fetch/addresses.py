"""Which Internet addresses a connection may be opened to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

_NEVER = tuple(
    ip_network(network)
    for network in (
        # What ipaddress.is_global of Python 3.11 lets through although it is not the public Internet. Sources: the IANA
        # special-purpose address registries (RFC 6890 and updates), and the address named on each line.
        "168.63.129.16/32",  # Azure's host agent (WireServer), reached from every GitHub runner
        "192.0.0.0/24",  # IETF protocol assignments; 192.0.0.192 is a cloud metadata service
        "192.88.99.0/24",  # 6to4 relays, withdrawn by RFC 7526
        "::/96",  # IPv4-compatible, RFC 4291, section 2.5.5.1
        "64:ff9b::/96",  # NAT64 (RFC 6052): an IPv4 address, perhaps a private one, behind a translator
        "64:ff9b:1::/48",  # local NAT64, RFC 8215
        "2001::/32",  # Teredo, RFC 4380: an IPv4 address again
        "2002::/16",  # 6to4, RFC 3056: the same
        "3fff::/20",  # documentation, RFC 9637
        "5f00::/16",  # segment routing, RFC 9602
        "fec0::/10",  # site-local, RFC 3879
    )
)


def may_connect(address: str, allowed: Iterable[IPv4Network | IPv6Network] = ()) -> bool:
    """Return whether `address` is on the public Internet, or in a network that is allowed by name.

    An IPv4-mapped IPv6 address counts as the IPv4 address that it connects to. Raises ValueError for no address.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if any(ip in network for network in allowed):
        return True
    return ip.is_global and not ip.is_multicast and not any(ip in network for network in _NEVER)
