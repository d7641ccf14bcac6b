"""The nights: one job and its times, what is done when one was missed, and what when there was no network."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from apscheduler.schedulers.base import BaseScheduler

from dlt_crawler.errors import LockHeld, NetworkDown
from dlt_crawler.model import Network, Run
from dlt_crawler.schedule.child import Child
from dlt_crawler.schedule.diary import HEARTBEAT, Attempt, Diary, Entry
from dlt_crawler.schedule.wall_clock import WallClock

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
TRIES = 3
"""A run that had no network, or was cut off, is tried again after AGAIN, at most TRIES times, and not at or after the
next time."""

CORRECTION = timedelta(hours=3)
"""A clock that is set back by less is mended, or summer ended: what has run does not run again. One that is set back by
more was wrong: its times count no more (cron(8) of Vixie's cron draws the line there)."""

_JOB = "nightly"


def _utc() -> datetime:
    return datetime.now(UTC)


def run_nightly(
    trigger: WallClock, command: Sequence[str], *, storage: Path, latest: Callable[[], Run | None], at_once: bool
) -> None:
    """Run `command` in a child process whenever `trigger` fires, one at a time, until SIGINT, SIGTERM or SIGHUP.

    On a signal the child is asked to end and waited for, at a second one it is killed; then KeyboardInterrupt is
    raised. `latest` returns the latest run of the database. What others may know is written to `storage` (`Diary`).
    """
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        # nohup: the terminal may go, the nights go on.
        signals.remove(signal.SIGHUP)
    for number in signals:
        signal.signal(number, _interrupt)
    scheduler = Scheduler(trigger, command, diary=Diary(storage), latest=latest)
    try:
        scheduler.begin(at_once=at_once)
        while True:
            scheduler.turn()
            scheduler.wait()
    finally:
        scheduler.end()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class Scheduler:
    """The nights. `clock` returns the time, aware; whoever holds it calls `turn` at least every HEARTBEAT seconds.

    APScheduler is turned by hand and not by a thread of its own: the wait between two times is measured by a clock that
    stands still while the machine sleeps, and a health check should not see life where nothing starts runs any more.
    """

    def __init__(
        self,
        trigger: WallClock,
        command: Sequence[str],
        *,
        diary: Diary,
        latest: Callable[[], Run | None],
        clock: Callable[[], datetime] = _utc,
    ) -> None:
        self._trigger = trigger
        self._child = Child(command)
        self._diary = diary
        self._latest = latest
        self._clock = clock
        self._timetable = _Timetable()
        self._began = self._turned = clock()
        before = diary.read()
        self._last = None if before is None else before.last
        self._tries = 0
        self._trying_again = False
        self._ending = False

    def begin(self, *, at_once: bool = False) -> None:
        """Start with the next time, or at once: when that is asked for, or when a run is owed."""
        now = self._clock()
        owed = "asked for" if at_once else self._owed(now)
        first = now if owed else self._trigger.get_next_fire_time(None, now)
        self._timetable.add_job(self._run, self._trigger, id=_JOB, name="the nightly run", next_run_time=first)
        self._timetable.start()
        if owed:
            log.info("running at once: %s", owed, extra={"fields": {"event": "run_owed"}})
        self._say_next(self._trigger.get_next_fire_time(None, now))

    def turn(self) -> None:
        """Start what is due, and let the outside know."""
        now = self._clock()
        if self._turned - now > CORRECTION:
            log.warning("the clock was set back by %s", self._turned - now)
            self._timetable.modify_job(_JOB, next_run_time=self._trigger.get_next_fire_time(None, now))
        self._turned = now
        self._timetable.turn()
        self._diary.beat(now)
        self._diary.write(self._entry())

    def wait(self) -> None:
        """Wait for the next time, for something to let the outside know, or until it is time for a heartbeat."""
        self._timetable.wait(HEARTBEAT)

    def end(self) -> None:
        """Start nothing more, and end the run that is under way."""
        self._ending = True
        self._child.end()
        if self._timetable.running:
            # Waits for the thread that has waited for the child.
            self._timetable.shutdown()
        self._diary.write(self._entry(ended=self._clock()))

    def _owed(self, now: datetime) -> str | None:
        """Return why there should be a run now; None when the last one did all that it was for."""
        run = self._latest()
        if run is None:
            return None
        if run.done is None:
            return "the last run was cut off"
        if run.network is Network.DOWN:
            return "the last run had no network"
        due = self._trigger.get_next_fire_time(None, run.done)
        return "a night was missed" if due is not None and due <= now else None

    def _run(self) -> None:
        if not self._trying_again:
            self._tries = 0
        self._trying_again = False
        started = self._clock()
        self._note(Attempt(started))
        log.info("starting the nightly run at %s", _shown(started), extra={"fields": {"event": "run_started"}})
        try:
            status = self._child.run()
        except OSError as error:
            # Tomorrow is another night.
            log.error("the nightly run cannot be started: %s", error)  # noqa: TRY400 -- no bug, and no traceback
            status = None
        run = self._latest()
        self._note(Attempt(started, self._clock(), status, None if run is None else run.id))
        if self._ending:
            log.info("the nightly run was ended; the next one goes on with it")
        elif status is not None:
            self._tell(status)
            self._go_on(_why_again(run, status))

    def _tell(self, status: int) -> None:
        fields = {"fields": {"event": "run_ended", "exit_status": status}}
        if status == 0:
            log.info("the nightly run ended with exit status 0", extra=fields)
        elif status == LockHeld.exit_status:
            log.error("another run is under way: this one was left out (exit status %d)", status, extra=fields)
        elif status < 0:
            log.error("the nightly run was killed by signal %d", -status, extra=fields)
        else:
            log.error("the nightly run ended with exit status %d", status, extra=fields)

    def _go_on(self, why_again: str | None) -> None:
        now = self._clock()
        regular, soon = self._trigger.get_next_fire_time(now, now), now + AGAIN
        if why_again is not None and self._tries < TRIES and (regular is None or soon < regular):
            self._tries += 1
            self._trying_again = True
            self._timetable.modify_job(_JOB, next_run_time=soon)
            log.info("%s: try %d of %d follows", why_again, self._tries, TRIES)
            self._say_next(soon)
        else:
            self._say_next(regular)

    def _note(self, attempt: Attempt) -> None:
        self._last = attempt
        self._timetable.wakeup()

    def _entry(self, ended: datetime | None = None) -> Entry:
        job = self._timetable.get_job(_JOB)
        return Entry(
            pid=os.getpid(),
            started=self._began,
            cron=self._trigger.expression,
            timezone=self._trigger.zone.key,
            next=None if job is None or ended is not None else job.next_run_time,
            last=self._last,
            ended=ended,
        )

    def _say_next(self, moment: datetime | None) -> None:
        if moment is not None:
            fields = {"event": "next_run", "next": moment.astimezone(UTC).isoformat()}
            shown = _shown(moment.astimezone(self._trigger.zone))
            log.info("next run: %s", shown, extra={"fields": fields})


def _why_again(run: Run | None, status: int) -> str | None:
    """Return why a run that ended with this status is to be tried again, and `run` is the latest; None: it is not."""
    if run is None or status in {0, LockHeld.exit_status}:
        return None
    if run.done is None:
        return "the run was cut off"
    no_network = run.network is Network.DOWN and status == NetworkDown.exit_status
    return "there was no network" if no_network else None


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"


class _Timetable(BaseScheduler):  # type: ignore[misc]  # APScheduler has no types
    """APScheduler, turned by hand."""

    def __init__(self) -> None:
        # The defaults skip a job that is over a second late, silently (science.md, part F).
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        super().__init__(job_defaults=defaults, timezone=UTC)
        self._woken = threading.Event()
        self._seconds: float | None = None

    def wakeup(self) -> None:
        """End the present `wait`, or the next one (BaseScheduler: a job has changed)."""
        self._woken.set()

    def shutdown(self, wait: bool = True) -> None:
        """End, with `wait` when every job has ended (BaseScheduler)."""
        super().shutdown(wait)
        self.wakeup()

    def turn(self) -> None:
        """Start the jobs that are due."""
        self._woken.clear()
        self._seconds = self._process_jobs()

    def wait(self, longest: float) -> None:
        """Wait until the next job is due, something has changed, or `longest` seconds are over."""
        self._woken.wait(longest if self._seconds is None else min(self._seconds, longest))
