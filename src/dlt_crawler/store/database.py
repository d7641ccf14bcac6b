"""The database behind the store: where it is, how it is opened, its transactions, and its errors in our words.

SQLite in WAL mode: readers never wait for the writer, and a transaction that was committed survives the death of the
process (25 kills, nothing acknowledged lost: facts/science.md, part F), and that of the machine (`Database.writing`).
The file must not be on NFS.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from dlt_crawler.errors import StoreError

BUSY_TIMEOUT = 5_000
"""Milliseconds to wait for another process that writes. Ours write for less than a second at a time. An interrupt is
heard after as long, at the latest."""

PATIENCE = 6
"""How often a transaction that writes waits for so long: backup programs and database browsers take half a minute."""

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


def database_file(url: str) -> Path:
    """Return the file of a database URL. Raises StoreError for what we do not support.

    Supported is `sqlite:///` and a path. Not so a database in memory: it would forget every link at the end of the
    command that found it.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"{url!r} is not a database URL, such as sqlite:///storage/dlt-crawl.db") from error
    shown = parsed.render_as_string(hide_password=True)
    if parsed.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreError(f"{shown}: only SQLite databases are supported, such as sqlite:///storage/dlt-crawl.db")
    if parsed.host or parsed.query:
        raise StoreError(f"{shown}: write sqlite:/// and the path of a file, without options")
    if parsed.database in {None, "", ":memory:"}:
        raise StoreError(f"{shown}: names no file; a database in memory would forget everything at once")
    return Path(str(parsed.database))


Transaction = Callable[[], AbstractContextManager[Connection]]


class Database:
    """One SQLite file and its connections. Every error comes out as a StoreError that names the file."""

    def __init__(self, path: Path, *, foreign_keys: bool = True) -> None:
        self.path = path
        self.engine = _engine(path, foreign_keys=foreign_keys)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction: all that is read is of one moment. Holds up no writer."""
        with self._errors_in_our_words(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, durable: bool = True, patience: int = PATIENCE) -> Iterator[Connection]:
        """Write in one transaction: when the block ends all of it is stored, when it raises nothing is.

        What is stored survives the loss of power. Without `durable` it may take a few seconds until it does, and what
        was stored last may be lost then (never a part of a transaction, and nothing that a durable one came after): for
        what can be had again without the network. A durable transaction waits for the disk: 0.15 ms where benchmarks
        are made, some 10 ms on a disk that spins. `patience`: how often it waits BUSY_TIMEOUT for others.
        """
        with (
            self._errors_in_our_words(),
            self.engine.connect().execution_options(writes=True, durable=durable, patience=patience) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def connected(self) -> Iterator[Transaction]:
        """Keep one connection for the block, with the temporary tables that are made on it.

        What is yielded begins a transaction on it: one that reads, and writes to temporary tables only.
        """
        with self._errors_in_our_words():
            connection = self.engine.connect()
            # Not back into the pool: closing it is what drops the tables.
            connection.detach()

        @contextmanager
        def transaction() -> Iterator[Connection]:
            with self._errors_in_our_words(), connection.begin():
                yield connection

        with closing(connection):
            yield transaction

    def damage(self) -> str | None:
        """Return what is wrong with the file, None when it is sound.

        Reads all of it: 0.5 s for 134 MB; integrity_check, which compares indices with their tables, takes 2.6 s.
        """
        with self.reading() as connection:
            found: str = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        return None if found == "ok" else found

    def compact(self) -> None:
        """Write the file anew without the space of what was deleted, and let it shrink.

        Needs up to twice the space that the database will take. When it fails, all is as it was.
        """
        # What SQLAlchemy executes is in a transaction, and this cannot be.
        with self.driver() as connection:
            connection.execute("VACUUM")
            # The file shrinks when its log is written into it, and the log when nobody needs it.
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA optimize")

    @contextmanager
    def driver(self) -> Iterator[sqlite3.Connection]:
        """Lend one of the connections as the driver has it, for what is done outside of transactions."""
        with self._errors_in_our_words(), closing(self.engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - for the type checker
            yield connection

    @property
    def bytes(self) -> int:
        """How much of the disk the database takes, its log included."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    @contextmanager
    def _errors_in_our_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(_sentence(self.path, error.orig)) from error
        except sqlite3.Error as error:
            # While connecting: SQLAlchemy passes on what its event listeners raise as it is.
            raise StoreError(_sentence(self.path, error)) from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.path}: {error}") from error
        except (LookupError, TypeError, ValueError) as error:
            # A word, a time or a JSON text in a row that is none of ours.
            raise StoreError(f"{self.path} holds what this version of dlt-crawl cannot read: {error}") from error


def damaged(path: Path, what: str) -> str:
    """Say that a database is damaged, and what a person can do about it."""
    copies = " or ".join(sorted(copy.name for copy in path.parent.glob(f"{path.name}.before-*.backup")))
    beside = f" ({copies} beside it, say)" if copies else ""
    return (
        f"{path} is damaged ({what}): restore it from a copy{beside}, or move it away "
        "and start anew with dlt-crawl run, which checks every link again; the documents are not concerned"
    )


def result_code(error: StoreError) -> int | None:
    """Return the extended result code of SQLite that an error was made of; None where it was made of none."""
    cause = error.__cause__
    return getattr(cause.orig if isinstance(cause, DBAPIError) else cause, "sqlite_errorcode", None)


def _sentence(path: Path, error: BaseException | None) -> str:
    if _code(error) == sqlite3.SQLITE_CORRUPT:
        return damaged(path, str(error))
    known = _SENTENCES.get(_code(error))
    return f"{path} {known} ({error})" if known else f"{path} fails: {error}"


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
