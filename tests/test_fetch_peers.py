"""What one crawling process asks of another: wishes and answers over a socket."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from dlt_crawler.fetch.link.reading import PageReading
from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.peers import Peer
from dlt_crawler.fetch.visit.server import Server, server_of
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, PageWish, Wish
from dlt_crawler.model import Outcome
from tests.transport_support import in_a_loop

URL = "http://a.example/"


def wish(cookie: str = "") -> Wish:
    server = server_of(URL)
    assert isinstance(server, Server)
    return Wish(URL, server, PageReading(9), 5.0, page=PageWish(), robots=True, cookie=cookie)


class Silent:
    """Says so, and goes on being silent; what is asked with a cookie fails at once."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self.broken_off = 0

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        self.wishes.append(wish)
        if wish.cookie:
            return NoAnswer(Finding(Outcome.TIMEOUT, wish.cookie), 1.0)
        if on_silence is not None:
            on_silence()
        try:
            await asyncio.Event().wait()
        finally:
            self.broken_off += 1
        raise AssertionError("it is silent for ever")


@asynccontextmanager
async def peer(visits: Silent) -> AsyncIterator[Peer]:
    """The other end has these visits."""
    near, far = socket.socketpair()
    asking, answering = await Peer.over(near), await Peer.over(far)
    faults: list[Exception] = []
    serving = [asyncio.create_task(each.serve(visits, faults.append)) for each in (asking, answering)]
    yield asking
    for task in serving:
        task.cancel()
    await asyncio.wait(serving)
    assert faults == []


@in_a_loop
async def test_wish_arrives_as_it_is_and_its_answer_comes_back() -> None:
    visits = Silent()
    async with peer(visits) as asking:
        came = await asking.visit(wish("a=b"))

    assert visits.wishes == [wish("a=b")]
    assert came == NoAnswer(Finding(Outcome.TIMEOUT, "a=b"), 1.0)


@in_a_loop
async def test_silence_is_told_and_what_nobody_waits_for_is_broken_off() -> None:
    visits, silence = Silent(), asyncio.Event()
    async with peer(visits) as asking:
        asked = asyncio.create_task(asking.visit(wish(), silence.set))
        await silence.wait()
        asked.cancel()
        await asyncio.wait([asked])
        await asking.visit(wish("after"))  # Comes after the word that nobody waits any more.

    assert visits.broken_off == 1


@in_a_loop
async def test_nothing_is_left_of_what_was_given_up_before_it_began() -> None:
    async with peer(Silent()) as asking:
        for _ in range(100):
            asked = asyncio.create_task(asking.visit(wish()))
            await asyncio.sleep(0)
            asked.cancel()
            with suppress(asyncio.CancelledError):
                await asked
        await asking.visit(wish("after"))
        done = [each for each in gc.get_objects() if isinstance(each, asyncio.Task) and each.done()]

    assert len(done) < 10
