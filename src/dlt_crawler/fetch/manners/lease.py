"""Whether anybody may be asked at all: for so long as the process that hands out the links says so.

A worker that stands still, or does not reach its database, loses its links to others, who ask the same hosts. So it
renews a lease as long as its links are its own, and without that its children ask nobody.
"""

from __future__ import annotations

import asyncio
import math
import time
from ctypes import c_double
from multiprocessing.sharedctypes import RawValue

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""One clock for all processes of a machine, which goes on while that sleeps, where the system has such a one."""
_POLL = 0.1
"""Seconds between two looks at a lease that has run out."""


class Lease:
    """Made by the process that renews it; passed to those that heed it when they are started."""

    def __init__(self) -> None:
        """Run out before it begins. Eight aligned bytes are read and written at once: no lock, which could be held."""
        self._until: c_double = RawValue(c_double, -math.inf)

    def renew(self, seconds: float) -> None:
        """Let it last until so many seconds from now; math.inf: for ever."""
        self._until.value = time.clock_gettime(_CLOCK) + seconds

    @property
    def lasts(self) -> bool:
        """Whether anybody may be asked."""
        return time.clock_gettime(_CLOCK) < self._until.value

    async def waited_for(self) -> None:
        """Return when somebody may be asked, which may be never."""
        while not self.lasts:
            await asyncio.sleep(_POLL)
