"""Whether a database can be relied on, and whether it has room: what a job looks at before it begins."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from dlt_crawler.errors import StoreError

if TYPE_CHECKING:
    from dlt_crawler.store.sqlite import SqliteDatabase

ROOM = 50_000_000
"""Bytes that should be free beside the size of the database: a night of a long list, its reports and copies."""

_log = logging.getLogger(__name__)


def examine(database: SqliteDatabase) -> None:
    """Look at a database that a job begins to work on. Warns where the disk is nearly full.

    All of it is read (0.5 s for 134 MB): what is written into a damaged one is lost with it. Raises StoreError then.
    """
    room = free_bytes(database.path)
    if room < database.bytes + ROOM:
        _log.warning("%s: only %s free on its disk", database.path, megabytes(room))
    require_sound(database)


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
