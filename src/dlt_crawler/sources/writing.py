"""Replacing a file without ever leaving half of it, nor what was written instead of it."""

from __future__ import annotations

import fcntl
import glob
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import takewhile
from pathlib import Path

from dlt_crawler.errors import RepairError

_NAME = 200
"""Bytes of a file's name in that of the file beside it: a name has at most 255 in all (NAME_MAX of Linux)."""


def write(
    path: Path, data: bytes | Iterable[bytes], *, like: Path | None = None, check: Callable[[], None] = lambda: None
) -> None:
    """Replace the file at `path`, or make it and its directories: whoever looks sees the old bytes or the new ones.

    `data` may come in pieces; what they raise leaves the old file as it was.

    An existing file keeps its mode, and its owner and group where we may set them; its other names, if it has any (hard
    links), keep the old file. A new one has the permissions of `like`, and new directories of the same names those of
    the ones it lies in, or what the umask leaves. `check` is asked when
    all is written, right before it takes its place, and may raise.

    Raises RepairError, which names the path, and what `check` raises, and leaves the old file as it was; a symbolic
    link is refused, because replacing it would cut it off from the file it points to. What an earlier attempt left
    beside it, because its process was killed, is removed.
    """
    if path.is_symlink():
        raise RepairError(f"{path}: is a symbolic link; name the file that it points to")
    hidden = f".{os.fsdecode(os.fsencode(path.name)[:_NAME])}."
    temporary = path.with_name(f"{hidden}{secrets.token_hex(8)}.tmp")
    try:
        _make_directories(path.parent, () if like is None else like.resolve().parents)
        _remove_leftovers(path.parent, hidden)
        try:
            pieces = [data] if isinstance(data, bytes) else data
            _write_through(temporary, pieces, _status(path), None if like is None else _status(like))
            check()
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync_directory(path.parent)
    except OSError as error:
        raise RepairError(f"{path}: cannot be written: {error.strerror}") from error


def _make_directories(directory: Path, like: Sequence[Path]) -> None:
    """Make what is missing of a directory. `like`: others, innermost first, whose names it repeats as far as it may.

    What lies in a directory that others may not enter is not to be read by them as a copy either.
    """
    missing = list(takewhile(lambda each: not each.is_dir(), (directory, *directory.parents)))
    alike = takewhile(lambda both: both[0].name == both[1].name, zip(missing, like, strict=False))
    modes = {each: other.stat().st_mode & 0o777 | stat.S_IRWXU for each, other in alike}
    for each in reversed(missing):
        each.mkdir(modes.get(each, 0o777), exist_ok=True)


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


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _write_through(path: Path, data: Iterable[bytes], old: os.stat_result | None, like: os.stat_result | None) -> None:
    # Not tempfile: its files are private, and a new document is to get the mode that the umask leaves. Where it is to
    # get another, nobody else sees it before that.
    is_plain = old is None and like is None
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666 if is_plain else 0o600)
    with os.fdopen(descriptor, "wb") as file:
        # For as long as it is written: that it is no leftover. Not all file systems have locks; those have leftovers.
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if old is not None:
            _become(descriptor, old)
        elif like is not None:
            os.fchmod(descriptor, like.st_mode & 0o777)
        file.writelines(data)
        file.flush()
        os.fsync(descriptor)


def _become(descriptor: int, old: os.stat_result) -> None:
    """Give a new file the owner, group and mode of the one that it replaces, as far as we may."""
    new = os.fstat(descriptor)
    for uid, gid in ((old.st_uid, -1), (-1, old.st_gid)):
        with suppress(OSError):
            if (uid, gid) not in ((new.st_uid, -1), (-1, new.st_gid)):
                os.fchown(descriptor, uid, gid)
    kept = os.fstat(descriptor)
    is_same = (kept.st_uid, kept.st_gid) == (old.st_uid, old.st_gid)
    # Whoever runs it as somebody else runs it as us now: not with what only its owner could give.
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode) if is_same else old.st_mode & 0o777)


def _sync_directory(path: Path) -> None:
    """Make the new name durable, too."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
