"""One request to one URL, at the turn of its host: what the check of a link and of a robots.txt have in common."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.manners.breaker import Breaker
from dlt_crawler.fetch.manners.retry_after import not_now, pause_of
from dlt_crawler.fetch.manners.slots import HostPaused, HostSlots
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.walls import wall_of
from dlt_crawler.fetch.wire.failure import of_failure, of_no_address
from dlt_crawler.fetch.wire.guard import AddressGuard, NoAddress
from dlt_crawler.fetch.wire.transport import CERTIFICATE, NoHead, Reading, Received, Transport
from dlt_crawler.model import Outcome
from dlt_crawler.urls import slot_of

_FIXED_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # Fixed, so that titles stay the same from run to run (science.md, D4).
    "Accept-Language": "en,zh;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
}
_PORTS = {"http": 80, "https": 443}
_PRINTABLE = re.compile(r"[!-~]+")
_NO_URL = Finding(Outcome.INVALID_URL, "This is no URL that can be asked for.")
_SLOW = 0.5
"""Of the time-out: an answer that takes longer shows a server that has enough to do."""
_REMEMBERED = 16_384
"""Origins (a few MB): the links of one host come close together."""
_REFUSED = frozenset({429, 503})
"""Answers of servers that have too much to do (RFC 6585, section 4; RFC 9110, section 15.6.4)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A head, and as much of the body as was wanted and came."""

    url: str
    status: int
    body: bytes | None
    """Without its content coding; None when the coding is not known."""
    location: bytes | None
    content_type: str | None
    retry_after: bool
    wall: str | None
    """Whose bot wall it is that answers."""
    elapsed: float
    """Seconds, waiting for the host's turn not counted."""
    cookies: tuple[str, ...]
    """The Set-Cookie lines."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There was no head."""

    finding: Finding
    elapsed: float
    connected: bool = False
    """Whether the host had accepted the connection, TLS included."""
    certificate: bool = False
    """Whether nothing but the certificate was wrong."""


@dataclass(frozen=True, slots=True)
class _Target:
    origin: str
    host: str
    port: int
    slot: str


