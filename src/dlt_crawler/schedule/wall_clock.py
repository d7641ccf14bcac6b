"""Times on the wall to moments, where clocks are put forward and back, as cron(8) of Vixie's cron has it.

A time that is skipped comes right after the gap, a time that is repeated comes once, the first time; what comes at any
minute or hour goes by real time instead. APScheduler's own trigger fires twice at a time that is repeated.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger

_INSTANT = timedelta(microseconds=1)
"""The resolution of `datetime`."""

_STRIDE = timedelta(days=1)
"""How far apart two looks at the clock of a zone are: none is put forward and back again within so short a time."""


class WallClock(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """When a cron expression comes in a time zone.

    `calendar` is a trigger over times on the wall, written as UTC. `periodic`: it goes by real time.
    """

    def __init__(self, expression: str, calendar: BaseTrigger, zone: ZoneInfo, *, periodic: bool) -> None:
        self.expression = expression
        self.zone = zone
        self._calendar = calendar
        self._periodic = periodic

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        """Return the first moment at or after `now`, and after the previous one; None when there is none.

        However many times have passed since the previous one, they are one. All in UTC: within one zone, Python
        compares and adds what the clock on the wall shows.
        """
        start = now.astimezone(UTC)
        if previous_fire_time is not None:
            start = max(start, previous_fire_time.astimezone(UTC) + _INSTANT)
        return self._next_by_time(start) if self._periodic else self._next_by_day(start)

    def _next_by_day(self, start: datetime) -> datetime | None:
        # From just before `start`: when it is the end of a gap, the times that were skipped come now.
        wall = self._on_the_wall((start - _INSTANT).astimezone(self.zone).replace(tzinfo=UTC))
        while wall is not None and (moment := self._moment(wall)) < start:
            # Of a time that is repeated, that is when it is there for the second time.
            wall = self._on_the_wall(wall + _INSTANT)
        return None if wall is None else moment

    def _next_by_time(self, start: datetime) -> datetime | None:
        while True:
            # Between two changes of the clock, the wall and UTC go side by side.
            offset = self._offset(start)
            wall = self._on_the_wall(start + offset)
            if wall is None:
                return None
            moment = wall - offset
            change = self._first_change(start, moment)
            if change is None:
                return moment
            start = change

    def _on_the_wall(self, start: datetime) -> datetime | None:
        found: datetime | None = self._calendar.get_next_fire_time(None, start)
        return found

    def _moment(self, wall: datetime) -> datetime:
        """Return the first moment at which the clock shows `wall`, or, when it never does, the end of the gap."""
        local = wall.replace(tzinfo=self.zone)
        # In a gap, the offset from before it leads to behind it, and the other way round (PEP 495).
        first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        if second >= first:
            return first
        return self._first_change(second, first) or first

    def _first_change(self, start: datetime, end: datetime) -> datetime | None:
        """Return the first moment after `start`, up to `end`, from which on the clock is another; None without one."""
        offset = self._offset(start)
        while start < end:
            later = min(start + _STRIDE, end)
            if self._offset(later) != offset:
                break
            start = later
        else:
            return None
        # The clocks of the zone database change at a full second.
        start = start.replace(microsecond=0)
        before, after = 0, int((later - start).total_seconds()) + 1
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset(start + timedelta(seconds=middle)) == offset:
                before = middle
            else:
                after = middle
        return start + timedelta(seconds=after)

    def _offset(self, moment: datetime) -> timedelta:
        offset = moment.astimezone(self.zone).utcoffset()
        return timedelta() if offset is None else offset
