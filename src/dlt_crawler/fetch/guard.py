"""The address guard: resolves names, and hands out only addresses that may be connected to.

Every connection of the crawl goes through Twisted's HostnameEndpoint, which asks the reactor's name resolver for names
and for literal addresses alike and connects to the very address it is given. So what is filtered here cannot be reached
by any spelling, DNS answer, redirect or rebinding.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution
from zope.interface import implementer  # type: ignore[import-untyped] # has no types

from dlt_crawler.fetch.addresses import may_connect

logger = logging.getLogger(__name__)

_REMEMBERED_SECONDS = 60.0
"""An answer is good for so long: less than most TTLs, enough to ask once for all links of a host in a run."""
_REMEMBERED_NAMES = 10_000

_NAME_DENIED = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
}
"""getaddrinfo's words for NXDOMAIN, and for a name that exists without an address. EAI_AGAIN (SERVFAIL, no answer) and
the others say that the resolver is in trouble (RFC 3493, section 6.1)."""


class NoAddress(Enum):
    """Why a host has no address that may be connected to."""

    DENIED = "the name does not exist, or has no address"
    TROUBLE = "the name servers do not answer as they should"
    FORBIDDEN = "all its addresses are outside the public Internet and not in allow_networks"
    INVALID = "it is no host name"


@dataclass(frozen=True, slots=True)
class _Resolution:
    at: float
    addresses: tuple[tuple[str, int, int], ...]
    """Address, and for IPv6 flow and scope."""
    none: NoAddress | None


class _Receiver(Protocol):
    """IResolutionReceiver, for the type checker."""

    def resolutionBegan(self, resolution: _Began) -> None: ...  # noqa: N802 - Twisted's spelling
    def addressResolved(self, address: IPv4Address | IPv6Address) -> None: ...  # noqa: N802
    def resolutionComplete(self) -> None: ...  # noqa: N802


@implementer(IHostResolution)
class _Began:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Do nothing: getaddrinfo cannot be interrupted, and what it finds is kept for the next request."""


@implementer(IHostnameResolver)
class AddressGuard:
    """A Twisted name resolver over getaddrinfo that keeps forbidden addresses to itself, and remembers why."""

    def __init__(self, allowed: Iterable[IPv4Network | IPv6Network], threads: int) -> None:
        self._allowed = tuple(allowed)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="getaddrinfo")
        self._known: OrderedDict[str, _Resolution] = OrderedDict()
        self._under_way: dict[str, asyncio.Task[_Resolution]] = {}

    def why_none(self, host: str) -> NoAddress | None:
        """Return why the latest look-up of `host` (as in its URL) has found no address; None when it has found one."""
        if host.lower() in self._under_way:
            return NoAddress.TROUBLE
        known = self._known.get(host.lower())
        return known.none if known is not None else None

    def resolveHostName(  # noqa: N802 - IHostnameResolver's spelling
        self,
        resolutionReceiver: _Receiver,  # noqa: N803 - called by keyword, too
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> _Began:
        """Tell the receiver every address of `hostName` that may be connected to (IHostnameResolver)."""
        began = _Began(hostName)
        resolutionReceiver.resolutionBegan(began)

        def tell(done: asyncio.Task[_Resolution]) -> None:
            for address, flow, scope in done.result().addresses:
                kind = IPv6Address if ":" in address else IPv4Address
                if addressTypes is None or kind in addressTypes:
                    extra = (flow, scope) if kind is IPv6Address else ()
                    resolutionReceiver.addressResolved(kind("TCP", address, portNumber, *extra))
            resolutionReceiver.resolutionComplete()

        self._resolved(hostName.lower()).add_done_callback(tell)
        return began

    def forget_failures(self) -> None:
        """Look up anew what had no address, or is still looked up: a later question deserves an answer of its own."""
        self._known = OrderedDict((host, known) for host, known in self._known.items() if known.none is None)
        self._under_way = {}

    def _resolved(self, host: str) -> asyncio.Task[_Resolution]:
        under_way = self._under_way
        task = under_way.get(host)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._resolve(host, self._known))
            under_way[host] = task
            task.add_done_callback(lambda _: under_way.pop(host))
        return task

    async def _resolve(self, host: str, memory: OrderedDict[str, _Resolution]) -> _Resolution:
        """Return what is remembered or found, and remember it in `memory`: which may be forgotten by then."""
        loop = asyncio.get_running_loop()
        known = memory.get(host)
        if known is not None and loop.time() - known.at < _REMEMBERED_SECONDS:
            return known
        try:
            answers = await loop.run_in_executor(
                self._threads, socket.getaddrinfo, host, None, socket.AF_UNSPEC, socket.SOCK_STREAM
            )
        except socket.gaierror as error:
            none = NoAddress.DENIED if error.errno in _NAME_DENIED else NoAddress.TROUBLE
            return _remember(memory, host, _Resolution(loop.time(), (), none))
        except UnicodeError:
            # The codec that getaddrinfo runs refuses empty labels and labels over 63 bytes (RFC 1035, section 2.3.4).
            return _remember(memory, host, _Resolution(loop.time(), (), NoAddress.INVALID))
        found = dict.fromkeys(_address(to) for *_, to in answers)
        public = tuple(address for address in found if may_connect(address[0], self._allowed))
        if len(public) < len(found):
            logger.info("%s: %d of %d addresses are not connected to", host, len(found) - len(public), len(found))
        return _remember(memory, host, _Resolution(loop.time(), public, None if public else NoAddress.FORBIDDEN))


def _remember(memory: OrderedDict[str, _Resolution], host: str, resolution: _Resolution) -> _Resolution:
    memory[host] = resolution
    memory.move_to_end(host)
    if len(memory) > _REMEMBERED_NAMES:
        memory.popitem(last=False)
    return resolution


def _address(to: tuple[str | int | bytes, ...]) -> tuple[str, int, int]:
    """Return address, flow and scope of a socket address, which has the latter two for IPv6 only."""
    host, _, *extra = to
    flow, scope = map(int, extra or (0, 0))
    return str(host), flow, scope