class Client:
    """Asks for URLs politely and safely: http and https only, through slots, breaker and guard."""

    def __init__(
        self,
        transport: Transport,
        settings: FetchSettings,
        *,
        user_agent: str,
        slots: HostSlots,
        guard: AddressGuard,
        breaker: Breaker,
    ) -> None:
        self._transport = transport
        self._timeout = settings.timeout
        self._slots = slots
        self._guard = guard
        self._breaker = breaker
        self._headers = {"User-Agent": user_agent} | _FIXED_HEADERS
        self._host_headers = {host.lower(): self._with(given) for host, given in settings.headers.items()}

    async def get(
        self,
        url: str,
        reading: Reading,
        *,
        cookie: str = "",
        verify: bool = True,
        seconds: float | None = None,
        on_silence: Callable[[], None] | None = None,
    ) -> Answer | NoAnswer:
        """Ask for `url` once, within `seconds` (by default the time-out of the settings) from the look-up of its host.

        `cookie` is the Cookie header. Without `verify` any certificate is good. `on_silence` is called when half of the
        time has passed without a head. Waiting for the turn of the host is not counted.
        """
        target = _target("/".join(url.split("/", 3)[:3])) if _PRINTABLE.fullmatch(url) else _NO_URL
        if isinstance(target, Finding):
            return NoAnswer(target, 0.0)
        if known := self._breaker.given_up(target.origin):
            return NoAnswer(known, 0.0)
        seconds = self._timeout if seconds is None else seconds
        began = asyncio.get_running_loop().time()
        addresses = await self._resolve(target, seconds)
        looked_up = asyncio.get_running_loop().time() - began
        if isinstance(addresses, NoAddress):
            return NoAnswer(of_no_address(addresses, target.host), looked_up)
        try:
            async with self._slots.request_to(target.slot, target.host) as leaves:
                if known := self._breaker.given_up(target.origin):
                    return NoAnswer(known, looked_up)
                came = await self._transport.get(
                    url,
                    self._headers_for(target.host, cookie, verify=verify),
                    reading,
                    addresses=addresses,
                    seconds=max(seconds - looked_up, 0.001),
                    verify=verify,
                    on_sent=leaves,
                    on_silence=on_silence,
                    silence=max(seconds / 2 - looked_up, 0.0),
                )
                # Within the turn: no other request to this host may start before it is known how this one went.
                elapsed = looked_up + came.elapsed
                if isinstance(came, NoHead):
                    return self._missed(target, came, seconds, elapsed)
                self._learn(target, came)
                return _answer(url, came, elapsed)
        except HostPaused as paused:
            return NoAnswer(not_now(target.host, paused.seconds, datetime.now(UTC)), looked_up)

    async def _resolve(self, target: _Target, seconds: float) -> tuple[str, ...] | NoAddress:
        try:
            async with asyncio.timeout(seconds):
                return await self._guard.resolve(target.host, target.port)
        except TimeoutError:
            return NoAddress.TROUBLE

    def _missed(self, target: _Target, came: NoHead, seconds: float, elapsed: float) -> NoAnswer:
        """Tell slots and breaker that there is no answer, and say why."""
        finding = of_failure(came, target.host, seconds=seconds)
        self._breaker.failed(target.origin, finding, connected=came.handshaken)
        if came.handshaken and self._is_slow(came):
            self._slots.slow_down(target.slot, refused=False)
        return NoAnswer(finding, elapsed, connected=came.handshaken, certificate=came.code == CERTIFICATE)

    def _learn(self, target: _Target, came: Received) -> None:
        """Tell slots and breaker what the answer says of how the host wants to be asked."""
        self._breaker.answered(target.origin)
        status = came.head.status
        self._slots.pause(target.slot, pause_of(status, came.head.get("retry-after"), datetime.now(UTC)))
        if status in _REFUSED or self._is_slow(came):
            self._slots.slow_down(target.slot, refused=status in _REFUSED)
        else:
            self._slots.at_ease(target.slot)

    def _is_slow(self, came: Received | NoHead) -> bool:
        return came.elapsed > self._timeout * _SLOW

    def _headers_for(self, host: str, cookie: str, *, verify: bool) -> Mapping[str, str]:
        # What the settings have for a host, a password perhaps, is not for whoever answers without its certificate.
        headers = self._host_headers.get(host, self._headers) if verify else self._headers
        return {**headers, "Cookie": cookie} if cookie else headers

    def _with(self, given: Mapping[str, str]) -> Mapping[str, str]:
        """Return our headers with those that are given for a host in their place, whatever their case."""
        named = {name.lower() for name in given}
        return {name: value for name, value in self._headers.items() if name.lower() not in named} | dict(given)


@lru_cache(_REMEMBERED)
def _target(origin: str) -> _Target | Finding:
    """Return where the URLs that begin with `origin` are asked for, or why they are not.

    What a URL holds of secrets is in no sentence.
    """
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _NO_URL
    if parts.scheme not in _PORTS:
        return Finding(Outcome.UNSAFE, "It is not asked for: it is neither http nor https.")
    if "@" in parts.netloc:
        return Finding(Outcome.UNSAFE, f"{host} is not asked for this: it has a user name, or a password, in its URL.")
    if not host:
        return _NO_URL
    return _Target(f"{parts.scheme}://{parts.netloc.lower()}", host, port or _PORTS[parts.scheme], slot_of(host))


def _answer(url: str, came: Received, elapsed: float) -> Answer:
    head = came.head
    location = head.get("location")
    return Answer(
        url=url,
        status=head.status,
        body=came.body,
        location=None if location is None else location.encode("latin-1"),
        content_type=head.get("content-type"),
        retry_after=head.get("retry-after") is not None,
        wall=wall_of(head),
        elapsed=elapsed,
        cookies=head.all("set-cookie"),
    )
