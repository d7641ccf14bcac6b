"""The order of a crawl: the longest slots first, what may hang early, and never more at once than is allowed."""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from collections.abc import Mapping

import pytest

from dlt_crawler.fetch.crawl.window import Window

PATIENCE = 20.0


def window(slots: int = 100, first: int = 4, cap: int = 2, caps: Mapping[str, int] | None = None) -> Window[str]:
    return Window(slots=slots, first=first, cap=lambda slot: (caps or {}).get(slot, cap), patience=PATIENCE)


def filled(slots: Mapping[str, tuple[int, float]], cap: int = 2, caps: Mapping[str, int] | None = None) -> Window[str]:
    """A window into which all links of some slots are drawn; slot → links, seconds."""
    full = window(cap=cap, caps=caps)
    for slot, (links, seconds) in slots.items():
        full.open(slot, links=links, seconds=seconds)
        for _ in range(links):
            full.put(slot, slot)
        full.filled(slot, more=False)
    full.no_more_slots()
    return full


def taken(full: Window[str], count: int = 1_000) -> str:
    """What is taken, one letter a slot, until nothing may be taken or the count is reached."""
    letters = ""
    while len(letters) < count and (item := full.take()) is not None:
        letters += item
    return letters


@pytest.mark.parametrize(
    ("slots", "order"),
    [
        pytest.param({"a": (1, 1), "b": (1, 400), "c": (1, 60)}, "bca", id="longest first, whatever came first"),
        pytest.param({"a": (3, 3), "b": (3, 3), "c": (3, 3)}, "abcabc", id="each slot is asked before one is again"),
        pytest.param({"a": (3, 300), "b": (1, 1), "c": (1, 1)}, "aabc", id="but the longest does not wait for that"),
        pytest.param({"a": (9, 9)}, "aa", id="no more at once than allowed"),
    ],
)
def test_order_of_slots_that_have_not_answered(slots: Mapping[str, tuple[int, float]], order: str) -> None:
    assert taken(filled(slots)) == order


def test_a_slot_that_has_not_answered_goes_before_those_that_have() -> None:
    full = filled({"a": (9, 9), "b": (1, 1)}, cap=1)
    assert taken(full, 1) == "a"

    full.release("a")

    assert taken(full) == "ba"


def test_what_has_answered_goes_before_what_has_not_when_it_takes_longer_than_a_time_out() -> None:
    full = filled({"a": (100, 400), "b": (1, 1)}, cap=1)
    assert taken(full, 1) == "a"

    full.release("a")

    assert taken(full) == "ab"


def test_of_slots_that_take_about_the_same_time_the_one_that_has_just_answered_goes_on() -> None:
    full = filled({"a": (5, 2.5), "b": (5, 2.5)}, cap=1)
    assert taken(full) == "ab"

    full.release("a")
    full.release("b")
    assert taken(full, 1) == "b"
    full.release("b")

    assert taken(full, 1) == "b"


def test_caps_are_those_of_the_slot() -> None:
    assert Counter(taken(filled({"a": (9, 9), "b": (9, 9)}, caps={"b": 5}))) == {"a": 2, "b": 5}


def test_a_place_that_is_given_back_is_taken_by_the_same_slot() -> None:
    full = filled({"a": (4, 4)}, cap=1)
    assert taken(full) == "a"

    full.release("a")

    assert taken(full) == "a"
    assert len(full) == 2


def test_no_more_slots_are_open_than_the_window_is_wide() -> None:
    narrow = window(slots=8)
    assert (narrow.draw().slots, narrow.draw().first) == (8, 4)
    for slot in "abcdefgh":
        narrow.open(slot, links=1, seconds=1)
        narrow.put(slot, slot)
        narrow.filled(slot, more=False)
    assert not narrow.is_hungry

    assert taken(narrow) == "abcdefgh"
    assert not narrow.is_hungry
    narrow.release("c")

    assert narrow.is_hungry
    assert narrow.draw().slots == 1


def test_more_links_of_a_slot_are_drawn_before_it_runs_dry() -> None:
    long = window(cap=2)
    long.no_more_slots()
    long.open("a", links=100, seconds=100)
    for _ in range(4):
        long.put("a", "a")
    long.filled("a", more=True)
    assert not long.is_hungry

    assert taken(long) == "aa"

    assert len(long) == 2
    assert long.is_hungry
    ((slot, links),) = long.draw().more
    assert slot == "a"
    assert links >= 4
    assert not long.is_hungry
    assert not long.drawn
    long.filled("a", more=False)
    assert long.drawn


def test_a_slot_that_turns_out_to_be_empty_makes_room() -> None:
    narrow = window(slots=1)
    narrow.open("a", links=1, seconds=1)
    assert not narrow.is_hungry

    narrow.filled("a", more=False)

    assert narrow.is_hungry


def test_every_link_is_taken_once_however_things_go() -> None:
    chance = random.Random(4)
    waiting = {f"slot {number}": chance.randrange(1, 60) for number in range(300)}
    expected = Counter(waiting)
    narrow = window(slots=40, cap=3)
    unopened = deque(waiting)
    under_way: list[tuple[float, str]] = []
    seen: Counter[str] = Counter()
    now = 0.0
    while not narrow.drawn or len(narrow) or under_way:
        if narrow.is_hungry and not narrow.drawn:
            draw = narrow.draw()
            opened = [unopened.popleft() for _ in range(min(draw.slots, len(unopened)))]
            for slot in opened:
                narrow.open(slot, links=waiting[slot], seconds=chance.choice([1, 50, 500]))
            for slot, count in [*((slot, draw.first) for slot in opened), *draw.more]:
                drawn = min(count, waiting[slot])
                waiting[slot] -= drawn
                for _ in range(drawn):
                    narrow.put(slot, slot)
                narrow.filled(slot, more=drawn == count)
            if not unopened:
                narrow.no_more_slots()
        while len(under_way) < 30 and (slot := narrow.take()) is not None:
            seen[slot] += 1
            heapq.heappush(under_way, (now + chance.expovariate(1.0), slot))
            assert sum(busy == slot for _, busy in under_way) <= 3
        if under_way:
            now, slot = heapq.heappop(under_way)
            narrow.release(slot)

    assert seen == expected
