"""The web server: one process for all hosts of a web, on one port of every loopback address."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from benchmarks.webs import PAGE, Web

BODIES = {
    PAGE: b"<!DOCTYPE html><html><head><title>A page of the benchmark</title>"
    b'<meta name="description" content="It lives."></head><body><h1>A page</h1>%s</body></html>\n'
    % (b"<p>Here is text, so that the page has as much of it as a page that lives.</p>" * 20),
}


@dataclass(slots=True)
class Served:
    """What the server did since it was last asked."""

    requests: int = 0
    connections: int = 0
    began: float = math.inf
    ended: float = 0.0
    """When the first request came and the last answer went (time.monotonic())."""
    cpu: float = 0.0
    """Seconds."""


class Server:
    """A web in a process of its own, for as long as the `with` block lasts."""

    def __init__(self, web: Web) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(theirs, web), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        self.port: int = self._connection.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.join()

    def served(self) -> Served:
        """Return what was done since the last call of this."""
        self._connection.send(None)
        served: Served = self._connection.recv()
        return served


def _serve(connection: Connection, web: Web) -> None:
    asyncio.run(_Service(web).run(connection))


@dataclass
class _Service:
    web: Web
    log: Served = field(default_factory=Served)
    answer: bytes = b""

    async def run(self, control: Connection) -> None:
        body = BODIES.get(self.web.media_type, b"It lives.\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {self.web.media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.answer = head.encode() + body
        loop = asyncio.get_running_loop()
        # All of 127.0.0.0/8 cannot be listened on but with all other addresses.
        server = await loop.create_server(lambda: _Conversation(self), "0.0.0.0", 0, backlog=4_096)
        control.send(server.sockets[0].getsockname()[1])
        loop.add_reader(control.fileno(), self._report, control)
        await server.serve_forever()

    def latency(self, target: bytes) -> float:
        """Return the seconds that a target's answer takes."""
        link = target.removeprefix(b"/")
        return self.web.latencies[int(link) % len(self.web.latencies)] if link.isdigit() else 0.0

    def _report(self, control: Connection) -> None:
        try:
            control.recv()
        except EOFError:  # Who asked is gone, and was not able to say so.
            sys.exit()
        self.log.cpu = time.process_time() - self.log.cpu
        control.send(self.log)
        self.log = Served(cpu=time.process_time())


class _Conversation(asyncio.Protocol):
    """One connection: requests without bodies, one after the other."""

    def __init__(self, service: _Service) -> None:
        self._service = service
        self._received = b""
        self._answering: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._write: Callable[[bytes], None] = transport.write
        self._service.log.connections += 1

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._received.endswith(b"\r\n\r\n"):
            return
        log = self._service.log
        log.requests += 1
        log.began = min(log.began, time.monotonic())
        _, target, _ = self._received.split(b" ", 2)
        self._received = b""
        latency = self._service.latency(target)
        if not latency:
            self._answer()
        elif math.isfinite(latency):
            self._answering = asyncio.get_running_loop().call_later(latency, self._answer)

    def _answer(self) -> None:
        self._write(self._service.answer)
        self._service.log.ended = time.monotonic()

    def connection_lost(self, _error: Exception | None) -> None:
        if self._answering is not None:
            self._answering.cancel()
