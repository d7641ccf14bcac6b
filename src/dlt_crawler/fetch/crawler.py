"""The door: a child process that crawls, and the calling side of its pipe."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from types import TracebackType

from dlt_crawler.config import FetchSettings, trust_store
from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch import child
from dlt_crawler.fetch.messages import Ask, Broken, Done, Logged, Reply, Seen, Setup
from dlt_crawler.fetch.tally import Tally
from dlt_crawler.model import Observation, Resource

logger = logging.getLogger(__name__)

_EXIT_SECONDS = 3.0
"""An idle child ends itself within a second when its pipe is closed; after this it is killed."""


class Crawler:
    """A child process that asks the web, for as long as the `with` block lasts.

    Scrapy and its event loop live in the child, so that a program can crawl several times in its life, and a fault in
    there cannot take the program with it. The child ends with the block, and also when this process is killed.
    """

    def __init__(self, settings: FetchSettings, *, contact: str = "") -> None:
        self._settings = settings
        self._contact = contact
        self._connection: Connection | None = None
        self._process: SpawnProcess | None = None

    def __enter__(self) -> Crawler:
        """Start the child. It is ready about half a second later; nobody waits for that here."""
        level = logging.getLogger("dlt_crawler").getEffectiveLevel()
        setup = Setup(self._settings, self._contact, trust_store(), level)
        spawn = multiprocessing.get_context("spawn")
        self._connection, theirs = spawn.Pipe()
        self._process = spawn.Process(target=child.main, args=(theirs,), name="dlt-crawl fetch", daemon=True)
        try:
            self._process.start()
            theirs.close()
            self._connection.send(setup)
        except BaseException:
            self._end(at_once=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(at_once=kind is not None)

    def check(
        self,
        resources: Sequence[Resource],
        record: Callable[[Sequence[Observation]], None],
        *,
        robots: bool = True,
    ) -> None:
        """Ask for every resource once, however often it is given, and hand what is seen to `record`.

        `record` is called in this process with batches of at most 500 observations, at most about a second old. What it
        raises ends the child at once and is raised from here. `robots=False`: robots.txt is not consulted, whatever the
        settings say. Raises CrawlError when the child dies, reports an error of ours, or leaves a resource without
        exactly one observation; what was recorded until then stands. After any exception the crawler is of no more use.
        """
        tally = Tally(resources)
        if not tally.asked:
            return
        try:
            self._send(Ask(tally.asked, robots))
            for seen in self._replies():
                tally.count(seen)
                record(seen)
            tally.close()
        except BaseException:
            self._end(at_once=True)
            raise

    def _replies(self) -> Iterator[tuple[Observation, ...]]:
        """Yield batches until the child says that it is done."""
        while True:
            match self._receive():
                case Seen(observations):
                    yield observations
                case Logged(name, level, text):
                    logging.getLogger(name).log(level, "%s", text)
                case Broken(reason, traceback):
                    logger.error("the crawl broke off:\n%s", traceback)
                    raise CrawlError(f"the crawl broke off: {reason}")
                case Done():
                    return

    def _send(self, message: Ask) -> None:
        if self._connection is None:
            raise CrawlError("the crawling process is not running")
        try:
            self._connection.send(message)
        except OSError as error:
            raise CrawlError(f"the crawling process died{self._exit_code()}") from error

    def _receive(self) -> Reply:
        if self._connection is None:
            raise CrawlError("the crawling process is not running")
        try:
            reply: Reply = self._connection.recv()
        except (EOFError, OSError) as error:
            raise CrawlError(f"the crawling process died{self._exit_code()}") from error
        return reply

    def _exit_code(self) -> str:
        if self._process is None:
            return ""
        self._process.join(_EXIT_SECONDS)
        return f" (exit code {self._process.exitcode})"

    def _end(self, *, at_once: bool) -> None:
        """End the child: gently by closing its pipe, or at once. It holds nothing that could be lost."""
        connection, self._connection = self._connection, None
        process, self._process = self._process, None
        if connection is not None:
            connection.close()
        if process is None or process.pid is None:
            return
        if not at_once:
            process.join(_EXIT_SECONDS)
        if process.is_alive():
            process.kill()
        process.join()
        process.close()
