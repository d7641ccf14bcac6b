"""The program on a machine that fails: the N-th of its writes, syncs, renames, commits and requests goes wrong.

    python -m tests.faulty N WAY -- ARGUMENTS...

runs `dlt-crawl ARGUMENTS` so, in the working directory; what lies elsewhere is written as ever. The ways:

    full, broken, readonly      the operation fails, with the error of such a disk (a request: nobody answers)
    late                        it takes effect, and fails all the same
    kill                        the program is killed in the middle of it: half is written, nothing committed or renamed
    killed-after                it is killed when it has taken effect
    outage                      the same, and the machine loses its power: what was not synced is gone

N = 0: nothing goes wrong. At the end stderr has the names of all operations.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sqlite3
import sqlite3.dbapi2
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NoReturn

import requests
import requests.adapters

from dlt_crawler import __main__ as program

ERRORS = {
    "full": (errno.ENOSPC, sqlite3.SQLITE_FULL, "database or disk is full"),
    "broken": (errno.EIO, sqlite3.SQLITE_IOERR, "disk I/O error"),
    "readonly": (errno.EROFS, sqlite3.SQLITE_READONLY, "attempt to write a readonly database"),
}
ERRORS["late"] = ERRORS["broken"]
WAYS = (*ERRORS, "kill", "killed-after", "outage")
DEATHS = frozenset(WAYS) - frozenset(ERRORS)

COUNTED = "operations: "
WRONG = "goes wrong: "
ACKNOWLEDGED = "acknowledged: "
"""What is said on stderr: which operations there were, which one goes wrong, how many checks were stored by then."""
REQUEST = "request"

_FULL = 2
"""Of `PRAGMA synchronous`: a commit that has returned survives the loss of power."""

_SYNCING = ("fsync", "fdatasync")
_ON_DESCRIPTORS = ("write", "pwrite", "ftruncate", "fchmod", *_SYNCING)
_ON_PATHS = ("mkdir", "unlink", "remove", "replace", "rename", "link", "symlink", "chmod", "utime")


class Machine:
    """Counts what the program does to the world, and lets the N-th of it go wrong. Nothing of that is undone."""

    def __init__(self, number: int, way: str) -> None:
        self._number = number
        self._way = way
        self._here = f"{Path.cwd()}/"
        self._unsynced: set[tuple[int, int]] = set()
        """Device and inode of what was written and not synced."""
        self._logs: dict[str, int] = {}
        """Database → bytes of its write-ahead log when it was last synced."""
        self._connect = sqlite3.connect
        self.operations: list[str] = []

    def install(self) -> None:
        """Take the place of what the standard library and requests do."""
        for name in _ON_DESCRIPTORS:
            setattr(os, name, self._on_descriptor(name, getattr(os, name)))
        for name in _ON_PATHS:
            setattr(os, name, self._on_path(name, getattr(os, name)))
        os.open = self._opening(os.open)  # type: ignore[assignment]
        io.open = builtins.open = self._opening_files(io.open)  # type: ignore[assignment]
        sqlite3.connect = sqlite3.dbapi2.connect = self._connecting(sqlite3.connect)  # type: ignore[assignment]
        adapter = requests.adapters.HTTPAdapter
        adapter.send = self._requesting(adapter.send)  # type: ignore[method-assign]

    # ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────

    def does(
        self, name: str, act: Callable[[], Any], fail: Callable[[], NoReturn], half: Callable[[], Any] = lambda: None
    ) -> Any:
        """Do one operation, or let it go wrong when it is its turn; `half` is what of it may have happened."""
        self.operations.append(name)
        if len(self.operations) != self._number:
            return act()
        os.write(2, f"{WRONG}{name}\n".encode())
        if self._way in ("full", "broken", "readonly"):
            if self._way != "readonly":
                half()
            fail()
        if self._way == "kill":
            half()
            self._acknowledge()
            self._die()
        with suppress(OSError):
            act()
        if self._way == "late":
            fail()
        self._acknowledge()
        if self._way == "outage":
            self._lose_what_is_not_synced()
        return self._die()

    def _fail(self, path: object = None) -> NoReturn:
        number = ERRORS[self._way][0]
        raise OSError(number, os.strerror(number), *([path] if isinstance(path, str | Path) else []))

    def _acknowledge(self) -> None:
        """Say how many checks are stored, before it may be too late."""
        for path in Path(self._here).rglob("*.db"):
            with closing(self._connect(f"file:{path}?mode=ro", uri=True)) as connection, suppress(sqlite3.Error):
                (stored,) = connection.execute("SELECT count(*) FROM checks").fetchone()
                os.write(2, f"{ACKNOWLEDGED}{stored}\n".encode())

    @staticmethod
    def _die() -> NoReturn:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("still alive")

    def _lose_what_is_not_synced(self) -> None:
        for directory, _, names in os.walk(self._here):
            for name in names:
                path = os.path.join(directory, name)  # noqa: PTH118
                found = os.lstat(path)
                if (found.st_dev, found.st_ino) in self._unsynced:
                    os.truncate(path, 0)
        for log, synced in self._logs.items():
            if os.path.getsize(log) > synced:  # noqa: PTH202
                os.truncate(log, synced)

    def committed(self, connection: sqlite3.Connection) -> None:
        """Remember what of the log is safe: SQLite syncs it at each commit, or now and then (`PRAGMA synchronous`)."""
        ((_, _, database), *_) = connection.execute("PRAGMA database_list")
        log = f"{database}-wal"
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
        if os.path.exists(log):  # noqa: PTH110
            is_synced = synchronous >= _FULL
            self._logs[log] = os.path.getsize(log) if is_synced else self._logs.get(log, 0)  # noqa: PTH202

    # ── Where ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_here(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and os.path.abspath(path).startswith(self._here)  # noqa: PTH100

    def _is_ours(self, descriptor: object) -> bool:
        return isinstance(descriptor, int) and self._is_here(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115

    def _on_descriptor(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def operation(descriptor: int, *arguments: Any) -> Any:
            if not self._is_ours(descriptor):
                return original(descriptor, *arguments)

            def act() -> Any:
                found = os.fstat(descriptor)
                key = found.st_dev, found.st_ino
                if name in _SYNCING:
                    self._unsynced.discard(key)
                elif name != "fchmod":
                    self._unsynced.add(key)
                return original(descriptor, *arguments)

            return self.does(name, act, self._fail)

        return operation

    def _on_path(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def operation(path: Any, *arguments: Any, **more: Any) -> Any:
            def act() -> Any:
                return original(path, *arguments, **more)

            return self.does(name, act, lambda: self._fail(path)) if self._is_here(path) else act()

        return operation

    def _opening(self, original: Callable[..., int]) -> Callable[..., int]:
        def operation(path: Any, flags: int, *arguments: Any, **more: Any) -> int:
            def act() -> int:
                return original(path, flags, *arguments, **more)

            creates = flags & os.O_CREAT and self._is_here(path)
            return self.does("open", act, lambda: self._fail(path)) if creates else act()

        return operation

    def _opening_files(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def operation(file: Any, mode: str = "r", *arguments: Any, **more: Any) -> Any:
            def act() -> Any:
                return original(file, mode, *arguments, **more)

            if not set(mode) & set("wax+") or not (self._is_here(file) or self._is_ours(file)):
                return act()
            # What was opened by os.open was counted there.
            opened = act() if isinstance(file, int) else self.does("open", act, lambda: self._fail(file))
            return _File(opened, self)

        return operation

    def wrote(self, file: Any) -> None:
        found = os.fstat(file.fileno())
        self._unsynced.add((found.st_dev, found.st_ino))

    def _requesting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def fail() -> NoReturn:
            raise requests.ConnectionError("nobody answers")

        def operation(*arguments: Any, **more: Any) -> Any:
            return self.does(REQUEST, lambda: original(*arguments, **more), fail)

        return operation

    def _connecting(self, original: Callable[..., Any]) -> Callable[..., Any]:
        machine = self

        def fail() -> NoReturn:
            _, code, words = ERRORS[machine._way]
            error = sqlite3.OperationalError(words)
            error.sqlite_errorcode = code
            raise error

        class Connection(sqlite3.Connection):
            def commit(self) -> None:
                if not (self.in_transaction and self.total_changes):
                    super().commit()
                    return

                def act() -> None:
                    sqlite3.Connection.commit(self)
                    machine.committed(self)

                machine.does("commit", act, fail)

            def backup(self, *arguments: Any, **more: Any) -> None:
                machine.does("backup", lambda: super(Connection, self).backup(*arguments, **more), fail)

        def operation(*arguments: Any, **more: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = original(*arguments, **{"factory": Connection, **more})
            return connection

        return operation


class _File:
    """An open file whose writes are counted; half of one is written before it goes wrong."""

    def __init__(self, file: Any, machine: Machine) -> None:
        self._file = file
        self._machine = machine

    def write(self, data: Any) -> Any:
        self._machine.wrote(self._file)

        def half() -> None:
            self._file.write(data[: len(data) // 2])
            self._file.flush()

        def act() -> Any:
            written = self._file.write(data)
            self._file.flush()
            return written

        return self._machine.does("write", act, self._machine._fail, half)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_reason: object) -> None:
        self._file.close()


def main() -> None:
    number, way, dashes, *arguments = sys.argv[1:]
    if way not in WAYS or dashes != "--":
        raise SystemExit(__doc__)
    machine = Machine(int(number), way)
    machine.install()
    sys.argv[1:] = arguments
    try:
        program.main()
    finally:
        sys.stderr.write(f"{COUNTED}{' '.join(machine.operations)}\n")


if __name__ == "__main__":
    main()
