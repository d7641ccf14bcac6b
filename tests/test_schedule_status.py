"""`schedule --status`: what people and health checks are told, from the files of a scheduler and the database."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from dlt_crawler.model import Network, Run, RunId
from dlt_crawler.schedule import Attempt, Diary, Entry, Latest, Status, status_json, status_of, status_text
from tests.internet.client import Internet
from tests.nightly import Maintainer

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RUN = Run(RunId(7), NIGHT, NIGHT + MINUTE, Network.OK, done=NIGHT + 2 * MINUTE)
ENTRY = Entry(
    pid=4711,
    started=NIGHT - timedelta(days=9),
    cron="30 2 * * *",
    timezone="Europe/Berlin",
    next=NIGHT + timedelta(days=1),
    last=Attempt(NIGHT, NIGHT + 2 * MINUTE, 0, 7),
)


def status(storage: Path, *, beat: datetime | None = NOW, entry: Entry | None = ENTRY, **given: str | None) -> Status:
    diary = Diary(storage)
    if beat is not None:
        diary.beat(beat)
    if entry is not None:
        diary.write(entry)
    usual = ("0 5 * * *", "UTC")
    return status_of(diary, Latest(RUN, 3), given.get("cron"), given.get("timezone"), usual=usual, now=NOW)


def ended(at: datetime) -> Entry:
    return Entry(1, NIGHT, "30 2 * * *", "UTC", None, None, ended=at)


@pytest.mark.parametrize(
    ("beat", "entry", "alive"),
    [
        (None, None, False),
        (NOW - 2.9 * MINUTE, ENTRY, True),
        (NOW - 3.1 * MINUTE, ENTRY, False),
        # A clock that is set back is no sign of life, as one that was just mended is none of death.
        (NOW + MINUTE, ENTRY, True),
        (NOW + timedelta(days=900), ENTRY, False),
        (NOW - MINUTE, ended(NOW - MINUTE / 2), False),
        # It ended, and the next one cannot write what it does.
        (NOW - MINUTE, ended(NOW - 2 * MINUTE), True),
        (NOW, None, True),
    ],
)
def test_a_scheduler_is_alive_while_its_heart_beats(
    tmp_path: Path, beat: datetime | None, entry: Entry | None, alive: bool
) -> None:
    assert status(tmp_path, beat=beat, entry=entry).alive is alive


def test_the_state_of_the_nights_as_text(tmp_path: Path) -> None:
    assert status_text(status(tmp_path, beat=NOW - MINUTE / 2)).splitlines() == [
        "scheduler  alive, process 4711 since 2026-11-12 01:30 UTC, last heartbeat 2026-11-21 11:59 UTC, 30 s ago",
        "schedule   30 2 * * * (Europe/Berlin)",
        "next run   2026-11-22 01:30 UTC (2026-11-22 02:30 CET)",
        "last run   7, started 2026-11-21 01:30 UTC, done 2026-11-21 01:32 UTC",
        "result     exit status 0, 3 links changed",
    ]


def test_the_state_of_the_nights_as_json(tmp_path: Path) -> None:
    assert json.loads(status_json(status(tmp_path))) == {
        "schema": 1,
        "alive": True,
        "heartbeat": "2026-11-21T12:00:00Z",
        "pid": 4711,
        "cron": "30 2 * * *",
        "timezone": "Europe/Berlin",
        "next": "2026-11-22T01:30:00Z",
        "next_local": "2026-11-22T02:30:00+01:00",
        "running": False,
        "run": {
            "id": 7,
            "started": "2026-11-21T01:30:00Z",
            "finished": "2026-11-21T01:31:00Z",
            "done": "2026-11-21T01:32:00Z",
            "full": False,
            "network": "ok",
            "trouble": None,
        },
        "result": {"exit_status": 0, "changes": 3},
        "trouble": None,
    }


def test_a_schedule_that_is_asked_about_is_the_one_that_is_told(tmp_path: Path) -> None:
    told = status(tmp_path, cron="0 14 * * *")
    assert (told.cron, told.timezone, told.next) == ("0 14 * * *", "Europe/Berlin", NOW + timedelta(hours=1))
    told = status(tmp_path, beat=NOW - timedelta(days=1))
    assert (told.cron, told.timezone, told.next) == ("0 5 * * *", "UTC", datetime(2026, 11, 22, 5, tzinfo=UTC))


@pytest.mark.parametrize(
    ("last", "result"),
    [
        (Attempt(NOW), "under way, 3 links changed"),
        # Somebody ran the job by hand since then.
        (Attempt(NIGHT, NIGHT, 3, 6), "3 links changed"),
        (None, "3 links changed"),
    ],
)
def test_a_result_is_that_of_the_run_beside_it(tmp_path: Path, last: Attempt | None, result: str) -> None:
    entry = Entry(1, NIGHT, "30 2 * * *", "UTC", None, last)
    assert status_text(status(tmp_path, entry=entry)).splitlines()[-1] == f"result     {result}"


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"schema": 9}', b'{"pid": 1, "started": 5, "last": null}'])
def test_a_state_file_that_cannot_be_understood_is_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "schedule.json").write_bytes(damage)
    assert Diary(tmp_path).read() is None


def test_the_program_tells_how_its_nights_go(tmp_path: Path, internet: Internet) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    maintainer.write("list.md", f"[ok]({internet.http_url('/ok')})")
    with maintainer.start("schedule", "--status") as before:
        told, _ = before.communicate(timeout=60)
    assert before.returncode == 3
    assert "not alive: it has left no heartbeat" in told
    with maintainer.start("--log-format", "json", "schedule", "--now") as process:
        assert process.stderr is not None
        events = [json.loads(line) for line in lines_until(process.stderr, '"run_ended"')]
        # The child says so, and ends after that.
        ask = partial(maintainer.run, "schedule", "--status", "--format", "json")
        told = next(told for _ in range(1000) if (told := json.loads(ask()))["result"]["exit_status"] is not None)
        process.send_signal(signal.SIGTERM)
        events += [json.loads(line) for line in process.stderr]
        assert process.wait(timeout=60) == 130
    assert (told["alive"], told["pid"], told["result"]) == (True, process.pid, {"exit_status": 0, "changes": 0})
    assert told["run"]["done"] is not None
    # The child speaks as it was told to speak to its parent.
    assert {"run_started", "stage_began", "stage_ended", "run_ended"} <= {event.get("event") for event in events}
    with maintainer.start("schedule", "--status") as after:
        after.communicate(timeout=60)
    assert after.returncode == 3


def lines_until(stream: Iterable[str], end: str) -> Iterator[str]:
    for line in stream:
        yield line
        if end in line:
            return
