"""A plain client to try the test internet with: it listens to whatever comes, and says how it ended."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from typing import Literal

from tests.internet.client import Internet

SOON = 0.5
"""Seconds without a byte after which a server that should be silent counts as silent."""

AT_LAST = 20
"""Seconds that a busy machine may need for what should come at once."""


@dataclass(frozen=True)
class Heard:
    """What came back on a connection, and how it ended: closed, reset, silent, or with more than was wanted."""

    end: Literal["closed", "reset", "silent", "more"]
    data: bytes


def listen(
    internet: Internet, path: str, host: str = "127.0.0.1", *, patience: float = AT_LAST, enough: int = 3_000_000
) -> Heard:
    """Ask for a path on a plain socket and return what is heard until the end, silence, or enough bytes."""
    heard = bytearray()
    with socket.create_connection((host, internet.port), timeout=patience) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}:{internet.port}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        try:
            while len(heard) < enough:
                data = connection.recv(65536)
                if not data:
                    return Heard("closed", bytes(heard))
                heard += data
        except ConnectionResetError:
            return Heard("reset", bytes(heard))
        except TimeoutError:
            return Heard("silent", bytes(heard))
    return Heard("more", bytes(heard))


def status(code: int, *parts: str) -> bytes:
    """Return a pattern for a well-formed answer that has these parts (regular expressions), in order."""
    return f"HTTP/1.1 {code} ?[A-Za-z -]*\r\n(?s:.*{'.*'.join(parts)}.*)".encode()


def location(code: int, where: str) -> bytes:
    return status(code, f"\r\nLocation: {re.escape(where)}\r\n")
