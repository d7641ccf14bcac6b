"""From names to addresses: getaddrinfo in threads, each name once, and remembered for a while."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire.addresses import NoAddress
from dlt_crawler.urls import site_of

_ADDRESSES_SECONDS = 60.0
"""Addresses are good for so long; getaddrinfo tells no TTL. Long enough to look a host up once for a hundred links,
short enough that the second look at the end of a run, as much later, does not go by what has failed before. Rebinding
is no reason: it is the remembered address that is checked and connected to."""
_FAILURE_SECONDS = 300.0
"""So is the want of them: the most that RFC 2308 (section 7.1) allows for name servers that fail, each of which holds
a thread for the resolver's 5 to 20 s."""
_NAMES = 10_000
"""Remembered at most (a few MB)."""
THREADS = 256
"""Look-ups under way at once, at some 50 KB each while they hang. A link stops waiting for a name server after its
time-out and makes room for the next one, its thread only when the resolver gives up, which is up to three times as
late: so these are more than the links that are in check at once."""
_THREADS_OF_A_SITE = 4
"""Of those below one registrable domain, whose names have the same name servers: when those hang, the threads are not
all theirs, …"""
_HANGING_SECONDS = 5.0
"""… and the names that wait are given up with them when none of these has had an answer for so long: the time that a
resolver gives one name server (`timeout` in resolv.conf(5)). Where one has, the others wait for their turn."""

_NAME_DENIED = {
    getattr(socket, name) for name in ("EAI_NONAME", "EAI_NODATA", "EAI_ADDRFAMILY") if hasattr(socket, name)
}
"""getaddrinfo's words for NXDOMAIN, and for a name that exists without an address. EAI_AGAIN (SERVFAIL, no answer) and
the others say that the resolver is in trouble (RFC 3493, section 6.1)."""
_OUR_LIMITS = {socket.EAI_MEMORY, errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

Found = tuple[str, ...] | NoAddress


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a name has led to, and the seconds that took. Waiting for a thread is not counted."""

    found: Found
    elapsed: float = 0.0


@dataclass(frozen=True, slots=True)
class _Known:
    found: Found
    until: float
    """Of the loop's clock."""


@dataclass(frozen=True, slots=True)
class _UnderWay:
    task: asyncio.Task[Found]
    turn: asyncio.Event
    """Set when its thread begins, or when it ends without one."""


@dataclass(slots=True, weakref_slot=True)
class _Site:
    """The look-ups below one registrable domain."""

    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_THREADS_OF_A_SITE))
    asking: dict[asyncio.Event, float] = field(default_factory=dict)
    """The turns of those that have a thread, and since when."""

    async def place(self) -> bool:
        """Take a place when there is one. False, without one, when those who have all of them hang."""
        clock = asyncio.get_running_loop().time
        while True:
            all_ask = len(self.asking) >= _THREADS_OF_A_SITE
            patience = (max(self.asking.values()) if all_ask else clock()) + _HANGING_SECONDS
            try:
                async with asyncio.timeout_at(patience):
                    return await self.places.acquire()
            except TimeoutError:
                if len(self.asking) >= _THREADS_OF_A_SITE and max(self.asking.values()) + _HANGING_SECONDS <= clock():
                    return False


