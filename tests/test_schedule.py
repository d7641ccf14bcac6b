"""When the nightly job runs: cron's own meaning, one run at a time, and nights that were slept through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dlt_crawler.errors import ConfigError
from dlt_crawler.schedule import cron_trigger

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
import sys
from datetime import datetime, UTC
from pathlib import Path
from dlt_crawler.schedule import cron_trigger, run_nightly

say = lambda sentence: print(sentence, flush=True)
last = datetime.fromisoformat(sys.argv[1]) if sys.argv[1] else None
job = [sys.executable, "-c", sys.argv[3]]
run_nightly(cron_trigger("30 2 * * *", "UTC"), job, at_once=bool(sys.argv[2]), last_started=last,
            heartbeat=Path("storage/schedule.alive"), say=say)
"""


def scheduler(directory: Path, *, last: datetime | None = None, now: bool = False, job: str) -> subprocess.Popen[str]:
    """A real scheduler in a process of its own, whose nightly job is a line of Python."""
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, last.isoformat() if last else "", "now" if now else "", job],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def lines_until(process: subprocess.Popen[str], end: str) -> list[str]:
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.strip())
        if end in line:
            return lines
    raise AssertionError(f"ended without {end!r}: {lines}")


@pytest.mark.parametrize(
    ("last", "now"),
    [(None, True), (datetime.now(UTC) - timedelta(days=2), False)],
    ids=["asked for", "a night was missed"],
)
def test_a_run_starts_at_once_when_asked_for_or_missed(tmp_path: Path, last: datetime | None, now: bool) -> None:
    with scheduler(tmp_path, last=last, now=now, job="import sys; sys.exit(7)") as process:
        lines = lines_until(process, "ended with exit status")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    assert lines[0].startswith("next run: ")
    assert lines[1].startswith("starting the nightly run at ")
    assert lines[2] == "the nightly run ended with exit status 7"
    assert (tmp_path / "storage/schedule.alive").exists()


def test_a_run_that_was_not_missed_waits_for_its_time(tmp_path: Path) -> None:
    with scheduler(tmp_path, last=datetime.now(UTC), job="print('ran')") as process:
        first = lines_until(process, "next run")
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=20)
    assert (len(first), rest) == (1, "")


def test_a_signal_ends_the_child_with_the_scheduler(tmp_path: Path) -> None:
    job = (
        "import os, pathlib, signal; pathlib.Path('pid').write_text(str(os.getpid())); "
        "print('up', flush=True); signal.pause()"
    )
    with scheduler(tmp_path, now=True, job=job) as process:
        lines_until(process, "up")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
