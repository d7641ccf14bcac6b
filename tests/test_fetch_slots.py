"""When requests start: what each host and each server farm is spared. Exact, by a clock that jumps."""

from __future__ import annotations

import asyncio
import math
import tracemalloc
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Any

import pytest

from dlt_crawler.config import FetchSettings, HostSettings
from dlt_crawler.fetch.manners.backoff import BackOff
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.manners.pauses import IN_ALL, PATIENCE
from dlt_crawler.fetch.manners.slot import HostPaused
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.model import Rest
from dlt_crawler.sites import Sites
from tests.jumping_clock import run


def host_slots(concurrency: int, **settings: Any) -> HostSlots:
    return HostSlots(concurrency, SlotLimits(FetchSettings(**settings), Sites()))


class Visitor:
    """Makes requests of `seconds` each, and notes when they start."""

    def __init__(
        self, *, concurrency: int = 100, per_host: int = 100, delay: float = 0.0, **more: Mapping[str, HostSettings]
    ) -> None:
        self.slots = host_slots(concurrency, per_host=per_host, delay=delay, **more)
        self.starts: dict[str, list[float]] = {}

    async def ask(self, name: str, seconds: float = 0.0) -> None:
        loop = asyncio.get_running_loop()
        async with self.slots.request_to(name) as turn:
            assert turn.leaves()
            self.starts.setdefault(name, []).append(round(loop.time(), 6))
            await asyncio.sleep(seconds)

    async def ask_all(self, *names: str, seconds: float = 0.0) -> dict[str, list[float]]:
        await asyncio.gather(*(self.ask(name, seconds) for name in names))
        return self.starts


@pytest.mark.parametrize(
    ("limits", "names", "seconds", "starts"),
    [
        ({"per_host": 2}, "aaaaa", 1, {"a": [0, 0, 1, 1, 2]}),
        ({"delay": 0.5}, "aaa", 9, {"a": [0, 0.5, 1]}),
        ({"per_host": 1, "delay": 0.5}, "aaa", 2, {"a": [0, 2, 4]}),
        ({"per_host": 1, "delay": 0.5}, "aab", 0.1, {"a": [0, 0.5], "b": [0]}),
        ({"concurrency": 2}, "abc", 1, {"a": [0], "b": [0], "c": [1]}),
        # Who waits for his own host takes no place from the others, and those who wait for a place take turns.
        ({"concurrency": 2, "per_host": 1}, "aaab", 1, {"a": [0, 1, 2], "b": [0]}),
        ({"concurrency": 1}, "aaabbc", 1, {"a": [0, 1, 4], "b": [2, 5], "c": [3]}),
    ],
)
def test_starts(limits: dict[str, float], names: str, seconds: float, starts: dict[str, list[float]]) -> None:
    visitor = Visitor(**limits)  # type: ignore[arg-type]

    assert run(visitor.ask_all(*names, seconds=seconds)) == starts


def test_each_pause_is_told_of_as_it_begins_and_holds_for_whoever_asks_next() -> None:
    told: list[tuple[float, Rest]] = []

    async def visit() -> dict[str, list[float]]:
        loop, visitor, next_one = asyncio.get_running_loop(), Visitor(delay=0.5), Visitor(delay=0.5)
        visitor.slots.on_pause = lambda rest: told.append((loop.time(), rest))
        visitor.slots.crawl_delay("a", 20)
        await visitor.ask_all(*"aa")
        visitor.slots.pause("b", 7200)
        for _, rest in told[1:]:
            next_one.slots.leave_in_peace(rest)
        with pytest.raises(HostPaused):
            await next_one.ask("b")
        return await next_one.ask_all(*"ac")

    starts = run(visit())
    assert told == [(0, Rest("a", 20)), (20, Rest("a", 20)), (20, Rest("b", 7200, given_up=True))]
    assert starts == {"a": [40], "c": [20]}


def test_rest_does_not_become_longer_by_being_had() -> None:
    async def had() -> tuple[float, float]:
        loop, slots = asyncio.get_running_loop(), Visitor().slots
        began = loop.time()
        # Whoever reckons with the present time twice is late: between any two lines others may have the processor.
        loop.time = count(began).__next__  # type: ignore[method-assign,misc]
        until = slots.leave_in_peace(Rest("a", 600, given_up=True))
        now = loop.time()
        rest = slots.rest_of("a", now)
        assert rest is not None
        assert rest.given_up
        return until, now + rest.seconds

    until, reckoned = run(had())
    assert reckoned == until


