"""Crawling processes in forks of one process that has imported what they need: the same, and most of a second sooner.

This takes the place of how multiprocessing spawns them, in the processes of the tests and in the forks of
`tests.program`; a fork has the environment, the directory and the streams that a spawned process would have. Really
spawned they are wherever the program is started by itself, and in the files of `SPAWNED`, which are about these
processes themselves.
"""

from __future__ import annotations

import io
import os
from functools import cache
from multiprocessing import context, forkserver, popen_forkserver, reduction, spawn, util
from multiprocessing.context import SpawnProcess
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

SPAWNED = ("test_fetch_crawler", "test_fetch_processes")

NEEDED = [
    "dlt_crawler.fetch.crawl.engine", "dlt_crawler.fetch.crawl.worker", "tests.crawling", "tests.warm", "tests.frozen",
]  # fmt: skip


class _Surroundings:
    """What a spawned process would have of its parent. Unpickling it in a fork gives it to that."""

    def __init__(self, streams: dict[int, int]) -> None:
        self._streams = streams

    def __reduce__(self) -> tuple[Any, ...]:
        return _take_over, (dict(os.environ), self._streams)


def _take_over(environment: dict[str, str], streams: dict[int, int]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    inherited = forkserver.get_inherited_fds()
    for descriptor, number in streams.items():
        os.dup2(inherited[number], descriptor)
        os.close(inherited[number])


class ForkedPopen(popen_forkserver.Popen):
    """As its base class, which hands nothing of that over."""

    def _launch(self, process_obj: BaseProcess) -> None:
        _start()
        surroundings = _Surroundings({number: self.duplicate_for_child(number) for number in (1, 2)})
        pickled = io.BytesIO()
        context.set_spawning_popen(self)
        try:
            reduction.dump({"": surroundings, **spawn.get_preparation_data(process_obj.name)}, pickled)
            reduction.dump(process_obj, pickled)
        finally:
            context.set_spawning_popen(None)
        # From here as in the base class.
        self.sentinel, to_child = forkserver.connect_to_new_process(self._fds)
        self.finalizer = util.Finalize(self, util.close_fds, (os.dup(to_child), self.sentinel))
        with os.fdopen(to_child, "wb") as pipe:
            pipe.write(pickled.getbuffer())
        self.pid = forkserver.read_signed(self.sentinel)


def install() -> None:
    """Do so in this process and its forks from now on."""
    _start()
    # It asks for the end of its child whenever it is needed, and of a fork that process is none.
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign]
    SpawnProcess._Popen = staticmethod(ForkedPopen)  # type: ignore[assignment]


@cache
def _start() -> None:
    """Start the process that forks; it ends with this one and its forks."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT) if before is None else f"{ROOT}{os.pathsep}{before}"
    try:
        forkserver.set_forkserver_preload(NEEDED)
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
