"""Inside a crawling process: takes what is asked from the pipe, crawls, and sends what is seen."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import socket
import traceback
from collections.abc import Callable, Coroutine, Sequence
from multiprocessing.connection import Connection
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner
from twisted.python.log import PythonLoggingObserver

from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.crawl.batches import Batches
from dlt_crawler.fetch.crawl.engine import Engine
from dlt_crawler.fetch.crawl.outbox import Outbox
from dlt_crawler.fetch.crawl.scheduler import HostWindow
from dlt_crawler.fetch.crawl.spider import CheckSpider, scrapy_settings
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.messages import (
    Added,
    Ask,
    Broken,
    Claim,
    Claimed,
    Done,
    Draw,
    Drawn,
    Kept,
    Laden,
    LookUp,
    Message,
    PayloadKnown,
    PayloadWanted,
    Recorded,
    RobotsKnown,
    RobotsWanted,
    Setup,
    Stop,
    Stream,
)
from dlt_crawler.fetch.visit.peers import Peer
from dlt_crawler.model import Due, RobotsRecord
from dlt_crawler.model.payloads import Payload


class Worker:
    """Serves one pipe until its other end is gone. Made and used inside the running event loop."""

    def __init__(self, connection: Connection, setup: Setup, lease: Lease | None) -> None:
        self._connection = connection
        self._setup = setup
        self._lease = lease
        self._outbox = Outbox(connection, setup.log_level)
        self._drawn: asyncio.Future[Drawn] | None = None
        self._robots_wanted: dict[str, asyncio.Future[RobotsRecord | None]] = {}
        self._files = _Files(self._outbox)
        self._claimed: dict[str, asyncio.Future[Sequence[Due]]] = {}
        self._engine: Engine | None = None
        self._batches: Batches | None = None
        self._broken = False
        self._tasks: set[asyncio.Task[None]] = set()
        # Scrapy, Twisted and asyncio only log an exception, and go on as if nothing had been.
        asyncio.get_running_loop().set_exception_handler(self._unhandled)
        logging.getLogger().addHandler(self._outbox)
        logging.getLogger("dlt_crawler").setLevel(setup.log_level)
        for name in ("scrapy", "twisted"):
            logger = logging.getLogger(name)
            logger.propagate = False
            logger.setLevel(logging.INFO)
            logger.addHandler(_Errors(self._fail))
        PythonLoggingObserver("twisted").start()  # type: ignore[no-untyped-call]

    def start(self, sockets: Sequence[socket.socket | None]) -> None:
        """Begin to serve, together with the processes at the other ends of `sockets` (None: this one)."""
        self._do(self._serve(sockets))

    async def _serve(self, sockets: Sequence[socket.socket | None]) -> None:
        self._do(self._deliver())
        peers = [None if end is None else await Peer.over(end) for end in sockets]
        engine = self._engine = Engine(self._setup, peers, self, self._files, self._lease)
        await engine.prove_guard()
        for peer in peers:
            if peer is not None:
                self._do(peer.serve(engine.visits, self._fail))
        asyncio.get_running_loop().add_reader(self._connection.fileno(), self._receive)

    def _receive(self) -> None:
        """Take a message; nothing new is asked before the answer to the last question is complete."""
        try:
            message: Message = self._connection.recv()
        except (EOFError, OSError):
            self._exit()
            return
        match message:
            case Ask():
                self._do(self._crawl(message))
            case Drawn():
                if self._drawn is not None:
                    self._drawn.set_result(message)
            case Stream() | Added() | Stop():
                self._batch(message)
            case RobotsKnown(origin, record):
                self._robots_wanted.pop(origin).set_result(record)
            case PayloadKnown() | Kept():
                self._files.heard(message)
            case LookUp(seconds):
                self._do(self._look_up(seconds))
            case Claimed(service, due):
                self._claimed.pop(service).set_result(due)

    async def _crawl(self, ask: Ask) -> None:
        if self._engine is None:
            raise AssertionError("nothing is received before the engine is there")
        checker = self._engine.new_look(robots=ask.robots, keep=ask.keep)
        await self._run_spider(
            HostWindow(self._setup.settings, self._engine.slots),
            check=lambda link: checker.observe(link.due),
            draw=self._draw,
            put=lambda _, seen: self._outbox.put(seen),
        )
        self._done()

    async def _stream(self, window: HostWindow, batches: Batches) -> None:
        await self._run_spider(window, check=batches.check, draw=batches.draw, put=batches.put)
        await batches.over()
        self._done()

    def _batch(self, message: Stream | Added | Stop) -> None:
        match message, self._engine, self._batches:
            case Stream(keep), Engine() as engine, _:
                settings = self._setup.settings
                window = HostWindow(settings, engine.slots)
                self._batches = Batches(
                    engine, window, self._outbox, self._do, max_redirects=settings.max_redirects, keep=keep
                )
                self._do(self._stream(window, self._batches))
                self._do(engine.lateness(lambda is_laden: self._outbox.say(Laden(is_laden))).watch())
            case Added(), _, Batches() as batches:
                batches.add(message)
            case Stop(), _, Batches() as batches:
                batches.stop()
            case _:
                raise AssertionError("nothing of a stream is received before it has begun")

    async def _run_spider(self, window: HostWindow, **ways: object) -> None:
        crawler = AsyncCrawlerRunner(scrapy_settings(self._setup.settings)).create_crawler(CheckSpider)
        await crawler.crawl_async(window=window, **ways)

    def _done(self) -> None:
        if not self._broken:
            self._outbox.say(Done())

    async def _look_up(self, seconds: float) -> None:
        if self._engine is None:
            raise AssertionError("nothing is received before the engine is there")
        await self._engine.inquiries.make(self._claim, self._outbox.say, seconds=seconds)
        self._outbox.say(Done())

    async def _claim(self, service: str) -> Sequence[Due]:
        claimed: asyncio.Future[Sequence[Due]] = asyncio.get_running_loop().create_future()
        self._claimed[service] = claimed
        self._outbox.say(Claim(service))
        return await claimed

    async def _draw(self, draw: Draw) -> Drawn:
        self._drawn = asyncio.get_running_loop().create_future()
        self._outbox.say(draw)
        return await self._drawn

    async def get(self, origin: str) -> RobotsRecord | None:
        """Ask the calling process what it knows of an origin's robots.txt (RobotsMemory)."""
        if not self._setup.remembers_robots:
            return None
        known = self._robots_wanted.get(origin)
        if known is None:
            known = self._robots_wanted[origin] = asyncio.get_running_loop().create_future()
            self._outbox.say(RobotsWanted(origin))
        return await asyncio.shield(known)

    def put(self, record: RobotsRecord) -> None:
        """Let the calling process keep it (RobotsMemory)."""
        if self._setup.remembers_robots:
            self._outbox.say(record)

    async def _deliver(self) -> None:
        try:
            await self._outbox.deliver()
        except OSError:
            self._exit()

    def _do(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # noqa: BLE001 - the calling process raises it as a CrawlError
                self._fail(error)

        task = asyncio.ensure_future(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _fail(self, error: BaseException) -> None:
        """Tell the calling process, which ends this one and its peers. The first error is what counts."""
        if not self._broken:
            self._broken = True
            # Where it is one that says in words what is wrong, nobody has to know where.
            in_words = isinstance(error, CrawlError)
            trace = "" if in_words else "".join(traceback.format_exception(error))
            self._outbox.say(Broken(str(error) if in_words else repr(error), trace))

    def _unhandled(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._fail(context.get("exception") or RuntimeError(context["message"]))

    def _exit(self) -> None:
        """End the process, at once: nobody listens, it holds nothing, and to tidy up first would take 0.3 s.

        Nor would look-ups under way be waited for: they cannot be interrupted.
        """
        os._exit(0)


class _Files:
    """The WARC files as they are seen from here: over the pipe (Files)."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[Payload | None]] = {}

    async def payload(self, digest: str | None, answer: str) -> Payload | None:
        """Ask the calling process (Files)."""
        return await self._said(lambda number: PayloadWanted(number, digest, answer))

    async def keep(self, records: bytes, answer: str, payload: Payload | None) -> None:
        """Let the calling process write (Files)."""
        await self._said(lambda number: Recorded(number, records, answer, payload))

    def heard(self, message: PayloadKnown | Kept) -> None:
        """Take an answer, if somebody still waits for it."""
        waiting = self._waiting.get(message.number)
        if waiting is not None and not waiting.done():
            waiting.set_result(message.payload if isinstance(message, PayloadKnown) else None)

    async def _said(self, word: Callable[[int], PayloadWanted | Recorded]) -> Payload | None:
        number = next(self._numbers)
        waiting: asyncio.Future[Payload | None] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        self._outbox.say(word(number))
        try:
            return await waiting
        finally:
            del self._waiting[number]


class _Errors(logging.Handler):
    """Hears of exceptions that Scrapy and Twisted log, some of them as mere information. All else is noise."""

    def __init__(self, fail: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._fail = fail

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None or record.levelno >= logging.ERROR:
            self._fail(error or RuntimeError(record.getMessage()))
