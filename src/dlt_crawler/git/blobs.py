"""What was committed, read by one git process however many files are asked for."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Timer
from typing import IO, BinaryIO, Self, cast

from dlt_crawler.errors import GitError
from dlt_crawler.git.running import TIMEOUT, begin, said

_CHUNK = 1_000_000


class Blobs:
    """The blobs of a repository, as they were committed: no filter is applied. A context manager."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: BinaryIO
        self._resources = ExitStack()

    def __enter__(self) -> Self:
        self._errors = self._resources.enter_context(tempfile.TemporaryFile())
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._end(self._process)
        self._resources.close()

    def content(self, blob: str, limit: int) -> bytes:
        """Return what a blob of at most `limit` bytes holds.

        Raises GitError, also for a larger one, and for one that a partial clone lacks.
        """
        if self._process is None:
            try:
                self._process = begin(self._root, "cat-file", "--batch", errors=self._errors)
            except OSError as error:
                raise GitError(f"{self._root}: git cannot be run: {error}") from error
        watch = Timer(TIMEOUT, self._process.kill)
        watch.start()
        try:
            return self._answer(self._process, blob, limit)
        finally:
            watch.cancel()

    def _answer(self, process: subprocess.Popen[bytes], blob: str, limit: int) -> bytes:
        """Ask for one blob: "ID TYPE SIZE", the blob, and a line end come back (git-cat-file(1), "BATCH OUTPUT")."""
        # They are pipes of ours.
        questions, answers = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        try:
            questions.write(f"{blob}\n".encode())
            questions.flush()
        except BrokenPipeError:
            raise self._died(process) from None
        told = answers.readline().split()
        if not told:
            raise self._died(process)
        if told[-1] == b"missing":
            raise GitError(f"{self._root}: git: {blob} is missing")
        size = int(told[2])
        if size > limit:
            # It comes all the same.
            for begun in range(0, size + 1, _CHUNK):
                answers.read(min(_CHUNK, size + 1 - begun))
            raise GitError(f"what was committed has more than {limit:,} bytes")
        data = answers.read(size + 1)
        if len(data) <= size:
            raise self._died(process)
        return data[:-1]

    def _died(self, process: subprocess.Popen[bytes]) -> GitError:
        """Return why git has ended; the next blob is asked of another process."""
        self._end(process)
        self._errors.seek(0)
        error = subprocess.CalledProcessError(process.returncode, process.args, stderr=self._errors.read())
        self._errors.seek(0)
        self._errors.truncate()
        return GitError(f"{self._root}: {said(error)}")

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for git, which ends when there is nothing more to read."""
        watch = Timer(TIMEOUT, process.kill)
        watch.start()
        with suppress(BrokenPipeError):
            process.communicate()
        watch.cancel()
        self._process = None
