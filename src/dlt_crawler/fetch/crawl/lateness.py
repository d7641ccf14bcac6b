"""Whether a crawling process has as much to do as its processor can: told by how late comes what is to be done at once.

Its own share of the processor would not tell: on a busy machine a process gets less, and has no more room for that.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor

_EVERY = 0.05
"""Seconds between two looks."""
_LATE = 0.005
"""Seconds. Where all wait for answers, a call of nothing comes back within one millisecond, and on a machine that has
more to do than processors within some; where work waits, when the work before it is done."""
_LOOKS = 20
_LADEN = 18
"""Late ones of the latest looks from which on a process is laden: it waited for hardly anything …"""
_FREE = 15
"""… and down to which it stays so: what is taken at one time is not given up at the next one."""


class Lateness:
    """Looks at the running loop and at the thread that reads pages; tells whenever both become laden, or free again."""

    def __init__(self, thread: Executor, tell: Callable[[bool], object]) -> None:
        self._thread = thread
        self._tell = tell
        self._late: deque[bool] = deque(maxlen=_LOOKS)
        self._is_laden = False

    async def watch(self) -> None:
        """Look, for ever. The share of looks that are late is that of the time in which there is work."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY
            await asyncio.sleep(_EVERY)
            await loop.run_in_executor(self._thread, _nothing)
            self.look(loop.time() - due)

    def look(self, late: float) -> None:
        """Take by how many seconds it was late. Looks that could not be had meanwhile were late, too."""
        self._late.extend([late > _LATE] * (1 + min(int(late / _EVERY), _LOOKS)))
        is_laden = sum(self._late) >= (_FREE if self._is_laden else _LADEN)
        if is_laden != self._is_laden:
            self._is_laden = is_laden
            self._tell(is_laden)


def _nothing() -> None:
    """Be called."""
