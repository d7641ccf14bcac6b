"""A copy of the database beside it, made before something is done that cannot be taken back."""

from __future__ import annotations

import filecmp
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from dlt_crawler.errors import StoreError
from dlt_crawler.store.soundness import free_bytes, megabytes

if TYPE_CHECKING:
    from dlt_crawler.store.sqlite import SqliteDatabase

_PAGES = 1_000
"""Copied at a time: an interrupt is heard between two."""


def back_up(database: SqliteDatabase, label: str) -> Path:
    """Copy a database to `<its name>.before-<label>.backup` beside it, and return where the copy is.

    What is there is complete: a copy that was cut off has another name. An earlier copy that holds something else is
    left alone, and this one is numbered (`.before-<label>.2.backup`). Raises StoreError, with nothing changed, when the
    copy cannot be made; first of all when there is no room for it.
    """
    where = Path(os.path.realpath(database.path))
    unfinished = where.with_name(f"{where.name}.before-{label}.unfinished")
    needed, free = database.bytes, free_bytes(where)
    if free < needed:
        raise StoreError(
            f"{database.path} is to be upgraded, and there is no room for the copy that is made before: it takes "
            f"{megabytes(needed)}, and {megabytes(free)} are free"
        )
    try:
        # Whoever may not read the database may not read its copy.
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        unfinished.chmod(where.stat().st_mode & 0o777)
        with database.driver() as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=_PAGES)
        _sync(unfinished)
        return _place(unfinished, _names(where, label))
    except sqlite3.Error as error:
        raise StoreError(f"{unfinished}: the copy of the database cannot be made: {error}") from error
    except OSError as error:
        raise StoreError(f"{unfinished}: the copy of the database cannot be made: {error.strerror}") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _names(database: Path, label: str) -> Iterator[Path]:
    start = f"{database.name}.before-{label}"
    yield database.with_name(f"{start}.backup")
    for number in count(2):
        yield database.with_name(f"{start}.{number}.backup")


def _place(made: Path, names: Iterator[Path]) -> Path:
    """Give a copy the first name that is free, or that holds the same already."""
    for name in names:
        if not name.exists():
            made.replace(name)
            _sync(name.parent)
            return name
        if filecmp.cmp(made, name, shallow=False):
            # An upgrade that failed, or was cut off, had made it.
            return name
    raise AssertionError("there is always another number")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
