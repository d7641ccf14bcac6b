"""When the nightly job runs. The job itself runs in a child process: a reactor cannot be started twice in one."""

from __future__ import annotations

import logging
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from dlt_crawler.errors import ConfigError, StoreError

log = logging.getLogger(__name__)

HEARTBEAT = 60
"""Seconds. The scheduler waits on a clock that stands still while the machine sleeps: it is woken this often to look
at the real one, and leaves a file with a fresh date for health checks."""

HEARTBEAT_FILE = "schedule.alive"

_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS = ("minute", "hour", "day", "month", "day_of_week")


def cron_trigger(expression: str, timezone: str) -> BaseTrigger:
    """Return the trigger of a five-field cron expression with cron's own meaning (crontab(5)).

    Unlike APScheduler's reading, 0 and 7 are Sunday, and when day of month and day of week are both restricted, either
    is enough. Raises ConfigError for an expression that is not one.
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
        trigger = _trigger(by_name, zone)
    except ValueError as error:
        raise ConfigError(f"schedule.cron: {expression!r}: {error}") from error
    if trigger.get_next_fire_time(None, datetime.now(UTC)) is None:
        raise ConfigError(f"schedule.cron: {expression!r} never comes")
    return trigger


def _trigger(fields: Mapping[str, str], zone: ZoneInfo) -> BaseTrigger:
    by_name = {**fields, "day_of_week": _weekday_names(fields["day_of_week"])}
    if "*" in (by_name["day"][0], by_name["day_of_week"][0]):
        return CronTrigger(**by_name, timezone=zone)
    of_month = CronTrigger(**{**by_name, "day_of_week": "*"}, timezone=zone)
    return OrTrigger([of_month, CronTrigger(**{**by_name, "day": "*"}, timezone=zone)])


def run_nightly(
    trigger: BaseTrigger,
    command: Sequence[str],
    *,
    at_once: bool,
    last_started: datetime | None,
    heartbeat: Path,
    say: Callable[[str], None],
) -> None:
    """Run `command` in a child process whenever `trigger` fires, one at a time, until SIGINT or SIGTERM.

    A time that passed while the machine slept, or while nothing was running since `last_started`, is caught up with
    once. On a signal the child is asked to end, and KeyboardInterrupt is raised. `heartbeat` is touched every minute.
    """
    nightly = _Nightly(command, say)
    scheduler = BlockingScheduler(
        # The defaults skip a job that is over a second late, silently (science.md, part F).
        job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        timezone=UTC,
    )
    scheduler.add_job(nightly.start, trigger, id="nightly")
    try:
        heartbeat.parent.mkdir(parents=True, exist_ok=True)
        heartbeat.touch()
    except OSError as error:
        raise StoreError(f"{heartbeat}: cannot be written: {error.strerror}") from error
    scheduler.add_job(heartbeat.touch, "interval", seconds=HEARTBEAT, id="heartbeat")
    now = datetime.now(UTC)
    if at_once or _missed(trigger, last_started, now):
        scheduler.add_job(nightly.start, id="now")
    say(f"next run: {trigger.get_next_fire_time(None, now):%Y-%m-%d %H:%M %Z}")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        scheduler.start()
    finally:
        nightly.stop()
        if scheduler.running:
            scheduler.shutdown(wait=False)


def _missed(trigger: BaseTrigger, last_started: datetime | None, now: datetime) -> bool:
    if last_started is None:
        return False
    due = trigger.get_next_fire_time(None, last_started)
    return due is not None and due <= now


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Nightly:
    """The child process, if one runs."""

    def __init__(self, command: Sequence[str], say: Callable[[str], None]) -> None:
        self._command = list(command)
        self._say = say
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self._child is not None:
            self._say("the last run is still under way: this one is left out")
            return
        self._say(f"starting the nightly run at {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
        try:
            # The command is our own interpreter and our own module, never a shell.
            with subprocess.Popen(self._command) as child:  # noqa: S603
                self._child = child
                status = child.wait()
        except OSError as error:
            # Raised here it would only reach APScheduler's log; tomorrow is another night.
            self._say(f"the nightly run cannot be started: {error}")
            return
        finally:
            self._child = None
        self._say(f"the nightly run ended with exit status {status}")

    def stop(self) -> None:
        if self._child is not None:
            self._child.terminate()


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
