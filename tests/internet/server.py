"""The listening side of the test internet: accepts connections, finds who is asked for what, and logs it."""

from __future__ import annotations

import asyncio
import select
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from time import monotonic
from typing import Protocol

from tests.internet.archive import front
from tests.internet.behaviours import perform
from tests.internet.exchange import Exchange
from tests.internet.state import State
from tests.internet.tls import TLS, Authority, TlsBehaviour
from tests.internet.wire import MAX_HEAD, Answer, Connection
from tests.internet.world import Host

Serve = Callable[[Connection], Awaitable[None]]


async def route(exchange: Exchange) -> Answer | None:
    """Answer a request: the archive, the host's row, the world's page, or else the table of behaviours."""
    request, state = exchange.request, exchange.state
    # On loopback ports every origin is the archive, too.
    is_archive = request.host in front.ARCHIVE_HOSTS or request.address.startswith("127.0.0.")
    if is_archive and (service := front.service_of(request.path)):
        return await front.answer(exchange, service)
    host = state.host(request.host if request.host in state.hosts else request.address)
    if request.path == "/robots.txt":
        return await perform(exchange, host.robots or host.always or "/status/404")
    return await perform(exchange, host.always or state.page(request.origin + request.target) or request.target)


class Closable(Protocol):
    """What occupies a port."""

    def close(self) -> None:
        """Give the port back."""


class Silence:
    """A port that answers no SYN: its queue has room for one connection (Linux, with a length of zero), and has it."""

    def __init__(self, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._sockets = listening, filler = socket.socket(family), socket.socket(family)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(0)
        filler.connect((address, port))
        # The kernel may come to put it in the queue only after the connection is there for us.
        select.select([listening], [], [])

    def close(self) -> None:
        for each in self._sockets:
            each.close()


class WebServer:
    """All listening web ports of one internet."""

    def __init__(self, state: State, authority: Authority) -> None:
        self._state = state
        self._authority = authority
        self._ports: dict[tuple[str, int], Closable] = {}
        # Two queries for one name may come at once: the second must not find its ports half open.
        self._opening = asyncio.Lock()

    async def open(self, address: str, host: Host, ports: Mapping[int, str]) -> None:
        """Do on the ports of an address (port → scheme) what the row of its host says, unless that is done already."""
        async with self._opening:
            for port, scheme in ports.items():
                connect = host.on(scheme, address)
                if (address, port) in self._ports or connect == "refused":
                    continue
                if connect == "silent":
                    self._ports[address, port] = Silence(address, port)
                else:
                    await self.listen(address, port, TLS[host.tls] if scheme == "https" else None)

    def close(self, address: str, ports: Iterable[int] | None = None) -> None:
        """Stop listening on these ports of an address; on all of them where none are named."""
        wanted = None if ports is None else set(ports)
        for place in [place for place in self._ports if place[0] == address and (wanted is None or place[1] in wanted)]:
            self._ports.pop(place).close()

    async def listen(self, address: str, port: int, tls: TlsBehaviour | None = None) -> int:
        """Listen on an address; port 0 takes any. Returns the port. HTTPS where a row of TLS is given."""
        serve, context = self._plan(tls)

        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = Connection(reader, writer, "http" if context is None else "https")
            try:
                await serve(connection)
            except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
                pass  # The peer has had enough: its right, and for some behaviours the only end there is.
            except asyncio.CancelledError:
                pass  # The internet ends. Python 3.11 would write a traceback for each open connection.
            finally:
                writer.close()

        server = await asyncio.start_server(accept, address, port, ssl=context, limit=MAX_HEAD, backlog=1024)
        port = server.sockets[0].getsockname()[1]
        self._ports[address, port] = server
        return port

    def _plan(self, tls: TlsBehaviour | None) -> tuple[Serve, ssl.SSLContext | None]:
        if tls is None:
            return self._serve_requests, None
        if tls.instead is None:
            return self._serve_requests, self._authority.listening_context(tls)
        instead = tls.instead

        async def logged(connection: Connection) -> None:
            self._state.log_connection(connection.address, connection.port)
            await instead(connection)

        return logged, None

    async def _serve_requests(self, connection: Connection) -> None:
        number = self._state.log_connection(connection.address, connection.port)
        while (request := await connection.request()) is not None:
            entry = self._state.log_request(request, number)
            try:
                answer = await route(Exchange(request, connection, self._state))
                if answer is None:
                    return
                entry.status = str(answer.status)
                await connection.send(answer.encode(head_only=request.method == "HEAD"))
            finally:
                entry.done = monotonic()
            if request.headers.get("connection", "").lower() == "close":
                return
