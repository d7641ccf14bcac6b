"""TLS alerts: asyncio keeps the alert that says why a handshake has failed to itself, where other servers send it."""

from __future__ import annotations

import ssl
from asyncio import sslproto


class TellingProtocol(sslproto.SSLProtocol):
    """Sends what OpenSSL has to say about a failed handshake, and leaves it to the peer to close."""

    def _fatal_error(self, exc: BaseException, message: str = "") -> None:
        if self._transport is not None and isinstance(exc, ssl.SSLError):
            self._process_outgoing()
            # Closing at once would reset the connection if more has come, and a reset overtakes the alert.
            self._transport.write_eof()
        else:
            super()._fatal_error(exc, message)


def tell() -> None:
    """Let every TLS connection of this process send its alerts."""
    sslproto.SSLProtocol = TellingProtocol  # type: ignore[misc]  # asyncio has no other place to say so
