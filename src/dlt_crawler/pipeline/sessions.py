"""One session of a worker: from when it enters the queue until it leaves, with one crawler and one lease."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import datetime, timedelta

from dlt_crawler.errors import NetworkDown, StoreError
from dlt_crawler.fetch import Stream
from dlt_crawler.jobs import Pulse, Queue, Turn
from dlt_crawler.model import HandedOn, Rest, RunId
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.measuring import Meter
from dlt_crawler.pipeline.network import lasting_trouble
from dlt_crawler.pipeline.vouching import VouchedBatch, Vouching
from dlt_crawler.pipeline.web import stream
from dlt_crawler.store import SharedFrontier

_POLL = 0.25
"""Seconds between two looks for a turn when there was none. It takes the database 1 ms."""
_AT_A_TIME = 4
"""Turns that are taken between two such looks: those of a short list are shared by all workers that are there. And so
many a laden crawler has under way before it is left alone: when one of them only waits, there are others to do."""
_SETTLE = 0.2
"""Seconds between two looks at whether what is held was vouched for."""
_TOLD = 60.0
"""Seconds between two lines about how it goes."""


class Struck(Exception):
    """The worker was thought dead, and others have what it had."""


class Session:
    """The session. `serve` is to be called inside of `open`."""

    def __init__(self, job: Job, queue: Queue, pulse: Pulse, digest: str) -> None:
        self._job = job
        self._queue = queue
        self._pulse = pulse
        self._digest = digest
        self._vouching = Vouching(job.store.sharing.record, asks=bool(job.settings.network.canaries))
        self._worker = -1
        self._stream: Stream | None = None
        self._meter: Meter | None = None
        self._stopping = False
        self._handed: set[asyncio.Task[None]] = set()
        self._warned = False
        self.turns = 0
        self.worked = self.heard = time.monotonic()
        """When something was under way last, and when the database heard of us last."""

    @property
    def links(self) -> int:
        """How many were seen."""
        return self._vouching.seen

    @asynccontextmanager
    async def open(self, name: str) -> AsyncIterator[None]:
        """Enter the queue and start the crawler; end it and leave.

        After an exception at once: what was under way is others' when the crawler's requests have ended.
        """
        job = self._job
        self._meter = await asyncio.to_thread(Meter, job.settings, job.store)
        self._worker = await self._queue.enter(name)
        open_things = ExitStack()
        try:
            self._stream = await asyncio.to_thread(
                open_things.enter_context, stream(job.settings, job.store, job.clock, self._vouching.flush)
            )
            try:
                yield
            except BaseException:
                self._stream.kill()
                raise
            finally:
                await asyncio.to_thread(open_things.__exit__, *sys.exc_info())
        finally:
            with suppress(StoreError):
                await self._queue.leave(self._worker, rest=self._pulse.lease)
            await asyncio.to_thread(self._meter.close)

    def stop(self) -> None:
        """Take nothing new, and let what is under way end."""
        self._stopping = True
        if self._stream is not None:
            self._stream.stop()

    async def serve(self, sites: int, is_idle: Callable[[], bool]) -> None:
        """Work on so many sites at once, until `stop`, or while nothing is to be done, until `is_idle`.

        Raises Struck, NetworkDown, StoreError, CrawlError.
        """
        helpers = {asyncio.create_task(work) for work in (self._beat(), self._look_after_network(), self._tell())}
        turns: set[asyncio.Task[None]] = set()
        try:
            while turns or not (self._stopping or is_idle()):
                for _ in range(min(_AT_A_TIME, self._room(sites, len(turns)))):
                    if self._stopping or (turn := await self._queue.take(self._worker)) is None:
                        break
                    turns.add(asyncio.create_task(self._take(turn)))
                if turns:
                    self.worked = time.monotonic()
                waiting = {*helpers, *turns, *self._handed}
                done, _ = await asyncio.wait(waiting, timeout=_POLL, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                # Not before: of several that fail at once, each is to be heard of below.
                turns -= done
                self._handed -= done
            await asyncio.gather(*self._handed)
        finally:
            for task in (*helpers, *turns, *self._handed):
                task.cancel()
            await asyncio.gather(*helpers, *turns, *self._handed, return_exceptions=True)

    def _room(self, sites: int, under_way: int) -> int:
        """Return how many more turns may be taken. What a laden crawler does not get round to is left to others."""
        is_laden = self._stream is not None and self._stream.is_laden
        return (min(sites, _AT_A_TIME) if is_laden else sites) - under_way

    # ── The turn of a site ──────────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, turn: Turn) -> None:
        claim = await asyncio.to_thread(self._job.store.sharing.claim, RunId(turn.run), turn.look, turn.site)
        batch = claim.batch
        if batch is None or not batch.links:
            await self._queue.end(turn)
            return
        at = _first(batch, claim.rests, claim.at)
        if at is not None or self._stopping:
            await self._queue.put_off(turn, at)
            return
        self.turns += 1
        await self._compare_settings()
        at = await self._ask(turn, batch, claim.rests)
        # The next turn waits for this one to end. It is there before, so that nothing is left without a turn.
        if await asyncio.to_thread(lambda: batch.is_left):
            await self._queue.add([Turn(turn.run, turn.look, turn.site, turn.urgency, at)])
        await self._queue.end(turn)

    async def _ask(self, turn: Turn, batch: SharedFrontier, rests: Sequence[Rest]) -> datetime | None:
        """Ask for what is in a batch, and return when the next one may begin; None: at once."""
        if self._stream is None:
            raise AssertionError("a turn is taken inside of open()")
        loop = asyncio.get_running_loop()

        def handed_on(handed: Sequence[HandedOn]) -> None:
            sites = dict.fromkeys(each.site for each in handed)
            turns = [Turn(turn.run, turn.look, site, turn.urgency) for site in sites]
            loop.call_soon_threadsafe(lambda: self._handed.add(asyncio.create_task(self._queue.add(turns))))

        vouched = VouchedBatch(batch, self._vouching, handed_on)
        added = self._stream.add(turn.site, vouched, look=(turn.run, turn.look), rests=rests)
        ended = await asyncio.wrap_future(added)
        at = None
        if ended.rests:
            at = _first(batch, ended.rests, await asyncio.to_thread(self._job.store.sharing.rest, ended.rests))
        vouched.ending = True
        while self._vouching.holds(vouched):
            await asyncio.sleep(_SETTLE)
        return at

    async def _compare_settings(self) -> None:
        if self._warned:
            return
        self._warned = True
        if await asyncio.to_thread(self._job.store.sharing.settings) != self._digest:
            self._job.progress.say(
                "the settings of this worker for asking sites ([fetch], [sites]) differ from those of the run: "
                "its links are asked for by its own"
            )

    # ── Beside the turns ────────────────────────────────────────────────────────────────────────────────────────────

    async def _beat(self) -> None:
        """Be heard of, have the crawler ask for as long as that counts, and see to what the dead have left."""
        if self._stream is None:
            raise AssertionError("a heart beats inside of open()")
        while True:
            sent = time.monotonic()
            try:
                if not await self._queue.beat(self._worker):
                    raise Struck
                # From when it was sent: the database may have taken its time, or this process.
                self._stream.renew(max(0.0, self._pulse.lease - (time.monotonic() - sent)))
                self.heard = sent
                await self._queue.take_from_the_dead(self._pulse.stalled)
                if self._meter is not None:
                    await asyncio.to_thread(self._meter.tick)
            except StoreError:
                if time.monotonic() - self.heard > self._pulse.stalled:
                    raise
            await asyncio.sleep(self._pulse.beat)

    async def _look_after_network(self) -> None:
        while True:
            await asyncio.sleep(_SETTLE)
            if self._vouching.is_due:
                asked = time.monotonic()
                trouble = await asyncio.to_thread(lasting_trouble, self._job)
                if trouble is not None:
                    raise NetworkDown(trouble.what)
                await asyncio.to_thread(self._vouching.vouch, asked)

    async def _tell(self) -> None:
        while True:
            before = self.links
            await asyncio.sleep(_TOLD)
            seen = self.links - before
            if seen:
                self._job.progress.say(f"links asked for in the last minute: {seen}")


def _first(batch: SharedFrontier, rests: Sequence[Rest], now: datetime) -> datetime | None:
    """Return when the first slot of a batch may be asked, or is not waited for; None: now."""
    waited_for = {rest.slot: rest.seconds for rest in rests if not rest.given_up}
    seconds = min((waited_for.get(slot, 0.0) for slot in batch.slots), default=0.0)
    return now + timedelta(seconds=seconds) if seconds else None
