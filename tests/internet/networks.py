"""The two networks that an internet can live in: ports of the loopback interface, and a namespace of its own."""

from __future__ import annotations

from typing import Protocol

from tests.internet.dns import Addresses, NameServer
from tests.internet.enclosure import NAME_SERVER
from tests.internet.server import WebServer
from tests.internet.state import State
from tests.internet.tls import TLS
from tests.internet.worlds import ORIGINS


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
        self._names = NameServer(state, lambda _name: NAME_SERVER, self._prepare)

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

    async def _prepare(self, _name: str, _address: str) -> None:
        """Do nothing: the origins listen from the start."""


class Enclosed:
    """Every name on an address of its own, on ports 80 and 443 and whatever else a URL of the world names."""

    def __init__(self, state: State, web: WebServer) -> None:
        self._state = state
        self._web = web
        self._ports = state.world.ports
        self._addresses = Addresses()
        self._names = NameServer(state, self._addresses.of, self._prepare)

    async def start(self) -> dict[str, object]:
        await self._names.listen(NAME_SERVER, 53)
        return {}

    async def changed(self, name: str) -> None:
        # What it does from now on begins when its name is next asked for.
        self._web.close(self._addresses.of(name))

    async def _prepare(self, name: str, address: str) -> None:
        await self._web.open(address, self._state.host(name), self._ports)
