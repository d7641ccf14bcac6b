"""Inside the crawling process: takes what is asked from the pipe, crawls, and sends what is seen."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import cast

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Request, Response
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IHostnameResolver

from dlt_crawler.config import user_agent
from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.check import Checker
from dlt_crawler.fetch.client import Client
from dlt_crawler.fetch.frontier import Frontier
from dlt_crawler.fetch.guard import AddressGuard
from dlt_crawler.fetch.messages import Ask, Broken, Done, Setup
from dlt_crawler.fetch.outbox import Outbox
from dlt_crawler.fetch.robots import Robots
from dlt_crawler.fetch.slots import HostSlots
from dlt_crawler.fetch.spider import CheckSpider, scrapy_settings
from dlt_crawler.fetch.trust import TrustedAuthorities
from dlt_crawler.model import Resource

_CHECKS_PER_REQUEST = 2
"""Checks under way for every request that may be: the rest wait for the turn of their host. A window of twice the
concurrency is what scrapy.md measured ("The scheduler is where the time goes")."""
_EXIT_SECONDS = 1.0


class Worker:
    """Serves one pipe until its other end is gone. Made and used inside the running event loop."""

    def __init__(self, connection: Connection, setup: Setup, reactor: AsyncioSelectorReactor) -> None:
        self._connection = connection
        self._settings = setup.settings
        self._user_agent = user_agent(setup.contact)
        self._reactor = reactor
        self._trust = TrustedAuthorities(setup.trust)
        self._guard = AddressGuard(setup.settings.allow_networks, setup.settings.concurrency)
        reactor.installNameResolver(cast("IHostnameResolver", self._guard))
        # For as long as the process lives: what one question taught us of a host holds for the next.
        settings = setup.settings
        self._slots = HostSlots(concurrency=settings.concurrency, per_host=settings.per_host, delay=settings.delay)
        self._readers = ThreadPoolExecutor(1, thread_name_prefix="read_page")
        self._outbox = Outbox(connection, setup.log_level)
        logging.getLogger().addHandler(self._outbox)
        logging.getLogger("dlt_crawler").setLevel(setup.log_level)
        self._tasks = {asyncio.ensure_future(self._deliver())}
        asyncio.get_running_loop().add_reader(connection.fileno(), self._receive)

    def _receive(self) -> None:
        """Take a message; nothing is asked before the answer to the last question is complete."""
        try:
            ask: Ask = self._connection.recv()
        except (EOFError, OSError):
            self._exit()
            return
        task = asyncio.ensure_future(self._answer(ask))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self) -> None:
        try:
            await self._outbox.deliver()
        except OSError:
            self._exit()

    async def _answer(self, ask: Ask) -> None:
        try:
            await self._crawl(ask)
        except Exception as error:  # noqa: BLE001 - the calling process raises it as a CrawlError
            cause = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
            reason = str(cause) if isinstance(cause, CrawlError) else repr(cause)
            self._outbox.end(Broken(reason, "".join(traceback.format_exception(error))))
        else:
            self._outbox.end(Done())

    async def _crawl(self, ask: Ask) -> None:
        frontier = Frontier(ask.resources, self._settings.per_host)
        self._guard.forget_failures()

        async def crawl(download: Callable[[Request], Awaitable[Response]]) -> None:
            checker = self._checker(download, robots=ask.robots)
            await self._check_all(frontier, checker)

        runner = AsyncCrawlerRunner(scrapy_settings(self._settings))
        crawler = runner.create_crawler(CheckSpider)
        await runner.crawl(crawler, crawl=crawl, trust=self._trust)
        spider = cast("CheckSpider", crawler.spider)
        if spider.failure is not None:
            raise spider.failure

    def _checker(self, download: Callable[[Request], Awaitable[Response]], *, robots: bool) -> Checker:
        settings = self._settings
        client = Client(
            download, settings, user_agent=self._user_agent, slots=self._slots, guard=self._guard, trust=self._trust
        )
        obeyed = Robots(client) if robots and settings.robots == "obey" else None
        return Checker(
            client, obeyed, max_redirects=settings.max_redirects, max_body=settings.max_body, readers=self._readers
        )

    async def _check_all(self, frontier: Frontier, checker: Checker) -> None:
        """Check everything in the frontier; a check becomes a task only when its host has a place for it."""
        limit = _CHECKS_PER_REQUEST * self._settings.concurrency
        running = 0

        def begin(group: asyncio.TaskGroup) -> None:
            nonlocal running
            while running < limit and (resource := frontier.take()) is not None:
                running += 1
                group.create_task(check(resource, group))

        async def check(resource: Resource, group: asyncio.TaskGroup) -> None:
            nonlocal running
            await self._outbox.put(await checker.observe(resource))
            frontier.release(resource)
            running -= 1
            begin(group)

        async with asyncio.TaskGroup() as group:
            begin(group)

    def _exit(self) -> None:
        """End the process: nobody listens. Look-ups under way cannot be interrupted, and are not waited for."""
        asyncio.get_running_loop().remove_reader(self._connection.fileno())
        watch = threading.Timer(_EXIT_SECONDS, os._exit, (0,))
        watch.daemon = True
        watch.start()
        self._reactor.stop()  # type: ignore[no-untyped-call]
