"""What the scheduler leaves in storage/ for others to see: that it is alive, and what it did and will do."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from dlt_crawler.errors import RepairError
from dlt_crawler.sources import write

log = logging.getLogger(__name__)

HEARTBEAT = 60
"""Seconds between two heartbeats."""

HEARTBEAT_FILE = "schedule.alive"
"""Has the date of the last heartbeat, for health checks that only look at the date of a file."""

STATE_FILE = "schedule.json"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One start of the job: `ended` and `exit_status` are None while it runs, a negative status is a signal's number.

    `run` is the latest run in the database when it ended; None when there was none.
    """

    started: datetime
    ended: datetime | None = None
    exit_status: int | None = None
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a scheduler wrote down last. All times are aware UTC; `ended` is None unless it was asked to end."""

    pid: int
    started: datetime
    cron: str
    timezone: str
    next: datetime | None
    last: Attempt | None
    ended: datetime | None = None


class Diary:
    """The two files. A disk that is full or cannot be written is complained of once, and never stops the nights."""

    def __init__(self, storage: Path) -> None:
        self._heartbeat = storage / HEARTBEAT_FILE
        self._state = storage / STATE_FILE
        self._failed: set[Path] = set()

    def beat(self, now: datetime) -> None:
        """Date the heartbeat `now`."""
        try:
            self._heartbeat.parent.mkdir(parents=True, exist_ok=True)
            self._heartbeat.touch()
            os.utime(self._heartbeat, (now.timestamp(), now.timestamp()))
        except OSError as error:
            self._complain(self._heartbeat, f"{self._heartbeat}: cannot be written: {error.strerror}")
        else:
            self._failed.discard(self._heartbeat)

    def last_beat(self) -> datetime | None:
        """Return the date of the heartbeat; None when there was none."""
        try:
            return datetime.fromtimestamp(self._heartbeat.stat().st_mtime, UTC)
        except OSError:
            return None

    def write(self, entry: Entry) -> None:
        """Replace what was written before."""
        fields = {"schema": 1, **asdict(entry)}
        try:
            write(self._state, (json.dumps(fields, indent=2, default=_text) + "\n").encode())
        except RepairError as error:
            self._complain(self._state, str(error))
        else:
            self._failed.discard(self._state)

    def read(self) -> Entry | None:
        """Return what was written last; None when there is nothing, or nothing that this version understands."""
        try:
            fields = json.loads(self._state.read_bytes())
            last = fields["last"]
            return Entry(
                pid=fields["pid"],
                started=datetime.fromisoformat(fields["started"]),
                cron=fields["cron"],
                timezone=fields["timezone"],
                next=_time(fields["next"]),
                last=None
                if last is None
                else Attempt(
                    datetime.fromisoformat(last["started"]), _time(last["ended"]), last["exit_status"], last["run"]
                ),
                ended=_time(fields["ended"]),
            )
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def _complain(self, path: Path, sentence: str) -> None:
        if path not in self._failed:
            self._failed.add(path)
            log.error("%s", sentence)


def _text(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no place in {STATE_FILE}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
