"""A PostgreSQL server for the tests: one for each process of pytest, with databases that are copies of a migrated one.

It is Debian's, found beside `initdb`, and runs in a directory of its own, in memory where there is room. A warden
(`python -m tests.postgres`) holds it: when the process that asked for it is gone, however it ended, the warden stops
the server and removes the directory. It makes nothing durable, which the tests of what survives do not need: they kill
its clients, not it. Its databases sort text as English does, so that a test notices an order that is not ours.
"""

from __future__ import annotations

import atexit
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import URL, make_url

from dlt_crawler.store import Store

USER = "dlt"
GUARDED = "guarded"
"""A role whose password the server asks for where it is reached by TCP: "secret"."""

_TEMPLATE = "migrated"
_HOME = Path("/usr/lib/postgresql")
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "listen_addresses": "127.0.0.1",
}
_ACCESS = f"""
local all all trust
host all {GUARDED} 127.0.0.1/32 scram-sha-256
host all all 127.0.0.1/32 trust
"""
_LONGEST_START = 30
_MEMORY = Path("/dev/shm")
_ROOM = 2_000_000_000
"""Bytes: a server has 100 to 300 MB, and there is one for each process of pytest."""


def binaries() -> Path | None:
    """Return the directory of the newest server's programs; None where there is none."""
    debian = sorted(_HOME.glob("*/bin/initdb"), key=lambda program: int(program.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).resolve().parent if found else None


@cache
def _version(programs: Path) -> int:
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return int(said.split()[2].split(".")[0])


def why_not() -> str | None:
    """Return why there can be no server here, in a sentence; None where there can be one."""
    if binaries() is None:
        return "PostgreSQL is not installed here (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and (shutil.which("setpriv") is None or not _servant()):
        return "PostgreSQL does not run as root, and here is no user postgres to run as (or no setpriv)"
    return None


def _servant() -> str | None:
    """Return the user to run as in the place of root."""
    return next((name.pw_name for name in pwd.getpwall() if name.pw_name in {"postgres", "nobody"}), None)


class Server:
    """A running server. Raises RuntimeError where `why_not` has a reason, and when it does not start."""

    def __init__(self) -> None:
        if reason := why_not():
            raise RuntimeError(reason)
        found = binaries()
        assert found is not None
        self._by_files = {"strategy": "file_copy"} if _version(found) >= 15 else {}
        self._numbers = count(1)
        self._warden = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Not to be interrupted with us: it ends after us.
            start_new_session=True,
        )
        self._sockets, self._port = self._answer()

    def close(self) -> None:
        """Stop it."""
        self._warden.communicate()

    def restart(self) -> None:
        """Stop it, which ends every connection, and start it again: by the time this returns it answers."""
        assert self._warden.stdin is not None
        self._warden.stdin.write("restart\n")
        self._warden.stdin.flush()
        self._answer()

    def new(self) -> str:
        """Make a database with our schema and nothing in it, and return its URL. Takes 30 ms.

        Its files are copied: by way of the log, as is usual since PostgreSQL 15, it would take three times as long.
        """
        self._template()
        return self.bare(template=_TEMPLATE, **self._by_files)

    def drop(self, url: str) -> None:
        """Remove a database, so that its files need never be written; whoever is connected no longer is."""
        self.execute(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def bare(self, **options: str) -> str:
        """Make a database with nothing in it, and return its URL. `options` are those of CREATE DATABASE."""
        name = f"links_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} " + " ".join(f"{what} = {how}" for what, how in options.items()))
        return self.url(name)

    def url(self, database: str, *, user: str = USER) -> str:
        """Return the URL of a database by the socket of the server, which is also in reach of a network namespace."""
        place = {"host": self._sockets, "port": str(self._port)}
        return _written(URL.create("postgresql+psycopg", user, database=database, query=place))

    def tcp(self, url: str, *, user: str = USER, password: str | None = None) -> str:
        """Return the URL of the same database by TCP."""
        url_of = make_url(url).set(host="127.0.0.1", port=self._port, username=user, query={})
        return _written(url_of if password is None else url_of.set(password=password))

    def execute(self, *statements: str, url: str | None = None) -> None:
        """Execute statements as the owner of the server, each by itself, in a database or beside them all."""
        with connected(url or self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    @cache  # noqa: B019 - one server a process
    def _template(self) -> None:
        self.execute(f"CREATE DATABASE {_TEMPLATE}")
        Store.open(self.url(_TEMPLATE)).close()

    def _answer(self) -> tuple[str, int]:
        assert self._warden.stdout is not None
        if not (answer := self._warden.stdout.readline()):
            raise RuntimeError(f"the PostgreSQL server did not start: {self._warden.wait()}")
        sockets, port = json.loads(answer)
        return sockets, port


@cache
def server() -> Server:
    """Return the one of this process, which is started with its first use."""
    started = Server()
    atexit.register(started.close)
    return started


def connected(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Return a connection to what a URL of ours names, as its driver has it."""
    parsed = make_url(url)
    arguments = parsed.translate_connect_args(username="user", database="dbname")
    return psycopg.connect(**arguments, **parsed.query, autocommit=autocommit)


def _written(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _free_port() -> int:
    """Return a port that stays free until the server listens there: none of those that the system gives to others."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), closing(socket.create_server(("127.0.0.1", port))):
            return port


class _Cluster:
    """The server as its warden has it."""

    def __init__(self, directory: Path) -> None:
        found = binaries()
        assert found is not None
        self._binaries = found
        self._directory = directory
        self._data = directory / "data"
        self._port = _free_port()
        self._as: list[str] = []
        if os.geteuid() == 0:
            user = _servant()
            assert user is not None
            shutil.chown(directory, user)
            self._as = ["setpriv", f"--reuid={user}", "--regid", str(pwd.getpwnam(user).pw_gid), "--clear-groups"]
        self._initialise()

    def _initialise(self) -> None:
        english = ["--locale-provider=icu", "--icu-locale=en-US"] if _version(self._binaries) >= 15 else []
        options = ["--no-sync", "--auth=trust", f"--username={USER}", "--encoding=UTF8", "--locale=C.UTF-8", *english]
        self._run("initdb", "--pgdata", str(self._data), *options)
        (self._data / "pg_hba.conf").write_text(_ACCESS)
        with (self._data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())

    def _run(self, program: str, *arguments: str) -> str:
        command = [*self._as, str(self._binaries / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self._directory, check=False)
        if done.returncode:
            raise RuntimeError(f"{program} fails: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self) -> tuple[str, int]:
        """Start it, and return where its socket is and its port when it answers."""
        place = ["--pgdata", str(self._data), "--log", str(self._directory / "log")]
        options = f"-p {self._port} -k {self._directory}"
        try:
            self._run("pg_ctl", "start", "--wait", "--timeout", str(_LONGEST_START), *place, "--options", options)
        except RuntimeError as error:
            raise RuntimeError((self._directory / "log").read_text()) from error
        return str(self._directory), self._port

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._run("pg_ctl", "stop", "--mode", "immediate", "--pgdata", str(self._data))


def _say(answer: tuple[str, int]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _guard() -> None:
    """Run a server until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # In memory where there is room: to make a database takes 15 ms there, and up to 250 ms on a disk that is in use.
    memory = _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM else None
    with tempfile.TemporaryDirectory(prefix="dlt-crawl-postgres-", dir=memory, ignore_cleanup_errors=True) as directory:
        cluster = _Cluster(Path(directory))
        _say(cluster.start())
        try:
            for _ in sys.stdin:
                cluster.stop()
                _say(cluster.start())
        finally:
            cluster.stop()


if __name__ == "__main__":
    _guard()
