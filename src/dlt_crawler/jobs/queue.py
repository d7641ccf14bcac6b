"""The door: turns of sites are put into the database, taken by workers, and ended."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job

from dlt_crawler.errors import StoreError
from dlt_crawler.jobs import statements
from dlt_crawler.jobs.schema import prepare

_QUEUE = "dlt-crawl"
_TASK = "site"
_AT_ONCE = 1_000
"""Jobs a statement: 100,000 take 15 s."""
_CONNECTIONS = 4
_PATIENCE = 5.0
"""Seconds to wait for a connection."""
_MOST_URGENT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of a site."""

    run: int
    look: int
    site: str
    urgency: float = 0.0
    """Seconds that what waits of it is expected to take: the longest is begun first."""
    at: datetime | None = None
    """Not before then (aware); None: now."""
    number: int | None = None
    """Of the job that it was taken as; None before that."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How it stands."""

    waiting: int
    under_way: int
    workers: int
    """That are alive, whether they have something to do or not."""


class Queue:
    """The jobs of one database. Every method raises StoreError when the database fails, and may be called again."""

    def __init__(self, app: App) -> None:
        self._app = app

    @classmethod
    @asynccontextmanager
    async def open(cls, conninfo: str, *, name: str) -> AsyncIterator[Self]:
        """Connect to a database, by what libpq wants to know of it; `name` is what others see us under there.

        Makes the tables of the queue, or upgrades them. Raises StoreError.
        """
        connector = PsycopgConnector(
            conninfo=conninfo,
            kwargs={"application_name": name},
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_PATIENCE,
        )
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        app = App(connector=connector)
        with _in_our_words():
            await app.open_async()
        try:
            with _in_our_words():
                await prepare(app)
            yield cls(app)
        finally:
            await app.close_async()

    # ── For who has work ────────────────────────────────────────────────────────────────────────────────────────────

    async def add(self, turns: Sequence[Turn]) -> None:
        """Put turns into the queue. A site that has one waiting there keeps that."""
        for first in range(0, len(turns), _AT_ONCE):
            await self._add(turns[first : first + _AT_ONCE])

    async def forget(self) -> None:
        """Take everything out of the queue that nobody works on."""
        await self._do(statements.FORGET, queue=_QUEUE)

    async def sites(self) -> frozenset[str]:
        """Return the sites that have a turn, waiting or under way."""
        return frozenset(row["site"] for row in await self._all(statements.SITES, queue=_QUEUE))

    async def counts(self, stalled: float) -> Counts:
        """Return how many turns wait and are under way, and how many workers were heard of in so many seconds."""
        (row,) = await self._all(statements.COUNT, queue=_QUEUE, seconds=stalled)
        return Counts(row["todo"], row["doing"], row["workers"])

    async def busy(self, stalled: float) -> Sequence[str]:
        """Return the names of the workers that are alive and have something under way."""
        return [row["name"] for row in await self._all(statements.BUSY, queue=_QUEUE, seconds=stalled)]

    async def settle(self) -> None:
        """Let the database learn how much there is now: after many turns were added."""
        await self._do(statements.ANALYZE)

    # ── For workers ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def enter(self, name: str) -> int:
        """Begin to be a worker, and return its number."""
        with _in_our_words():
            worker = await self._app.job_manager.register_worker()
        await self._do(statements.NAME, worker=worker, name=name)
        return worker

    async def beat(self, worker: int) -> bool:
        """Be heard of; return whether the worker is still one, and not thought dead, its jobs given to others."""
        return bool(await self._all(statements.BEAT, worker=worker))

    async def leave(self, worker: int, *, rest: float = 0.0) -> None:
        """Be no worker any more. What it has under way is for others, after so many seconds."""
        await self._do(statements.GIVE_BACK, worker=worker, seconds=rest)

    async def take(self, worker: int) -> Turn | None:
        """Take the turn of a site; None when there is none now."""
        with _in_our_words():
            job = await self._app.job_manager.fetch_job(queues=[_QUEUE], worker_id=worker)
        if job is None:
            return None
        arguments: dict[str, Any] = job.task_kwargs
        return Turn(arguments["run"], arguments["look"], arguments["site"], urgency=job.priority, number=job.id)

    async def put_off(self, turn: Turn, at: datetime | None) -> None:
        """Give a turn that was taken back, for later; None: for whoever comes."""
        await self._do(statements.PUT_OFF, job=turn.number, at=at)

    async def end(self, turn: Turn) -> None:
        """End a turn. One that was taken from its worker meanwhile is left to who has it."""
        await self._do(statements.FINISH, job=turn.number)

    async def take_from_the_dead(self, stalled: float) -> int:
        """Put what workers had who were not heard of for so many seconds into the queue again; return how many turns.

        A worker that was only asleep learns of it with its next heartbeat.
        """
        return len(await self._all(statements.TAKE_FROM_THE_DEAD, queue=_QUEUE, seconds=stalled))

    async def heard(self, host: str) -> float | None:
        """Return how many seconds ago a worker of this machine was heard of last; None: there is none."""
        ages = [row["age"] for row in await self._all(statements.ALIVE, host=f"%on {host}")]
        return min(ages, default=None)

    async def _add(self, turns: Sequence[Turn]) -> None:
        jobs = [
            Job(
                id=None,
                queue=_QUEUE,
                task_name=_TASK,
                lock=turn.site,
                queueing_lock=turn.site,
                priority=min(int(turn.urgency), _MOST_URGENT),
                task_kwargs={"run": turn.run, "look": turn.look, "site": turn.site},
                scheduled_at=turn.at,
            )
            for turn in turns
        ]
        try:
            with _in_our_words():
                await self._app.job_manager.batch_defer_jobs_async(jobs)
        except AlreadyEnqueued:
            if len(turns) > 1:
                # None of them was added: one by one those are that can be.
                for turn in turns:
                    await self._add([turn])

    async def _all(self, statement: str, **arguments: Any) -> list[dict[str, Any]]:
        with _in_our_words():
            return await self._app.connector.execute_query_all_async(statement, **arguments)

    async def _do(self, statement: str, **arguments: Any) -> None:
        with _in_our_words():
            await self._app.connector.execute_query_async(statement, **arguments)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except ConnectorException as error:
        cause = " ".join(str(error.__cause__ or error).split())
        raise StoreError(f"the job queue of the database fails: {cause}") from error
    except (TimeoutError, OSError) as error:
        raise StoreError(f"the job queue of the database cannot be reached: {error}") from error
