"""What a crawl costs: time, processor time of this process and of its children, memory of them all."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

SAMPLE_SECONDS = 0.1
"""Between two looks at the memory; a look costs one to some milliseconds a process, by its size."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one crawl, all in seconds."""

    seconds: float
    main_cpu: float
    child_cpu: float
    """Of all processes that were started, and ended, for the crawl."""
    outcomes: Mapping[str, int]

    @property
    def links(self) -> int:
        return sum(self.outcomes.values())

    @property
    def cpu(self) -> float:
        return self.main_cpu + self.child_cpu


def measured(crawl: Callable[[], Mapping[str, int]]) -> Cost:
    """Run a crawl, which returns how often it saw which outcome, and return what it cost."""
    main, child, began = _cpu(RUSAGE_SELF), _cpu(RUSAGE_CHILDREN), time.monotonic()
    outcomes = crawl()
    seconds = time.monotonic() - began
    return Cost(seconds, _cpu(RUSAGE_SELF) - main, _cpu(RUSAGE_CHILDREN) - child, outcomes)


def _cpu(whose: int) -> float:
    usage = getrusage(whose)
    return usage.ru_utime + usage.ru_stime


def alone(work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
    """Return what `work` returns in a fresh process: nothing that was done before is in its memory."""
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        return process.submit(work, *arguments, **named).result()


class MemoryWatch:
    """Looks at the memory of a process and all that descend from it, for as long as the `with` block lasts."""

    def __init__(self, root: int, every: float = SAMPLE_SECONDS) -> None:
        """`every`: seconds between two looks."""
        self._root, self._every = root, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._own_peaks: dict[int, int] = {}
        self.peak = 0
        """The most bytes that all of them took at one look; memory that they share is counted once (PSS)."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def largest(self) -> int:
        """The peak of the largest process, in bytes (VmHWM)."""
        return max(self._own_peaks.values(), default=0)

    @property
    def sum_of_peaks(self) -> int:
        """The peaks of the processes added up (VmHWM): no short peak is missed, and what they share counts twice."""
        return sum(self._own_peaks.values())

    def _look(self) -> None:
        while not self._over.wait(self._every):
            taken = 0
            for pid in descendants(self._root):
                with contextlib.suppress(OSError):  # it has ended
                    taken += _kilobytes(pid, "smaps_rollup", "Pss:") * 1024
                    self._own_peaks[pid] = _kilobytes(pid, "status", "VmHWM:") * 1024
            self.peak = max(self.peak, taken)


def descendants(root: int) -> Iterator[int]:
    """Yield the ids of a process, its children, their children and so on."""
    yield root
    for children in Path(f"/proc/{root}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in children.read_text(encoding="ascii").split():
                yield from descendants(int(child))


def _kilobytes(pid: int, file: str, field: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(field):
            return int(line.split()[1])
    raise ProcessLookupError(pid)  # a zombie has no memory any more
