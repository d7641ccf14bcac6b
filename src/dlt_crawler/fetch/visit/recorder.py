"""What is fetched for links, made into WARC records where it is fetched, and handed to the calling process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Protocol

from dlt_crawler.fetch.outcome import FOLLOWED
from dlt_crawler.fetch.visit.wish import Wish
from dlt_crawler.fetch.wire.request import head_of
from dlt_crawler.fetch.wire.tape import Tape
from dlt_crawler.fetch.wire.transport import Received
from dlt_crawler.model.payloads import Payload
from dlt_crawler.urls import masked
from dlt_crawler.warc.captures import Capture
from dlt_crawler.warc.records import exchange

_AT_ONCE = 2
"""Records in memory: one is made while another is under way to the file. What waits for it lies on tape."""
_TOLD = frozenset({
    "user-agent", "accept", "accept-language", "accept-encoding", "if-none-match", "if-modified-since",
})  # fmt: skip
"""Fields of a request that are kept: any other may hold a password."""


class Files(Protocol):
    """Where records are written, and what they hold."""

    async def payload(self, digest: str | None, answer: str) -> Payload | None:
        """Return the record that has this body, or, without a digest, the last body of an answer."""

    async def keep(self, records: bytes, answer: str, payload: Payload | None) -> None:
        """Write records; `payload` is the body of this answer, in them (without a file) or before them."""


class Recorder:
    """The tapes of one process. Whoever waits for a record to be written keeps its turn, so that few wait."""

    def __init__(self, directory: Path, limit: int, files: Files) -> None:
        """`directory`: where long bodies lie meanwhile; `limit`: bytes of a body."""
        self._directory = directory
        self._limit = limit
        self._files = files
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="warc")
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def tape_for(self, wish: Wish) -> Tape | None:
        """Return what the answer to a wish is to be kept on; None: it is not to be kept.

        A URL with a secret in it is in no file. Share links and private hosts are: the files stay on this machine.
        """
        return Tape(self._directory, self._limit) if wish.keep and masked(wish.url) == wish.url else None

    async def keep(self, wish: Wish, headers: Mapping[str, str], at: datetime, came: Received, tape: Tape) -> None:
        """Return when an exchange that began `at` is in the files; `headers` are all that it was asked with."""
        told = {name: value for name, value in headers.items() if name.lower() in _TOLD}
        capture = Capture(
            url=wish.url,
            at=at,
            request=head_of(wish.url, told),
            head=tape.head,
            status=came.head.status,
            body=tape.body,
            length=tape.length,
            digest=tape.digest,
            truncated=tape.truncated,
            address=tape.address,
        )
        payload = await self._known(capture)
        async with self._turns:
            loop = asyncio.get_running_loop()
            records = await loop.run_in_executor(self._thread, exchange, capture, payload)
            if payload is None and capture.length:
                payload = Payload(capture.digest, capture.url, capture.at)
            await self._files.keep(records, _answer(capture), payload)

    async def _known(self, capture: Capture) -> Payload | None:
        if capture.status == 304:
            return await self._files.payload(None, capture.url)
        # Nothing is gained by pointing to an empty body, and pywb 2.10 plays a redirect without the body of another.
        if not capture.length or capture.status in FOLLOWED:
            return None
        return await self._files.payload(capture.digest, capture.url)


def _answer(capture: Capture) -> str:
    """Name what a URL has answered: what it shows by itself, and what it says in place of that beside it.

    So an error leaves what a 304 refers to: a page is only asked for again by what came with a 200.
    """
    return capture.url if capture.status in {200, 304} else f"{capture.status} {capture.url}"
