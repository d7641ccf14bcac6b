"""Turns of sites on a real PostgreSQL server: one at a time, lost with nobody, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest

from dlt_crawler.errors import StoreError
from dlt_crawler.jobs import Counts, Pulse, Queue, Turn
from dlt_crawler.store import conninfo
from tests.postgres import Server, connected

Result = TypeVar("Result")
Script = Callable[[Queue], Awaitable[None]]


@pytest.fixture(scope="module")
def url(postgresql: Server) -> str:
    return postgresql.bare()


def run(script: Coroutine[Any, Any, Result]) -> Result:
    # Playwright, where its tests came before, has left a loop running in this thread.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, script).result()


def play(url: str, script: Script) -> None:
    async def played() -> None:
        async with Queue.open(conninfo(url) or "", name="test") as queue:
            with connected(url) as connection:
                workers = [row[0] for row in connection.execute("SELECT id FROM procrastinate_workers")]
            for worker in workers:
                await queue.leave(worker)
            await queue.forget()
            await script(queue)

    run(played())


def grow_old(url: str, worker: int) -> None:
    with connected(url, autocommit=True) as connection:
        connection.execute(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute' WHERE id = %s", [worker]
        )


def test_one_site_has_one_turn_at_a_time_and_the_longest_comes_first(url: str) -> None:
    async def script(queue: Queue) -> None:
        one, other = await queue.enter("one on here"), await queue.enter("other on here")
        await queue.add([Turn(1, 1, "short.example", 5), Turn(1, 1, "long.example", 50)])
        taken = await queue.take(one)
        assert taken is not None
        assert taken.site == "long.example"
        await queue.add([Turn(1, 1, "long.example", 50), Turn(1, 1, "new.example")])
        assert {turn.site for turn in [await queue.take(other), await queue.take(other)] if turn} == {
            "short.example",
            "new.example",
        }
        assert await queue.take(other) is None, "the next turn of a site waits for this one"
        await queue.end(taken)
        again = await queue.take(other)
        assert again is not None
        assert again.site == "long.example"

    play(url, script)


def test_whoever_was_thought_dead_cannot_end_what_another_one_has_by_now(url: str) -> None:
    async def script(queue: Queue) -> None:
        asleep, awake = await queue.enter("asleep on here"), await queue.enter("awake on here")
        await queue.add([Turn(1, 1, "a.example")])
        lost = await queue.take(asleep)
        assert lost is not None
        grow_old(url, asleep)
        assert await queue.take_from_the_dead(20) == 1
        assert await queue.take_from_the_dead(20) == 0
        assert await queue.take(awake) is not None
        assert not await queue.beat(asleep)
        await queue.end(lost)
        await queue.put_off(lost, datetime.now(UTC))
        assert await queue.counts(20) == Counts(waiting=0, under_way=1, workers=1)
        assert await queue.busy(20) == ["awake on here"]

    play(url, script)


def test_a_worker_that_leaves_gives_its_turns_back_for_later(url: str) -> None:
    async def script(queue: Queue) -> None:
        worker = await queue.enter("one on here")
        await queue.add([Turn(1, 1, "a.example"), Turn(1, 1, "b.example", at=datetime.now(UTC) + timedelta(hours=1))])
        assert await queue.take(worker) is not None
        assert await queue.take(worker) is None, "b.example is to be left in peace"
        await queue.leave(worker, rest=3600)
        other = await queue.enter("other on here")
        assert await queue.take(other) is None
        assert await queue.sites() == {"a.example", "b.example"}

    play(url, script)


def test_a_turn_that_was_handed_on_meanwhile_has_the_rest_of_the_one_that_is_given_back(url: str) -> None:
    async def script(queue: Queue) -> None:
        worker, other = await queue.enter("one on here"), await queue.enter("other on here")
        await queue.add([Turn(1, 1, "a.example")])
        assert await queue.take(worker) is not None
        await queue.add([Turn(1, 1, "a.example")])
        await queue.leave(worker, rest=3600)
        assert await queue.take(other) is None
        assert await queue.sites() == {"a.example"}

    play(url, script)


def test_a_turn_keeps_any_site(url: str) -> None:
    sites = ["[2001:db8::1]", "xn--fiqs8s", "127.0.0.1", "x" * 253]

    async def script(queue: Queue) -> None:
        worker = await queue.enter("one on here")
        await queue.add([Turn(7, 2, site) for site in sites])
        taken = [await queue.take(worker) for _ in sites]
        assert {(turn.run, turn.look, turn.site) for turn in taken if turn} == {(7, 2, site) for site in sites}

    play(url, script)


def test_several_may_be_first(postgresql: Server) -> None:
    info = conninfo(postgresql.bare()) or ""

    async def opened() -> Counts:
        async with Queue.open(info, name="test") as queue:
            return await queue.counts(20)

    async def all_at_once() -> list[Counts]:
        return await asyncio.gather(*(opened() for _ in range(4)))

    assert run(all_at_once()) == [Counts(0, 0, 0)] * 4


def test_the_queue_of_another_program_is_left_alone(postgresql: Server) -> None:
    url = postgresql.bare()
    postgresql.execute("CREATE TABLE procrastinate_jobs (id int)", url=url)

    async def opened() -> None:
        async with Queue.open(conninfo(url) or "", name="test"):
            pass

    with pytest.raises(StoreError, match="another program"):
        run(opened())


@pytest.mark.parametrize("timeout", [1.0, 20.0, 300.0])
def test_others_ask_only_when_the_last_request_of_a_lost_worker_has_ended(timeout: float) -> None:
    pulse = Pulse.of(timeout)
    assert pulse.lease >= 3 * pulse.beat
    assert pulse.stalled >= max(20, pulse.lease + timeout)
