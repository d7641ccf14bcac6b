"""What the tests of the transport share: a transport, what is wanted, and a loop to run in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from dlt_crawler.fetch.wire.transport import NoHead, Received, Transport
from tests.raw_server import Serve, listening

Arguments = ParamSpec("Arguments")


def in_a_loop(test: Callable[Arguments, Coroutine[None, None, None]]) -> Callable[Arguments, None]:
    """Make a test of a coroutine function."""

    @wraps(test)
    def run(*positional: Arguments.args, **named: Arguments.kwargs) -> None:
        asyncio.run(test(*positional, **named))

    return run


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nbody"


@dataclass(frozen=True)
class Wants:
    """So much of every body, until `until` has come."""

    limit: int = 1_000_000
    until: bytes = b"\0"

    def __call__(self, status: int, content_type: str | None) -> int:
        return self.limit

    def enough(self, body: bytearray) -> bool:
        return self.until in body


NOTHING = Wants(0)


@asynccontextmanager
async def transport(
    *,
    trust: str | None = None,
    proxy: str | None = None,
    may_connect: Callable[[str, int], bool] = lambda _address, _port: True,
) -> AsyncIterator[Transport]:
    made = Transport(trust_file=trust, proxy=proxy, may_connect=may_connect, max_connections=10)
    try:
        yield made
    finally:
        await made.close()


async def get(
    asked: Transport,
    url: str,
    reading: Wants = Wants(),
    *addresses: str,
    seconds: float = 5.0,
    verify: bool = True,
) -> Received | NoHead:
    return await asked.get(
        url, {"User-Agent": "t"}, reading, addresses=addresses or ("127.0.0.1",), seconds=seconds, verify=verify
    )


async def received(asked: Transport, url: str, reading: Wants = Wants(), *addresses: str) -> Received:
    came = await get(asked, url, reading, *addresses)
    assert isinstance(came, Received), came
    return came


async def failed(asked: Transport, url: str, *addresses: str, seconds: float = 5.0, verify: bool = True) -> NoHead:
    came = await get(asked, url, Wants(), *addresses, seconds=seconds, verify=verify)
    assert isinstance(came, NoHead), came
    return came


async def answer_to(serve: Serve, reading: Wants = Wants(), *, seconds: float = 5.0) -> Received | NoHead:
    async with listening(serve) as place, transport() as asked:
        return await get(asked, f"http://127.0.0.1:{place.port}/", reading, seconds=seconds)
