"""From the crawl to the pipe: observations in batches, log records, and the last word, off the hot path."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection

from dlt_crawler.fetch.messages import Broken, Done, Logged, Seen
from dlt_crawler.model import Observation

_BATCH = 500
_BATCH_SECONDS = 0.5
_UNSENT = 2_000
"""Observations that may wait for the calling process. When it is slower than the web, the crawl waits."""

_Item = Observation | Logged | Done | Broken


class Outbox(logging.Handler):
    """What is put in here arrives at the other end of the pipe, at most half a second later if the other end listens.

    The pipe is written in a thread: a calling process that is busy must not stop the clocks of the requests under way.
    """

    def __init__(self, connection: Connection, level: int) -> None:
        super().__init__(level)
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._items: asyncio.Queue[_Item] = asyncio.Queue()
        self._room = asyncio.Semaphore(_UNSENT)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    async def put(self, observation: Observation) -> None:
        """Send an observation; waits while there are too many unsent."""
        await self._room.acquire()
        self._items.put_nowait(observation)

    def end(self, word: Done | Broken) -> None:
        """Send the last word on what was asked."""
        self._items.put_nowait(word)

    def emit(self, record: logging.LogRecord) -> None:
        """Send a log record (logging.Handler), from any thread."""
        logged = Logged(record.name, record.levelno, self.format(record))
        self._loop.call_soon_threadsafe(self._items.put_nowait, logged)

    async def deliver(self) -> None:
        """Send what is put in, for ever. Raises OSError when the other end is gone."""
        while True:
            batch = await self._batch()
            observations = tuple(item for item in batch if isinstance(item, Observation))
            if observations:
                await self._send(Seen(observations))
                for _ in observations:
                    self._room.release()
            for item in batch:
                if not isinstance(item, Observation):
                    await self._send(item)

    async def _batch(self) -> list[_Item]:
        batch = [await self._items.get()]
        due = self._loop.time() + _BATCH_SECONDS
        while len(batch) < _BATCH and not isinstance(batch[-1], Done | Broken):
            if not self._items.empty():
                batch.append(self._items.get_nowait())
                continue
            try:
                async with asyncio.timeout_at(due):
                    batch.append(await self._items.get())
            except TimeoutError:
                break
        return batch

    async def _send(self, message: Seen | Logged | Done | Broken) -> None:
        await self._loop.run_in_executor(self._thread, self._connection.send, message)
