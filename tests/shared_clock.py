"""A clock for several threads, whose time moves when all of them sleep: hours of waiting in no time."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable

BEGAN = 1_800_000_000.0
"""The time of day when it starts, in seconds since 1970."""


class SharedClock:
    """Threads that use it are begun by `run`, so that it knows how many there are."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._working = 0
        self._wakes: list[float] = []
        self._moved = threading.Condition()

    def run(self, *works: Callable[[], None]) -> None:
        """Return when all of these have ended, each in a thread of its own. Raises what one of them raised."""
        self._working = len(works)
        errors: list[BaseException] = []

        def begin(work: Callable[[], None]) -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - it is raised by the thread of the test
                errors.append(error)
            finally:
                with self._moved:
                    self._working -= 1
                    self._move()

        threads = [threading.Thread(target=begin, args=[work]) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads), "they wait for one another"
        for error in errors:
            raise error

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return BEGAN + self.now

    def sleep(self, seconds: float, /) -> None:
        with self._moved:
            wake = self.now + seconds
            heapq.heappush(self._wakes, wake)
            self._move()
            while self.now < wake:
                assert self._moved.wait(20), "nobody moves the time"

    def _move(self) -> None:
        if self._wakes and len(self._wakes) == self._working:
            self.now = self._wakes[0]
            while self._wakes and self._wakes[0] <= self.now:
                heapq.heappop(self._wakes)
            self._moved.notify_all()
