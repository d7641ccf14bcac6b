"""The address guard: resolves names, and says which addresses may be connected to.

It speaks twice. `resolve` hands out the addresses of a host that may be connected to, and the transport connects to
those and no others. `may_connect` has the last word: it is asked with the very address of every socket that is opened.
So what is refused here cannot be reached by any spelling, DNS answer, redirect or rebinding.

With a proxy, the proxy looks names up and connects to them, and our rules hold for what we can see: ports, literal
addresses, and names of this machine. All else is the proxy's to guard. Our own connections go to the proxy alone, which
may well have a private address: the user has named it.
"""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterable
from functools import cache
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from dlt_crawler.fetch.wire.addresses import Network, NoAddress, address_of, is_in, is_public, reached_network
from dlt_crawler.fetch.wire.lookups import THREADS, Lookups, Resolved

__all__ = ["AddressGuard", "NoAddress", "Resolved", "has_ipv6"]

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[^\x00-\x20#%/:<>?@\[\\\]^|\x7f-\U0010ffff]+")
"""What may be a name in a normalised URL: there are no forbidden domain code points (URL standard), which some would
decode and others cut at, and no letters beyond ASCII, for which Python's codec has the rules of IDNA 2003."""

_LOOPBACK = ("127.0.0.1", "::1")

_PROXY_PORTS = {"http": 1080, "https": 443}
"""Where libcurl looks for a proxy whose URL names no port (CURLOPT_PROXY)."""

_ON_THE_INTERNET = ("2001:503:ba3e::2:30", 53)
"""A root name server, to which nothing is sent."""


class AddressGuard:
    """The rules for one crawl process: public addresses on `ports`, and `allowed_networks` on any port.

    `threads`: look-ups at once. `proxy`: the URL of the HTTP proxy that all requests go through, if there is one.
    """

    def __init__(
        self,
        allowed_networks: Iterable[Network],
        ports: frozenset[int],
        threads: int = THREADS,
        *,
        proxy: str | None = None,
    ) -> None:
        self._allowed = tuple(map(reached_network, allowed_networks))
        self._ports = ports
        self._lookups = Lookups(threads)
        self._proxy = proxy

    async def resolve(self, host: str, port: int, seconds: float | None = None) -> Resolved:
        """Return the addresses of a URL's host that may be connected to at `port`, in getaddrinfo's order.

        `host` is a name, or an address in any spelling. With a proxy a name has no addresses that we know of: (). Waits
        for the resolver up to `seconds`, without those until it is this name's turn; None: as long as that takes.
        Raises CrawlError when this machine cannot look anything up.
        """
        address = address_of(host)
        if address is not None:
            return Resolved(self._allowed_of(host, (str(address),), port))
        if not _NAME.fullmatch(host):
            return Resolved(NoAddress.INVALID)
        if _is_this_machine(host):
            return Resolved(self._allowed_of(host, _LOOPBACK, port))
        if port not in self._ports and (self._proxy is not None or not self._allowed):
            return Resolved(NoAddress.PORT)
        if self._proxy is not None:
            return Resolved(())
        resolved = await self._lookups.find(host.lower(), seconds)
        if isinstance(resolved.found, NoAddress):
            return resolved
        return Resolved(self._allowed_of(host, resolved.found, port), resolved.elapsed)

    def may_connect(self, address: str, port: int) -> bool:
        """Return whether a connection to this address and port may be opened: the last word.

        With a proxy only to that: its port, and its address if that is how it was named. Whichever addresses its name
        has are the proxy's.
        """
        if self._proxy is None:
            return self._may_reach(address, port)
        proxy = urlsplit(self._proxy)
        named = address_of(proxy.hostname or "")
        return port == (proxy.port or _PROXY_PORTS[proxy.scheme]) and named in (None, address_of(address))

    def forget_failures(self) -> None:
        """Look up anew what had no address, or is still looked up: a later question deserves an answer of its own."""
        self._lookups.forget_failures()

    def _allowed_of(self, host: str, found: tuple[str, ...], port: int) -> tuple[str, ...] | NoAddress:
        allowed = tuple(address for address in found if self._may_reach(address, port))
        if len(allowed) < len(found):
            logger.info("%s: %d of %d addresses are not connected to", host, len(found) - len(allowed), len(found))
        if allowed:
            return tuple(filter(self._has_way_to, allowed)) or NoAddress.NO_IPV6
        by_port = any(self._may_reach(address, any_port) for address in found for any_port in self._ports)
        return NoAddress.PORT if by_port else NoAddress.FORBIDDEN

    def _may_reach(self, address: str, port: int) -> bool:
        reached = address_of(address)
        if reached is None:
            return False
        return is_in(reached, self._allowed) or (port in self._ports and is_public(reached))

    def _has_way_to(self, address: str) -> bool:
        """Return False for an IPv6 address on the Internet when this machine is not there: no fault of the host.

        The networks of the settings may have routes of their own, and a proxy has its own ways.
        """
        reached = address_of(address)
        if self._proxy is not None or reached is None or isinstance(reached, IPv4Address):
            return True
        return has_ipv6() or is_in(reached, self._allowed)


def _is_this_machine(name: str) -> bool:
    """Return whether a name means loopback, whatever name servers say (RFC 6761, section 6.3)."""
    return name.lower().removesuffix(".").rpartition(".")[2] == "localhost"


@cache
def has_ipv6() -> bool:
    """Return whether this machine has a route to the IPv6 Internet: looked at once in the life of a process.

    To connect a datagram socket sends nothing: the kernel looks for a route, and for an address of our own.
    """
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(_ON_THE_INTERNET)
    except OSError:
        return False
    return True
