"""What the HTTPS ports of the test internet do: the table `TLS`, and the certificate authority behind it."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.internet import certificates
from tests.internet.certificates import ADDRESSES, Certificates
from tests.internet.wire import Connection


class Authority(Certificates):
    """The two authorities, and what listening ports need of them."""

    def __init__(self) -> None:
        super().__init__()
        self.context = lru_cache(maxsize=None)(self._context)
        self.listening_context = lru_cache(maxsize=None)(self._listening_context)

    def write(self, path: Path) -> None:
        self.trusted.cert_pem.write_to_path(str(path))

    def _listening_context(self, row: TlsBehaviour) -> ssl.SSLContext:
        """Return a context that shows a certificate for whatever name the client asks for (SNI)."""
        context = self._context(row, None)

        def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> int | None:
            connection.context = self.context(row, name)
            return row.alert

        context.sni_callback = choose
        return context

    @staticmethod
    def _names(name: str | None) -> tuple[str, ...]:
        return ("localhost", *ADDRESSES) if name is None else (name,)

    def _context(self, row: TlsBehaviour, name: str | None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if row.certificate is not None:
            row.certificate(self, self._names(name)).configure_cert(context)
        if row.prepare is not None:
            row.prepare(self, context)
        return context


def _old_version(_authority: Certificates, context: ssl.SSLContext) -> None:
    # It signs with SHA-1, which OpenSSL allows on the lowest security level only.
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1


def _odd_cipher(_authority: Certificates, context: ssl.SSLContext) -> None:
    """Offer nothing but a cipher suite that does not encrypt: no client asks for one unless it is told to."""
    context.set_ciphers("eNULL:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def _asks_client(authority: Certificates, context: ssl.SSLContext) -> None:
    context.verify_mode = ssl.CERT_REQUIRED
    authority.unknown.configure_trust(context)


async def _close(connection: Connection) -> None:
    await connection.reader.read(1)


async def _reset(connection: Connection) -> None:
    await connection.reader.read(1)
    connection.reset()


async def _silence(connection: Connection) -> None:
    await connection.until_peer_closes()


async def _plain_http(connection: Connection) -> None:
    await connection.reader.read(1)
    await connection.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


@dataclass(frozen=True, slots=True)
class TlsBehaviour:
    """One row: a certificate to serve pages with, or something else done to the connection."""

    name: str
    sentence: str
    certificate: certificates.Certificate | None = None
    prepare: Callable[[Certificates, ssl.SSLContext], None] | None = None
    alert: int | None = None
    """The alert that ends the handshake of a client that names a host (RFC 8446, section 6.2)."""
    instead: Callable[[Connection], Awaitable[None]] | None = None


TLS = {
    row.name: row
    for row in (
        TlsBehaviour("good", "A certificate of our authority for the name that is asked for.", certificates.good),
        TlsBehaviour("expired", "A certificate that ended in 2021.", certificates.expired),
        TlsBehaviour("not-yet-valid", "A certificate that begins in 2100.", certificates.not_yet_valid),
        TlsBehaviour("wrong-name", "A certificate for another name.", certificates.wrong_name),
        TlsBehaviour("untrusted", "A certificate of an authority that nobody knows.", certificates.untrusted),
        TlsBehaviour("self-signed", "A certificate that has signed itself.", certificates.self_signed),
        TlsBehaviour("incomplete", "A good certificate without its intermediate authority.", certificates.incomplete),
        TlsBehaviour("tls-1.0", "Speaks nothing newer than TLS 1.0.", certificates.good, _old_version),
        TlsBehaviour("no-common-cipher", "Has only a cipher suite that nobody wants.", certificates.good, _odd_cipher),
        TlsBehaviour("client-certificate", "Wants a certificate of the client.", certificates.good, _asks_client),
        TlsBehaviour(
            "unrecognised-name",
            "Knows no host of this name.",
            certificates.good,
            alert=ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME,
        ),
        TlsBehaviour("handshake-closed", "Closes the connection when the handshake begins.", instead=_close),
        TlsBehaviour("handshake-reset", "Resets the connection when the handshake begins.", instead=_reset),
        TlsBehaviour("handshake-silent", "Never answers the handshake.", instead=_silence),
        TlsBehaviour("plain-http", "Speaks HTTP without TLS on the HTTPS port.", instead=_plain_http),
    )
}
