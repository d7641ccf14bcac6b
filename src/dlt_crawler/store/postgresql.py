"""PostgreSQL: its transactions, its lock, and its errors in our words.

Readers see one moment (REPEATABLE READ) and hold up nobody. Whoever writes takes an advisory lock first, so that one
transaction writes at a time, as in SQLite: what it has read is so until it commits, and no two can wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Self

import psycopg
from psycopg import errors
from sqlalchemy import URL, Connection, Table, create_engine, event, text
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import AddConstraint, DropConstraint

from dlt_crawler.errors import StoreError
from dlt_crawler.store import advisory
from dlt_crawler.store.database import Database

_CONNECTION: Mapping[str, str] = {
    "application_name": "dlt-crawl",
    # Whatever PGCLIENTENCODING says: titles may be in any script.
    "client_encoding": "utf8",
    # Seconds, as is the next; milliseconds. Without these, a server that is gone is noticed after two hours.
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""Options of libpq (postgresql.org/docs/current/libpq-connect.html); those in the URL come before them."""

_LOCK_TIMEOUT = 5_000
"""Milliseconds to wait for another transaction that writes, as often as the patience says."""

_DURABLE = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'"
"""Whatever the server does by itself; where it waits for its standbys, too, that stays."""

_BUSY = "is kept busy by another program: end that, or try again when it is done"

_SENTENCES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (errors.LockNotAvailable, _BUSY),
    # None of ours can bring these about: those who write wait in a row, and those who read write nothing.
    (errors.DeadlockDetected, _BUSY),
    (errors.SerializationFailure, _BUSY),
    (errors.InsufficientPrivilege, "does not permit this role to do so: docs/postgresql.md says what it needs"),
    (errors.ReadOnlySqlTransaction, "cannot be written: it is a standby, or read-only"),
    (errors.DiskFull, "cannot be written: the disk of the server is full"),
    (errors.AdminShutdown, "cannot be reached: the server has ended the connection"),
    (errors.CrashShutdown, "cannot be reached: the server has ended the connection"),
    (errors.DataCorrupted, "is damaged: restore a back-up"),
    (errors.IndexCorrupted, "is damaged: restore a back-up"),
)
"""By class of error (postgresql.org/docs/current/errcodes-appendix.html): what a person can do something about.

Of what goes wrong while connecting libpq tells no code, only what the server says."""


class PostgresDatabase(Database):
    """One database of a PostgreSQL server. Every error comes out as a StoreError that names it, without password."""

    def __init__(self, url: URL) -> None:
        options = {name: value for name, value in _CONNECTION.items() if name not in url.query}
        super().__init__(create_engine(url, connect_args=options), name=url.render_as_string(hide_password=True))
        self._url = url
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", self._begin)

    @property
    def exists(self) -> bool:
        """Say yes: the server will tell (Database)."""
        return True

    @property
    def shared(self) -> bool:
        """Say yes (Database)."""
        return True

    def make_room(self) -> None:
        """Make nothing: whoever runs the server makes the database (Database). Raises StoreError where it is unfit."""
        with self.reading() as connection:
            encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise StoreError(
                f"{self.name} has the encoding {encoding}, which cannot hold the text of every page: make a database "
                "WITH ENCODING 'UTF8' TEMPLATE template0"
            )

    @contextmanager
    def lock(self, purpose: str) -> Iterator[None]:
        """Hold an advisory lock on a connection of its own (Database).

        When that connection is lost meanwhile, nothing more can be written by this process: another job may be at work.
        """
        with ExitStack() as held:
            with self.errors_in_our_words():
                held.enter_context(advisory.job_lock(self.engine, self.name, purpose))
            yield

    @contextmanager
    def exclusively(self, what: str) -> Iterator[None]:
        """Hold an advisory lock on a connection of its own (Database)."""
        with ExitStack() as held:
            with self.errors_in_our_words():
                held.enter_context(advisory.named_lock(self.engine, what))
            yield

    def unchecked(self) -> Self:
        """Return another one like it (Database): PostgreSQL alters tables in place, references enforced."""
        return type(self)(self._url)

    def broken_reference(self, connection: Connection) -> str | None:
        """Return None: PostgreSQL would not have let it happen (Database)."""
        return None

    @contextmanager
    def sweeping(self, table: Table) -> Iterator[Connection]:
        """Take the references to the table away for the transaction, and look at them once at its end (Database)."""
        referring = [
            key.constraint
            for other in table.metadata.tables.values()
            for key in other.foreign_keys
            if key.column.table is table and key.constraint is not None
        ]
        with self.writing() as connection:
            for constraint in referring:
                connection.execute(DropConstraint(constraint))
            yield connection
            for constraint in referring:
                connection.execute(AddConstraint(constraint))

    def examine(self) -> None:
        """Do nothing: that is for whoever runs the server (Database)."""

    def keep_copy(self, label: str) -> str | None:
        """Make none: an upgrade is one transaction, and back-ups are the server's (Database)."""
        return None

    def compact(self) -> None:
        """Let the server have back the space of deleted rows (Database)."""
        with self.errors_in_our_words(), self.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM (ANALYZE)"))

    @property
    def bytes(self) -> int:
        """How much the server says that the database takes (Database)."""
        with self.reading() as connection:
            return int(connection.scalar(text("SELECT pg_database_size(current_database())")) or 0)

    def sentence(self, error: BaseException | None) -> str:
        """Say what a person can do about an error of the driver (Database)."""
        what = " ".join(str(error).split())
        for kind, sentence in _SENTENCES:
            if isinstance(error, kind):
                return f"{self.name} {sentence} ({what})"
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            return f"{self.name} cannot be reached: “{what}”"
        return f"{self.name} fails: “{what}”"

    def _begin(self, connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        if not options.get("writes", False):
            # A temporary table may be written to in a transaction that is read-only, and not be made in one.
            only = "" if options.get("temporary", False) else ", READ ONLY"
            _say(connection, f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ{only}")
            return
        # READ COMMITTED: to see what was written while it waited. All in one message to the server.
        _say(
            connection,
            "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE",
            f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT * options['patience']}",
            _DURABLE if options["durable"] else "SET LOCAL synchronous_commit = off",
            advisory.WAIT_TO_WRITE,
            "SET LOCAL lock_timeout = DEFAULT",
        )
        if advisory.has_lost_its_job(connection, self.name):
            raise StoreError(
                f"{self.name} cannot be written: the connection that held its lock has ended, and another job may be "
                "at work by now: start again"
            )


def _say(connection: Connection, *statements: str) -> None:
    connection.exec_driver_sql("; ".join(statements), execution_options={"no_parameters": True})


def _prepare(connection: psycopg.Connection, _entry: ConnectionPoolEntry) -> None:
    # Whatever PGTZ and the server say: what a query makes of a time is the same everywhere. And compiling a query takes
    # a second of the few that the longest of ours takes.
    connection.execute("SET TIME ZONE 'UTC'; SET jit = off")
    connection.commit()
