"""A database file as the copy of another one, which may be in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from dlt_crawler.errors import StoreError

_PAGES = 1_000
"""Copied at a time: an interrupt is heard between two."""


def copy_database(source: Path, target: Path) -> None:
    """Replace a database file, which nobody has open, by a copy of another: of one moment, whoever writes to that.

    Cut off, the file is what it was. Raises StoreError.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        # Whoever may not read the database may not read its copy.
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        unfinished.chmod(source.stat().st_mode & 0o777)
        with (
            closing(sqlite3.connect(source)) as original,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            original.backup(copy, pages=_PAGES)
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        for log in ("-wal", "-shm"):
            # Of the file that is replaced: SQLite would take it for the log of the new one.
            target.with_name(target.name + log).unlink(missing_ok=True)
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{target}: cannot be made as a copy of {source}: {error}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
