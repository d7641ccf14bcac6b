"""Parsing in processes of their own, each with a limit on its time and its memory: no document stops a run."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import signal
from collections.abc import Iterator
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, Self

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, Extraction, SourceDocument
from dlt_crawler.sources import worker
from dlt_crawler.sources.extraction import extract
from dlt_crawler.sources.fallback import scanned
from dlt_crawler.sources.formats import MODULES
from dlt_crawler.sources.options import Limits, Options

if TYPE_CHECKING:
    from pebble import ProcessPool

IN_THIS_PROCESS = 200_000
"""Bytes that are parsed without a worker, in all: parsing them takes as long as starting workers does (0.3 s) …"""

SMALL = 64_000
"""… and bytes of the largest document among them: at its worst it takes 13 s and 100 MB, and the limits hold anyway."""

SLOWEST = 200e-6
"""Seconds for a byte of the worst document: 130 µs for brackets in front matter, and some more."""

_ATTEMPTS = 2
"""Times that all workers may end without saying at which document, until the next document is to blame."""

_PATIENCE = 1
"""Seconds between two looks whether there are workers at all."""

_LINE = re.compile(rb"[^\r\n]+")


@dataclass(slots=True, eq=False)
class Task:
    """A document that was handed in."""

    document: SourceDocument
    too_long: int | None
    """The 1-based line that keeps it from being parsed."""
    handed_on: _HandedOn | None = None
    """None: no worker has it yet."""


class _HandedOn(NamedTuple):
    pool: ProcessPool
    future: Future[bytes]


class Workers:
    """Worker processes for some documents, started when it pays. A context: whatever ends it ends them."""

    def __init__(self, options: Options, limits: Limits, documents: int) -> None:
        """Prepare for at most so many documents at once."""
        self._options = options
        self._limits = limits
        self.processes = max(1, min(limits.processes or os.cpu_count() or 1, documents))
        self._size = 0
        self._waiting: list[Task] = []
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def submit(self, document: SourceDocument) -> Task:
        """Begin with a document, or wait and see whether more come for which workers pay."""
        task = Task(document, _too_long_line(document, self._options.max_line))
        if task.too_long is None:
            self._size += len(document.data)
            self._waiting.append(task)
            if self._pool is not None or self._size > IN_THIS_PROCESS or not self._is_harmless(document):
                for waiting in self._waiting:
                    with suppress(BrokenProcessPool):
                        self._hand_on(waiting)
                self._waiting.clear()
        return task

    def result(self, task: Task) -> Extraction | SourceError:
        """Wait for what is written in a document, once a task. SourceError: it is not text."""
        try:
            if task.too_long is not None:
                limit = f"{self._options.max_line / 1_000_000:g} MB"
                why = f"line {task.too_long} is longer than {limit}: break it up, or raise `extract.max_line`"
                return scanned(task.document, self._options, why, task.too_long)
            if task in self._waiting:
                self._waiting.remove(task)
                return self._parsed_here(task.document)
            return self._parsed_there(task)
        except SourceError as error:
            return error

    def _parsed_here(self, document: SourceDocument) -> Extraction:
        try:
            return extract(document, self._options)
        except SourceError as error:
            return scanned(document, self._options, _failure(document, error))

    def _parsed_there(self, task: Task) -> Extraction:
        from pebble import ProcessExpired  # noqa: PLC0415 - for few documents it need not be imported

        why = "the processes that parse end at once: look at the limits of this machine"
        for _ in range(_ATTEMPTS):
            try:
                extraction: Extraction = pickle.loads(self._answer(task))  # noqa: S301 - from our own worker
            except BrokenProcessPool:
                task.handed_on = None
                continue
            except TimeoutError:
                why = f"it takes longer than {self._limits.timeout:g} s to parse: split it, or raise `extract.timeout`"
            except MemoryError:
                limit = f"{self._limits.memory / 1_000_000:g} MB"
                why = f"it takes more memory than {limit} to parse: split it, or raise `extract.max_memory`"
            except ProcessExpired as error:
                why = _death(error.exitcode)
            except SourceError as error:
                why = _failure(task.document, error)
            else:
                return extraction
            break
        return scanned(task.document, self._options, why)

    def _is_harmless(self, document: SourceDocument) -> bool:
        size = len(document.data)
        return size <= SMALL and size * SLOWEST < self._limits.timeout

    def _hand_on(self, task: Task) -> _HandedOn:
        try:
            if self._pool is None or not self._pool.active:
                self._stop()
                self._pool = _start(self.processes, self._limits.memory)
            arguments = (task.document, self._options)
            future = self._pool.schedule(worker.parse, args=arguments, timeout=self._limits.timeout)
        except (RuntimeError, OSError) as error:
            # It broke just now, or this machine allows no further process.
            self._stop()
            raise BrokenProcessPool from error
        task.handed_on = _HandedOn(self._pool, future)
        return task.handed_on

    def _answer(self, task: Task) -> bytes:
        """Wait for what the worker says. Raises what it raises, TimeoutError, ProcessExpired, BrokenProcessPool."""
        pool, future = task.handed_on or self._hand_on(task)
        while not future.done():
            # A pool whose workers all died forgets the tasks that it has not given to one (pebble 5.2).
            if not pool.active:
                raise BrokenProcessPool
            wait([future], _PATIENCE)
        return future.result()

    def _stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()


def _start(processes: int, memory: int) -> ProcessPool:
    from pebble import ProcessPool  # noqa: PLC0415 - as above

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pebble", worker.__name__, *MODULES])
    with _nothing_said():
        resource_tracker.ensure_running()
        forkserver.ensure_running()
    return ProcessPool(processes, initializer=worker.start, initargs=(memory,), context=context)


@contextmanager
def _nothing_said() -> Iterator[None]:
    """Keep from standard error what the processes started in here, and by these, would say there.

    Which is that Ctrl-C reached them, too, that a worker was ended before it had begun, and after a `kill -9` of this
    process that it left semaphores behind.
    """
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


def _too_long_line(document: SourceDocument, limit: int) -> int | None:
    # The lines of a notebook hold its pictures; what is parsed are its cells.
    if len(document.data) <= limit or document.format is DocumentFormat.NOTEBOOK:
        return None
    for line in _LINE.finditer(document.data):
        if line.end() - line.start() > limit:
            return 1 + len(re.findall(rb"\r\n?|\n", document.data[: line.start()]))
    return None


def _death(status: int) -> str:
    if status == -signal.SIGKILL:
        return "the process that parsed it was killed: if memory ran out, split it, or lower `extract.processes`"
    name = signal.strsignal(-status) if status < 0 else f"exit status {status}"
    return f"the process that parsed it crashed ({name}): please report this"


def _failure(document: SourceDocument, error: SourceError) -> str:
    why = str(error).removeprefix(f"{document.path}: ")
    return f"it {why}" if why.startswith("is ") else why
