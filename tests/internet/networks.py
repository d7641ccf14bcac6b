"""The two networks that an internet can live in: ports of the loopback interface, and a namespace of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tests.internet.dns import Addresses, NameServer
from tests.internet.enclosure import NAME_SERVER, give
from tests.internet.server import WebServer
from tests.internet.state import State
from tests.internet.tls import TLS
from tests.internet.world import Host
from tests.internet.worlds import ORIGINS

FORBIDDEN = (
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "168.63.129.16",
    "169.254.169.254",
    "::1",
    "fd00:ec2::254",
)
"""Addresses at which nobody may ever connect, and at which an enclosed internet listens: private networks (RFC 1918,
RFC 6598), and where clouds keep their metadata."""

FORBIDDEN_PORTS = (22, 80, 443, 6379, 8080)
"""They all speak plain HTTP: of a connection over TLS the log only hears when its handshake succeeds."""


class Network(Protocol):
    """Where the hosts of a world are."""

    async def start(self) -> dict[str, object]:
        """Bring it up; return what the parent must know to use it."""

    async def changed(self, name: str) -> None:
        """Take note that the row of a host has changed."""


class Loopback:
    """Every origin on one HTTP and one HTTPS port, each row of TLS on a port of its own; names mean 127.0.0.1."""

    def __init__(self, state: State, web: WebServer) -> None:
        self._state = state
        self._web = web
        self._ports: dict[int, str] = {}
        self._names = NameServer(state, lambda _name: (NAME_SERVER,), self._prepare)

    async def start(self) -> dict[str, object]:
        main = next(iter(ORIGINS))
        http_port = await self._web.listen(main, 0)
        https_port = await self._web.listen(main, 0, TLS["good"])
        self._ports = {http_port: "http", https_port: "https"}
        for address in ORIGINS:
            await self._web.open(address, self._state.host(address), self._ports)
        others = {name: await self._web.listen(main, 0, row) for name, row in TLS.items() if name != "good"}
        dns_port = await self._names.listen(NAME_SERVER, 0)
        return {"http_port": http_port, "tls_ports": {"good": https_port, **others}, "dns_port": dns_port}

    async def changed(self, name: str) -> None:
        if name in ORIGINS:
            # Not the ports of the rows of TLS, which are on one of these addresses, too.
            self._web.close(name, self._ports)
            await self._web.open(name, self._state.host(name), self._ports)

    async def _prepare(self, _name: str, _addresses: Sequence[str]) -> None:
        """Do nothing: the origins listen from the start."""


class Enclosed:
    """Every name on addresses of its own, on ports 80 and 443 and whatever else a URL of the world names.

    IPv4 addresses are of 127.0.0.0/8, IPv6 addresses of fd7f::/16 (`dns.Addresses`).
    """

    def __init__(self, state: State, web: WebServer) -> None:
        self._state = state
        self._web = web
        self._ports = state.world.ports
        self._addresses = Addresses()
        self._names = NameServer(state, self._told, self._prepare)
        self._given: set[str] = set()

    async def start(self) -> dict[str, object]:
        await self._names.listen(NAME_SERVER, 53)
        for address in FORBIDDEN:
            self._give(address)
            await self._web.open(address, Host("must not be asked"), dict.fromkeys(FORBIDDEN_PORTS, "http"))
        return {}

    async def changed(self, name: str) -> None:
        # What it does from now on begins when its name is next asked for.
        for address in (self._addresses.of(name), self._addresses.ipv6_of(name)):
            self._web.close(address)

    def _told(self, name: str) -> tuple[str, ...]:
        host = self._state.host(name)
        dead = (self._addresses.of(f"{number}.dead.{name}") for number in range(host.dead_addresses))
        ipv4 = () if host.ipv4 == "none" else (self._addresses.of(name),)
        return (*dead, *ipv4, *(() if host.ipv6 == "none" else (self._addresses.ipv6_of(name),)))

    async def _prepare(self, name: str, addresses: Sequence[str]) -> None:
        for address in {self._addresses.of(name), self._addresses.ipv6_of(name)}.intersection(addresses):
            self._give(address)
            await self._web.open(address, self._state.host(name), self._ports)

    def _give(self, address: str) -> None:
        # The loopback interface has all of 127.0.0.0/8, and ::1.
        if address not in self._given and not address.startswith("127.") and address != "::1":
            give(address)
            self._given.add(address)
