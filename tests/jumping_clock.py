"""An event loop that never sleeps: when nothing is left to do, its clock jumps to the next timer."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Selector(selectors.BaseSelector):
    """Takes no time to wait, and says how long it would have waited."""

    def __init__(self) -> None:
        self._real = selectors.DefaultSelector()
        self.waited = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if not ready:
            assert timeout is not None, "everybody waits, and nothing will wake them"
            self.waited += max(timeout, 0.0)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()

    def close(self) -> None:
        self._real.close()


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.waited


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine that waits for nothing but timers and itself; its loop's time starts at 0."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(main)
