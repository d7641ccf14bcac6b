"""PDFs: read by a process of their own, which may die of them, and no more of them at once than memory allows."""

from __future__ import annotations

import asyncio
import logging
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from dlt_crawler.fetch.visit import document_worker
from dlt_crawler.fetch.visit.document_worker import LENGTH
from dlt_crawler.fetch.wire.exchange import Reading
from dlt_crawler.page.reading import READ_BYTES
from dlt_crawler.page.signatures import is_pdf

logger = logging.getLogger(__name__)

_SECONDS = 5.0
"""Of processor time, for one document. The slowest of 630 papers takes 0.9 s on a busy machine, and most 0.04 s."""
_MEMORY = 400_000_000
"""Bytes of address space of the process: 210 MB from the start on, of which it uses 60 for any of 630 papers."""
_PATIENCE = 15.0
"""Seconds that a document waits for others to be read: its host waits, too. With titles as fast as they are, that is
150 papers, or three that take all the processor time they may."""
_GRACE = 5.0
"""Seconds that it may take longer by the clock, for the process comes after all others; then it is ended. In all that
is less than `_PATIENCE`: who waits for one document that takes all it can is still read."""
_START = 30.0
"""Seconds that its start may take, on a machine that has enough to do: 0.4 s."""

_NOTHING = (None, "")


class DocumentReader:
    """What PDFs say of themselves. The process starts with the first one, and ends with this one, however that ends.

    It is no child of multiprocessing, which allows none to a daemon, as crawling processes are.
    """

    def __init__(self, *, seconds: float = _SECONDS, memory: int = _MEMORY) -> None:
        """`seconds`: processor time that a document may take; `memory`: bytes of address space the process may have."""
        self._seconds = seconds
        self._memory = memory
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._is_broken = False

    async def read(self, body: bytes) -> tuple[str | None, str]:
        """Return title and authors of a PDF; nothing when it says nothing, or reading it takes too long or too much."""
        if self._is_broken:
            return _NOTHING
        try:
            await asyncio.wait_for(self._turn.acquire(), _PATIENCE)
        except TimeoutError:
            return _NOTHING
        try:
            return await self._asked(body)
        finally:
            self._turn.release()

    async def _asked(self, body: bytes) -> tuple[str | None, str]:
        process = await self._running()
        if process is None or process.stdin is None:
            return _NOTHING
        try:
            async with asyncio.timeout(self._seconds + _GRACE):
                process.stdin.write(LENGTH.pack(len(body)))
                process.stdin.write(body)
                await process.stdin.drain()
                title, _, authors = (await _answer(process)).partition("\n")
                return title or None, authors
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            logger.debug("a PDF of %d bytes takes too long or too much memory to read", len(body))
            await self._end()
            return _NOTHING
        except BaseException:
            # Nobody waits for its answer any more, which would be taken for that of the next one.
            await self._end()
            raise

    async def _running(self) -> Process | None:
        if self._process is not None and self._process.returncode is None:
            return self._process
        # Not what the directory has by that name in which this program is run (-P).
        limits = (str(self._seconds), str(self._memory))
        command = (sys.executable, "-P", "-m", document_worker.__name__, *limits)
        try:
            async with asyncio.timeout(_START):
                self._process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
                await _answer(self._process)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            self._is_broken = True
            await self._end()
            logger.warning("the process that reads PDFs does not start, so that they have no titles: %r", error)
        except BaseException:
            await self._end()
            raise
        return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _answer(process: Process) -> str:
    if process.stdout is None:
        raise AssertionError("it was started with a pipe")
    (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return (await process.stdout.readexactly(length)).decode()


class DocumentBudget:
    """Bytes of PDFs, and of pages that are read beyond their beginning, that may be in memory at once.

    When they are used up, a body is cut off where it is.
    """

    def __init__(self, limit: int) -> None:
        self._left = limit

    @asynccontextmanager
    async def bounding(self, reading: Reading) -> AsyncIterator[Reading]:
        """Give a reading that also asks the budget; what its body took of it is given back at the end."""
        bounded = _BoundedReading(reading, self)
        try:
            yield bounded
        finally:
            self._left += bounded.taken

    def take(self, size: int) -> bool:
        """Take so many bytes; return whether there were as many."""
        if size > self._left:
            return False
        self._left -= size
        return True


class _BoundedReading:
    def __init__(self, reading: Reading, budget: DocumentBudget) -> None:
        self.limit = reading.limit
        self.taken = 0
        self._reading = reading
        self._budget = budget

    def __call__(self, status: int, content_type: str | None) -> int:
        return self._reading(status, content_type)

    def enough(self, body: bytearray) -> bool:
        if self.taken or len(body) > READ_BYTES or is_pdf(body):
            size = len(body) - self.taken
            if not self._budget.take(size):
                return True
            self.taken += size
        return self._reading.enough(body)
