"""Which processes of a program are left when it has ended: its children bear a mark in their environment."""

from __future__ import annotations

import os
import time
from pathlib import Path

MARK = "STARTED_BY_TEST"


def survivors(mark: str) -> list[str]:
    """Return the processes that were started with this value of MARK and have not ended, with what they are doing."""
    found = []
    wanted = f"{MARK}={mark}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append(f"{process.name}: {command[:200]}")
        except OSError:
            # It has ended meanwhile, or is somebody else's.
            continue
    return [each for each in found if not each.startswith(f"{os.getpid()}:")]


def left_after(mark: str, seconds: float) -> list[str]:
    """Return what is left when so much time was given it to end."""
    deadline = time.monotonic() + seconds
    while (left := survivors(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left