@pytest.mark.parametrize("host", ["a.example", "tenant.a.example"])
def test_pauses_count_from_when_the_request_leaves(host: str) -> None:
    async def left() -> list[float]:
        visitor, moments = Visitor(per_host=1, delay=1), []
        visitor.slots.crawl_delay("a.example", 3, host)
        await asyncio.sleep(3)  # for what may have been asked before

        async def ask(connecting: float) -> None:
            async with visitor.slots.request_to("a.example", host) as turn:
                await asyncio.sleep(connecting)
                moments.append(asyncio.get_running_loop().time())
                assert turn.leaves()

        await asyncio.gather(*map(ask, [2, 0, 0]))
        return moments

    assert run(left()) == [5, 8, 11]


class Connecting:
    """Makes requests that have their connections after so many seconds, or never; notes when they leave.

    Those of less than no seconds are refused after as many.
    """

    def __init__(self, **limits: Any) -> None:
        self.slots = host_slots(100, **limits)
        self.left: list[float] = []
        self.held_back = 0

    async def ask(self, connecting: float) -> None:
        try:
            async with asyncio.timeout(20), self.slots.request_to("a") as turn:
                await asyncio.sleep(abs(connecting))
                if connecting < 0:
                    return
                while not turn.leaves():
                    self.held_back += 1
                    await turn.wait()
                    await asyncio.sleep(connecting)
                self.left.append(round(asyncio.get_running_loop().time(), 6))
        except TimeoutError:
            pass

    async def ask_all(self, *connecting: float) -> list[float]:
        await asyncio.gather(*map(self.ask, connecting))
        return self.left


@pytest.mark.parametrize(
    ("connecting", "left", "held_back"),
    [
        # The second one has its connection at once: it would leave 0.2 s before the first one.
        ([0.7, 0, 0.2], [0.7, 1.2, 1.9], 0),
        ([0.7, 0.25, 0.7], [0.7, 1.45, 2.65], 0),
        # Who is refused was there, too, and is not waited for.
        ([-0.1, 0], [0.5], 0),
        # Nobody waits for one that may never have a connection …
        ([math.inf, 0, 0], [3, 3.5], 0),
        # … and when it has one, it does not leave right behind another one, but as the next one of all.
        ([3.2, 0, 0, 0, 0], [3, 6.7, 7.2, 7.7, 8.2], 1),
    ],
)
def test_however_long_connections_take_requests_leave_a_pause_apart(
    connecting: list[float], left: list[float], held_back: int
) -> None:
    visitor = Connecting(per_host=2, delay=0.5)

    assert run(visitor.ask_all(*connecting)) == left
    assert visitor.held_back == held_back


def test_who_was_held_back_and_gives_up_makes_way() -> None:
    async def asked() -> list[float]:
        visitor = Connecting(per_host=2, delay=0.5)

        async def gives_up() -> None:
            async with visitor.slots.request_to("a") as turn:
                await asyncio.sleep(3.2)
                assert not turn.leaves()
                await turn.wait()

        await asyncio.gather(gives_up(), visitor.ask(0), visitor.ask(0))
        return visitor.left

    assert run(asked()) == [3, 3.5]


@pytest.mark.parametrize(("pause", "left"), [(5, [5.15]), (PATIENCE + 1, [])])
def test_who_connects_while_the_host_asks_for_a_pause_does_not_leave_in_it(pause: float, left: list[float]) -> None:
    async def asked() -> list[float]:
        visitor = Connecting(per_host=2, delay=0.5)
        asking = asyncio.create_task(visitor.ask(0.1))
        await asyncio.sleep(0.05)
        visitor.slots.pause("a", pause)
        with nullcontext() if left else pytest.raises(HostPaused):
            await asking
        return visitor.left

    assert run(asked()) == left


def test_a_process_that_stands_still_while_it_sends_does_not_shorten_the_pause() -> None:
    async def asked() -> list[float]:
        loop, visitor = asyncio.get_running_loop(), Connecting(per_host=2, delay=0.5)
        clock, late = loop.time, 0.0
        loop.time = lambda: clock() + late  # type: ignore[method-assign]

        async def stalled() -> None:
            nonlocal late
            async with visitor.slots.request_to("a") as turn:
                assert turn.leaves()
                late = 0.4
                visitor.left.append(loop.time())
                await asyncio.sleep(0)

        await stalled()
        return await visitor.ask_all(0)

    assert run(asked()) == [0.4, 0.9]


