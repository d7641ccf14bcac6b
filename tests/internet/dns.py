"""The name server: every name has an address, except those for which the world has a row that says otherwise.

And except those that nobody has (`world.is_made_up`), unless the row of all other hosts says that it lies.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from ipaddress import IPv6Address

from dnslib import AAAA, CNAME, QTYPE, RCODE, RR, A, DNSError, DNSRecord

from tests.internet.state import State

Prepare = Callable[[str, Sequence[str]], Awaitable[None]]
"""Called with a name and its addresses before the addresses are told."""


class Addresses:
    """Gives every name an address of its own in 127.0.0.0/8, the same in every run unless two names collide."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of(self, name: str) -> str:
        attempt = 0
        while True:
            first, second, third = hashlib.sha256(f"{attempt} {name}".encode()).digest()[:3]
            # 127.0.x.x is left to the name server and to whoever listens on localhost.
            address = f"127.{first % 254 + 1}.{second}.{third % 254 + 1}"
            if self._names.setdefault(address, name) == name:
                return address
            attempt += 1

    def ipv6_of(self, name: str) -> str:
        """Return an address of fd7f::/16 (RFC 4193) that ends like the IPv4 address of the name."""
        return str(IPv6Address(f"fd7f::{self.of(name)}"))


class NameServer:
    """Answers over UDP and TCP (RFC 1035)."""

    def __init__(self, state: State, addresses_of: Callable[[str], Sequence[str]], prepare: Prepare) -> None:
        self._state = state
        self._addresses_of = addresses_of
        self._prepare = prepare
        self._tasks: set[asyncio.Task[None]] = set()
        self._transport: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None

    async def listen(self, address: str, port: int) -> int:
        """Listen on both protocols; port 0 takes any. Returns the port."""
        loop = asyncio.get_running_loop()
        self._server = await asyncio.start_server(self._serve_stream, address, port)
        port = self._server.sockets[0].getsockname()[1]
        self._transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(self), (address, port))
        # A crawler asks for hundreds of names in one moment; what does not fit is lost, and looks like a sick server.
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        return port

    async def answer(self, data: bytes) -> bytes | None:
        """Return the answer to a message; None where the world says that there is none, or for no message at all."""
        try:
            query = DNSRecord.parse(data)
        except DNSError:
            return None
        name = str(query.q.qname).rstrip(".").lower()
        reply = query.reply()
        match self._state.host(name).dns:
            case "silent":
                return None
            case "nxdomain":
                reply.header.rcode = RCODE.NXDOMAIN
            case "servfail":
                reply.header.rcode = RCODE.SERVFAIL
            case _:
                addresses = [each for each in self._addresses(name, query.q.qtype) if _kind(each) == query.q.qtype]
                await self._prepare(name, addresses)
                reply.add_answer(*self._records(name, addresses))
        packed: bytes = reply.pack()
        return packed

    def _addresses(self, name: str, kind: int) -> Sequence[str]:
        """Return all the addresses, of both kinds, that a question for addresses of one kind is answered from."""
        own, host = self._addresses_of(name), self._state.host(name)
        match host.dns:
            case "astray":
                return host.astray
            case "both":
                return (*own, *host.astray)
            case "in turns":
                return own if self._state.count(f"question {name} {kind}") % 2 else host.astray
            case _:
                return own

    def _records(self, name: str, addresses: Sequence[str]) -> Iterator[RR]:
        """Yield the aliases of a name, and under the last of them its addresses."""
        for number in range(self._state.host(name).cnames):
            alias = f"alias-{number}.{name.removeprefix(f'alias-{number - 1}.')}"
            yield RR(name, QTYPE.CNAME, rdata=CNAME(alias), ttl=0)
            name = alias
        for address in addresses:
            yield RR(name, _kind(address), rdata=AAAA(address) if ":" in address else A(address), ttl=0)

    def received(self, data: bytes, peer: tuple[str, int]) -> None:
        task = asyncio.get_running_loop().create_task(self._answer_datagram(data, peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer_datagram(self, data: bytes, peer: tuple[str, int]) -> None:
        answer = await self.answer(data)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, peer)

    async def _serve_stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(2))
                answer = await self.answer(await reader.readexactly(length))
                if answer is not None:
                    writer.write(len(answer).to_bytes(2) + answer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # The peer has hung up, or the internet ends.
        finally:
            writer.close()


def _kind(address: str) -> int:
    kind: int = QTYPE.AAAA if ":" in address else QTYPE.A
    return kind


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._server.received(data, addr)
