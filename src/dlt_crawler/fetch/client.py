"""One request to one URL, at the turn of its host: what the check of a link and of a robots.txt have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy.http import Request, Response

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.coding import decoded
from dlt_crawler.fetch.cookies import ChainCookies
from dlt_crawler.fetch.guard import AddressGuard
from dlt_crawler.fetch.handler import READING, Reading
from dlt_crawler.fetch.outcome import TRANSPORT_FAILURES, Finding, of_failure, was_connected
from dlt_crawler.fetch.retry_after import not_now, pause_of
from dlt_crawler.fetch.slots import HostPaused, HostSlots
from dlt_crawler.fetch.trust import TrustedAuthorities
from dlt_crawler.fetch.walls import wall_of
from dlt_crawler.model import Outcome
from dlt_crawler.urls import host_of

_FIXED_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # Fixed, so that titles stay the same from run to run (science.md, D4).
    "Accept-Language": "en,zh;q=0.8",
    "Accept-Encoding": "gzip",
}

Download = Callable[[Request], Awaitable[Response]]


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
    visit: tuple[str, bytes]
    """The URL and the cookies that it was asked with."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There was no head."""

    finding: Finding
    elapsed: float
    connected: bool = False
    """Whether the host had accepted the connection, TLS included."""


class Client:
    """Asks for URLs politely and safely: http and https only, through slots, guard and trust policy."""

    def __init__(
        self,
        download: Download,
        settings: FetchSettings,
        *,
        user_agent: str,
        slots: HostSlots,
        guard: AddressGuard,
        trust: TrustedAuthorities,
    ) -> None:
        self._download = download
        self._settings = settings
        self._slots = slots
        self._guard = guard
        self._trust = trust
        self._headers = {"User-Agent": user_agent} | _FIXED_HEADERS
        self._host_headers = {host.lower(): given for host, given in settings.headers.items()}

    async def get(self, url: str, reading: Reading, cookies: ChainCookies | None = None) -> Answer | NoAnswer:
        """Ask for `url` once; `cookies` are sent, and kept when the answer is a redirect."""
        host = host_of(url)
        if not url.startswith(("http://", "https://")):
            return NoAnswer(Finding(Outcome.UNSAFE, f"{url} is not asked for: it is neither http nor https."), 0.0)
        try:
            request = Request(url, headers=self._headers_for(host), meta={READING: reading, "download_slot": host})
        except ValueError:
            return NoAnswer(Finding(Outcome.INVALID_URL, f"{url} is no URL that can be asked for."), 0.0)
        sent = cookies.add_to(request) if cookies is not None else b""
        came = await self._in_turn(request, url)
        if isinstance(came, NoAnswer):
            return came
        response, elapsed = came
        if cookies is not None and 300 <= response.status <= 399:
            cookies.keep(response, request)
        return _answer(url, response, elapsed, sent, reading.limit)

    async def _in_turn(self, request: Request, url: str) -> tuple[Response, float] | NoAnswer:
        """Download at the turn of the host, and give it the pause that its answer asks for."""
        host = host_of(url)
        clock = asyncio.get_running_loop().time
        try:
            async with self._slots.request_to(host):
                began = clock()
                try:
                    response = await self._download(request)
                except TRANSPORT_FAILURES as error:
                    return NoAnswer(self._meaning(error, url), clock() - began, was_connected(error))
                elapsed = clock() - began
                # Within the turn: no other request to this host may start before it is known.
                self._slots.pause(host, pause_of(response.status, _text(response, "Retry-After"), datetime.now(UTC)))
        except HostPaused as paused:
            return NoAnswer(not_now(host, paused.seconds, datetime.now(UTC)), 0.0)
        return response, elapsed

    def _headers_for(self, host: str) -> Mapping[str, str]:
        return self._headers | dict(self._host_headers.get(host, {}))

    def _meaning(self, error: Exception, url: str) -> Finding:
        host = host_of(url)
        return of_failure(
            error,
            host,
            timeout=self._settings.timeout,
            no_address=self._guard.why_none(host),
            certificate=self._trust.why_refused(host, urlsplit(url).port or 443),
        )


def _answer(url: str, response: Response, elapsed: float, cookies: bytes, limit: int) -> Answer:
    coding = _text(response, "Content-Encoding") or ""
    return Answer(
        url=url,
        status=response.status,
        body=decoded(response.body, coding, limit) if response.body else b"",
        location=response.headers.get("Location"),
        content_type=_text(response, "Content-Type"),
        retry_after="Retry-After" in response.headers,
        wall=wall_of(response.headers),
        elapsed=elapsed,
        visit=(url, cookies),
    )


def _text(response: Response, name: str) -> str | None:
    value: bytes | None = response.headers.get(name)
    return None if value is None else value.decode("latin-1")
