"""The coordinator: a run whose links are asked for by workers, on this machine and on others.

It has turns of sites put into the queue, waits until nothing is left, and does everything else of a run itself. What is
left is read from the table of what waits, never from the queue.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from hashlib import sha256
from typing import TypeVar

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError, LockHeld
from dlt_crawler.fetch.frontier import seconds_for
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.jobs import Counts, Pulse, Queue, Turn
from dlt_crawler.model import Run, RunId
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.web import Web
from dlt_crawler.sites import known_sites
from dlt_crawler.store import StoredFrontier, conninfo

T = TypeVar("T")

_LOOK = 1.0
"""Seconds between two looks at how far the workers are …"""
_SHARE = 0.1
"""… or more, so that looking takes no more than this share of the time: a million rows are counted in 0.1 s."""
_AGAIN = 30.0
"""Seconds between two looks for sites that wait and have no turn. There are some when a worker was killed between
handing a link on and saying so."""
_ALONE = 5.0
"""Seconds without a worker after which it is said."""


def place_of_queue(settings: Settings) -> str:
    """Return where the queue of the configured database is. Raises ConfigError for SQLite, which one machine has."""
    found = conninfo(settings.database)
    if found is None:
        raise ConfigError(
            "several workers need a PostgreSQL server: set `database` to postgresql+psycopg://host/name "
            "(without one, dlt-crawl run --shard divides the work)"
        )
    return found


def pulse_of(settings: Settings) -> Pulse:
    """Return how soon a worker that is gone is noticed. DLT_CRAWL_BEAT: seconds between heartbeats, for tests."""
    beat = os.environ.get("DLT_CRAWL_BEAT")
    # The delay, too, is over by then.
    longest = max(settings.fetch.timeout, settings.fetch.delay)
    return Pulse.of(longest) if beat is None else Pulse.of(longest, float(beat))


def digest_of(settings: Settings) -> str:
    """Return a digest of the settings by which sites are asked; equal wherever they are asked alike."""
    own = {"concurrency", "processes", "second_look", "proxy", "allow_networks"}
    alike = settings.fetch.model_dump_json(exclude=own)
    return sha256(f"{alike}{settings.model_dump_json(include={'sites'})}".encode()).hexdigest()


@contextmanager
def workers(job: Job) -> Iterator[Workers]:
    """Have workers ask for the block. Raises ConfigError, StoreError."""
    with _queue_of(job.settings, "dlt-crawl run --distributed") as wait_for:
        yield Workers(job, *wait_for)


def require_no_workers(job: Job) -> None:
    """Take back what a run that was cut off has left to workers. Raises LockHeld while some of them are at work."""
    if not job.store.sharing.is_used:
        return
    with _queue_of(job.settings, "dlt-crawl") as (runner, queue):
        stalled = pulse_of(job.settings).stalled
        runner.run(_refuse_busy(queue, stalled))
        runner.run(queue.forget())
        # One may have taken a turn in between.
        runner.run(_refuse_busy(queue, stalled))
        runner.run(queue.take_from_the_dead(stalled))
        runner.run(queue.forget())
    job.store.sharing.forget()


async def _refuse_busy(queue: Queue, stalled: float) -> None:
    if busy := await queue.busy(stalled):
        raise LockHeld(
            f"workers are at work for a run that was cut off ({'; '.join(busy)}): "
            "end them, or go on with dlt-crawl run --distributed"
        )


@contextmanager
def _queue_of(settings: Settings, purpose: str) -> Iterator[tuple[asyncio.Runner, Queue]]:
    name = f"{purpose} (process {os.getpid()} on {socket.gethostname()})"
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        queue = runner.run(stack.enter_async_context(Queue.open(place_of_queue(settings), name=name)))
        try:
            yield runner, queue
        finally:
            runner.run(stack.aclose())


class Workers:
    """Workers, wherever they are, as whoever has work for them sees them (`hands.Hands`)."""

    def __init__(self, job: Job, runner: asyncio.Runner, queue: Queue) -> None:
        self._job = job
        self._runner = runner
        self._queue = queue
        self._pulse = pulse_of(job.settings)
        self._limits = SlotLimits(job.settings.fetch, known_sites(job.settings.sites))
        self._last_seen = time.monotonic()
        self._number = -1
        """Workers that were told of last."""

    def begin(self, run: Run) -> Counter[int]:
        """Have workers end with other runs, and go on with this one if it was cut off (Hands)."""
        sharing = self._job.store.sharing
        sharing.keep_settings(digest_of(self._job.settings))
        self._wait(self._queue.forget())
        sharing.forget(but=run.id)
        looked_at = Counter[int]()
        for look in sharing.looks(run.id):
            left = sharing.left(run.id, look)
            looked_at[look] = left
            self._job.progress.begin("fetch" if look == 1 else "second look", left)
            self._until_done(run.id, look, left)
        while self._wait(self._counts()).under_way:
            time.sleep(_LOOK)
        return looked_at

    def ask(self, run: Run, look: int, web: Web, frontier: StoredFrontier) -> None:
        """Have workers do it (Hands)."""
        sharing = self._job.store.sharing
        sharing.share(frontier, run.id, look)
        self._until_done(run.id, look, sharing.left(run.id, look))

    def _until_done(self, run: RunId, look: int, left: int) -> None:
        sharing, progress = self._job.store.sharing, self._job.progress
        enqueued = -_AGAIN
        while True:
            began = time.monotonic()
            counts = self._wait(self._counts())
            if left and (began - enqueued >= _AGAIN or not counts.waiting + counts.under_way):
                self._wait(self._enqueue(run, look))
                enqueued = time.monotonic()
            self._tell(counts, idle=not left)
            now_left = sharing.left(run, look)
            if now_left < left:
                progress.advance(left - now_left)
            left = now_left
            if not left and not counts.under_way:
                self._wait(self._queue.forget())
                return
            took = time.monotonic() - began
            time.sleep(max(_LOOK - took, took / _SHARE) if left else _LOOK / 5)

    async def _counts(self) -> Counts:
        """Give what dead workers had to the others, and return how it stands."""
        await self._queue.take_from_the_dead(self._pulse.stalled)
        return await self._queue.counts(self._pulse.stalled)

    async def _enqueue(self, run: RunId, look: int) -> None:
        """Give every site that waits a turn, the longest first, unless it has one."""
        has_one = await self._queue.sites()
        turns = [
            Turn(run, look, each.site, max(seconds_for(load, self._limits.of(load.slot)) for load in each.slots))
            for each in self._job.store.sharing.loads(run, look)
            if each.site not in has_one
        ]
        await self._queue.add(sorted(turns, key=lambda turn: -turn.urgency))
        if turns:
            await self._queue.settle()

    def _tell(self, counts: Counts, *, idle: bool) -> None:
        now = time.monotonic()
        if counts.workers:
            self._last_seen = now
        if counts.workers == self._number or idle:
            return
        if counts.workers:
            self._number = counts.workers
            said = "1 worker is at work" if counts.workers == 1 else f"{counts.workers} workers are at work"
            self._job.progress.say(said)
        elif now - self._last_seen >= _ALONE:
            self._number = 0
            self._job.progress.say("no worker is at work: start dlt-crawl worker, here or on another machine")

    def _wait(self, work: Coroutine[None, None, T]) -> T:
        return self._runner.run(work)