HOSTS = {
    "Gentle.example": HostSettings(per_host=1, delay=3),
    "hasty.example": HostSettings(delay=0),
    "github.io": HostSettings(delay=1),
    "bob.github.io": HostSettings(per_host=1),
    "alice.github.io": HostSettings(delay=0, per_host=9),
    "dan.blogspot.com": HostSettings(delay=7),
    "carol.blogspot.com": HostSettings(delay=0),
}


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("other.example", [0, 2, 5, 7]),
        ("gentle.example", [0, 5, 10, 15]),
        ("hasty.example", [0, 0, 5, 5]),
        # What is said for one host of a farm holds for all when it is gentler.
        ("github.io", [0, 5, 10, 15]),
        ("blogspot.com", [0, 7, 14, 21]),
    ],
)
def test_limits_of_one_host(name: str, starts: list[float]) -> None:
    visitor = Visitor(per_host=2, delay=2, hosts=HOSTS)

    assert run(visitor.ask_all(*[name] * 4, seconds=5)) == {name: starts}


@pytest.mark.parametrize(
    ("delay", "crawl_delay", "starts"),
    [(0, 4, [0, 4, 8, 12]), (0, 1, [0, 1, 4, 7]), (6, 4, [0, 6, 12, 18])],
)
def test_crawl_delay_is_one_thing_at_a_time_and_never_hastier(
    delay: float, crawl_delay: float, starts: list[float]
) -> None:
    async def asked() -> dict[str, list[float]]:
        visitor = Visitor(per_host=2, delay=delay)
        await visitor.ask("slow", 0.5)  # its robots.txt
        visitor.slots.crawl_delay("slow", crawl_delay)
        return await visitor.ask_all("slow", "slow", "slow", seconds=3)

    assert run(asked()) == {"slow": starts}


def test_crawl_delay_of_one_host_of_a_farm_is_its_own() -> None:
    async def asked() -> dict[str, list[float]]:
        visitor = Visitor(per_host=2)
        starts: dict[str, list[float]] = {}
        visitor.slots.crawl_delay("github.io", 4, "alice.github.io")

        async def ask(host: str) -> None:
            async with visitor.slots.request_to("github.io", host) as turn:
                assert turn.leaves()
                starts.setdefault(host[:5], []).append(asyncio.get_running_loop().time())
                await asyncio.sleep(1)

        await asyncio.gather(*map(ask, ["alice.github.io"] * 3 + ["bob.github.io"] * 3 + ["github.io"]))
        return starts

    # Its robots.txt may just have been asked for.
    assert run(asked()) == {"alice": [4, 8, 12], "bob.g": [0, 0, 1], "githu": [1]}


def test_a_host_that_refuses_is_asked_more_gently_until_it_answers_again() -> None:
    async def asked() -> list[float]:
        visitor = Visitor(per_host=1, delay=0.5)

        async def link(number: int) -> None:
            async with visitor.slots.request_to("busy"):
                visitor.starts.setdefault("busy", []).append(asyncio.get_running_loop().time())
                if number < 4:
                    visitor.slots.slow_down("busy", refused=True)
                else:
                    visitor.slots.at_ease("busy")

        await asyncio.gather(*map(link, range(18)))
        return visitor.starts["busy"]

    starts = run(asked())

    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses == [1, 2, 4, 8, 8, 8, 4, 4, 4, 2, 2, 2, 1, 1, 1, 0.5, 0.5]


@pytest.mark.parametrize(("refused", "starts"), [(False, [0] * 8 + [1] * 4), (True, [0] * 8 + [1, 2, 3, 4])])
def test_what_was_under_way_counts_once(refused: bool, starts: list[float]) -> None:
    async def asked() -> dict[str, list[float]]:
        visitor = Visitor(per_host=8)

        async def link() -> None:
            await visitor.ask("busy", 1)
            visitor.slots.slow_down("busy", refused=refused)

        async with asyncio.TaskGroup() as group:
            for _ in range(8):
                group.create_task(link())
        return await visitor.ask_all(*["busy"] * 4, seconds=0.5)

    assert run(asked()) == {"busy": starts}


