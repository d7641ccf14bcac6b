"""When the nightly job runs: cron's own meaning, one run at a time, and nights that were slept through."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dlt_crawler.errors import ConfigError
from dlt_crawler.schedule import cron_trigger
from dlt_crawler.schedule.child import Child

SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def next_times(expression: str, timezone: str = "UTC", *, count: int = 3) -> list[str]:
    trigger = cron_trigger(expression, timezone)
    times: list[datetime] = []
    for _ in range(count):
        after = times[-1] + timedelta(seconds=1) if times else SATURDAY
        times.append(trigger.get_next_fire_time(None, after))
    return [f"{time.astimezone(ZoneInfo(timezone)):%a %d %H:%M}" for time in times]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("30 2 * * *", ["Sun 22 02:30", "Mon 23 02:30", "Tue 24 02:30"]),
        # In crontab 0 and 7 are Sunday; APScheduler's own reading of 0 is Monday.
        ("0 3 * * 0", ["Sun 22 03:00", "Sun 29 03:00", "Sun 06 03:00"]),
        ("0 3 * * 7", ["Sun 22 03:00", "Sun 29 03:00", "Sun 06 03:00"]),
        ("0 3 * * 1-5", ["Mon 23 03:00", "Tue 24 03:00", "Wed 25 03:00"]),
        ("0 3 * * fri-mon", ["Sun 22 03:00", "Mon 23 03:00", "Fri 27 03:00"]),
        ("0 3 * * 5-7", ["Sun 22 03:00", "Fri 27 03:00", "Sat 28 03:00"]),
        ("0 3 * * */3", ["Sun 22 03:00", "Wed 25 03:00", "Sat 28 03:00"]),
        # Both days restricted: either is enough (crontab(5)).
        ("0 3 24 * mon", ["Mon 23 03:00", "Tue 24 03:00", "Mon 30 03:00"]),
        ("*/20 13 * * *", ["Sat 21 13:00", "Sat 21 13:20", "Sat 21 13:40"]),
    ],
)
def test_a_cron_expression_means_what_cron_means(expression: str, expected: list[str]) -> None:
    assert next_times(expression) == expected


def test_the_time_zone_decides_the_hour() -> None:
    night = cron_trigger("30 2 * * *", "Asia/Shanghai").get_next_fire_time(None, SATURDAY)
    assert night == datetime(2026, 11, 21, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("30 2 * *", r"'30 2 \* \*' has 4 fields, not the five of cron"),
        ("61 2 * * *", "'61 2 .* higher than the maximum"),
        ("0 3 * * 8", r"'8' is not a day of the week \(0 to 7, or sun to sat\)"),
        ("0 3 * * sunday", "'sunday' is not a day of the week"),
    ],
)
def test_a_wrong_expression_is_named(expression: str, complaint: str) -> None:
    with pytest.raises(ConfigError, match=r"schedule\.cron: .*" + complaint):
        cron_trigger(expression, "UTC")


SCRIPT = """
import logging, sys
from datetime import datetime
from pathlib import Path
from dlt_crawler.model import Network, Run
from dlt_crawler.schedule import cron_trigger, run_nightly

logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
logging.getLogger("apscheduler").setLevel(logging.WARNING)
done = datetime.fromisoformat(sys.argv[1]) if sys.argv[1] else None
run = Run(1, done, done, Network.OK, done=done) if done else None
job = [sys.executable, "-c", sys.argv[3]]
run_nightly(cron_trigger("30 2 * * *", "UTC"), job, storage=Path("storage"), latest=lambda: run,
            at_once=bool(sys.argv[2]))
"""

LASTING = """
import os, pathlib, signal, sys
{}
pathlib.Path("pid").write_text(str(os.getpid()))
print("up", flush=True)
while True:
    signal.pause()
"""
"""A job that lasts until a signal ends it."""


@contextmanager
def scheduler(
    directory: Path, *, last: datetime | None = None, now: bool = False, job: str
) -> Iterator[subprocess.Popen[str]]:
    """A real scheduler in a process of its own, whose nightly job is a line of Python; both end with the block."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, last.isoformat() if last else "", "now" if now else "", job],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # Under nohup it would be ignored, and the scheduler respects that.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509 - no threads here
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            if (directory / "pid").exists() and lives(directory):
                os.kill(int((directory / "pid").read_text()), signal.SIGKILL)


