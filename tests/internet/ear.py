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
    internet: Internet,
    path: str,
    host: str = "127.0.0.1",
    *,
    first: float = AT_LAST,
    patience: float = AT_LAST,
    enough: int = 3_000_000,
) -> Heard:
    """Ask for a path on a plain socket and return what is heard until the end, silence, or enough bytes.

    Silence: no byte within `first` seconds, or none within `patience` after some.
    """
    heard = bytearray()
    with socket.create_connection((host, internet.port), timeout=first) as connection:
        request = f"GET {path} HTTP/1.1\r\nHost: {host}:{internet.port}\r\nConnection: close\r\n\r\n"
        connection.sendall(request.encode())
        try:
            while len(heard) < enough:
                data = connection.recv(65536)
                if not data:
                    return Heard("closed", bytes(heard))
                heard += data
                connection.settimeout(patience)
        except ConnectionResetError:
            return Heard("reset", bytes(heard))
        except TimeoutError:
            return Heard("silent", bytes(heard))
    return Heard("more", bytes(heard))


Row = tuple[str, str, bytes]
"""A path, how the connection ends, and a pattern for all that is heard. The end "trickle": a few bytes at a time, for
ever; "more": many, for ever."""


def check(internet: Internet, row: Row, host: str = "127.0.0.1") -> None:
    """Assert that a path is heard as its row says."""
    path, end, pattern = row
    patience = SOON if end == "silent" else AT_LAST
    first = AT_LAST if pattern else patience
    heard = listen(internet, path, host, first=first, patience=patience, enough=200 if end == "trickle" else 3_000_000)
    assert heard.end == ("more" if end == "trickle" else end)
    assert re.fullmatch(pattern, heard.data), heard.data[:500]


def body(internet: Internet, path: str) -> bytes:
    """Return the body that is heard for a path, in its content coding."""
    return listen(internet, path).data.partition(b"\r\n\r\n")[2]


def status(code: int, *parts: str) -> bytes:
    """Return a pattern for a well-formed answer that has these parts (regular expressions), in order."""
    return f"HTTP/1.1 {code} ?[A-Za-z -]*\r\n(?s:.*{'.*'.join(parts)}.*)".encode()


def location(code: int, where: str) -> bytes:
    return status(code, f"\r\nLocation: {re.escape(where)}\r\n")
