"""One job at a time on a file: a lock that the operating system releases when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dlt_crawler.errors import LockHeld, StoreError


@contextmanager
def lock_file(database: Path, purpose: str) -> Iterator[None]:
    """Hold the lock of the database in this file for the block. `purpose` says to others what we do.

    The lock is flock(2) on the file `<database>.lock`, beside the database itself when the path is a symbolic link to
    it. That file stays, and what it says counts only while it is locked: a lock whose holder was killed is free. A
    process forked from the holder keeps the lock as long as it lives; one that was spawned does not. Not for NFS.
    Raises LockHeld, naming the holder, when another process (or this one) holds it; StoreError when the file cannot be
    made.
    """
    path = Path(f"{os.path.realpath(database)}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise StoreError(f"{path} cannot be opened: {error.strerror}") from error
    try:
        _take(descriptor, database, purpose)
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int, database: Path, purpose: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _ourselves(purpose), 0)
    except BlockingIOError as error:
        raise LockHeld(f"{database} is in use: {_holder(descriptor)}") from error
    except OSError as error:
        raise StoreError(f"{database} cannot be locked: {error.strerror}") from error


def _ourselves(purpose: str) -> bytes:
    since = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since, "purpose": purpose}).encode()


def _holder(descriptor: int) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"{holder['purpose']}, process {holder['pid']} on {holder['host']}, since {holder['since']}"
    except (ValueError, LookupError, TypeError):
        # It has taken the lock this moment and not written yet.
        return "another process has just begun"
