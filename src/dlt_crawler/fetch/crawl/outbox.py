"""From the crawl to the pipe: observations in batches, everything else at once, off the hot path."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from dlt_crawler.fetch.messages import BatchEnded, Broken, Done, Logged, Paused, Reply, Seen
from dlt_crawler.model import HandedOn, Observation

_BATCH = 500
_BATCH_SECONDS = 0.5


class Outbox(logging.Handler):
    """What is put in here arrives at the other end of the pipe, at most half a second later if the other end listens.

    The pipe is written in a thread: a calling process that is busy must not stop the clocks of the requests under way.
    A pause is told of before what was seen by then: who asked for it is not to be forgotten when that is stored.
    It holds no more than what was drawn: the calling process hands out new links between two parcels that it takes.
    """

    def __init__(self, connection: Connection, level: int) -> None:
        super().__init__(level)
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._seen: list[Observation | HandedOn] = []
        self._urgent: list[Reply] = []
        self._due = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._timed_out = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    def put(self, seen: Observation | HandedOn) -> None:
        """Send what became of a link, within half a second."""
        self._seen.append(seen)
        if len(self._seen) >= _BATCH:
            self._due.set()
        elif self._timer is None:
            self._timer = self._loop.call_later(_BATCH_SECONDS, self._time_out)

    def say(self, word: Reply) -> None:
        """Send a word at once; one that ends a crawl, or a batch, comes after all that was put before it."""
        self._urgent.append(word)
        self._due.set()

    def emit(self, record: logging.LogRecord) -> None:
        """Send a log record (logging.Handler), from any thread."""
        self._loop.call_soon_threadsafe(self.say, Logged(record.name, record.levelno, self.format(record)))

    async def deliver(self) -> None:
        """Send what is put in, for ever. Raises OSError when the other end is gone."""
        while True:
            await self._due.wait()
            self._due.clear()
            for parcel in iter(self._parcel, []):
                await self._loop.run_in_executor(self._thread, self._connection.send, parcel)

    def _time_out(self) -> None:
        self._timed_out = True
        self._due.set()

    def _parcel(self) -> list[Reply]:
        """Return what is to be sent now."""
        words, self._urgent = self._urgent, []
        last = any(isinstance(word, BatchEnded | Done | Broken) for word in words)
        if not (last or self._timed_out or len(self._seen) >= _BATCH):
            return words
        pauses = [word for word in words if isinstance(word, Paused)]
        words = [word for word in words if not isinstance(word, Paused)]
        batch, self._seen = tuple(self._seen[:_BATCH]), self._seen[_BATCH:]
        if not self._seen:
            self._timed_out = False
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        elif last:
            words, self._urgent = [], words
        return [*pauses, *([_seen(batch)] if batch else []), *words]


def _seen(batch: tuple[Observation | HandedOn, ...]) -> Seen:
    handed = tuple(each for each in batch if isinstance(each, HandedOn))
    return Seen(tuple(each for each in batch if isinstance(each, Observation)), handed)
