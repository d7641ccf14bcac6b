"""A PostgreSQL server as Debian sets one up, durable, with its files beside the other results.

The tests' server (`tests.postgres`) is faster than any real one: it makes nothing durable.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.costs import descendants
from benchmarks.million.measuring import tree_cpu
from tests.postgres import binaries, why_not

SERVANT = "postgres"
"""Who the server runs as where we are root."""
USER = "dlt"
PORT = 5432
"""The namespace has no other server."""
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "100"}
"""As its manual advises for a machine of a few GB (19.4.1, 19.5.2); all else is as it comes."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server."""

    pid: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{PORT}/{database}"

    def fresh(self, database: str) -> str:
        """Make a database anew, and return its URL."""
        with self._connect() as server:
            server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {database}")
        return self.url(database)

    def has(self, database: str) -> bool:
        with self._connect() as server:
            return server.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None

    def size(self, database: str) -> int:
        """Return the bytes of a database."""
        with self._connect() as server:
            row = server.execute("SELECT pg_database_size(%s)", (database,)).fetchone()
        return int(row[0]) if row else 0

    def cpu(self) -> float:
        """Return the processor seconds that the server has had."""
        return tree_cpu(descendants(self.pid))

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(host="127.0.0.1", port=PORT, user=USER, dbname="postgres", autocommit=True)


@contextmanager
def running(directory: Path) -> Iterator[Cluster]:
    """Run a server whose files are in a directory, which is made where there is none. Raises RuntimeError."""
    if reason := why_not():
        raise RuntimeError(reason)
    programs, data = binaries(), directory / "postgresql"
    assert programs is not None
    if not (data / "PG_VERSION").exists():
        data.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(data, SERVANT)
        _as_servant(
            [str(programs / "initdb"), "-D", str(data), "-U", USER, "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8"]
        )
    options = [
        f"-c{name}={value}" for name, value in {**SETTINGS, "port": str(PORT), "listen_addresses": "127.0.0.1"}.items()
    ]
    server = subprocess.Popen(
        [*_servant(), str(programs / "postgres"), "-D", str(data), "-k", "", *options],
        cwd="/",
        stderr=(directory / "postgresql.log").open("ab"),
    )
    try:
        _wait(server)
        yield Cluster(server.pid)
    finally:
        server.send_signal(2)  # SIGINT: fast shutdown (its manual, 18.5)
        server.wait()


def _wait(server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended with status {server.returncode}; see postgresql.log")
        try:
            psycopg.connect(host="127.0.0.1", port=PORT, user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("PostgreSQL does not answer; see postgresql.log")


def _as_servant(command: Sequence[str]) -> None:
    done = subprocess.run([*_servant(), *command], cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stderr.strip()}")


def _servant() -> list[str]:
    """Return what runs a command as somebody else than root, whom PostgreSQL refuses."""
    return ["setpriv", f"--reuid={SERVANT}", f"--regid={SERVANT}", "--clear-groups"] if os.geteuid() == 0 else []
