"""Advisory locks of PostgreSQL: who may write, which job is at work, and what is done by one at a time.

They belong to a connection, and are free when that ends, however it ends. All keys of ours are named here.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zlib import crc32

from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from dlt_crawler.errors import LockHeld

_OURS, _NAMED = 0x646C74, 0x646C75
"""The first key of a lock of ours: "dlt", and "dlu" where it has a name. Others may have locks, too."""
_WRITER, _JOB = 1, 2
"""The second key: of the one transaction that writes, and of the one job that is at work."""

WAIT_TO_WRITE = f"SELECT pg_advisory_xact_lock({_OURS}, {_WRITER})"
"""Returns when no other transaction writes, and none will until this one ends."""

_WATCHED = {
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
"""The server is to notice within a minute that the machine of the holder is gone; by itself it takes two hours."""

# In all databases of a server, advisory locks stand in one view.
_HOLDER = text(
    """
    SELECT pid, application_name, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = :ours AND objid = :job AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
).bindparams(ours=_OURS, job=_JOB)

_held: dict[str, int] = {}
"""Where this process has the lock of the job, by the name of the database: the server's process that holds it."""


@contextmanager
def job_lock(engine: Engine, name: str, purpose: str) -> Iterator[None]:
    """Hold the lock of the one job. Raises LockHeld, which names the holder; SQLAlchemyError."""
    with _connected(engine, purpose) as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(_OURS, _JOB))):
            holder = connection.execute(_HOLDER).first()
            # None where it has ended this moment.
            who = f"{holder[1]}, since {holder[2]:%Y-%m-%d %H:%M:%S} UTC" if holder else "another process"
            raise LockHeld(f"{name} is in use: {who}")
        _held[name] = connection.scalar(select(func.pg_backend_pid())) or 0
        try:
            yield
        finally:
            del _held[name]
            # The end of a connection is noticed some time later: whoever comes next would find the lock taken.
            with suppress(SQLAlchemyError):
                connection.scalar(select(func.pg_advisory_unlock(_OURS, _JOB)))


def has_lost_its_job(connection: Connection, name: str) -> bool:
    """Return whether this process took the lock of the job, and no longer has it: its connection has ended."""
    if (ours := _held.get(name)) is None:
        return False
    holder = connection.execute(_HOLDER).first()
    return holder is None or holder[0] != ours


@contextmanager
def named_lock(engine: Engine, what: str) -> Iterator[None]:
    """Hold the lock with this name; wait until it is free, for as long as that takes. Raises SQLAlchemyError."""
    with _connected(engine, f"dlt-crawl: {what}") as connection:
        # A signed number of 32 bits.
        connection.execute(select(func.pg_advisory_lock(_NAMED, crc32(what.encode()) - 2**31)))
        yield


@contextmanager
def _connected(engine: Engine, purpose: str) -> Iterator[Connection]:
    """Open a connection that says what it is for, and is closed at the end in whatever state it is."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        # Not back into the pool: the lock lasts as long as the connection.
        connection.detach()
        # The server keeps 63 bytes.
        who = f"{purpose} (process {os.getpid()} on {socket.gethostname()})"[:63]
        connection.execute(select(func.set_config("application_name", who, False)))
        for setting, value in _WATCHED.items():
            connection.execute(select(func.set_config(setting, value, False)))
        yield connection
    finally:
        with suppress(SQLAlchemyError):
            connection.close()
