"""The walk over a list of captures, to the nearest good one, with as few looks as will do. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

Capture = TypeVar("Capture")
Found = TypeVar("Found")

MOST = 12
"""Looks until a good one is found; the gap before it is then halved as often as it takes, which is log2 of it."""
_BEGIN = (0, 1, 3)


def nearest_good(
    captures: Sequence[Capture], look: Callable[[Capture], Found | None], further: Callable[[], Sequence[Capture]]
) -> Found | None:
    """Return what `look` returns for the nearest good capture of a list, which begins with the nearest.

    `look` returns None for a bad one. Pages are lost once: what is bad near to the date is mostly bad up to some day,
    and good beyond it, or all is bad. So after the first few the last one is looked at; then steps are doubled until a
    good one is found, and the gap before it is halved. Where none is found, what was left out is looked at.

    `further`: returns what lies beyond the last one. Called at most once, when there are many, and the last one is bad.
    """
    known = list(captures)
    looked: dict[int, Found | None] = {}

    def is_good(place: int) -> bool:
        if place not in looked:
            looked[place] = look(known[place])
        return looked[place] is not None

    good = next((place for place in _BEGIN if place < len(known) and is_good(place)), None)
    if good is not None:
        return looked[_halved(good, looked, is_good)]
    # Of a few, each is looked at if need be.
    if len(known) > MOST and not is_good(len(known) - 1):
        known += further()
    last = len(known) - 1
    if last >= MOST and is_good(last):
        good = last
    for place in (*_doubled(last), *(range(last + 1) if good is None else ())):
        if len(looked) >= MOST or (good is not None and place >= good):
            break
        if is_good(place):
            good = place
            break
    return None if good is None else looked[_halved(good, looked, is_good)]


def _halved(good: int, looked: Collection[int], is_good: Callable[[int], bool]) -> int:
    """Return the first good place after the last one that was looked at and is bad."""
    bad = max((place for place in looked if place < good), default=-1)
    while good - bad > 1:
        middle = (good + bad) // 2
        if is_good(middle):
            good = middle
        else:
            bad = middle
    return good


def _doubled(last: int) -> list[int]:
    places = [2 * _BEGIN[-1] + 1]
    while places[-1] < last:
        places.append(2 * places[-1] + 1)
    return [min(place, last) for place in places if last >= 0]
