"""What the want of an answer means: the one table from what libcurl says to outcomes."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass

import pycurl

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.wire.addresses import NoAddress
from dlt_crawler.fetch.wire.transport import WEIRD_SERVER_REPLY, NoHead
from dlt_crawler.model import Outcome

_NO_ADDRESS = {
    NoAddress.DENIED: Outcome.DNS_ERROR,
    NoAddress.TROUBLE: Outcome.DNS_ERROR,
    NoAddress.FORBIDDEN: Outcome.UNSAFE,
    NoAddress.INVALID: Outcome.INVALID_URL,
    NoAddress.PORT: Outcome.UNSAFE,
    NoAddress.NO_IPV6: Outcome.CONNECTION_ERROR,
}

_CERTIFICATES = {
    # X509_V_ERR_* (openssl/x509_vfy.h).
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is signed by itself",
    19: "its certificate is signed by an authority that is not trusted",
    20: "its certificate is signed by an authority that is not trusted",
    21: "its certificate is signed by an authority that is not trusted, or the chain of certificates is incomplete",
    23: "its certificate was revoked",
    # libcurl itself compares the names, before it looks at the result: 1 is "not looked at yet".
    0: "its certificate is for another name",
    1: "its certificate is for another name",
}


@dataclass(frozen=True, slots=True)
class _Row:
    """A failure fits with one of `codes`, if its errno is among `errnos` and its message has `words`, if any."""

    codes: tuple[int, ...]
    outcome: Outcome
    sentence: str
    errnos: tuple[int, ...] = ()
    words: str = ""
    ours: bool = False
    """It is this machine that failed, so that the host was not asked."""

    def fits(self, failure: NoHead) -> bool:
        if failure.code not in self.codes or (self.errnos and failure.os_errno not in self.errnos):
            return False
        return re.search(self.words, failure.message) is not None


_TOO_LARGE = 100
"""CURLE_TOO_LARGE of libcurl 8.6, which pycurl has no name for: a header line of over 100 KB, or over 5,000 of them."""

_NO_CONNECTION = Finding(Outcome.CONNECTION_ERROR, "No connection to {host} could be opened.")
_CONTRADICTION = Finding(Outcome.PROTOCOL_ERROR, "{host} answered something that contradicts HTTP.")
_TRAFFIC = (pycurl.E_RECV_ERROR, pycurl.E_SEND_ERROR, pycurl.E_SSL_CONNECT_ERROR)
_TLS = (
    *_TRAFFIC,
    pycurl.E_SSL_CERTPROBLEM,
    pycurl.E_SSL_CIPHER,
    pycurl.E_SSL_ISSUER_ERROR,
    pycurl.E_SSL_INVALIDCERTSTATUS,
)

_FAILURES = (
    # The first row that fits decides. The words are those of libcurl (lib/http.c, lib/vtls/openssl.c) and OpenSSL.
    _Row((pycurl.E_URL_MALFORMAT,), Outcome.INVALID_URL, "{host} is no host that can be asked."),
    _Row((pycurl.E_OPERATION_TIMEDOUT,), Outcome.TIMEOUT, "{host} did not answer within {seconds:.3g} s."),
    _Row((pycurl.E_PEER_FAILED_VERIFICATION,), Outcome.TLS_ERROR, "No secure connection to {host}: {certificate}."),
    _Row(
        (pycurl.E_COULDNT_CONNECT,),
        Outcome.CONNECTION_ERROR,
        "{host} refuses connections.",
        errnos=(errno.ECONNREFUSED,),
    ),
    _Row(
        (pycurl.E_COULDNT_CONNECT,),
        Outcome.CONNECTION_ERROR,
        "There is no route to {host}.",
        errnos=(errno.EHOSTUNREACH, errno.ENETUNREACH),
    ),
    _Row(
        # connect(2): there is no local port left, or no local address.
        (pycurl.E_COULDNT_CONNECT,),
        Outcome.CONNECTION_ERROR,
        "This machine has no address or port left from which {host} could be connected to.",
        errnos=(errno.EADDRNOTAVAIL,),
        ours=True,
    ),
    _Row(
        _TRAFFIC,
        Outcome.CONNECTION_ERROR,
        "{host} broke the connection off without an answer.",
        errnos=(errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE),
    ),
    _Row(
        (pycurl.E_RECV_ERROR, pycurl.E_COULDNT_CONNECT),
        Outcome.CONNECTION_ERROR,
        "The proxy opened no connection to {host}.",
        words="CONNECT tunnel failed",
    ),
    _Row((pycurl.E_GOT_NOTHING,), Outcome.CONNECTION_ERROR, "{host} closed the connection without an answer."),
    _Row(
        _TRAFFIC,
        Outcome.CONNECTION_ERROR,
        "{host} closed the connection without an answer.",
        words="unexpected eof|SSL_ERROR_(SYSCALL|ZERO_RETURN)|Connection died",
    ),
    _Row(
        (WEIRD_SERVER_REPLY,),
        Outcome.PROTOCOL_ERROR,
        "{host} answered something that contradicts HTTP.",
        words="(?i)content-length|byte in header",
    ),
    _Row(
        (pycurl.E_UNSUPPORTED_PROTOCOL, WEIRD_SERVER_REPLY, _TOO_LARGE),
        Outcome.PROTOCOL_ERROR,
        "{host} answered something that is not HTTP.",
    ),
    _Row(
        (pycurl.E_RECV_ERROR,),
        Outcome.PROTOCOL_ERROR,
        "{host} answered something that is not HTTP.",
        words="Too large response headers",
    ),
    _Row(
        _TLS,
        Outcome.TLS_ERROR,
        "No secure connection to {host}: the server does not speak TLS as it should.",
        words="TLS|SSL",
    ),
)


def of_no_address(why: NoAddress, host: str) -> Finding:
    """Return what it means that a host has no address that may be connected to."""
    no_way = why is NoAddress.NO_IPV6
    detail = f"{host} cannot be connected to: {why.value}."
    return Finding(_NO_ADDRESS[why], detail, why is NoAddress.DENIED, asked=not no_way, no_way=no_way)


def of_failure(failure: NoHead, host: str, *, seconds: float) -> Finding:
    """Return what a request without an answer means. `seconds` is the time that it had."""
    if failure.forbidden:
        return of_no_address(NoAddress.FORBIDDEN, host)
    if failure.code == pycurl.E_COULDNT_RESOLVE_HOST:
        return of_no_address(NoAddress.TROUBLE, host)
    other = _CONTRADICTION if failure.connected else _NO_CONNECTION
    found = next((row for row in _FAILURES if row.fits(failure)), None)
    outcome, sentence = (found.outcome, found.sentence) if found else (other.outcome, other.detail)
    certificate = _CERTIFICATES.get(
        failure.verify_result, f"its certificate is not valid (OpenSSL's error {failure.verify_result})"
    )
    detail = sentence.format(host=host, seconds=seconds, certificate=certificate)
    return Finding(outcome, detail, asked=found is None or not found.ours)
