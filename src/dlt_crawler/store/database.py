"""The database behind the store: where it is, how it is opened, its transactions, and its errors in our words.

SQLite in WAL mode: readers never wait for the writer, and a transaction that was committed survives the death of the
process (25 kills, nothing acknowledged lost: facts/science.md, part F). The file must not be on NFS.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from dlt_crawler.errors import StoreError

BUSY_TIMEOUT = 5_000
"""Milliseconds to wait for another process that writes. Ours write for less than a second at a time."""

_SENTENCES = {
    sqlite3.SQLITE_NOTADB: "is not a database",
    sqlite3.SQLITE_CORRUPT: "is damaged: move it away, or restore it from a copy",
    sqlite3.SQLITE_READONLY: "cannot be written",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: is it a file, in a directory that can be written?",
    sqlite3.SQLITE_PERM: "cannot be opened: permission denied",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk fails, or is full",
    sqlite3.SQLITE_BUSY: f"is kept busy by another program for more than {BUSY_TIMEOUT // 1000} s",
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
    def writing(self) -> Iterator[Connection]:
        """Write in one transaction: when the block ends all of it is stored, when it raises nothing is."""
        with (
            self._errors_in_our_words(),
            self.engine.connect().execution_options(writes=True) as connection,
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

    @contextmanager
    def _errors_in_our_words(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise StoreError(f"{self.path} {_sentence(error.orig)}") from error
        except sqlite3.Error as error:
            # While connecting: SQLAlchemy passes on what its event listeners raise as it is.
            raise StoreError(f"{self.path} {_sentence(error)}") from error
        except SQLAlchemyError as error:
            raise StoreError(f"{self.path}: {error}") from error
        except (LookupError, ValueError) as error:
            # A word or a JSON text in a row that is none of ours.
            raise StoreError(f"{self.path} holds what this version of dlt-crawl cannot read: {error}") from error


def _sentence(error: BaseException | None) -> str:
    code = error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.Error) and _has_code(error) else None
    known = _SENTENCES.get(code) if code is not None else None
    return f"{known} ({error})" if known else f"fails: {error}"


def _has_code(error: sqlite3.Error) -> bool:
    # Errors of the Python module itself, such as an unknown type of parameter, have no code of the library.
    return hasattr(error, "sqlite_errorcode")


def _engine(path: Path, *, foreign_keys: bool) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(path)))

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # Python's module would begin transactions only before it sees an INSERT; `begin` below does it instead, so
        # that several SELECT see one moment and a schema change is all or nothing.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once, whatever the time-out, when somebody else
        # wrote in between (sqlite.org/isolation.html). IMMEDIATE makes it wait at its beginning.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