def lines_until(process: subprocess.Popen[str], end: str) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.strip())
        if end in line:
            return lines
    raise AssertionError(f"ended without {end!r}: {lines}")


def lives(directory: Path) -> bool:
    """Whether the job is still a process."""
    try:
        os.kill(int((directory / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("last", "now", "why"),
    [(None, True, "asked for"), (datetime.now(UTC) - timedelta(days=2), False, "a night was missed")],
)
def test_a_run_starts_at_once_when_asked_for_or_missed(
    tmp_path: Path, last: datetime | None, now: bool, why: str
) -> None:
    with scheduler(tmp_path, last=last, now=now, job="import sys; sys.exit(7)") as process:
        lines = lines_until(process, "ended with exit status")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    assert lines[0] == f"running at once: {why}"
    assert lines[1].startswith("next run: ")
    assert lines[2].startswith("starting the nightly run at ")
    assert lines[3] == "the nightly run ended with exit status 7"
    assert (tmp_path / "storage/schedule.alive").exists()


def test_a_run_that_was_not_missed_waits_for_its_time(tmp_path: Path) -> None:
    with scheduler(tmp_path, last=datetime.now(UTC), job="print('ran')") as process:
        first = lines_until(process, "next run")
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
    assert (len(first), rest) == (1, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_asks_the_child_to_end_once_and_waits_for_it(tmp_path: Path, number: signal.Signals) -> None:
    job = LASTING.format(
        # Not with print: the signal may come while "up" is being printed, which Python forbids to interrupt by that.
        "def end(*_): os.write(1, b'ending\\n'); os.write(1, b'ended\\n'); sys.exit(130)\n"
        "signal.signal(signal.SIGTERM, end); signal.signal(signal.SIGINT, signal.SIG_IGN)"
    )
    with scheduler(tmp_path, now=True, job=job) as process:
        lines_until(process, "up")
        process.send_signal(number)
        rest, _ = process.communicate(timeout=60)
    assert rest.splitlines() == ["ending", "ended", "the nightly run was ended; the next one goes on with it"]
    assert not lives(tmp_path)
    written = json.loads((tmp_path / "storage/schedule.json").read_text())
    assert (written["ended"] is None, written["next"], written["last"]["exit_status"]) == (False, None, 130)


def test_a_second_signal_kills_a_child_that_does_not_end(tmp_path: Path) -> None:
    job = LASTING.format("signal.signal(signal.SIGTERM, lambda *_: os.write(1, b'no\\n'))")
    with scheduler(tmp_path, now=True, job=job) as process:
        lines_until(process, "up")
        process.send_signal(signal.SIGTERM)
        lines_until(process, "no")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert not lives(tmp_path)


def test_a_second_signal_kills_the_child_even_while_the_first_is_passed_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "job.py").write_text(
        "import os, pathlib, signal\n"
        "signal.signal(signal.SIGTERM, lambda *_: None)\n"
        "pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "pathlib.Path('up').touch()\n"
        "while True: signal.pause()\n"
    )
    monkeypatch.chdir(tmp_path)

    def interrupted(process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGTERM)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "terminate", interrupted)
    child = Child([sys.executable, "job.py"])
    with ThreadPoolExecutor(1) as threads:
        status = threads.submit(child.run)
        while not (tmp_path / "up").exists():
            assert not wait([status], 0.02).done
        try:
            child.end()
            assert wait([status], 20).done
        finally:
            if lives(tmp_path):
                os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert status.result() == -signal.SIGKILL


def test_ctrl_c_in_a_terminal_reaches_the_child_through_the_scheduler_only(tmp_path: Path) -> None:
    with scheduler(tmp_path, now=True, job=LASTING.format("")) as process:
        lines_until(process, "up")
        child = int((tmp_path / "pid").read_text())
        assert os.getpgid(child) == child != os.getpgid(process.pid)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_the_run_of_a_scheduler_that_was_killed_goes_on(tmp_path: Path) -> None:
    with scheduler(tmp_path, now=True, job=LASTING.format("")) as process:
        lines_until(process, "up")
        process.kill()
        process.wait(timeout=60)
        assert lives(tmp_path)
