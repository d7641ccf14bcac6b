"""HTTP/1.1 on raw streams: reads requests, writes answers, and lets a behaviour write whatever else it likes."""

from __future__ import annotations

import asyncio
import re
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import parse_qsl

MAX_HEAD = 256 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in. Header names are lower-case; `host` is without port."""

    scheme: str
    host: str
    authority: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    address: str = ""
    """The address of ours that was connected to."""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def parameters(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One well-formed answer. Content-Length is added; a given `Content-Length` or `Transfer-Encoding` wins."""

    body: bytes = b""
    status: int | str = 200
    headers: tuple[tuple[str, str | bytes], ...] = (("Content-Type", "text/html; charset=utf-8"),)

    def encode(self, *, head_only: bool = False) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {reason(self.status)}".rstrip().encode("latin-1")]
        names = {name.lower() for name, _ in self.headers}
        if "date" not in names:
            lines.append(f"Date: {formatdate(usegmt=True)}".encode("ascii"))
        for name, value in self.headers:
            lines.append(
                b"%s: %s" % (name.encode("ascii"), value if isinstance(value, bytes) else value.encode("latin-1"))
            )
        bodiless = str(self.status) in {"204", "304"}
        if not bodiless and not names & {"content-length", "transfer-encoding"}:
            lines.append(f"Content-Length: {len(self.body)}".encode("ascii"))
        head = b"\r\n".join(lines) + b"\r\n\r\n"
        return head if head_only or bodiless else head + self.body


def reason(status: int | str) -> str:
    """Return the reason phrase of RFC 9110, or nothing for a code that it does not know."""
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return ""


@dataclass(slots=True)
class Connection:
    """One accepted connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    scheme: str
    address: str = field(init=False)
    port: int = field(init=False)
    requests: int = field(init=False, default=0)
    """How many requests have come."""

    def __post_init__(self) -> None:
        self.address, self.port = self.writer.get_extra_info("sockname")[:2]

    async def request(self) -> Request | None:
        """Return the next request; None when the peer has hung up or does not speak HTTP."""
        try:
            head = await self.reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return None
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        try:
            method, target, _version = first.split(" ")
        except ValueError:
            return None
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        authority = headers.get("host", f"{self.address}:{self.port}").lower()
        host = re.sub(r":\d*$", "", authority).strip("[]")
        body = await self.reader.readexactly(int(headers.get("content-length", "0")))
        self.requests += 1
        return Request(self.scheme, host, authority, method, target, headers, body, self.address)

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()
        # Over TLS, drain returns at once when the peer has gone: only the loop, given a turn, learns of it.
        await asyncio.sleep(0)

    async def until_peer_closes(self) -> None:
        while await self.reader.read(65536):
            pass

    def close_unannounced(self) -> None:
        """Close at once, over TLS without close_notify. What has not gone out is lost."""
        self.writer.transport.abort()

    def reset(self) -> None:
        """Close with RST in place of FIN (SO_LINGER with a time of zero)."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
