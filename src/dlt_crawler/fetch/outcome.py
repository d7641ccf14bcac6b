"""What an answer, or the want of one, means: the one table from statuses and failures to outcomes."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from OpenSSL import SSL
from scrapy.exceptions import DownloadTimeoutError
from twisted.internet import error as net
from twisted.python.failure import Failure
from twisted.web import _newclient as http

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.guard import NoAddress
from dlt_crawler.model import Outcome


class InvalidAddress(Exception):
    """The URL cannot be asked for: Twisted refuses its host or its spelling."""


class HandshakeFailed(Exception):
    """The connection ended before TLS was agreed on, for the `reasons` that Twisted gives."""

    def __init__(self, reason: Failure) -> None:
        super().__init__(reason.getErrorMessage())
        self.reasons = [reason]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, or right, with a link: an outcome, and a sentence for people."""

    outcome: Outcome
    detail: str
    nxdomain: bool = False
    asked: bool = True
    """As in `Observation`."""


FOLLOWED = frozenset({301, 302, 303, 307, 308})
"""Redirect statuses (Fetch standard, section 2.2.3): what browsers follow. 300, 304, 305 and 306 are answers."""

_CHOICES = 300
"""Multiple Choices: a page that lets people choose (RFC 9110, section 15.4.1). Browsers show it and go nowhere."""

_BLOCKED = frozenset({401, 402, 403, 406, 412, 418, 451, 999})
"""DESIGN.md, section 2; 412, 418 and 999 are what Bilibili, IEEE and LinkedIn send to robots (science.md, B4)."""

_PHRASES = {status.value: status.phrase for status in HTTPStatus}

TRANSPORT_FAILURES = (
    InvalidAddress,
    HandshakeFailed,
    DownloadTimeoutError,
    net.DNSLookupError,
    net.TimeoutError,
    net.ConnectError,
    net.ConnectionClosed,
    http.ResponseFailed,
    http.RequestTransmissionFailed,
    http.RequestNotSent,
    SSL.Error,
)
"""The exceptions that say something about the server. Whatever else a download raises is a fault of ours."""

_OVER_A_CONNECTION = (http.ResponseFailed, http.RequestTransmissionFailed, http.RequestNotSent)

_OUR_LIMITS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

_FAILURES: tuple[tuple[tuple[type[BaseException], ...], Outcome, str], ...] = (
    # The first row that has the exception, or one of the reasons that it wraps, decides.
    ((InvalidAddress,), Outcome.INVALID_URL, "{host} is no host that can be asked."),
    ((DownloadTimeoutError, net.TimeoutError), Outcome.TIMEOUT, "{host} did not answer within {timeout:g} s."),
    ((SSL.Error,), Outcome.TLS_ERROR, "No secure connection to {host}: {tls}."),
    ((http.ParseError,), Outcome.PROTOCOL_ERROR, "{host} answered something that is not HTTP."),
    ((net.ConnectionRefusedError,), Outcome.CONNECTION_ERROR, "{host} refuses connections."),
    ((net.NoRouteError,), Outcome.CONNECTION_ERROR, "There is no route to {host}."),
    ((net.ConnectError,), Outcome.CONNECTION_ERROR, "No connection to {host} could be opened."),
    ((net.ConnectionLost,), Outcome.CONNECTION_ERROR, "{host} broke the connection off without an answer."),
    (
        (net.ConnectionClosed, http.RequestNotSent, http.RequestTransmissionFailed),
        Outcome.CONNECTION_ERROR,
        "{host} closed the connection without an answer.",
    ),
    # What is left in a ResponseFailed was raised while the head was read: by its Content-Length, for example.
    ((http.ResponseFailed,), Outcome.PROTOCOL_ERROR, "{host} answered something that contradicts HTTP."),
)

_NO_ADDRESS = {
    NoAddress.DENIED: Outcome.DNS_ERROR,
    NoAddress.TROUBLE: Outcome.DNS_ERROR,
    NoAddress.FORBIDDEN: Outcome.UNSAFE,
    NoAddress.INVALID: Outcome.INVALID_URL,
}


