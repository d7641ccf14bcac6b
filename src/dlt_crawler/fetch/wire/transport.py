"""HTTP over libcurl: one GET to addresses that we have looked up, with a bounded body and one deadline.

libcurl does what browsers do with connections (happy eyeballs, reuse, another try when a kept one has died) and undoes
content codings piece by piece, so that a bomb is cut off. It resolves no name, reads no configuration, follows nothing.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

import pycurl

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.wire.exchange import CODINGS, Exchange, Head, Reading
from dlt_crawler.fetch.wire.gate import Gate
from dlt_crawler.fetch.wire.openssl import talk_to_old_servers
from dlt_crawler.fetch.wire.request import PinnedRequest
from dlt_crawler.fetch.wire.tape import Tape, exchange_for

__all__ = ["CERTIFICATE", "WEIRD_SERVER_REPLY", "Head", "NoHead", "Reading", "Received", "Transport"]

WEIRD_SERVER_REPLY = pycurl.E_FTP_WEIRD_SERVER_REPLY
"""CURLE_WEIRD_SERVER_REPLY: pycurl has it under its old name."""

CERTIFICATE = pycurl.E_PEER_FAILED_VERIFICATION
"""CURLE_PEER_FAILED_VERIFICATION: TLS was agreed on, and the certificate is not good."""

HELD_BACK = pycurl.E_ABORTED_BY_CALLBACK
"""CURLE_ABORTED_BY_CALLBACK: there was a connection, and the request was not to leave."""

_SUPPRESS_CONNECT_HEADERS = 265
"""CURLOPT_SUPPRESS_CONNECT_HEADERS (curl/curl.h), which pycurl has no name for: what the proxy says is no answer."""

_IDLE_SECONDS = 15
"""How long a connection waits for the next request to its host; servers keep theirs 5 s (Apache) to 75 s (nginx)."""
_ALL_STALE = "Connection died, tried"
"""What libcurl (lib/transfer.c) says when one kept connection after the other had died: the server closes idle ones."""
_DRAINED_SECONDS = 1.0
"""For a rest that nobody wants, after which its connection is given up."""


@dataclass(frozen=True, slots=True)
class Received:
    """A good head, and as much of the body as was wanted and came."""

    head: Head
    body: bytes | None
    """Without its content coding; None when that is not known."""
    complete: bool
    """Whether the answer ended well, or was ended by us because no more of it was wanted."""
    elapsed: float
    """Seconds."""
    whole: bool = False
    """Whether the body is all that the answer has."""


@dataclass(frozen=True, slots=True)
class NoHead:
    """There was no head: what libcurl says of it."""

    code: int
    """CURLE_* (curl/curl.h)."""
    message: str
    os_errno: int
    """Of the connection that was tried last; 0: none."""
    verify_result: int
    """X509_V_ERR_* (openssl/x509_vfy.h); 0: the chain of certificates is good."""
    connected: bool
    """Whether the host had accepted a connection …"""
    handshaken: bool
    """… and TLS was agreed on, where it was asked for."""
    elapsed: float
    """Seconds."""
    forbidden: bool = False
    """An address was refused by the guard."""


class Transport:
    """All requests of one process: made and used inside the running event loop.

    Raises CrawlError where the failure is our own: we ran out of sockets or memory, or the proxy cannot be reached.
    """

    def __init__(
        self,
        *,
        trust_file: str | None,
        proxy: str | None,
        may_connect: Callable[[str, int], bool],
        max_connections: int,
    ) -> None:
        """Trust the certificate authorities in `trust_file` and no others; None: where OpenSSL looks on this system.

        `may_connect` has the last word on every address and port that is connected to, the proxy's included.
        `max_connections` is the number of idle connections that are kept.
        """
        talk_to_old_servers()
        self._proxy = proxy
        self._may_connect = may_connect
        self._multi = pycurl.AsyncCurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, max_connections)
        self._idle: list[pycurl.Curl] = []
        self._fixed = (*_FIXED, (pycurl.PROXY, proxy or ""), *_trust_options(trust_file))

    async def get(
        self,
        url: str,
        headers: Mapping[str, str],
        reading: Reading,
        *,
        addresses: Sequence[str],
        seconds: float,
        verify: bool = True,
        on_sent: Callable[[], bool] | None = None,
        on_silence: Callable[[], None] | None = None,
        silence: float = 0,
        fresh: bool = False,
        tape: Tape | None = None,
    ) -> Received | NoHead:
        """Ask for `url` (http or https, in ASCII, the target sent as it is written) at one of `addresses`.

        `seconds` is the deadline for everything; without `verify` any certificate is good. `on_sent` is called when
        there is a connection, and returns whether the request leaves (else: HELD_BACK); `on_silence` when there is no
        head after `silence` seconds. `fresh`: over no connection that was kept. `tape` is given all of the answer, up
        to its limit, as long as there is time; what is returned is what it would be without. Raises ValueError for a
        URL that is none.
        """
        loop = asyncio.get_running_loop()
        timers: list[asyncio.TimerHandle] = []
        request = PinnedRequest(url, headers, addresses, proxied=self._proxy is not None)
        curl = self._idle.pop() if self._idle else pycurl.Curl()
        gate = Gate(self._may_connect)

        def give_up() -> None:
            if not answer.done():
                exchange.break_off()
                answer.cancel()

        def head_came() -> None:
            for timer in timers:
                timer.cancel()

        def drain() -> None:
            timers.append(loop.call_later(_DRAINED_SECONDS, give_up))

        exchange = exchange_for(reading, tape, on_head=head_came, on_drain=drain)
        began = monotonic()
        try:
            for option, value in (*self._fixed, *request.options):
                curl.setopt(option, value)
            curl.setopt(pycurl.TIMEOUT_MS, max(1, round(seconds * 1000)))
            curl.setopt(pycurl.FRESH_CONNECT, int(fresh))
            curl.setopt(pycurl.SSL_VERIFYPEER, int(verify))
            curl.setopt(pycurl.SSL_VERIFYHOST, 2 if verify else 0)
            curl.setopt(pycurl.OPENSOCKETFUNCTION, gate.open)
            curl.setopt(pycurl.PREREQFUNCTION, _calls(on_sent))
            curl.setopt(pycurl.HEADERFUNCTION, exchange.line)
            curl.setopt(pycurl.WRITEFUNCTION, exchange.piece)
            if on_silence is not None:
                timers.append(loop.call_later(silence, on_silence))
            answer = self._multi.add_handle(curl)
            code, message = await _result(answer, exchange)
            self._raise_faults(code, message, request.host, exchange, gate)
            elapsed = (exchange.enough_at or monotonic()) - began
            exchange.ended(code, "" if self._proxy else curl.getinfo(pycurl.PRIMARY_IP))
            head = exchange.head
            if head is not None and (exchange.is_whole or _is_good_so_far(head, code, message)):
                ended = exchange.is_whole and code == pycurl.E_OK
                complete = ended or (exchange.is_whole and exchange.has_enough)
                whole = ended and not exchange.is_cut
                return Received(head, exchange.take_body(), complete, elapsed, whole)
            missed = _no_head(curl, code, message, gate, elapsed)
        finally:
            head_came()
            curl.reset()
            self._idle.append(curl)
        if fresh or not message.startswith(_ALL_STALE) or elapsed >= seconds:
            return missed
        again = await self.get(
            url, headers, reading, addresses=addresses, seconds=seconds - elapsed, verify=verify, on_sent=on_sent,
            on_silence=on_silence, silence=max(silence - elapsed, 0), fresh=True, tape=tape,
        )  # fmt: skip
        return replace(again, elapsed=elapsed + again.elapsed)

    async def close(self) -> None:
        """Close every connection; requests under way are cancelled."""
        await self._multi.aclose()
        for curl in self._idle:
            curl.close()
        self._idle.clear()

    def _raise_faults(self, code: int, message: str, host: str, exchange: Exchange, gate: Gate) -> None:
        if exchange.fault is not None:
            raise exchange.fault
        if gate.fault is not None and code != pycurl.E_OK:
            raise CrawlError(f"{host} could not be asked: {gate.fault}") from gate.fault
        # A tunnel that fails has reached the proxy, and says something of the host.
        no_proxy = self._proxy is not None and code in _PROXY_FAULT and not message.startswith("CONNECT tunnel")
        if code in _OUR_FAULT or no_proxy:
            raise CrawlError(f"{host} could not be asked: {message}")


_FIXED: tuple[tuple[int, Any], ...] = (
    (pycurl.NOSIGNAL, 1),
    (pycurl.USERAGENT, ""),
    (pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.FOLLOWLOCATION, 0),
    (pycurl.HTTP09_ALLOWED, 0),
    (pycurl.NETRC, pycurl.NETRC_IGNORED),
    # Without this the environment's no_proxy counts.
    (pycurl.NOPROXY, ""),
    (_SUPPRESS_CONNECT_HEADERS, 1),
    # Decode what comes; which codings are asked for is among the headers.
    (pycurl.ENCODING, CODINGS),
    (pycurl.MAXAGE_CONN, _IDLE_SECONDS),
)
_OUR_FAULT = frozenset({pycurl.E_FAILED_INIT, pycurl.E_OUT_OF_MEMORY, pycurl.E_SSL_CACERT_BADFILE})
_PROXY_FAULT = frozenset({pycurl.E_COULDNT_RESOLVE_PROXY, pycurl.E_COULDNT_CONNECT})


def _trust_options(file: str | None) -> tuple[tuple[int, str | None], ...]:
    if file is not None:
        return ((pycurl.CAINFO, file), (pycurl.CAPATH, None))
    # The OpenSSL inside pycurl's wheels does not know where that of the system looks.
    directory = ssl.get_default_verify_paths().capath
    return () if directory is None else ((pycurl.CAPATH, directory),)


def _calls(on_sent: Callable[[], bool] | None) -> Callable[..., int]:
    def prerequisite(*_connection: object) -> int:
        leaves = on_sent is None or on_sent()
        return int(pycurl.PREREQFUNC_OK if leaves else pycurl.PREREQFUNC_ABORT)

    return prerequisite


async def _result(answer: asyncio.Future[pycurl.Curl], exchange: Exchange) -> tuple[int, str]:
    try:
        await answer
    except pycurl.error as error:
        code, message = map(str, error.args)
        return int(code), message
    except asyncio.CancelledError:
        # Either the task is cancelled, or its time for the rest of a body was over.
        task = asyncio.current_task()
        if not exchange.is_whole or (task is not None and task.cancelling()):
            raise
    return pycurl.E_OK, ""


def _is_good_so_far(head: Head, code: int, message: str) -> bool:
    """Return whether a head broke off over what people do not notice: they see the page, and so do we its status."""
    match code:
        case pycurl.E_OK:
            # The connection ended within the head, which Chrome takes for its end (net/http/http_stream_parser.cc).
            return True
        case pycurl.E_BAD_CONTENT_ENCODING:
            return True
        case pycurl.E_FTP_WEIRD_SERVER_REPLY:
            # lib/http.c. Browsers pass over such lines, but not over two lengths that contradict each other.
            length = message.startswith("Invalid Content-Length") and head.get("content-length") is None
            return length or message.startswith("Header without colon")
    return False


def _no_head(curl: pycurl.Curl, code: int, message: str, gate: Gate, elapsed: float) -> NoHead:
    # Over a connection that was kept a request has gone without a socket having been opened.
    kept = not gate.asked and curl.getinfo(pycurl.REQUEST_SIZE) > 0
    connected = kept or curl.getinfo(pycurl.CONNECT_TIME) > 0
    secure = str(curl.getinfo(pycurl.SCHEME)).lower() == "https"
    return NoHead(
        code=code,
        message=message,
        os_errno=curl.getinfo(pycurl.OS_ERRNO),
        verify_result=curl.getinfo(pycurl.SSL_VERIFYRESULT),
        connected=connected,
        handshaken=kept or (curl.getinfo(pycurl.APPCONNECT_TIME) > 0 if secure else connected),
        elapsed=elapsed,
        forbidden=gate.forbidden,
    )
