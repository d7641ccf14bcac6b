"""The job, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress

GRACE = 20
"""Seconds that a run has to end once it is asked to; it takes few. After that it is killed, which loses no check."""


class Child:
    """The process of `command`, when there is one.

    It has a process group of its own: Ctrl-C in a terminal reaches the scheduler alone, which then asks its child once.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._ended = False
        # A process that is just being started must not slip by `end`, which another thread calls.
        self._lock = threading.Lock()

    def run(self) -> int | None:
        """Run the command to its end and return its exit status, the negative number of a signal that killed it.

        None after `end`: nothing is started any more. Raises OSError when it cannot be started.
        """
        with self._lock:
            if self._ended:
                return None
            # The command is our own interpreter and our own module, never a shell.
            self._process = subprocess.Popen(self._command, process_group=0)  # noqa: S603
        try:
            return self._process.wait()
        finally:
            self._process = None

    def end(self) -> None:
        """Ask the process to end and wait until it has. A second signal (KeyboardInterrupt) kills it, so does GRACE."""
        # The second signal may come at any moment, while the first one is being passed on, say.
        try:
            with self._lock:
                self._ended = True
                process = self._process
            if process is not None:
                process.terminate()
                process.wait(GRACE)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            self._ended = True
            process = self._process
            # The thread that runs it may learn of its end before this one does.
            with suppress(ProcessLookupError):
                if process is not None and process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
