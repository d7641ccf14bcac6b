"""Numbered WARC files: whole records at the end of the newest, one file after the other.

A file that is being written has a mark beside it, `….warc.gz.open`, which its writer holds locked (flock). Where one is
left that nobody holds, its writer was killed, perhaps in the middle of a record: what is left of that is cut off before
anything else is written.
"""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from dlt_crawler.errors import CrawlError
from dlt_crawler.warc.records import warcinfo

_SUFFIX = ".warc.gz"
_OPEN = ".open"
_PIECE = 1_048_576


class WarcFiles:
    """The files of one run, in a directory that has those of all runs, and of other databases perhaps.

    Raises CrawlError when they cannot be written; what was written until then stays whole.
    """

    def __init__(
        self, directory: Path, run: int, *, size: int, info: Mapping[str, str], clock: Callable[[], datetime]
    ) -> None:
        """Write nothing yet. A file of `size` bytes or more is followed by another; `info` is for each of them."""
        self._directory = directory
        self._run = run
        self._size = size
        self._info = info
        self._clock = clock
        self._path: Path | None = None
        self._descriptor = self._mark = -1
        self._length = 0

    def append(self, records: bytes) -> str:
        """Add whole members of gzip, and return the name of the file that they are in."""
        if self._path is not None and self._length >= self._size:
            self.close()
        path = self._path or self._begin()
        self._write(path, records)
        return path.name

    def sync(self) -> None:
        """Wait until what was added is on the disk."""
        if self._path is not None:
            with _named(self._path):
                os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Finish the newest file; the next record begins another one."""
        if self._path is not None:
            path, self._path = self._path, None
            with _named(path):
                os.close(self._descriptor)
                _mark(path).unlink(missing_ok=True)
                os.close(self._mark)

    def _begin(self) -> Path:
        mend(self._directory)
        path, self._mark = self._reserved()
        with _named(path):
            try:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
                self._descriptor = os.open(path, flags, 0o666)
            except OSError:
                os.close(self._mark)
                raise
        self._path, self._length = path, 0
        self._write(path, warcinfo(path.name, self._info))
        return path

    def _reserved(self) -> tuple[Path, int]:
        """Return a new file, which is not there yet, and its mark, locked."""
        while True:
            name = f"dlt-crawl-run{self._run}-{self._clock():%Y%m%d%H%M%S}-{self._next_number():05d}{_SUFFIX}"
            path = self._directory / name
            with _named(path):
                try:
                    mark = os.open(_mark(path), os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
                except FileExistsError:
                    continue  # Another database has a run with this number, and was faster.
                fcntl.flock(mark, fcntl.LOCK_EX)
                if os.fstat(mark).st_nlink:
                    return path, mark
                # Before it was locked, another writer has taken it for one that is left over.
                os.close(mark)

    def _next_number(self) -> int:
        name = re.compile(rf"dlt-crawl-run{self._run}-\d{{14}}-(\d{{5,}}){re.escape(_SUFFIX)}(?:{re.escape(_OPEN)})?")
        numbers = (int(found[1]) for path in self._directory.iterdir() if (found := name.fullmatch(path.name)))
        return max(numbers, default=-1) + 1

    def _write(self, path: Path, members: bytes) -> None:
        with _named(path):
            left = memoryview(members)
            try:
                while left:
                    left = left[os.write(self._descriptor, left) :]
            except BaseException:
                # A disk that is full has taken a part.
                with suppress(OSError):
                    os.ftruncate(self._descriptor, self._length)
                raise
        self._length += len(members)


def mend(directory: Path) -> None:
    """Cut off what a killed writer has left behind the last whole record, and its mark. Those of living ones are left.

    Reads the file that it wrote: some 10 s for 1 GB, after a crash only. Raises CrawlError when it cannot.
    """
    for mark in sorted(directory.glob(f"*{_SUFFIX}{_OPEN}")):
        path = mark.with_name(mark.name.removesuffix(_OPEN))
        with _named(path), _left_over(mark) as is_left_over:
            if not is_left_over:
                continue
            if path.exists():
                whole = _whole_members(path)
                if whole:
                    os.truncate(path, whole)
                else:
                    path.unlink()
            mark.unlink()


@contextmanager
def _left_over(mark: Path) -> Iterator[bool]:
    """Hold a mark, and say whether nobody else does; nor has taken it away."""
    try:
        descriptor = os.open(mark, os.O_WRONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield False
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield os.fstat(descriptor).st_nlink > 0
    finally:
        os.close(descriptor)


def _whole_members(path: Path) -> int:
    """Return how many bytes the members of gzip have that are whole."""
    whole = position = 0
    member = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            while piece:
                try:
                    member.decompress(piece)
                except zlib.error:
                    return whole
                position += len(piece) - len(member.unused_data)
                piece = member.unused_data
                if member.eof:
                    whole, member = position, zlib.decompressobj(wbits=31)
    return whole


def _mark(path: Path) -> Path:
    return path.with_name(path.name + _OPEN)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Raise what the system refuses as a CrawlError that names the file."""
    try:
        yield
    except OSError as error:
        raise CrawlError(f"{path} cannot be written: {error.strerror}") from error
