"""The nights by a clock of our own, through the real APScheduler: sleep, outages, clocks that jump, full disks."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import apscheduler.schedulers.base
import pytest
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_SUBMITTED, JobEvent

from dlt_crawler.model import Network, Run, RunId
from dlt_crawler.schedule import Attempt, Diary, Scheduler, cron_trigger

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass
class Clock:
    """A clock that stands still until it is told otherwise: ours, and APScheduler's."""

    now: datetime = FRIDAY

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()

    class Injected(datetime):
        @classmethod
        def now(cls, tz=None):  # type: ignore[no-untyped-def]
            return clock.now.astimezone(tz)

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Injected)
    return clock


def run_of(done: datetime | None, *, started: datetime | None = None, network: Network = Network.OK) -> Run:
    begun = started or (done or FRIDAY) - HOUR
    return Run(RunId(7), begun, done, network, done=done)


@dataclass
class World:
    """A scheduler whose job ends at once with `status`; `started`: when it was started, by the clock."""

    clock: Clock
    storage: Path
    cron: str = "30 2 * * *"
    zone: str = "UTC"
    latest: Run | None = None
    status: int = 0
    started: list[datetime] = field(default_factory=list)

    def __enter__(self) -> World:
        trigger = cron_trigger(self.cron, self.zone)
        command = ["/bin/sh", "-c", f"exit $(cat '{self.storage}/status')"]
        self.scheduler = Scheduler(
            trigger, command, diary=Diary(self.storage), latest=lambda: self.latest, clock=self.clock
        )
        self.events: queue.Queue[JobEvent] = queue.Queue()
        self.submitted = 0
        self.scheduler._timetable.add_listener(self._submitted, EVENT_JOB_SUBMITTED)
        self.scheduler._timetable.add_listener(self.events.put, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self.scheduler.begin()
        return self

    def __exit__(self, *_error: object) -> None:
        self.scheduler.end()

    def _submitted(self, _event: JobEvent) -> None:
        self.submitted += 1
        self.started.append(self.clock.now)

    def turn(self) -> None:
        """What happens now; returns when the job has ended."""
        (self.storage / "status").write_text(str(self.status))
        self.scheduler.turn()
        while self.submitted:
            event = self.events.get(timeout=60)
            assert event.exception is None, event.traceback
            self.submitted -= 1
        self.scheduler.turn()

    def at(self, *moments: datetime) -> list[datetime]:
        """Let it be these times, one after the other, and return those at which the job was started."""
        before = len(self.started)
        for moment in moments:
            self.clock.now = moment
            self.turn()
        return self.started[before:]

    def until(self, end: datetime) -> list[datetime]:
        """Let the time go by, as the scheduler itself would wait for it."""
        before = len(self.started)
        self.turn()
        while (seconds := self.scheduler._timetable._seconds) is not None:
            if self.clock.now + timedelta(seconds=seconds) >= end:
                break
            self.clock.now += timedelta(seconds=max(seconds, 0.001))
            self.turn()
        self.clock.now = end
        return self.started[before:]


@pytest.fixture
def world(clock: Clock, tmp_path: Path) -> Iterator[World]:
    with World(clock, tmp_path) as world:
        yield world


def night(day: int) -> datetime:
    return datetime(2026, 11, day, 2, 30, tzinfo=UTC)


def test_every_night_has_its_run(world: World) -> None:
    assert world.until(FRIDAY + 4 * DAY) == [night(21), night(22), night(23), night(24)]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("start", [(2026, 3, 1), (2026, 9, 28)])
def test_a_season_in_which_clocks_change_has_a_run_on_every_day(
    clock: Clock, tmp_path: Path, zone: str, start: tuple[int, int, int]
) -> None:
    place = ZoneInfo(zone)
    clock.now = datetime(*start, tzinfo=place).astimezone(UTC)
    with World(clock, tmp_path, "45 1 * * *", zone) as world:
        days = [moment.astimezone(place).date() for moment in world.until(clock.now + 42 * DAY - HOUR)]
    assert days == [date(*start) + number * DAY for number in range(42)]


def test_nights_that_were_slept_through_are_one_run_after_waking(world: World) -> None:
    woken = FRIDAY + 5 * DAY
    assert world.at(FRIDAY, woken, woken + timedelta(minutes=1)) == [woken]
    assert world.until(woken + DAY) == [night(26)]


@pytest.mark.parametrize(
    ("latest", "expected"),
    [
        (None, []),
        (run_of(night(20) + HOUR), []),
        (run_of(night(19) + HOUR), [FRIDAY]),
        (run_of(FRIDAY - 40 * DAY), [FRIDAY]),
        # It began on the day before and took until after the time of tonight.
        (run_of(night(20) + HOUR, started=night(19)), []),
        # Cut off by a power loss: gone on with.
        (run_of(None, started=night(20)), [FRIDAY]),
        (run_of(night(20) + HOUR, network=Network.DOWN), [FRIDAY]),
        # The clock was wrong then.
        (run_of(FRIDAY + 4000 * DAY), []),
    ],
    ids=["first", "done tonight", "a night missed", "off for weeks", "long", "cut off", "no network", "future"],
)
def test_what_is_owed_at_the_start_is_run_once(
    clock: Clock, tmp_path: Path, latest: Run | None, expected: list[datetime]
) -> None:
    with World(clock, tmp_path, latest=latest) as world:
        assert world.at(FRIDAY, FRIDAY + HOUR) == expected
        world.latest = run_of(FRIDAY)
        assert world.until(FRIDAY + DAY) == [night(21)]


def test_a_night_without_a_network_is_tried_again_three_times(world: World) -> None:
    world.status, world.latest = 3, run_of(night(21), network=Network.DOWN)
    first, second, third, fourth = world.until(night(21) + 12 * HOUR)
    assert [moment - night(21) for moment in (first, second, third, fourth)] == [0 * HOUR, HOUR, 2 * HOUR, 3 * HOUR]
    # The next night has its own tries, and with a network no more follow.
    (again,) = world.until(night(22) + timedelta(minutes=30))
    world.status, world.latest = 0, run_of(night(22))
    assert world.until(night(23) + HOUR) == [night(22) + HOUR, night(23)]
    assert again == night(22)


@pytest.mark.parametrize("status", [1, 3, 137])
def test_a_night_that_was_cut_off_is_gone_on_with_after_an_hour_and_three_times_at_most(
    world: World, status: int
) -> None:
    world.status, world.latest = status, run_of(None)
    tries = world.until(night(21) + 12 * HOUR)
    assert [moment - night(21) for moment in tries] == [0 * HOUR, HOUR, 2 * HOUR, 3 * HOUR]
    assert world.until(night(22) + timedelta(minutes=30)) == [night(22)]
    world.status, world.latest = 0, run_of(night(22))
    assert world.until(night(23) + HOUR) == [night(22) + HOUR, night(23)]


def test_a_run_of_somebody_else_that_is_under_way_is_left_alone(world: World) -> None:
    world.status, world.latest = 75, run_of(None)
    assert world.until(FRIDAY + 2 * DAY) == [night(21), night(22)]


@pytest.mark.parametrize("status", [3, 75, 2])
def test_what_fails_otherwise_waits_for_the_next_night(world: World, status: int) -> None:
    world.status, world.latest = status, run_of(night(20))
    assert world.until(FRIDAY + 2 * DAY) == [night(21), night(22)]


def test_tries_make_way_for_the_regular_times(clock: Clock, tmp_path: Path) -> None:
    with World(clock, tmp_path, "30 */1 * * *", status=3) as world:
        world.latest = run_of(FRIDAY, network=Network.DOWN)
        assert world.until(FRIDAY + 3 * HOUR) == [FRIDAY + timedelta(minutes=number) for number in (30, 90, 150)]


def test_a_clock_that_is_mended_by_seconds_brings_no_second_run(world: World) -> None:
    assert world.at(night(21), night(21) - timedelta(seconds=2), night(21) + timedelta(seconds=1)) == [night(21)]


def test_a_clock_that_was_years_ahead_does_not_silence_the_nights(world: World) -> None:
    ahead = FRIDAY + 4000 * DAY
    assert world.at(FRIDAY, ahead) == [ahead]
    world.clock.now = FRIDAY + HOUR
    assert world.until(FRIDAY + 2 * DAY) == [night(21), night(22)]


def test_a_heartbeat_is_left_with_every_turn(world: World) -> None:
    world.at(FRIDAY, FRIDAY + timedelta(minutes=1))
    assert Diary(world.storage).last_beat() == FRIDAY + timedelta(minutes=1)


def test_what_it_did_and_will_do_is_written_down(world: World) -> None:
    world.status, world.latest = 3, run_of(night(20))
    world.until(night(21) + HOUR)
    entry = Diary(world.storage).read()
    assert entry is not None
    assert (entry.pid, entry.cron, entry.timezone, entry.next) == (os.getpid(), "30 2 * * *", "UTC", night(22))
    assert entry.last == Attempt(started=night(21), ended=night(21), exit_status=3, run=7)


def test_storage_that_cannot_be_written_is_said_once_and_stops_no_night(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.turn()
    for name in ("schedule.alive", "schedule.json"):
        (world.storage / name).unlink()
        # Whoever runs the tests as root can write everywhere, but not to a file where a directory is.
        (world.storage / name).mkdir()
        (world.storage / name / "in the way").touch()
    diary = Diary(world.storage / "schedule.alive" / "in the way")
    world.scheduler._diary = diary
    assert world.until(FRIDAY + 2 * DAY) == [night(21), night(22)]
    complaints = [record.getMessage() for record in caplog.records if "cannot be written" in record.getMessage()]
    assert len(complaints) == 2
    assert {sentence.split(":")[0].rpartition("/")[2] for sentence in complaints} == {"schedule.alive", "schedule.json"}


def test_a_job_that_cannot_be_started_is_said_and_tried_the_next_night(
    clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with World(clock, tmp_path) as world:
        world.scheduler._child._command = [str(tmp_path / "missing")]
        assert world.until(FRIDAY + 2 * DAY) == [night(21), night(22)]
    assert caplog.text.count("the nightly run cannot be started: [Errno 2] No such file or directory") == 2
