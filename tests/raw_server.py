"""A server that speaks bytes: for what a well-behaved one cannot be made to do. Runs in the loop of its test."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Serve = Callable[["Visitor"], Awaitable[None]]


@dataclass(eq=False)
class Visitor:
    """One accepted connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    number: int
    """1 for the first connection."""
    heads: list[bytes] = field(default_factory=list)

    async def request(self) -> bytes:
        """Return the next head; raises IncompleteReadError when there is none."""
        self.heads.append(await self.reader.readuntil(b"\r\n\r\n"))
        return self.heads[-1]

    async def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()


@dataclass
class Listening:
    port: int
    visitors: list[Visitor] = field(default_factory=list)

    @property
    def heads(self) -> list[bytes]:
        """Everything that was asked, over all connections."""
        return [head for visitor in self.visitors for head in visitor.heads]

    @property
    def targets(self) -> list[str]:
        return [head.split(b" ")[1].decode("latin-1") for head in self.heads]


@asynccontextmanager
async def listening(
    serve: Serve, address: str = "127.0.0.1", context: ssl.SSLContext | None = None
) -> AsyncIterator[Listening]:
    """Serve every connection with `serve`, and close it when that returns."""
    place = Listening(0)
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        visitor = Visitor(reader, writer, len(place.visitors) + 1)
        place.visitors.append(visitor)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await serve(visitor)
        except asyncio.CancelledError:
            pass
        finally:
            writer.close()
            tasks.discard(task)

    server = await asyncio.start_server(accept, address, 0, ssl=context)
    place.port = server.sockets[0].getsockname()[1]
    try:
        yield place
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def always(answer: bytes) -> Serve:
    """Answer every request of a connection with these bytes."""

    async def serve(visitor: Visitor) -> None:
        while True:
            await visitor.request()
            await visitor.send(answer)

    return serve


def once(*pieces: bytes) -> Serve:
    """Answer one request with these bytes, and close."""

    async def serve(visitor: Visitor) -> None:
        await visitor.request()
        await visitor.send(*pieces)

    return serve
