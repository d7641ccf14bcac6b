"""The crawling processes, seen from the calling one: started together, with a pipe to each and one between any two."""

from __future__ import annotations

import multiprocessing
import socket
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from itertools import combinations
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.crawl import child
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.messages import Message, Reply, Setup

_EXIT_SECONDS = 3.0
"""An idle child ends itself within a second when its pipe is closed; after this it is killed."""


class Children:
    """Processes that crawl. They hold nothing that could be lost, and end when their pipe does."""

    def __init__(self, setups: Sequence[Setup], lease: Lease | None = None) -> None:
        """Start one for each setup. They are ready about half a second later; nobody waits for that here.

        `lease`: under which they ask anybody; None: always.
        """
        spawn = multiprocessing.get_context("spawn")
        self._connections: list[Connection] = []
        self._processes: list[SpawnProcess] = []
        try:
            with ExitStack() as theirs:
                sockets = _between(len(setups), theirs)
                for setup, peers in zip(setups, sockets, strict=True):
                    ours, far = spawn.Pipe()
                    theirs.callback(far.close)
                    self._connections.append(ours)
                    process = spawn.Process(
                        target=child.main, args=(far, peers, lease), name="dlt-crawl fetch", daemon=True
                    )
                    self._processes.append(process)
                    process.start()
                    ours.send(setup)
        except BaseException:
            self.end(at_once=True)
            raise

    def __len__(self) -> int:
        return len(self._processes)

    def tell(self, number: int, message: Message) -> None:
        """Send a child a message. Raises CrawlError when it is dead."""
        try:
            self._connections[number].send(message)
        except OSError as error:
            raise self._died(number) from error

    def replies(self, *bells: Connection) -> Iterator[tuple[int, Reply]]:
        """Wait for what is said, and yield it with the number of the child. Raises CrawlError when one dies.

        Nothing may have been said when one of the `bells` has something to be read.
        """
        ready = wait([*self._connections, *bells])
        for number, connection in enumerate(self._connections):
            if connection not in ready:
                continue
            try:
                parcel: list[Reply] = connection.recv()
            except (EOFError, OSError) as error:
                raise self._died(number) from error
            for reply in parcel:
                yield number, reply

    def end(self, *, at_once: bool) -> None:
        """End all: gently by closing their pipes, or at once."""
        for connection in self._connections:
            connection.close()
        for process in self._processes:
            if process.pid is None:
                continue
            if not at_once:
                process.join(_EXIT_SECONDS)
            if process.is_alive():
                process.kill()
        for process in self._processes:
            if process.pid is not None:
                process.join()
                process.close()
        self._connections, self._processes = [], []

    def kill(self) -> None:
        """Kill all, from any thread: whoever waits for what they say hears that they have died."""
        for process in self._processes:
            with suppress(ValueError):  # It has ended, and is closed.
                process.kill()

    def _died(self, number: int) -> CrawlError:
        process = self._processes[number]
        process.join(_EXIT_SECONDS)
        return CrawlError(f"the crawling process died (exit code {process.exitcode})")


def _between(processes: int, theirs: ExitStack) -> list[list[socket.socket | None]]:
    """Return for each process its socket to each other one; `theirs` closes them here when they are handed over."""
    sockets: list[list[socket.socket | None]] = [[None] * processes for _ in range(processes)]
    for one, other in combinations(range(processes), 2):
        near, far = socket.socketpair()
        theirs.callback(near.close)
        theirs.callback(far.close)
        sockets[one][other], sockets[other][one] = near, far
    return sockets
