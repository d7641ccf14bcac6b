"""How many captures of a list are looked at, and which of them is found."""

from __future__ import annotations

from math import log2

import pytest

from dlt_crawler.archive.walk import MOST, nearest_good


def walked(good: set[int], number: int, *, beyond: int = 0) -> tuple[int | None, list[int]]:
    """Return what is found of so many captures of which these are good, and what was looked at."""
    looked: list[int] = []

    def look(place: int) -> int | None:
        looked.append(place)
        return place if place in good else None

    return nearest_good(range(number), look, lambda: range(number, number + beyond)), looked


@pytest.mark.parametrize("number", [1, 2, 3, 5, 12, 13, 14, 38, 60, 98, 100])
def test_where_a_page_was_lost_once_the_last_good_capture_is_found_whenever_that_was(number: int) -> None:
    for first in range(number):
        found, looked = walked(set(range(first, number)), number)
        assert found == first
        assert len(looked) == len(set(looked)) <= MOST + log2(number)


@pytest.mark.parametrize("place", range(MOST))
def test_a_single_good_capture_among_a_dozen_is_found(place: int) -> None:
    assert walked({place}, MOST)[0] == place


@pytest.mark.parametrize("number", [0, 1, 12, 40, 100])
def test_where_all_are_bad_no_more_than_a_dozen_are_looked_at(number: int) -> None:
    found, looked = walked(set(), number)
    assert found is None
    assert len(looked) == min(number, MOST)


def test_few_looks_are_needed_near_the_date() -> None:
    assert [walked(set(range(first, 60)), 60)[1] for first in (0, 1, 2)] == [[0], [0, 1], [0, 1, 3, 2]]


@pytest.mark.parametrize(("first", "found"), [(105, 105), (117, 117)])
def test_what_lies_beyond_a_full_list_is_found(first: int, found: int) -> None:
    assert walked(set(range(first, 126)), 100, beyond=26)[0] == found


def test_what_lies_beyond_is_not_asked_for_when_the_list_has_a_good_one() -> None:
    def further() -> list[int]:
        raise AssertionError

    assert nearest_good(range(100), lambda place: place if place > 50 else None, further) == 51
