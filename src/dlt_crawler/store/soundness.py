"""Whether a database can be relied on, and whether it has room: what a job looks at before it begins."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

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
"""After so long a larger one is read through again, though nothing has happened to it."""

_MARK: Final = "vouched"

_log = logging.getLogger(__name__)


def examine(database: SqliteDatabase) -> datetime:
    """Look at a database that a job begins to work on; return when all of it was read. Warns of a disk nearly full.

    All of it is read (0.5 s for 134 MB): what is written into a damaged one is lost with it. One of more than EACH_TIME
    is read where it was not for EVERY, or where it is not as the last job left it (`vouch`): that was cut off, or
    somebody has put back a copy. Raises StoreError where it is damaged, or nothing can be changed beside it.
    """
    room = free_bytes(database.path)
    if room < database.bytes + ROOM:
        _log.warning("%s: only %s free on its disk", database.path, megabytes(room))
    now, looked, note = datetime.now(UTC), _vouched(database), _note(database)
    try:
        note.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{note} cannot be removed: {error.strerror}") from error
    if database.bytes > EACH_TIME and looked is not None and timedelta() <= now - looked < EVERY:
        return looked
    require_sound(database)
    return now


def vouch(database: SqliteDatabase, looked: datetime) -> None:
    """Note that a job is over which found a database sound, and that all of it was read then.

    Beside a large one is a file that says so, until the next job begins; what it says is true of the database that has
    the same word in it, and not of an earlier copy. Where it cannot be written, that job reads all.
    """
    if database.bytes <= EACH_TIME:
        return
    word = uuid4().hex
    with suppress(OSError, StoreError):
        with database.writing(durable=False) as connection:
            set_mark(connection, _MARK, word)
        _note(database).write_text(f"{looked.isoformat()} {word}\n", encoding="ascii")


def _vouched(database: SqliteDatabase) -> datetime | None:
    """Return when all of a database was read, if it is as a job has left it since; None: nobody can tell."""
    try:
        said, word = _note(database).read_text(encoding="ascii").split()
        looked = datetime.fromisoformat(said)
    except (OSError, ValueError):
        return None
    with database.reading() as connection:
        return looked if mark(connection, _MARK) == word and looked.tzinfo is not None else None


def _note(database: SqliteDatabase) -> Path:
    return Path(f"{os.path.realpath(database.path)}.vouched")


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
