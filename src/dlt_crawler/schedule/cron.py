"""Cron expressions, with cron's own meaning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from dlt_crawler.errors import ConfigError
from dlt_crawler.schedule.wall_clock import WallClock

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")


def cron_trigger(expression: str, timezone: str) -> WallClock:
    """Return the trigger of a five-field cron expression with cron's own meaning (crontab(5), cron(8)).

    Unlike APScheduler's reading, 0 and 7 are Sunday, when day of month and day of week are both restricted, either is
    enough, and a time of day comes once on every day, whatever clocks are put forward or back. Raises ConfigError for
    an expression that is not one.
    """
    fields = expression.split()
    if len(fields) != len(_FIELDS):
        raise ConfigError(f"schedule.cron: {expression!r} has {len(fields)} fields, not the five of cron")
    by_name = dict(zip(_FIELDS, fields, strict=True))
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"schedule.timezone: {timezone!r} is no time zone of the IANA database") from error
    try:
        calendar = _calendar(by_name)
    except ValueError as error:
        raise ConfigError(f"schedule.cron: {expression!r}: {error}") from error
    # cron(8): what is said to come at any minute or hour goes by real time, what comes at a set time by the day.
    periodic = "*" in (by_name["minute"][0], by_name["hour"][0])
    trigger = WallClock(" ".join(fields), calendar, zone, periodic=periodic)
    if trigger.get_next_fire_time(None, datetime.now(UTC)) is None:
        raise ConfigError(f"schedule.cron: {expression!r} never comes")
    return trigger


def _calendar(fields: Mapping[str, str]) -> BaseTrigger:
    """Return what knows the times on the wall: its UTC stands for the local time of any place."""
    by_name = {**fields, "day_of_week": _weekday_names(fields["day_of_week"])}
    if "*" in (by_name["day"][0], by_name["day_of_week"][0]):
        return CronTrigger(**by_name, timezone=UTC)
    of_month = CronTrigger(**{**by_name, "day_of_week": "*"}, timezone=UTC)
    return OrTrigger([of_month, CronTrigger(**{**by_name, "day": "*"}, timezone=UTC)])


def _weekday_names(field: str) -> str:
    """Write cron's day of week, where 0 and 7 are Sunday, as names, which mean the same to everybody."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.lower().split(","):
        span, _, step = part.partition("/")
        first, _, last = ("0-6" if span == "*" else span).partition("-")
        start = _weekday(first)
        end = _weekday(last) if last else (6 if step else start)
        if end < start:
            # fri-mon and 5-7 are both said; a week has no end.
            end += 7
        days.update(day % 7 for day in range(start, end + 1, int(step or 1)))
    return ",".join(_WEEKDAYS[day] for day in sorted(days))


def _weekday(word: str) -> int:
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    if word.isdigit() and int(word) <= 7:
        return int(word) % 7
    raise ValueError(f"{word!r} is not a day of the week (0 to 7, or sun to sat)")
