"""The other side: one process that is name server and web server of all hosts, and writes down who asked what when."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from benchmarks.million import archive
from benchmarks.million.documents import CANARIES
from benchmarks.million.law import latency, name_of, title_of
from benchmarks.million.log import ENTRY, ROBOTS
from benchmarks.server import Served

PARAGRAPH = (
    "<p>Here is text, so that the page has as much of it as one that lives; 这里有一些文字, 与活着的网页一样多.</p>\n"
)
PARAGRAPHS = 40
"""Of an ordinary page: 5 KB."""
META = '<meta name="tag" content="x">\n'
"""Short: an element costs what it costs, and the fewer bytes of it the target and the kernel have to move."""
HTML = "text/html; charset=utf-8"
ENTITY_TAG = b'"as-it-was"'
ROBOTS_TXT = b"User-agent: *\nDisallow: /private/\nDisallow: /search\n"
WORKER = re.compile(rb"[Uu]ser-[Aa]gent: [^\r\n]*worker-(\d)")
"""Workers tell themselves apart by `contact`, which stands in the User-Agent."""

_OTHERS = (*CANARIES, archive.HOST)
_HOST = re.compile(rb"[Hh]ost: (?:d(\d+)\.w\d+|w(\d+))\.example\r")
_NAME = re.compile(r"(?:d(\d+)\.w\d+|w(\d+))\.example")
_ERRORS = {"c": (410, "410 Gone"), "d": (500, "Internal Server Error"), "e": (200, "Page not found")}
_WRITE_EVERY = 4_096
"""Entries of the log."""


@dataclass(slots=True)
class Seen(Served):
    """What the target did since it was last asked."""

    archive: int = 0
    """Calls to the stand-in for the archive."""


class Target:
    """All hosts, on port 80 of addresses of their own in 127.16.0.0/12, for as long as the `with` block lasts."""

    def __init__(self, log: Path, *, speed: float, head: int = 0) -> None:
        """Answer `speed` times as fast as the law says. `head`: bytes of the head of each page, beyond an ordinary one.

        `log` is begun anew.
        """
        spawn = multiprocessing.get_context("spawn")
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, log, speed, head), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self._connection.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()

    def served(self) -> Seen:
        """Return what was done since the last call of this. The log is complete up to here."""
        return self._asked(begin_anew=True)

    def cpu(self) -> float:
        """Return the processor time since the last call of `served`."""
        return self._asked(begin_anew=False).cpu

    def _asked(self, *, begin_anew: bool) -> Seen:
        self._connection.send(begin_anew)
        served: Seen = self._connection.recv()
        return served


def _serve(connection: Connection, log: Path, speed: float, head: int) -> None:
    asyncio.run(_Service(log, speed, head).run(connection))


class _Service:
    def __init__(self, log: Path, speed: float, head: int) -> None:
        self.speed = speed
        self.served = Seen()
        self._had = 0.0
        """Seconds of processor time when `served` was begun."""
        self._file = log.open("wb")
        self._entries: list[bytes] = []
        # In bytes: what the target costs is not what is measured.
        self._meta = (META * (head // len(META))).encode()
        self._text = (PARAGRAPH * PARAGRAPHS).encode()

    async def run(self, control: Connection) -> None:
        loop = asyncio.get_running_loop()
        names, _ = await loop.create_datagram_endpoint(_Names, ("127.0.0.1", 53))
        names.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        server = await loop.create_server(lambda: _Conversation(self), "0.0.0.0", 80, backlog=4_096)
        loop.add_reader(control.fileno(), self._report, control)
        control.send(None)
        await server.serve_forever()

    def _report(self, control: Connection) -> None:
        try:
            begin_anew = control.recv()
        except EOFError:  # Who asked is gone, and was not able to say so.
            sys.exit()
        self._write()
        now = time.process_time()
        control.send(replace(self.served, cpu=now - self._had))
        if begin_anew:
            self._had, self.served = now, Seen()

    def note(self, entry: bytes) -> None:
        self._entries.append(entry)
        if len(self._entries) >= _WRITE_EVERY:
            self._write()

    def _write(self) -> None:
        self._file.write(b"".join(self._entries))
        self._file.flush()
        self._entries.clear()

    def answer(self, path: list[str], host: int, request: bytes) -> bytes:
        """Return the whole answer to a request for this path, its parts."""
        match path:
            case ["robots.txt"]:
                return _answer(200, ROBOTS_TXT, "text/plain") if host % 2 else _answer(404, b"No.\n", "text/plain")
            case ["a" | "moved" | "guest", link] if link.isdigit():
                if b"\r\nif-none-match: " + ENTITY_TAG in request.lower():
                    return _head(304, f"ETag: {ENTITY_TAG.decode()}\r\n") + b"\r\n"
                return self._page(int(link))
            case ["c" | "d" | "e" as kind, link] if kind == "e" or link.isdigit():
                # In the directory of the soft 404, whatever is asked for.
                status, said = _ERRORS[kind]
                return _answer(status, _error(said), HTML)
            case ["f", link]:
                return _head(301, f"Location: /moved/{link}\r\nContent-Length: 0\r\n") + b"\r\n"
            case ["g", other, link]:
                location = f"http://{name_of(int(other))}/guest/{link}"
                return _head(302, f"Location: {location}\r\nContent-Length: 0\r\n") + b"\r\n"
            case [""]:
                return self._page(0)  # a canary
            case ["web" | "cdx", *_]:
                return self._archived(path, request)
        return _answer(404, _error("404 Not Found"), HTML)

    def _archived(self, path: list[str], request: bytes) -> bytes:
        self.served.archive += 1
        status, fields, body = archive.answer(path)
        said = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        head = _head(status, f"{said}Content-Length: {len(body.encode())}\r\n") + b"\r\n"
        return head if request.startswith(b"HEAD") else head + body.encode()

    def _page(self, link: int) -> bytes:
        title = title_of(link)
        head = (
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>\n'
            f'<meta name="description" content="{title}: what is known of it, and who found it out.">\n'
        ).encode()
        heading = f"</head><body><h1>{title}</h1>\n".encode()
        body = b"".join((head, self._meta, heading, self._text, b"</body></html>\n"))
        return _answer(200, body, HTML, f"ETag: {ENTITY_TAG.decode()}\r\n")


def _head(status: int, fields: str) -> bytes:
    return f"HTTP/1.1 {status} Said\r\n{fields}".encode()


def _answer(status: int, body: bytes, kind: str, fields: str = "") -> bytes:
    return _head(status, f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{fields}") + b"\r\n" + body


def _error(said: str) -> bytes:
    text = f"<h1>{said}</h1><p>The page that you are looking for does not exist.</p>"
    return f"<!DOCTYPE html><html><head><title>{said}</title></head><body>{text}</body></html>\n".encode()


@dataclass(slots=True)
class _Asked:
    """A request that is being answered."""

    path: list[str]
    host: int
    client: int
    came: float
    request: bytes


class _Conversation(asyncio.Protocol):
    """One connection: requests without bodies, one after the other."""

    def __init__(self, service: _Service) -> None:
        self._service = service
        self._received = b""
        self._timer: asyncio.TimerHandle | None = None
        self._asked: _Asked | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._write: Callable[[bytes], None] = transport.write
        self._service.served.connections += 1

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._received.endswith(b"\r\n\r\n"):
            return
        request, self._received = self._received, b""
        served, now = self._service.served, time.monotonic()
        served.requests += 1
        served.began = min(served.began, now)
        found, worker = _HOST.search(request), WORKER.search(request)
        # A canary has no number, and no latency.
        host = int(found[1] or found[2]) if found else -1
        path = request.split(b" ", 2)[1].decode("latin-1").lstrip("/").split("/")
        self._asked = _Asked(path, host, int(worker[1]) if worker else 0, now, request)
        last = path[-1]
        seconds = latency(host, int(last) if last.isdigit() else 0) / self._service.speed if found else 0.0
        self._timer = asyncio.get_running_loop().call_later(seconds, self._answer)

    def _answer(self) -> None:
        asked, self._asked, self._timer = self._asked, None, None
        if asked is not None:
            self._write(self._service.answer(asked.path, asked.host, asked.request))
            self._note(asked)

    def _note(self, asked: _Asked) -> None:
        went = self._service.served.ended = time.monotonic()
        if asked.host >= 0:
            last = asked.path[-1]
            what = int(last) if last.isdigit() else ROBOTS
            self._service.note(ENTRY.pack(asked.host, what, asked.client, asked.came, went))

    def connection_lost(self, _error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._asked is not None:
            self._note(self._asked)


class _Names(asyncio.DatagramProtocol):
    """A name server over UDP (RFC 1035): IPv4 addresses of the hosts and canaries; nobody has any other name."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # It is one, and does not say so before Python 3.12.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(_resolved(data), addr)


def _resolved(query: bytes) -> bytes:
    """Return the answer to a message with one question."""
    labels, place = [], 12
    while length := query[place]:
        labels.append(query[place + 1 : place + 1 + length])
        place += 1 + length
    question = query[12 : place + 5]
    address = _address(b".".join(labels).decode("latin-1").lower())
    known, asks_for_it = address is not None, query[place + 1 : place + 3] == b"\x00\x01"
    head = query[:2] + (b"\x81\x80" if known else b"\x81\x83") + b"\x00\x01" + bytes([0, known and asks_for_it])
    record = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + address if address and asks_for_it else b""
    return head + b"\x00\x00\x00\x00" + question + record


def _address(name: str) -> bytes | None:
    """Return the four bytes of a name's address; None for a name that nobody has."""
    if name in _OTHERS:
        return bytes([127, 0, 1, _OTHERS.index(name) + 1])
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    host = int(found[1] or found[2])
    return bytes([127, 16 + (host >> 16), host >> 8 & 255, host & 255])
