"""The proof, at the start of a crawl process, that the address guard holds: we ask for ourselves, and must not hear us.

What a test suite proves is true of the machine that it ran on. This is about the libcurl and the Python of this one.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pycurl

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire.guard import AddressGuard, NoAddress
from dlt_crawler.fetch.wire.transport import NoHead, Transport

_SECONDS = 1.0
"""For one request. When the guard holds, all of them together take a few milliseconds …"""
_TIMES = 5
"""… but on a busy machine one may run out of its time before it has done anything, which proves nothing."""

_PINNED = "pinned.invalid"
"""A name that nobody has (RFC 6761, section 6.4): its address is given to the transport behind the guard's back."""


async def prove(
    make_transport: Callable[[Callable[[str, int], bool]], Transport],
    make_guard: Callable[[frozenset[int]], AddressGuard] = lambda ports: AddressGuard((), ports, threads=1),
) -> None:
    """Ask for listeners of our own on loopback, by address and by name. Raises CrawlError if the guard lets that pass.

    `make_transport` makes a transport like the one of the crawl, without a proxy, from what has the last word on its
    connections. `make_guard` makes a guard that allows the given ports, and loopback on none of them.
    """
    with ExitStack() as listening:
        listeners = [listening.enter_context(listener) for listener in _listeners()]
        guard = make_guard(frozenset(listener.getsockname()[1] for listener in listeners))
        transport = make_transport(guard.may_connect)
        try:
            for listener in listeners:
                await _ask_for(listener, guard, transport)
        finally:
            await transport.close()


def _listeners() -> Iterator[socket.socket]:
    """Yield a socket that listens on 127.0.0.1, and one on ::1 where there is IPv6."""
    try:
        yield socket.create_server(("127.0.0.1", 0))
    except OSError as error:
        raise CrawlError(f"The address guard cannot be tested, for nobody can listen on 127.0.0.1: {error}") from error
    with suppress(OSError):
        yield socket.create_server(("::1", 0), family=socket.AF_INET6)


async def _ask_for(listener: socket.socket, guard: AddressGuard, transport: Transport) -> None:
    listener.setblocking(False)
    address, port, *_ = listener.getsockname()
    spellings = (f"[{address}]",) if ":" in address else (address, f"[::ffff:{address}]")
    for host in (*spellings, "localhost", _PINNED):
        url = f"http://{host}:{port}/"
        if host != _PINNED and not isinstance((await guard.resolve(host, port)).found, NoAddress):
            raise CrawlError(f"The address guard does not hold: it finds nothing wrong with {url}. Nothing is asked.")
        for _ in range(_TIMES):
            refused = await _is_refused(url, address, transport)
            # Connecting to a listener needs nobody who accepts: what has come is seen afterwards.
            with suppress(BlockingIOError):
                listener.accept()[0].close()
                raise CrawlError(
                    f"The address guard does not hold: a request for {url} has come through to this machine."
                )
            if refused:
                break
        else:
            raise CrawlError(f"The address guard cannot be tested: a request for {url} is not refused in time.")


async def _is_refused(url: str, address: str, transport: Transport) -> bool:
    # The outer deadline is for a transport that does not keep its own.
    with suppress(TimeoutError):
        async with asyncio.timeout(2 * _SECONDS):
            answer = await transport.get(url, {}, _Nothing(), addresses=(address,), seconds=_SECONDS)
            return isinstance(answer, NoHead) and (answer.forbidden or answer.code != pycurl.E_OPERATION_TIMEDOUT)
    return False


class _Nothing:
    """Reads no body."""

    limit = 0

    def __call__(self, status: int, content_type: str | None) -> int:
        return 0

    def enough(self, body: bytearray) -> bool:
        return True