def is_living(status: int) -> bool:
    """Return whether an answer of this status is a page that people see."""
    return 200 <= status <= 299 or status == _CHOICES


def of_wall(whose: str, status: int, host: str) -> Finding:
    """Return what the answer of a bot wall means, whatever its status: nothing about the page behind it."""
    return Finding(Outcome.BLOCKED, f"{_said(status, host)}: the bot wall of {whose} does not let robots in.")


def of_status(status: int, host: str, *, retry_after: bool, redirects: int) -> Finding:
    """Return what a final answer means.

    Every 2xx is a success (RFC 9110, section 15.3), also 204 and 205: Pew (2024) counts 204 as dead, but it is what
    connectivity checks and beacons answer with, and a link is not called dead on a success. 503 is a request to wait
    when it has a Retry-After (section 10.2.3; science.md, A3).
    """
    said = _said(status, host)
    match status:
        case _ if is_living(status):
            if not redirects:
                return Finding(Outcome.OK, f"{said}.")
            hops = "a redirect" if redirects == 1 else f"{redirects} redirects"
            return Finding(Outcome.REDIRECTED, f"{said}, after {hops}.")
        case 404 | 410:
            return Finding(Outcome.NOT_FOUND, f"{said}.")
        case 429:
            return Finding(Outcome.RATE_LIMITED, f"{said}: it asks us to slow down.")
        case 503 if retry_after:
            return Finding(Outcome.RATE_LIMITED, f"{said}, and when to come back.")
        case _ if status in _BLOCKED:
            return Finding(Outcome.BLOCKED, f"{said}: it does not let robots in, or asks who we are.")
        case _ if status in FOLLOWED:
            return Finding(Outcome.PROTOCOL_ERROR, f"{said}, and not where to go.")
        case _ if 400 <= status <= 499:
            return Finding(Outcome.CLIENT_ERROR, f"{said}.")
        case _ if 500 <= status <= 599:
            return Finding(Outcome.SERVER_ERROR, f"{said}.")
        case _:
            return Finding(Outcome.PROTOCOL_ERROR, f"{said}, which is no answer to a plain request.")


def _said(status: int, host: str) -> str:
    return f"{host} answered {status} {_PHRASES.get(status, '')}".rstrip()


def of_failure(
    error: BaseException, host: str, *, timeout: float, no_address: NoAddress | None, certificate: str | None
) -> Finding:
    """Return what one of `TRANSPORT_FAILURES` means.

    `no_address` and `certificate` are what the address guard and the trust policy remember of the host. Raises
    CrawlError when the failure is our own: we ran out of sockets or memory.
    """
    causes = tuple(_causes(error))
    if any(getattr(cause, "osError", None) in _OUR_LIMITS for cause in causes):
        raise CrawlError(f"{host} could not be asked: {error}") from error
    unresolved = no_address is NoAddress.TROUBLE and isinstance(error, DownloadTimeoutError)
    if unresolved or any(isinstance(cause, net.DNSLookupError) for cause in causes):
        why = no_address or NoAddress.TROUBLE
        return Finding(_NO_ADDRESS[why], f"{host} cannot be connected to: {why.value}.", why is NoAddress.DENIED)
    for classes, outcome, sentence in _FAILURES:
        if any(isinstance(cause, classes) for cause in causes):
            detail = sentence.format(
                host=host, timeout=timeout, tls=certificate or "the server does not speak TLS as it should"
            )
            return Finding(outcome, detail)
    raise CrawlError(f"{host} could not be asked: {error!r}") from error


def was_connected(error: BaseException) -> bool:
    """Return whether the host had accepted the connection, TLS included, when this one of `TRANSPORT_FAILURES` came."""
    causes = tuple(_causes(error))
    handshaken = not any(isinstance(cause, HandshakeFailed) for cause in causes)
    return handshaken and any(isinstance(cause, _OVER_A_CONNECTION) for cause in causes)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and what it comes from, however deep (Twisted's _WrapperException.reasons)."""
    yield error
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)
    for reason in getattr(error, "reasons", ()):
        yield from _causes(reason.value)
