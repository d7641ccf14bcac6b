"""Replacing a file without ever leaving half of it, nor what was written instead of it."""

from __future__ import annotations

import fcntl
import glob
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from dlt_crawler.errors import RepairError


def write(path: Path, data: bytes) -> None:
    """Replace the file at `path`, or make it and its directories: whoever looks sees the old bytes or the new ones.

    An existing file keeps its mode. Raises RepairError, which names the path, and leaves the old file as it was; a
    symbolic link is refused, because replacing it would cut it off from the file it points to. What an earlier attempt
    left beside it, because its process was killed, is removed.
    """
    if path.is_symlink():
        raise RepairError(f"{path}: is a symbolic link; name the file that it points to")
    hidden = f".{path.name[:200]}."
    temporary = path.with_name(f"{hidden}{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path.parent, hidden)
        try:
            _write_through(temporary, data, _mode(path))
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise RepairError(f"{path}: cannot be written: {error.strerror}") from error


def _remove_leftovers(directory: Path, hidden: str) -> None:
    """Remove what nobody writes any more: the lock of a writer ends with its process."""
    for name in directory.glob(f"{glob.escape(hidden)}{'[0-9a-f]' * 16}.tmp"):
        with suppress(OSError):
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                name.unlink()
            finally:
                os.close(descriptor)


def _mode(path: Path) -> int | None:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _write_through(path: Path, data: bytes, mode: int | None) -> None:
    # Not tempfile: its files are private, and a new document is to get the mode that the umask leaves.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        # For as long as it is written: that it is no leftover. Not all file systems have locks; those have leftovers.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if mode is not None:
            os.fchmod(descriptor, mode)
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _sync_directory(path: Path) -> None:
    """Make the new name durable, too."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