class Lookups:
    """Answers with all addresses of a name, in getaddrinfo's order (RFC 6724), or why there are none.

    At most `threads` look-ups run at once; the others wait. Nobody waits for threads when the process ends.
    """

    def __init__(self, threads: int) -> None:
        self._threads = asyncio.Semaphore(threads)
        self._sites: WeakValueDictionary[str, _Site] = WeakValueDictionary()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._under_way: dict[str, _UnderWay] = {}

    async def find(self, name: str, seconds: float | None) -> Resolved:
        """Return what is remembered of a name (in lower case), or found by a look-up that all who ask share.

        That is waited for at most `seconds` from when its thread begins (None: as long as the resolver takes), and then
        called trouble. Whoever stops waiting stops nothing, and the answer is remembered. Raises CrawlError when this
        machine has no sockets or memory left to ask.
        """
        clock = asyncio.get_running_loop().time
        known = self._known.get(name)
        if known is not None and clock() < known.until:
            return Resolved(known.found)
        look_up = self._under_way.get(name) or self._begin(name)
        await look_up.turn.wait()
        began = clock()
        try:
            async with asyncio.timeout(seconds):
                found = await asyncio.shield(look_up.task)
        except TimeoutError:
            found = NoAddress.TROUBLE
        return Resolved(found, clock() - began)

    def forget_failures(self) -> None:
        """Look up anew what had no address, or is still looked up: a later question deserves an answer of its own."""
        kept = ((name, known) for name, known in self._known.items() if not isinstance(known.found, NoAddress))
        self._known = OrderedDict(kept)
        self._under_way = {}

    def _begin(self, name: str) -> _UnderWay:
        under_way, turn = self._under_way, asyncio.Event()
        task = asyncio.create_task(self._look_up(name, self._known, turn))
        look_up = under_way[name] = _UnderWay(task, turn)

        def end(_: asyncio.Task[Found]) -> None:
            under_way.pop(name)
            turn.set()

        task.add_done_callback(end)
        return look_up

    async def _look_up(self, name: str, memory: OrderedDict[str, _Known], turn: asyncio.Event) -> Found:
        """Return what is found, and remember it in `memory`: which may be forgotten by then."""
        clock = asyncio.get_running_loop().time
        site = self._sites.get(site_of(name))
        if site is None:
            site = self._sites[site_of(name)] = _Site()
        if not await site.place():
            return NoAddress.TROUBLE
        try:
            async with self._threads:
                turn.set()
                site.asking[turn] = clock()
                found = _meaning(name, await _getaddrinfo(name))
        finally:
            site.asking.pop(turn, None)
            site.places.release()
        earlier = memory.pop(name, None)
        if found is NoAddress.TROUBLE and earlier is not None and isinstance(earlier.found, tuple):
            found = earlier.found  # Rather old addresses than none (RFC 8767).
        seconds = _FAILURE_SECONDS if isinstance(found, NoAddress) else _ADDRESSES_SECONDS
        memory[name] = _Known(found, clock() + seconds)
        if len(memory) > _NAMES:
            memory.popitem(last=False)
        return found


def _meaning(name: str, answer: tuple[str, ...] | Exception) -> Found:
    """Return the addresses, or what the exception says about the name; raises it if that is nothing."""
    match answer:
        case UnicodeError():
            # The codec that getaddrinfo runs refuses empty labels and labels over 63 bytes (RFC 1035, section 2.3.4).
            return NoAddress.INVALID
        case OSError() if answer.errno in _OUR_LIMITS:
            raise CrawlError(f"{name} could not be looked up: {answer}") from answer
        case OSError():
            return NoAddress.DENIED if answer.errno in _NAME_DENIED else NoAddress.TROUBLE
        case Exception():
            raise answer
    return answer


async def _getaddrinfo(name: str) -> tuple[str, ...] | Exception:
    """Call getaddrinfo in a daemon thread. Not in an executor, whose threads the end of the process waits for."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[tuple[str, ...] | Exception] = loop.create_future()

    def settle(answer: tuple[str, ...] | Exception) -> None:
        if not answered.done():
            answered.set_result(answer)

    def ask() -> None:
        answer: tuple[str, ...] | Exception
        try:
            found = socket.getaddrinfo(name, None, socket.AF_UNSPEC, socket.SOCK_STREAM)
            answer = tuple(dict.fromkeys(str(to[0]) for *_, to in found))
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            answer = error
        with suppress(RuntimeError):  # The loop is closed, and nobody waits.
            loop.call_soon_threadsafe(settle, answer)

    threading.Thread(target=ask, name=f"getaddrinfo {name}", daemon=True).start()
    return await answered
