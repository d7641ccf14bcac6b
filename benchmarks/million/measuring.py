"""What a stage costs: a command in processes of its own, looked at from outside."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.costs import MemoryWatch, descendants

SAMPLE_SECONDS = 0.2
"""Between two looks at the processes; a look at one takes 0.1 ms …"""
MEMORY_SECONDS = 0.5
"""… and at its memory 4 ms, where that is 200 MB."""
_OWN, _WAITED_FOR = (11, 12), (13, 14)
"""Fields of /proc/PID/stat behind the name (proc(5)): user and system time, in ticks."""
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """By one command and all that descended from it."""

    seconds: float
    cpu: float
    """Of all of them, user and system."""
    main_cpu: float
    """Of the first of them, as it was last looked at."""
    peak_mb: float
    """Of the largest: VmHWM, which misses no short peak but one in its last half second."""
    together_mb: float
    """The most that all of them took at one time: PSS, in which memory that they share is divided among them."""
    cores: int
    others: float
    """Share of the machine's processor time that neither they nor the target had."""


class Failed(RuntimeError):
    """A command ended with another status than it should."""


class _Watch:
    """Looks at processes until it is told to stop."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.cpu: dict[int, float] = {}
        """Of each process alone, as it was last looked at."""
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            for pid in descendants(self._root):
                with contextlib.suppress(OSError, IndexError):  # it has ended
                    self.cpu[pid] = _cpu_of(pid, *_OWN)


def _cpu_of(pid: int, *which: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return sum(int(fields[place]) for place in which) / _TICK


def tree_cpu(pids: Iterable[int]) -> float:
    """Return the processor seconds of processes, and of the children that they have waited for."""
    seconds = 0.0
    for pid in pids:
        with contextlib.suppress(OSError, IndexError):
            seconds += _cpu_of(pid, *_OWN, *_WAITED_FOR)
    return seconds


def _busy() -> float:
    """Return the seconds that all processors have been busy since the machine started."""
    user, nice, system, _idle, _io, irq, soft, *_ = Path("/proc/stat").read_text(encoding="ascii").split()[1:]
    return sum(map(int, (user, nice, system, irq, soft))) / _TICK


class Command:
    """A command that is at work: `end` waits for it, and says what it cost."""

    def __init__(
        self,
        command: Sequence[str],
        directory: Path,
        *,
        environment: Mapping[str, str] | None = None,
        output: Path | None = None,
    ) -> None:
        """`output`: where its standard output goes; None: nowhere."""
        self._command = command
        self._busy, self._began = _busy(), time.monotonic()
        with (output or Path(os.devnull)).open("wb") as file:
            self.process = subprocess.Popen(
                command, cwd=directory, env={**os.environ, **(environment or {})}, stdout=file
            )
        self._watch, self._looking = _Watch(self.process.pid), contextlib.ExitStack()
        self._memory = self._looking.enter_context(MemoryWatch(self.process.pid, MEMORY_SECONDS))

    def end(self, target_cpu: Callable[[], float] = lambda: 0.0, *, statuses: Collection[int] = (0,)) -> Spent:
        """Wait for its end. `target_cpu` says what the target has had meanwhile, in seconds.

        Raises Failed when it ends with another status than these.
        """
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - self._began
        self._watch.stop()
        self._looking.close()
        if self.process.returncode not in statuses:
            raise Failed(f"{' '.join(self._command)} ended with status {self.process.returncode}")
        cores = os.cpu_count() or 1
        # The kernel's sum has only those that were waited for, ours all but the last moments of each.
        cpu = max(usage.ru_utime + usage.ru_stime, sum(self._watch.cpu.values()))
        others = max(0.0, _busy() - self._busy - cpu - target_cpu())
        # The kernel's figure begins with what this process had when it was forked: it is for the shortest ones only.
        largest = self._memory.largest or usage.ru_maxrss * 1024
        return Spent(
            seconds=seconds,
            cpu=cpu,
            main_cpu=self._watch.cpu.get(self.process.pid, cpu),
            peak_mb=largest / 1e6,
            together_mb=(self._memory.peak or largest) / 1e6,
            cores=cores,
            others=others / (seconds * cores),
        )
