"""Clocks that are put forward and back: whole years, zone by zone, against cron(8)'s own rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dlt_crawler.schedule import WallClock, cron_trigger

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Shanghai", "UTC"]
"""Lord Howe Island moves by half an hour."""


def times(trigger: WallClock, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every moment from `start` on, before `end`, as a scheduler asks for them."""
    moment = trigger.get_next_fire_time(None, start)
    while moment is not None and moment < end.astimezone(UTC):
        yield moment
        moment = trigger.get_next_fire_time(moment, moment)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", ["0 0", "30 1", "45 1", "0 2", "15 2", "30 2", "59 2", "0 3"])
@pytest.mark.parametrize("year", [2026, 2027])
def test_a_time_of_day_comes_once_on_every_day_of_the_year(zone: str, at: str, year: int) -> None:
    start, end = (datetime(number, 1, 1, tzinfo=ZoneInfo(zone)) for number in (year, year + 1))
    found = times(cron_trigger(f"{at} * * *", zone), start, end)
    days = [moment.astimezone(start.tzinfo).date() for moment in found]
    assert days == [date(year, 1, 1) + timedelta(days=number) for number in range(365)]


@pytest.mark.parametrize(
    ("zone", "expression", "day", "expected"),
    [
        # Skipped: right after the gap, which ends at 03:00, 03:00, 02:30 on the wall.
        ("Europe/Berlin", "30 2 * * *", (2026, 3, 29), ["01:00"]),
        ("America/New_York", "30 2 * * *", (2026, 3, 8), ["07:00"]),
        ("Australia/Lord_Howe", "15 2 * * *", (2026, 10, 4), ["15:30"]),
        # Several times that are skipped are one run, and so is the one that is due when the gap ends.
        ("Europe/Berlin", "0,15,30 2,3 * * *", (2026, 3, 29), ["01:00", "01:15", "01:30"]),
        # Repeated: the first time only.
        ("Europe/Berlin", "30 2 * * *", (2026, 10, 25), ["00:30"]),
        ("America/New_York", "30 1 * * *", (2026, 11, 1), ["05:30"]),
        ("Australia/Lord_Howe", "45 1 * * *", (2026, 4, 5), ["14:45"]),
        ("Europe/Berlin", "0 2 25 10 *", (2026, 10, 25), ["00:00"]),
        # At any minute or hour: by real time, as often as the clock shows it.
        ("Europe/Berlin", "*/30 2 * * *", (2026, 10, 25), ["00:00", "00:30", "01:00", "01:30"]),
        ("Europe/Berlin", "*/30 2 * * *", (2026, 3, 29), []),
        ("Europe/Berlin", "30 */2 * * *", (2026, 3, 29), ["23:30", "02:30", "04:30"]),
    ],
)
def test_what_is_skipped_comes_after_the_gap_and_what_is_repeated_once(
    zone: str, expression: str, day: tuple[int, int, int], expected: list[str]
) -> None:
    midnight = datetime(*day, tzinfo=ZoneInfo(zone))
    found = times(cron_trigger(expression, zone), midnight, midnight.astimezone(UTC) + timedelta(hours=7))
    assert [f"{moment.astimezone(UTC):%H:%M}" for moment in found] == expected


PERIODIC: dict[str, Callable[[datetime], bool]] = {
    "*/20 * * * *": lambda wall: wall.minute % 20 == 0,
    "0 * * * *": lambda wall: wall.minute == 0,
    "45 * * * *": lambda wall: wall.minute == 45,
    "*/15 1-2 * * *": lambda wall: wall.minute % 15 == 0 and wall.hour in {1, 2},
    "10 */2 * * *": lambda wall: wall.minute == 10 and wall.hour % 2 == 0,
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("expression", PERIODIC)
@pytest.mark.parametrize("start", [(2026, 3, 7), (2026, 3, 28), (2026, 4, 4), (2026, 10, 3), (2026, 10, 24)])
def test_what_comes_at_any_hour_comes_whenever_the_clock_shows_it(
    zone: str, expression: str, start: tuple[int, int, int]
) -> None:
    first = datetime(*start, tzinfo=UTC)
    minutes = [first + timedelta(minutes=number) for number in range(2 * 24 * 60)]
    expected = [moment for moment in minutes if PERIODIC[expression](moment.astimezone(ZoneInfo(zone)))]
    found = list(times(cron_trigger(expression, zone), first, minutes[-1] + timedelta(minutes=1)))
    assert found == expected


@pytest.mark.parametrize("zone", ZONES)
def test_half_an_hour_is_half_an_hour_in_every_night_of_the_year(zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found = list(times(cron_trigger("*/30 * * * *", zone), start, start + timedelta(days=365)))
    assert found == [start + timedelta(minutes=30 * number) for number in range(365 * 48)]


def test_seconds_do_not_hide_the_time_at_which_an_hour_is_repeated() -> None:
    after = datetime(2026, 10, 25, 0, 59, 59, 700_000, tzinfo=UTC)
    found = cron_trigger("*/30 * * * *", "Europe/Berlin").get_next_fire_time(None, after)
    assert found == datetime(2026, 10, 25, 1, 0, tzinfo=UTC)


def test_times_that_passed_are_one() -> None:
    trigger = cron_trigger("30 2 * * *", "UTC")
    found = trigger.get_next_fire_time(datetime(2026, 1, 1, 2, 30, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
    assert found == datetime(2026, 6, 1, 2, 30, tzinfo=UTC)