def test_slow_answers_to_what_was_asked_before_the_last_step_count_once_though_more_was_asked_since() -> None:
    async def asked() -> dict[str, list[float]]:
        visitor = Visitor(per_host=8)

        async def link(seconds: float) -> None:
            await visitor.ask("busy", seconds)
            visitor.slots.slow_down("busy", refused=False, took=seconds)

        async with asyncio.TaskGroup() as group:
            for number in range(8):
                group.create_task(link(6 + number))
            for _ in range(6):
                group.create_task(visitor.ask("busy", 0.5))
        return await visitor.ask_all(*["busy"] * 4, seconds=0.5)

    assert run(asked())["busy"][-4:] == [13] * 4


def test_back_off_ends_where_it_began() -> None:
    back_off = BackOff(per_host=8, delay=0.2)

    back_off.slow_down(refused=False)
    assert (back_off.at_once, back_off.pause) == (4, 0.2)
    for _ in range(9):
        back_off.slow_down(refused=True)
    assert (back_off.at_once, back_off.pause) == (1, 30)
    answers = 1
    while not back_off.at_ease():
        answers += 1

    assert (back_off.at_once, back_off.pause) == (8, 0.2)
    assert answers == 3 * (6 + 7)  # 30, 15, 7.5, 3.75, 1.875, 0.9375; and seven more at once


def test_a_host_that_refuses_everything_does_not_hold_up_the_run() -> None:
    async def asked() -> list[float]:
        visitor = Visitor(per_host=2, delay=0.5)
        for _ in range(100):
            await visitor.ask("broken")
            visitor.slots.slow_down("broken", refused=True)
        return visitor.starts["broken"]

    starts = run(asked())

    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses[:6] == [1, 2, 4, 8, 16, 30]
    assert starts[-1] < 250
    assert min(pauses) == 1


def test_own_delay_is_kept_when_it_is_longer_than_any_back_off() -> None:
    back_off = BackOff(per_host=1, delay=60)
    back_off.slow_down(refused=True)

    assert back_off.pause == 60
    assert back_off.at_ease()


async def fate(slots: HostSlots, host: str, patience: float = 1.0) -> str:
    try:
        async with asyncio.timeout(patience), slots.request_to(host):
            return "asked"
    except HostPaused:
        return "refused"
    except TimeoutError:
        return "waits"


def test_those_who_wait_are_told_when_their_host_wants_a_long_pause() -> None:
    async def fates() -> tuple[list[str], list[str]]:
        slots = host_slots(2, per_host=1, delay=0)
        async with slots.request_to("busy"), slots.request_to("other"):
            # The second to "busy" waits for the first, and that to "idle" for a place.
            waiting = [asyncio.create_task(fate(slots, host)) for host in ("busy", "idle")]
            await asyncio.sleep(0)
            slots.pause("busy", PATIENCE + 1)
            slots.pause("idle", PATIENCE + 1)
            told = await asyncio.gather(*waiting)
        return told, [await fate(slots, host) for host in ("busy", "idle", "other")]

    assert run(fates()) == (["refused", "refused"], ["refused", "refused", "asked"])


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [
        ([], "asked"),
        ([0], "asked"),
        ([PATIENCE - 1], "waits"),
        ([PATIENCE + 1], "refused"),
        # What two requests at once are told is one pause, and a longer one goes on from the first.
        ([PATIENCE - 1, PATIENCE - 1], "waits"),
        ([PATIENCE - 1, 1], "waits"),
        ([PATIENCE - 1, PATIENCE + 1], "refused"),
    ],
)
def test_patience_with_a_host(pauses: list[float], expected: str) -> None:
    async def fates() -> list[str]:
        slots = host_slots(2, per_host=2, delay=0)
        for seconds in pauses:
            slots.pause("busy", seconds)
        return [await fate(slots, "busy"), await fate(slots, "other")]

    assert run(fates()) == [expected, "asked"]


@dataclass
class Busy:
    """A host that answers some of its links, by number from 0, and wants a pause of so many seconds after others."""

    pause: float
    answers: Callable[[int], bool]
    slots: HostSlots = field(default_factory=lambda: host_slots(2, per_host=2, delay=0))

    async def ask(self, links: int) -> list[str]:
        fates = []
        for link in range(links):
            fates.append(await fate(self.slots, "busy", patience=3_600))
            if fates[-1] == "asked":
                if self.answers(link):
                    self.slots.at_ease("busy")
                else:
                    self.slots.pause("busy", self.pause)
        return fates


