"""How a benchmark times its work."""

from __future__ import annotations

import time
from collections.abc import Callable


def least(work: Callable[[], object], rounds: int) -> float:
    """Return the least seconds of some rounds: the round that was disturbed least."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
