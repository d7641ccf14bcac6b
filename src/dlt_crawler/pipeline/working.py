"""A worker: takes turns of sites from the queue, asks their links, and stores what it sees, until it is asked to end.

It works in sessions. One ends when the database is out of reach, when the worker was thought dead, or when its own
network fails; what it had under way is others' then, and a new one begins as soon as it can. Within a session the
crawler asks only under a lease that heartbeats renew.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from dlt_crawler.config import Settings
from dlt_crawler.errors import NetworkDown, SchemaDiffers, SchemaMissing, StoreError
from dlt_crawler.jobs import Queue
from dlt_crawler.pipeline.distributed import digest_of, place_of_queue, pulse_of
from dlt_crawler.pipeline.job import Job, Progress
from dlt_crawler.pipeline.network import trouble_now
from dlt_crawler.pipeline.sessions import Session, Struck
from dlt_crawler.store import Store

_PATIENCE = 300.0
"""Seconds for which a database that does not answer is waited for: a server that is upgraded takes less."""
_NETWORK_AGAIN = 60.0
"""Seconds until a network that was down is looked at again."""


@dataclass(slots=True)
class Worked:
    """What a worker did."""

    links: int = 0
    turns: int = 0


class Worker:
    """The worker of this process. `idle`: ends after so many seconds without work; None: never."""

    def __init__(self, settings: Settings, progress: Progress, *, sites: int, idle: float | None) -> None:
        self._settings = settings
        self._progress = progress
        self._sites = sites
        self._idle = idle
        self._stopping = asyncio.Event()
        self._interrupted = False
        self._session: Session | None = None
        self._last_good = time.monotonic()
        self._last_work = time.monotonic()
        self._said: str | None = None
        self.worked = Worked()

    def run(self) -> Worked:
        """Work until SIGTERM, or until there was nothing to do for long enough; return what was done.

        What is under way ends first, and the rest is given back. SIGINT does the same and raises KeyboardInterrupt in
        the end; a second signal raises it at once. Raises ConfigError without PostgreSQL, StoreError when the database
        does not answer for five minutes or has another schema, CrawlError when the crawler fails.
        """
        try:
            asyncio.run(self._work())
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None
        if self._interrupted:
            raise KeyboardInterrupt
        return self.worked

    async def _work(self) -> None:
        place = place_of_queue(self._settings)
        self._listen()
        trouble: StoreError | None = None
        while not self._stopping.is_set() and not self._is_idle:
            try:
                async with self._connected(place) as (job, queue):
                    trouble = None
                    await self._in_session(job, queue)
            except StoreError as error:
                if not self._may_pass(error):
                    raise
                trouble = None if isinstance(error, SchemaMissing) else error
                self._tell(f"{error}; waiting for it")
                await self._pause(1.0)
            except Struck:
                self._tell("this worker was not heard of for too long, and others have its sites: beginning anew")
            except NetworkDown as error:
                self._tell(f"{error}; looking again in {_NETWORK_AGAIN:g} s")
                await self._pause(_NETWORK_AGAIN)
        if trouble is not None and not self._stopping.is_set():
            # It was not idle: it could not know whether there was work.
            raise trouble

    @asynccontextmanager
    async def _connected(self, place: str) -> AsyncIterator[tuple[Job, Queue]]:
        """Connect to the database. Its schema is for the coordinator to make and to upgrade."""
        store = await asyncio.to_thread(Store.open, self._settings.database, create=False, upgrade=False)
        try:
            async with Queue.open(place, name=f"dlt-crawl worker ({name_here()})") as queue:
                self._said = None
                yield Job(self._settings, store, self._progress), queue
        finally:
            store.close()

    async def _in_session(self, job: Job, queue: Queue) -> None:
        trouble = await asyncio.to_thread(trouble_now, job)
        if trouble is not None:
            raise NetworkDown(trouble.what)
        session = Session(job, queue, pulse_of(self._settings), digest_of(self._settings))
        try:
            async with session.open(name_here()):
                self._session = session
                self._last_good = time.monotonic()
                if self._stopping.is_set():
                    return
                await session.serve(self._sites, lambda: self._is_idle)
        finally:
            self._session = None
            self._last_good = max(self._last_good, session.heard)
            self._last_work = max(self._last_work, session.worked)
            self.worked.links += session.links
            self.worked.turns += session.turns

    @property
    def _is_idle(self) -> bool:
        session = self._session
        last = self._last_work if session is None else max(self._last_work, session.worked)
        return self._idle is not None and time.monotonic() - last >= self._idle

    def _may_pass(self, error: StoreError) -> bool:
        if isinstance(error, SchemaMissing):
            return True
        return not isinstance(error, SchemaDiffers) and time.monotonic() - self._last_good < _PATIENCE

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        main = asyncio.current_task()

        def asked(number: int) -> None:
            if self._stopping.is_set():
                self._interrupted = True
                if main is not None:
                    main.cancel()
                return
            self._interrupted = number == signal.SIGINT
            self._stopping.set()
            if self._session is not None:
                self._session.stop()
            self._tell("ending: what is under way ends first; once more to end at once")

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, asked, number)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    def _tell(self, sentence: str) -> None:
        if sentence != self._said:
            self._said = sentence
            self._progress.say(sentence)


def name_here() -> str:
    """Return what people know this process by."""
    return f"process {os.getpid()} on {socket.gethostname()}"


def heard_here(settings: Settings) -> float | None:
    """Return how many seconds ago a worker of this machine was heard of; None: there is none, or not lately.

    Raises ConfigError, StoreError.
    """
    place = place_of_queue(settings)

    async def ask() -> float | None:
        async with Queue.open(place, name="dlt-crawl worker --status") as queue:
            return await queue.heard(socket.gethostname())

    # Who only looks makes no tables.
    Store.open(settings.database, create=False, upgrade=False).close()
    seconds = asyncio.run(ask())
    return None if seconds is None or seconds > pulse_of(settings).stalled else seconds
