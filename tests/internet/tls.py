"""What the HTTPS ports of the test internet do: the table `TLS`, and the certificate authority behind it."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import trustme

from tests.internet.wire import Connection

ADDRESSES = tuple(f"127.0.0.{last}" for last in range(1, 60))


class Authority:
    """A certificate authority that clients are told to trust, and one that nobody knows."""

    def __init__(self) -> None:
        self.trusted = trustme.CA(organization_name="The test internet")
        self.unknown = trustme.CA(organization_name="Nobody knows it")
        self.context = lru_cache(maxsize=None)(self._context)
        self.listening_context = lru_cache(maxsize=None)(self._listening_context)

    def write(self, path: Path) -> None:
        self.trusted.cert_pem.write_to_path(str(path))

    def _listening_context(self, row: TlsBehaviour) -> ssl.SSLContext:
        """Return a context that shows a certificate for whatever name the client asks for (SNI)."""
        context = self._context(row, None)

        def choose(connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
            connection.context = self.context(row, name)

        context.sni_callback = choose
        return context

    @staticmethod
    def _names(name: str | None) -> tuple[str, ...]:
        return ("localhost", *ADDRESSES) if name is None else (name,)

    def _context(self, row: TlsBehaviour, name: str | None) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        if row.certificate is not None:
            row.certificate(self, self._names(name)).configure_cert(context)
        return context


def _good(authority: Authority, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert(*names)


def _expired(authority: Authority, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert(
        *names, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC)
    )


def _wrong_name(authority: Authority, _names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.trusted.issue_cert("somebody-else.example")


def _untrusted(authority: Authority, names: tuple[str, ...]) -> trustme.LeafCert:
    return authority.unknown.issue_cert(*names)


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
    certificate: Callable[[Authority, tuple[str, ...]], trustme.LeafCert] | None = None
    instead: Callable[[Connection], Awaitable[None]] | None = None


TLS = {
    row.name: row
    for row in (
        TlsBehaviour("good", "A certificate of our authority for the name that is asked for.", _good),
        TlsBehaviour("expired", "A certificate that ended in 2021.", _expired),
        TlsBehaviour("wrong-name", "A certificate for another name.", _wrong_name),
        TlsBehaviour("untrusted", "A certificate of an authority that nobody knows.", _untrusted),
        TlsBehaviour("handshake-closed", "Closes the connection when the handshake begins.", instead=_close),
        TlsBehaviour("handshake-reset", "Resets the connection when the handshake begins.", instead=_reset),
        TlsBehaviour("handshake-silent", "Never answers the handshake.", instead=_silence),
        TlsBehaviour("plain-http", "Speaks HTTP without TLS on the HTTPS port.", instead=_plain_http),
    )
}
