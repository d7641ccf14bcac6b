"""How the nights go, for people and health checks: the scheduler, its next time, and what came of the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dlt_crawler.language import _, ngettext, told
from dlt_crawler.model import Run
from dlt_crawler.report import discreet
from dlt_crawler.report.json import dump, moment
from dlt_crawler.report.paper import column, minute
from dlt_crawler.schedule.cron import cron_trigger
from dlt_crawler.schedule.diary import HEARTBEAT, Diary, Entry

STALE = timedelta(seconds=3 * HEARTBEAT)
"""A scheduler whose last heartbeat is older is not alive: it should have had two more."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest run in the database, if there is one, and how many links it changed; `trouble`: why nobody knows."""

    run: Run | None = None
    changes: int | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """How the nights go `now`. `next` is in the time zone of the schedule, None when its times are over."""

    now: datetime
    alive: bool
    heartbeat: datetime | None
    entry: Entry | None
    cron: str
    timezone: str
    next: datetime | None
    latest: Latest

    @property
    def under_way(self) -> bool:
        """Whether the scheduler has a run going on."""
        return self.alive and self.entry is not None and self.entry.last is not None and self.entry.last.ended is None

    @property
    def exit_status(self) -> int | None:
        """That of the latest run; None when it is not known: the scheduler did not start it, or did not see its end."""
        last, run = None if self.entry is None else self.entry.last, self.latest.run
        return None if last is None or run is None or last.run != run.id else last.exit_status


def status_of(
    diary: Diary, latest: Latest, cron: str | None, timezone: str | None, *, usual: tuple[str, str], now: datetime
) -> Status:
    """Return how the nights go by the schedule `cron` in `timezone`.

    Where these are None they are those of the scheduler that is alive, else the `usual`. Raises ConfigError.
    """
    heartbeat, entry = diary.last_beat(), diary.read()
    # A heartbeat far in the future is from a clock that was wrong, and of no use either.
    alive = heartbeat is not None and abs(now - heartbeat) < STALE and not _has_ended(entry, heartbeat)
    working = entry if alive else None
    default_cron, default_zone = usual if working is None else (working.cron, working.timezone)
    trigger = cron_trigger(default_cron if cron is None else cron, default_zone if timezone is None else timezone)
    upcoming = trigger.get_next_fire_time(None, now)
    if working is not None and working.next is not None and cron is None and timezone is None:
        # Not always a time of the schedule: after a night without a network it is sooner.
        upcoming = working.next
    local = None if upcoming is None else upcoming.astimezone(trigger.zone)
    return Status(now, alive, heartbeat, entry, trigger.expression, trigger.zone.key, local, latest)


def status_text(status: Status) -> str:
    """Return a line for the scheduler, its times, the last run and its result, for a terminal."""
    run, trouble = status.latest.run, status.latest.trouble
    rows = {
        _("scheduler"): _scheduler(status),
        _("schedule"): f"{status.cron} ({status.timezone})",
        _("next run"): _("never") if status.next is None else _in_both(status.next),
        _("last run"): _last_run(run, trouble),
        _("result"): _result(status),
    }
    return "".join(f"{column(name, 11)}{discreet(text)}\n" for name, text in rows.items() if text)


def status_json(status: Status) -> str:
    """Return the same as an object. Times are ISO 8601; every key is always there, null where nothing is known."""
    run, entry = status.latest.run, status.entry
    return (
        dump(
            {
                "schema": 1,
                "alive": status.alive,
                "heartbeat": moment(status.heartbeat),
                "pid": entry.pid if entry is not None and status.alive else None,
                "cron": status.cron,
                "timezone": status.timezone,
                "next": moment(status.next),
                "next_local": None if status.next is None else status.next.isoformat(timespec="seconds"),
                "running": status.under_way,
                "run": None
                if run is None
                else {
                    "id": run.id,
                    "started": moment(run.started),
                    "finished": moment(run.finished),
                    "done": moment(run.done),
                    "full": run.full,
                    "network": run.network.value,
                    "trouble": run.trouble,
                },
                "result": {"exit_status": status.exit_status, "changes": status.latest.changes},
                "trouble": status.latest.trouble,
            },
            indent=2,
        )
        + "\n"
    )


def _has_ended(entry: Entry | None, heartbeat: datetime) -> bool:
    return entry is not None and entry.ended is not None and entry.ended >= heartbeat


def _scheduler(status: Status) -> str:
    if status.heartbeat is None:
        return _("not alive: it has left no heartbeat")
    if not status.alive:
        sentence = _("not alive: last heartbeat {beat} UTC, {age} ago")
    elif status.entry is None:
        sentence = _("alive, last heartbeat {beat} UTC, {age} ago")
    else:
        sentence = _("alive, process {process} since {start} UTC, last heartbeat {beat} UTC, {age} ago")
    return sentence.format(
        beat=minute(status.heartbeat),
        age=_age(status.now - status.heartbeat),
        process=status.entry.pid if status.entry else None,
        start=minute(status.entry.started) if status.entry else None,
    )


def _last_run(run: Run | None, trouble: str | None) -> str:
    if run is not None:
        return _run(run)
    return _("unknown: {trouble}").format(trouble=told(trouble)) if trouble else _("none")


def _run(run: Run) -> str:
    if run.done is not None:
        sentence = _("{run}, started {start} UTC, done {end} UTC")
    elif run.finished is None:
        sentence = _("{run}, started {start} UTC, not done yet")
    else:
        sentence = _("{run}, started {start} UTC, checked {end} UTC, not done yet")
    end = run.done or run.finished
    said = sentence.format(run=run.id, start=minute(run.started), end=minute(end) if end else None)
    return said if run.trouble is None else f"{said}; {told(run.trouble)}"


def _result(status: Status) -> str:
    changes = status.latest.changes
    parts = [_("under way")] if status.under_way else []
    if not parts and status.exit_status is not None:
        parts.append(_("exit status {status}").format(status=status.exit_status))
    if changes is not None:
        parts.append(ngettext("{number} link changed", "{number} links changed", changes).format(number=changes))
    return ", ".join(parts)


def _in_both(at: datetime) -> str:
    local, utc = f"{at:%Y-%m-%d %H:%M %Z}", f"{minute(at)} UTC"
    return utc if local == utc else f"{utc} ({local})"


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"
