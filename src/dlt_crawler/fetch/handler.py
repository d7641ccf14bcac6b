"""One GET over Twisted's HTTP client, with a bounded head, a bounded body and one deadline: a Scrapy download handler.

Scrapy's own handler loses the status when a body breaks off or takes too long, loses the page over a header line of
16 KiB, and reads endless headers into memory. Here a good head is never lost, whatever becomes of the body.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Protocol, cast

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Request, Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet import protocol
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IHandshakeListener
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, ParseError
from twisted.web._newclient import Response as Head
from twisted.web.client import Agent
from twisted.web.http_headers import Headers
from zope.interface import implementer  # type: ignore[import-untyped] # has no types

from dlt_crawler.fetch.outcome import HandshakeFailed, InvalidAddress
from dlt_crawler.fetch.trust import TrustedAuthorities

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.interfaces import IAddress, IReactorTime
    from twisted.web._newclient import Request as SentRequest
    from twisted.web._newclient import TransportProxyProducer
    from twisted.web.iweb import IResponse

READING = "dlt_reading"
"""Key of `Request.meta` under which the `Reading` of a request is found."""

_HEADER_LINE = 65_536
"""Bytes: some sites' Content-Security-Policy is over 20 KiB (science.md, E3)."""
_HEAD_BYTES = 262_144
"""Bytes of all header lines of one answer: what Chrome allows (net/http/http_stream_parser.cc, kMaxHeaderBufSize)."""
_IDLE_SECONDS = 15
"""How long a connection waits for the next request to its host; servers keep theirs 5 s (Apache) to 75 s (nginx)."""
_DRAINED_BYTES = 16_384
_DRAINED_SECONDS = 1.0
"""A body that nobody wants is read to its end when it is short and comes at once, to keep the connection."""


class Reading(Protocol):
    """How much of the body is wanted, once the head is known."""

    @property
    def limit(self) -> int:
        """Bytes of the body that are kept, with and without its content coding."""

    def __call__(self, status: int, content_type: str | None) -> int:
        """Return the number of bytes wanted; 0 for none."""


class CappedDownloadHandler(HTTP11DownloadHandler):
    """Gets what a request's `Reading` wants; a Response is a good head with as much body as came.

    Raises `DownloadTimeoutError` when there is no head in time, `InvalidAddress` for a host that is none, and Twisted's
    exceptions for everything else: the table of outcome.py knows them all.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # noqa: PLC0415 - importing it installs a reactor where there is none

        self._reactor = cast("IReactorTime", reactor)
        self._timeout = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self._pool._factory = _CappedFactory  # noqa: SLF001 - as the parent class does: there is no public way
        self._pool.cachedConnectionTimeout = _IDLE_SECONDS
        trust = cast("TrustedAuthorities", crawler.spider.trust)  # type: ignore[union-attr]
        self._agent = Agent(self._reactor, trust, self._timeout, pool=self._pool)  # type: ignore[no-untyped-call]

    async def download_request(self, request: Request) -> Response:
        """Return the answer to a GET of the request's URL."""
        deadline = monotonic() + self._timeout
        head = await self._head(request)
        raw = dict(head.headers.getAllRawHeaders())
        kind = raw.get(b"Content-Type")
        reading = cast("Reading", request.meta[READING])
        wanted = reading(head.code, kind[-1].decode("latin-1") if kind else None)
        body = await self._body(head, wanted, deadline - monotonic())
        return Response(request.url, status=head.code, headers=raw, body=body, request=request)

    async def _head(self, request: Request) -> Head:
        try:
            answer = self._agent.request(b"GET", request.url.encode("ascii"), Headers(request.headers))
            answer.addTimeout(self._timeout, self._reactor, onTimeoutCancel=_too_late)
            return cast("Head", await maybe_deferred_to_future(answer))
        except ValueError as error:
            # HostnameEndpoint, the TLS policy and Agent say so of hosts that are none, and of control characters.
            raise InvalidAddress(str(error)) from error

    async def _body(self, head: Head, wanted: int, seconds: float) -> bytes:
        length: object = head.length  # a number, or the name UNKNOWN_LENGTH
        if length == 0:
            return b""
        if not wanted:
            wanted = _DRAINED_BYTES if isinstance(length, int) and length <= _DRAINED_BYTES else 0
            seconds = min(seconds, _DRAINED_SECONDS)
        reader = _Body(wanted)
        timer = asyncio.get_running_loop().call_later(seconds, reader.stop)
        head.deliverBody(reader)  # type: ignore[no-untyped-call]
        try:
            return await maybe_deferred_to_future(reader.done)
        finally:
            timer.cancel()


def _too_late(result: object, seconds: float) -> object:
    # How far it had come, outcome.was_connected sees by the cause.
    cause = result.value if isinstance(result, Failure) else None
    raise DownloadTimeoutError(f"no answer within {seconds:g} s") from cause


class _Body(protocol.Protocol):
    """Collects a body up to a limit. However it ends, what came is the body: the head has been good."""

    def __init__(self, limit: int) -> None:
        self.done: Deferred[bytes] = Deferred()
        self._limit = limit
        self._came = bytearray()

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's spelling
        if not self._limit:
            self.stop()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if self.done.called:
            return
        self._came += data
        if len(self._came) >= self._limit:
            self.stop()

    def connectionLost(self, reason: Failure = protocol.connectionDone) -> None:  # noqa: N802
        self._finish()

    def stop(self) -> None:
        """End the connection: the rest is not wanted, or takes too long."""
        if not self.done.called and self.transport is not None:
            transport = cast("TransportProxyProducer", self.transport)
            # Both, because on TLS the second alone waits for the server, which may go on sending.
            transport.stopProducing()  # type: ignore[no-untyped-call]
            transport.loseConnection()  # type: ignore[no-untyped-call]
            self._finish()

    def _finish(self) -> None:
        if not self.done.called:
            self.done.callback(bytes(self._came[: self._limit]))


class _CappedParser(_LenientHTTPClientParser):
    """Reads heads with long lines, but not with endless ones."""

    MAX_LENGTH = _HEADER_LINE
    _head_bytes = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        self._head_bytes += len(line) + 1
        if self._head_bytes > _HEAD_BYTES:
            raise ParseError("the head is too long", line[:80])  # type: ignore[no-untyped-call]
        if self.state == HEADER and self._partialHeader is None and line[:1] in (b" ", b"\t"):
            return  # A continuation of nothing; the parent class fails with an AttributeError.
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        raise ParseError("a header line is too long", line[:80])  # type: ignore[no-untyped-call]


@implementer(IHandshakeListener)
class _CappedProtocol(_LenientHTTP11ClientProtocol):
    _handshaken = False

    def handshakeCompleted(self) -> None:  # noqa: N802 - IHandshakeListener
        self._handshaken = True

    def request(self, request: SentRequest) -> Deferred[IResponse]:
        answer = super().request(request)
        answer.addErrback(self._how_far)
        # The parser's class is fixed in Twisted. The parent class changes it in this very way, for the same reason.
        assert self._parser is not None  # noqa: S101 - Twisted makes it in request()
        self._parser.__class__ = _CappedParser
        return answer

    def _how_far(self, failure: Failure) -> Failure:
        """Tell a failure of TLS from later ones: a request is written before the handshake is over."""
        if self._handshaken or not isinstance(self.transport, TLSMemoryBIOProtocol):
            return failure
        return Failure(HandshakeFailed(failure))  # type: ignore[no-untyped-call]


class _CappedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _CappedProtocol:  # noqa: N802
        return _CappedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
