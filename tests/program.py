"""The program in forks of one process that has imported it: the same as started by itself, and a second sooner.

A fork has arguments, an environment, a directory, streams and an end of its own. What is left out is the start of
Python: for that, and for signals, there are `Maintainer.run_anew` and `Maintainer.start`.
"""

from __future__ import annotations

import atexit
import importlib
import json
import multiprocessing.process
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

from tests import crawling, databases

ROOT = Path(__file__).parents[1]

NEEDED = (
    "alembic.command", "alembic.runtime.environment", "apprise", "dlt_crawler.__main__", "dlt_crawler.cli",
    "dlt_crawler.notify", "dlt_crawler.pipeline", "dlt_crawler.schedule", "dlt_crawler.sources.markdown",
    "dlt_crawler.summary", "multiprocessing.resource_tracker", "requests", "sqlalchemy.dialects.sqlite.pysqlite",
    "tests.warm", "typer._adapters", "tests.frozen",
)  # fmt: skip
"""What a run imports sooner or later. What is not named here is imported by each fork for itself, as ever."""

_LONGEST_ORDER = 1_000_000


class Program:
    """The process that forks. It ends with this one."""

    def __init__(self) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(there.fileno())],
                cwd=ROOT,
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                # Pipes, as in a fork: Python's own streams are made for them before.
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        self._one_at_a_time = threading.Lock()
        atexit.register(self._end)

    def _end(self) -> None:
        self._here.close()
        self._process.communicate()

    def run(
        self,
        arguments: Sequence[str],
        directory: Path,
        environment: Mapping[str, str],
        *,
        timeout: float,
        answers: str = "",
    ) -> tuple[int, str, str]:
        """Run the program; return its exit status (negative: a signal), stdout and stderr. `answers`: its stdin.

        Raises TimeoutExpired, and kills it, when its streams are open after so many seconds: it or a child of it lives.
        """
        order = json.dumps([arguments, str(directory), dict(environment)]).encode()
        assert len(order) < _LONGEST_ORDER
        with self._one_at_a_time:
            (out, its_out), (err, its_err) = os.pipe(), os.pipe()
            its_in, into = os.pipe()
            os.write(into, answers.encode())
            os.close(into)
            socket.send_fds(self._here, [order], [its_in, its_out, its_err])
            for stream in (its_in, its_out, its_err):
                os.close(stream)
            fork = self._answer()
            late = threading.Timer(timeout, os.kill, (fork, signal.SIGKILL))
            late.start()
            said: dict[int, str] = {}
            readers = [threading.Thread(target=_read, args=(stream, said), daemon=True) for stream in (out, err)]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join(timeout + 1)
            late.cancel()
            if any(reader.is_alive() for reader in readers):
                raise subprocess.TimeoutExpired(list(arguments), timeout)
            status = self._answer()
        return status, said[out], said[err]

    def _answer(self) -> int:
        answer = self._here.recv(100)
        if not answer:
            raise RuntimeError(self._process.communicate()[1].decode())
        return int(answer)


@cache
def program() -> Program:
    """Return the one of this process, which is started with its first use."""
    return Program()


def _read(stream: int, said: dict[int, str]) -> None:
    with open(stream, encoding="utf-8") as file:
        said[stream] = file.read()


def _next_order(orders: socket.socket) -> tuple[Any, list[int]] | None:
    """Fork for each order, and return it in the fork; None in the process that forks, when there are no more."""
    while True:
        order, streams, _, _ = socket.recv_fds(orders, _LONGEST_ORDER, 3)
        if not order:
            return None
        fork = os.fork()
        if not fork:
            return json.loads(order), streams
        for stream in streams:
            os.close(stream)
        orders.send(str(fork).encode())
        _, status = os.waitpid(fork, 0)
        orders.send(str(os.waitstatus_to_exitcode(status)).encode())


def _serve(descriptor: int) -> None:
    crawling.install()
    databases.install()
    for name in NEEDED:
        importlib.import_module(name)
    # It is run, as the main module.
    del sys.modules["dlt_crawler.__main__"]
    with closing(socket.socket(fileno=descriptor)) as orders:
        found = _next_order(orders)
    if found is None:
        return
    (arguments, directory, environment), streams = found
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(directory)
    # As by `python -m dlt_crawler`. The crawling processes are told of these.
    sys.path[0] = multiprocessing.process.ORIGINAL_DIR = directory
    sys.argv[1:] = arguments
    runpy.run_module("dlt_crawler", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
