"""PostgreSQL: its transactions, its lock, and its errors in our words.

Readers see one moment (REPEATABLE READ) and hold up nobody. Whoever writes takes an advisory lock first, so that one
transaction writes at a time, as in SQLite: what it has read is so until it commits, and no two can wait for each other.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Self

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from dlt_crawler.errors import LockHeld
from dlt_crawler.store.database import Database

_OURS = 0x646C74
"""The first key of our advisory locks: "dlt". Others may use advisory locks of the same database, too."""
_WRITER, _JOB = 1, 2
"""The second key: of the one transaction that writes, and of the one job that is at work."""

_LOCK_TIMEOUT = 5_000
"""Milliseconds to wait for another transaction that writes, as often as the patience says."""


class PostgresDatabase(Database):
    """One database of a PostgreSQL server. Every error comes out as a StoreError that names it, without password."""

    def __init__(self, url: URL) -> None:
        super().__init__(_engine(url), name=url.render_as_string(hide_password=True))
        self._url = url

    @property
    def exists(self) -> bool:
        """Say yes: the server will tell (Database)."""
        return True

    def make_room(self) -> None:
        """Do nothing: whoever runs the server makes the database (Database)."""

    @contextmanager
    def lock(self, purpose: str) -> Iterator[None]:
        """Hold an advisory lock on a connection of its own (Database). It is free when that ends, however it does."""
        engine = create_engine(
            self._url,
            poolclass=NullPool,
            connect_args={"application_name": f"{purpose} (process {os.getpid()} on {socket.gethostname()})"[:63]},
        )
        with self.errors_in_our_words():
            connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with connection:
            with self.errors_in_our_words():
                taken = connection.scalar(
                    text("SELECT pg_try_advisory_lock(:ours, :job)"), {"ours": _OURS, "job": _JOB}
                )
                if not taken:
                    raise LockHeld(f"{self.name} is in use: {_holder(connection)}")
            yield

    def unchecked(self) -> Self:
        """Return another one like it (Database): PostgreSQL alters tables in place, references enforced."""
        return type(self)(self._url)

    def broken_reference(self, connection: Connection) -> str | None:
        """Return None: PostgreSQL would not have let it happen (Database)."""
        return None

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
        """Say what went wrong (Database)."""
        what = " ".join(str(error).split())
        if isinstance(error, psycopg.OperationalError) and error.sqlstate is None:
            return f"{self.name} cannot be reached: {what}"
        return f"{self.name} fails: {what}"


def _holder(connection: Connection) -> str:
    found = connection.execute(
        text(
            "SELECT application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND classid = :ours AND objid = :job AND granted"
        ),
        {"ours": _OURS, "job": _JOB},
    ).first()
    return f"{found[0]}, since {found[1].astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if found else "another process"


def _engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"application_name": "dlt-crawl"})

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("isolation_level") == "AUTOCOMMIT":
            return
        if not options.get("writes", False):
            only = "" if options.get("temporary", False) else ", READ ONLY"
            connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ{only}")
            return
        if not options["durable"]:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_LOCK_TIMEOUT * options['patience']}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OURS}, {_WRITER})")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")

    return engine