@pytest.mark.parametrize(
    ("pause", "answers", "asked"),
    [
        pytest.param(2, lambda link: bool(link % 2), 400, id="short pauses of a host that gets on with it"),
        pytest.param(2, lambda link: not link % 3, 400, id="also when it answers less than it refuses"),
        pytest.param(2, lambda _: False, PATIENCE // 2 + 1, id="nothing but pauses"),
        pytest.param(2, lambda link: link < 20, 20 + PATIENCE // 2 + 1, id="no more answers"),
        pytest.param(PATIENCE, lambda link: bool(link % 2), 2 * IN_ALL // PATIENCE + 1, id="pauses that take hours"),
        pytest.param(PATIENCE + 1, lambda link: link < 5, 6, id="a long pause"),
    ],
)
def test_pauses_are_waited_out_while_the_host_gets_on_with_it(
    pause: float, answers: Callable[[int], bool], asked: float
) -> None:
    fates = run(Busy(pause, answers).ask(400))

    assert (fates.count("asked"), fates.count("refused")) == (asked, 400 - asked)


def test_a_host_is_asked_again_after_a_long_pause_and_short_ones_are_waited_out_again() -> None:
    async def asked() -> list[list[str]]:
        busy = Busy(90, lambda link: link > 0)
        first = await busy.ask(4)
        await asyncio.sleep(90)
        busy.pause, busy.answers = 2, lambda link: link != 2
        return [first, await busy.ask(4)]

    assert run(asked()) == [["asked", "refused", "refused", "refused"], ["asked"] * 4]


def test_an_answer_to_what_was_asked_before_a_long_pause_does_not_make_it_worth_the_wait() -> None:
    async def fates() -> str:
        slots = host_slots(2, per_host=2, delay=0)
        slots.pause("busy", PATIENCE + 1)
        slots.at_ease("busy")
        return await fate(slots, "busy")

    assert run(fates()) == "refused"


def test_a_pause_is_kept_by_those_who_wait_for_a_place_already() -> None:
    async def asked() -> dict[str, list[float]]:
        visitor = Visitor(concurrency=1)
        tasks = [asyncio.create_task(visitor.ask(name, 1)) for name in ("first", "paused", "last")]
        await asyncio.sleep(0.5)
        visitor.slots.pause("paused", 5)
        await asyncio.gather(*tasks)
        return visitor.starts

    assert run(asked()) == {"first": [0], "last": [1], "paused": [5.5]}


@pytest.mark.parametrize("too_late", [False, True])
def test_who_gives_up_waiting_leaves_his_turn_to_the_next(too_late: bool) -> None:
    """Also when he is cancelled between getting his turn and using it."""

    async def asked() -> str:
        slots = host_slots(1, per_host=1, delay=0)
        async with slots.request_to("a"):
            waiter = asyncio.create_task(fate(slots, "a", patience=9))
            await asyncio.sleep(0)
            if not too_late:
                waiter.cancel()
        waiter.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiter
        return await fate(slots, "a")

    assert run(asked()) == "asked"


def test_who_waits_for_a_busy_host_starts_as_soon_as_it_is_at_ease() -> None:
    async def asked() -> dict[str, list[float]]:
        visitor = Visitor(per_host=8)
        visitor.slots.slow_down("busy", refused=True)
        requests = [asyncio.create_task(visitor.ask("busy", 9)) for _ in range(2)]
        await asyncio.sleep(0.25)
        for _ in range(3):
            visitor.slots.at_ease("busy")
        await asyncio.gather(*requests)
        return visitor.starts

    assert run(asked()) == {"busy": [0, 0.25]}


def test_hosts_that_are_not_asked_any_more_are_forgotten() -> None:
    async def crawl(slots: HostSlots, numbers: range) -> None:
        for number in numbers:
            async with slots.request_to(f"host-{number}.example"):
                await asyncio.sleep(0.05)
                slots.crawl_delay(f"host-{number}.example", 5)
                if number % 100 == 0:
                    slots.slow_down(f"host-{number}.example", refused=True)
                if number % 10 == 0:
                    slots.pause(f"host-{number}.example", 20)

    async def growth() -> int:
        slots = host_slots(10, per_host=2, delay=0.5)
        tracemalloc.start()
        await crawl(slots, range(5_000))
        before = tracemalloc.get_traced_memory()[0]
        await crawl(slots, range(5_000, 25_000))
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return after - before

    assert run(growth()) < 400_000
