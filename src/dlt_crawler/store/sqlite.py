"""SQLite: one file in WAL mode, its transactions, and its errors in our words.

Readers never wait for the writer, and a transaction that was committed survives the death of the process (25 kills,
nothing acknowledged lost: facts/science.md, part F), and that of the machine (`Database.writing`). The file must not be
on NFS.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from dlt_crawler.errors import StoreError
from dlt_crawler.store import backup, soundness
from dlt_crawler.store.database import Database
from dlt_crawler.store.lock import lock_file
from dlt_crawler.store.soundness import damaged

BUSY_TIMEOUT = 5_000
"""Milliseconds to wait for another process that writes. Ours write for less than a second at a time. An interrupt is
heard after as long, at the latest."""

_SENTENCES: Mapping[int | None, str] = {
    sqlite3.SQLITE_NOTADB: "is not a database",
    sqlite3.SQLITE_READONLY: "cannot be written",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is it a file, in a directory that can be written?",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk fails, or is full",
    sqlite3.SQLITE_BUSY: "is kept busy by another program: end that, or try again when it is done",
}
"""By primary result code (sqlite.org/rescode.html): what a person can do something about."""


class SqliteDatabase(Database):
    """One SQLite file and its connections. Every error comes out as a StoreError that names the file."""

    def __init__(self, path: Path, *, foreign_keys: bool = True) -> None:
        super().__init__(_engine(path, foreign_keys=foreign_keys), name=str(path))
        self.path = path
        self._looked: datetime | None = None
        """For a job: when all of the file was read, as long as nothing damaged was met since."""

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.exists()

    @property
    def shared(self) -> bool:
        """Say no: it is a file of this machine (Database)."""
        return False

    def make_room(self) -> None:
        """Make the directory of the file. Raises StoreError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be opened: {error.strerror}") from error

    def lock(self, purpose: str) -> AbstractContextManager[None]:
        """Hold the lock of the file (Database)."""
        return lock_file(self.path, purpose)

    @contextmanager
    def exclusively(self, what: str) -> Iterator[None]:
        """Do so at once (Database): whatever is done by one at a time is done by the job that holds the lock."""
        yield

    def unchecked(self) -> SqliteDatabase:
        """Return the same file with connections that enforce no foreign keys.

        Where SQLite alters a table by making it anew they must not be enforced meanwhile, and a transaction cannot
        switch them (sqlite.org/lang_altertable.html, section 7).
        """
        return SqliteDatabase(self.path, foreign_keys=False)

    def broken_reference(self, connection: Connection) -> str | None:
        """Look for a row that names one which does not exist (Database)."""
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            return f"{broken[0]} names a row of {broken[2]} that does not exist"
        return None

    @contextmanager
    def sweeping(self, table: Table) -> Iterator[Connection]:
        """Delete with references not enforced (Database): that would be a scan of all checks for each row."""
        with closing(self.unchecked()) as unchecked, unchecked.writing() as connection:
            yield connection

    def examine(self) -> None:
        """Read all of the file where that is due, and look at the room on its disk (Database)."""
        self._looked = soundness.examine(self)

    def close(self) -> None:
        """Close all connections (Database); where a job did, say that it was not cut off."""
        if self._looked is not None:
            soundness.vouch(self, self._looked)
        super().close()

    def keep_copy(self, label: str) -> str:
        """Copy a sound file to one beside it (Database)."""
        soundness.require_sound(self)
        return str(backup.back_up(self, label))

    def damage(self) -> str | None:
        """Return what is wrong with the file, None when it is sound.

        Reads all of it: 0.5 s for 134 MB; integrity_check, which compares indices with their tables, takes 2.6 s.
        """
        with self.driver() as connection:
            found: str = _at_length(connection, "SELECT * FROM pragma_quick_check(1)")[0][0]
        return None if found == "ok" else found

    def compact(self) -> None:
        """Write the file anew without the space of what was deleted, and let it shrink.

        Needs up to twice the space that the database will take. When it fails, all is as it was.
        """
        # What SQLAlchemy executes is in a transaction, and this cannot be.
        with self.driver() as connection:
            _at_length(connection, "VACUUM")
            # The file shrinks when its log is written into it, and the log when nobody needs it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA optimize")

    @contextmanager
    def driver(self) -> Iterator[sqlite3.Connection]:
        """Lend one of the connections as the driver has it, for what is done outside of transactions."""
        with self.errors_in_our_words(), closing(self.engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - for the type checker
            yield connection

    @property
    def bytes(self) -> int:
        """How much of the disk the database takes, its log included."""
        real = os.path.realpath(self.path)
        files = (Path(real), Path(f"{real}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def sentence(self, error: BaseException | None) -> str:
        """Say what a person can do about an error of the driver (Database)."""
        if _code(error) == sqlite3.SQLITE_CORRUPT:
            self._looked = None
            return damaged(self.path, str(error))
        known = _SENTENCES.get(_code(error))
        return f"{self.path} {known} ({error})" if known else f"{self.path} fails: {error}"


def _at_length(connection: sqlite3.Connection, statement: str) -> Sequence[Any]:
    """Execute what may take minutes, and return its rows: an interrupt ends it at once.

    Python hears of a signal when its main thread is in no statement, so that another one is.
    """
    with ThreadPoolExecutor(1) as aside:
        rows = aside.submit(lambda: connection.execute(statement).fetchall())
        try:
            return rows.result()
        except BaseException:
            connection.interrupt()
            raise


def result_code(error: StoreError) -> int | None:
    """Return the extended result code of SQLite that an error was made of; None where it was made of none."""
    cause = error.__cause__
    return getattr(cause.orig if isinstance(cause, DBAPIError) else cause, "sqlite_errorcode", None)


def _code(error: BaseException | None) -> int | None:
    """Return the primary result code. Errors of the Python module itself, such as of a parameter's type, have none."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _engine(path: Path, *, foreign_keys: bool) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # Python's module would begin transactions only before it sees an INSERT; `begin` below does it instead, so
        # that several SELECT see one moment and a schema change is all or nothing.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        connection.execute("PRAGMA journal_mode = WAL")
        # Where fsync does not reach the disk (macOS), what does; elsewhere this says nothing.
        connection.execute("PRAGMA fullfsync = ON")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once, whatever the time-out, when somebody else
        # wrote in between (sqlite.org/isolation.html). IMMEDIATE makes it wait at its beginning.
        options = connection.get_execution_options()
        if not options.get("writes", False):
            connection.exec_driver_sql("BEGIN")
            return
        # In WAL mode NORMAL waits for the disk only at checkpoints (sqlite.org/pragma.html#pragma_synchronous).
        connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options['durable'] else 'NORMAL'}")
        for left in reversed(range(options["patience"])):
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                break
            except OperationalError as error:
                if not (left and _code(error.orig) == sqlite3.SQLITE_BUSY):
                    raise

    return engine
