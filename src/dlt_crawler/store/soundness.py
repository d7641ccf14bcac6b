"""Whether a database can be relied on, and whether it has room: what a job looks at before it begins."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dlt_crawler.errors import StoreError
from dlt_crawler.store.judgements import mark, set_mark

if TYPE_CHECKING:
    from dlt_crawler.store.sqlite import SqliteDatabase

ROOM = 50_000_000
"""Bytes that should be free beside the size of the database: a night of a long list, its reports and copies."""

EACH_TIME: Final = 500_000_000
"""Bytes up to which a database is read through by every job: 2 s. A million links have 5.8 GB, which take a minute, and
six where the disk is slow: more than all else in a night with nothing due."""
EVERY: Final = timedelta(days=7)
"""After so long a larger one is read through again, though no job was cut off."""

_MARK: Final = "looked_through"

_log = logging.getLogger(__name__)


def examine(database: SqliteDatabase) -> None:
    """Look at a database that a job begins to work on. Warns where the disk is nearly full.

    All of it is read (0.5 s for 134 MB): what is written into a damaged one is lost with it. One of more than EACH_TIME
    is read every so often (EVERY), where it is another file than it was, and where it has a log: whoever had it open
    last was cut off, or has it open now. Raises StoreError where it is damaged.
    """
    room = free_bytes(database.path)
    if room < database.bytes + ROOM:
        _log.warning("%s: only %s free on its disk", database.path, megabytes(room))
    if database.bytes <= EACH_TIME:
        require_sound(database)
        return
    now, file = datetime.now(UTC), database.path.stat()
    this = f"{file.st_dev}:{file.st_ino}"
    with database.reading() as connection:
        at, _space, which = (mark(connection, _MARK) or "").partition(" ")
    if database.log_bytes or which != this or not timedelta() <= now - datetime.fromisoformat(at) < EVERY:
        # Whoever is refused now is refused the next time, too: by then the log is gone.
        _note(database, "")
        require_sound(database)
        _note(database, f"{now.isoformat()} {this}")


def _note(database: SqliteDatabase, what: str) -> None:
    with database.writing(durable=False) as connection:
        set_mark(connection, _MARK, what)


def require_sound(database: SqliteDatabase) -> None:
    """Read all of a database. Raises StoreError, with what can be done, when it is damaged."""
    if damage := database.damage():
        raise StoreError(damaged(database.path, damage.splitlines()[-1]))


def damaged(path: Path, what: str) -> str:
    """Say that a database is damaged, and what a person can do about it."""
    copies = " or ".join(sorted(copy.name for copy in path.parent.glob(f"{path.name}.before-*.backup")))
    beside = f" ({copies} beside it, say)" if copies else ""
    return (
        f"{path} is damaged ({what}): restore it from a copy{beside}, or move it away "
        "and start anew with dlt-crawl run, which checks every link again; the documents are not concerned"
    )


def free_bytes(path: Path) -> int:
    """Return how much a program without privileges can still write to the disk of a file that exists."""
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize


def megabytes(number: int) -> str:
    """Say a number of bytes to a person."""
    return f"{number / 1e6:.1f} MB"
