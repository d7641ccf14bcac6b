"""One request to one URL, at the turn of its host: what the check of a link and of a robots.txt have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.manners.breaker import Breaker
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.manners.retry_after import pause_of
from dlt_crawler.fetch.manners.slot import HostPaused, Turn
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.fetch.outcome import BUSY, FOLLOWED, Finding, of_status
from dlt_crawler.fetch.visit.pages import PageReader
from dlt_crawler.fetch.visit.server import Server
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Wish
from dlt_crawler.fetch.wire.exchange import CODINGS
from dlt_crawler.fetch.wire.failure import of_failure, of_no_address
from dlt_crawler.fetch.wire.guard import AddressGuard, NoAddress
from dlt_crawler.fetch.wire.transport import CERTIFICATE, HELD_BACK, NoHead, Received, Transport
from dlt_crawler.model import Outcome
from dlt_crawler.page import Response

if TYPE_CHECKING:
    from dlt_crawler.fetch.visit.recorder import Recorder

_FIXED_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    # Fixed, so that titles stay the same from run to run (science.md, D4).
    "Accept-Language": "en,zh;q=0.8",
    "Accept-Encoding": CODINGS,
}
_OF_A_PAGE = frozenset({"age", "cache-control", "date", "etag", "last-modified", "vary"})
"""Header fields that tell of an answer and not of what it shows."""
_SLOW = 0.5
"""Of the time-out: an answer that takes longer shows a server that has enough to do."""


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
        pages: PageReader,
        recorder: Recorder | None = None,
        lease: Lease | None = None,
    ) -> None:
        """Keep what is answered to those wishes that say so, where there is a `recorder`.

        `lease`: under which anybody is asked; None: always.
        """
        self._transport = transport
        self._timeout = settings.timeout
        self._slots = slots
        self._guard = guard
        self._breaker = breaker
        self._pages = pages
        self._recorder = recorder
        self._lease = lease
        self._headers = {"User-Agent": user_agent} | _FIXED_HEADERS
        self._host_headers = {host.lower(): _with(self._headers, given) for host, given in settings.headers.items()}

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        """Ask once, whatever robots.txt says (Visits). A page is read before the turn of its host is over."""
        server, seconds = wish.server, wish.seconds
        if known := self._breaker.given_up(server.origin):
            return NoAnswer(known, 0.0)
        resolved = await self._guard.resolve(server.host, server.port, seconds)
        addresses, looked_up = resolved.found, resolved.elapsed
        if isinstance(addresses, NoAddress):
            return NoAnswer(of_no_address(addresses, server.host), looked_up)
        recorder, headers = self._recorder, self._headers_for(wish)
        tape = recorder.tape_for(wish) if recorder is not None else None
        try:
            bounding = self._pages.bounding(wish.reading)
            async with self._slots.request_to(server.slot, server.host) as turn, bounding as reading:
                if known := self._breaker.given_up(server.origin):
                    return NoAnswer(known, looked_up)
                get = partial(
                    self._transport.get,
                    wish.url,
                    headers,
                    reading,
                    addresses=addresses,
                    seconds=max(seconds - looked_up, 0.001),
                    verify=wish.verify,
                    on_silence=on_silence,
                    silence=max(seconds / 2 - looked_up, 0.0),
                    tape=tape,
                )
                at, came = await self._asked(get, turn)
                # Within the turn: no other request to this host may start before it is known how this one went.
                elapsed = looked_up + came.elapsed
                if isinstance(came, NoHead):
                    return self._missed(server, came, seconds, elapsed)
                self._learn(server, came)
                answer = await self._answer(wish, came, elapsed)
                if recorder is not None and tape is not None:
                    await recorder.keep(wish, headers, at, came, tape)
                return answer
        except HostPaused as paused:
            return NoAnswer(_paused(server.host, paused.seconds), looked_up)
        finally:
            if tape is not None:
                tape.close()

    async def _asked(
        self, get: Callable[..., Awaitable[Received | NoHead]], turn: Turn
    ) -> tuple[datetime, Received | NoHead]:
        """Ask when the lease lasts; and again when it had run out, or another one had left, while this one connected.

        Returns what came and when it was asked for. Each time it has all of its time: that it did not leave was our own
        doing. It happens no more often than others are connecting.
        """
        lease = self._lease

        def may_leave() -> bool:
            if lease is not None and not lease.lasts:
                return False
            return turn.leaves()

        while True:
            if lease is not None:
                await lease.waited_for()
            at = datetime.now(UTC)
            came = await get(on_sent=may_leave)
            if not (isinstance(came, NoHead) and came.code == HELD_BACK):
                return at, came
            await turn.wait()

    def _missed(self, server: Server, came: NoHead, seconds: float, elapsed: float) -> NoAnswer:
        """Tell slots and breaker that there is no answer, and say why."""
        finding = of_failure(came, server.host, seconds=seconds)
        if finding.asked:
            self._breaker.failed(server.origin, finding, connected=came.handshaken)
        if came.handshaken and self._is_slow(came):
            self._slots.slow_down(server.slot, refused=False, took=came.elapsed)
        return NoAnswer(finding, elapsed, connected=came.handshaken, certificate=came.code == CERTIFICATE)

    def _learn(self, server: Server, came: Received) -> None:
        """Tell slots and breaker what the answer says of how the host wants to be asked."""
        status, retry_after = came.head.status, came.head.get("retry-after")
        self._slots.pause(server.slot, pause_of(status, retry_after, datetime.now(UTC)))
        if status in BUSY:
            if self._slots.slow_down(server.slot, refused=True, took=came.elapsed):
                finding = of_status(status, server.host, retry_after=retry_after is not None, redirects=0)
                self._breaker.turned_away(server.origin, finding)
            return
        self._breaker.answered(server.origin)
        if self._is_slow(came):
            self._slots.slow_down(server.slot, refused=False, took=came.elapsed)
        else:
            self._slots.at_ease(server.slot)

    def _is_slow(self, came: Received | NoHead) -> bool:
        return came.elapsed > self._timeout * _SLOW

    async def _answer(self, wish: Wish, came: Received, elapsed: float) -> Answer:
        head, body, content = came.head, came.body, None
        location = head.get("location")
        if wish.page is not None:
            # A redirect is no page: nobody sees what comes with it.
            if not (location and head.status in FOLLOWED):
                response = Response(wish.url, head.status, head.fields, body or b"", complete=came.whole)
                content = await self._pages.read(response, wish.page.fragments)
            body = None
        return Answer(
            url=wish.url,
            status=head.status,
            # An empty one says nothing: browsers show the page.
            location=location.encode("latin-1") if location else None,
            content_type=head.get("content-type"),
            retry_after=head.get("retry-after") is not None,
            elapsed=elapsed,
            cookies=head.all("set-cookie"),
            body=body,
            complete=came.complete,
            content=content,
            fields=head.fields if wish.page is None else tuple(each for each in head.fields if each[0] in _OF_A_PAGE),
        )

    def _headers_for(self, wish: Wish) -> Mapping[str, str]:
        # What the settings have for a host, a password perhaps, is not for whoever answers without its certificate.
        headers = self._host_headers.get(wish.server.host, self._headers) if wish.verify else self._headers
        headers = {**headers, "Cookie": wish.cookie} if wish.cookie else headers
        return _with(headers, dict(wish.headers)) if wish.headers else headers


def _with(headers: Mapping[str, str], given: Mapping[str, str]) -> Mapping[str, str]:
    """Return headers with those that are given in their place, whatever their case."""
    named = {name.lower() for name in given}
    return {name: value for name, value in headers.items() if name.lower() not in named} | dict(given)


def _paused(host: str, seconds: float) -> Finding:
    """Return the finding on a page that is not asked for because its host is to be left alone for so long."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    detail = f"{host} asked us to come back later, at {until:%Y-%m-%d %H:%M:%S} UTC: this page was not asked for."
    return Finding(Outcome.RATE_LIMITED, detail, asked=False)
