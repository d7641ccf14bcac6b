"""What pages say of themselves, read at once or in a thread."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from functools import partial

from dlt_crawler.fetch.outcome import is_living
from dlt_crawler.fetch.visit.documents import DocumentBudget, DocumentReader
from dlt_crawler.fetch.wire.exchange import Reading
from dlt_crawler.model import Work
from dlt_crawler.page import Content, Response
from dlt_crawler.page.names import names_of
from dlt_crawler.page.reading import read_response
from dlt_crawler.page.signatures import is_pdf
from dlt_crawler.sites import Sites

logger = logging.getLogger(__name__)

_INLINE_BYTES = 65_536
"""A larger page is read in a thread (lxml lets go of the interpreter lock), so that it holds up no other answer."""

_DOCUMENT_BYTES = 64_000_000
"""Of PDFs in memory at once: their bodies are whole, and with 128 requests under way could be 640 MB."""


class PageReader:
    """Reads bodies one after the other. Whoever asks keeps its turn until then: so there are never many bodies."""

    def __init__(self, thread: Executor, sites: Sites) -> None:
        self._thread = thread
        self._sites = sites
        self._documents = DocumentReader()
        self._budget = DocumentBudget(_DOCUMENT_BYTES)

    def bounding(self, reading: Reading) -> AbstractAsyncContextManager[Reading]:
        """Give a reading that keeps within what memory there is for PDFs, until its body has been read."""
        return self._budget.bounding(reading)

    async def read(self, response: Response, fragments: tuple[str, ...]) -> Content:
        """Return what an answer shows; where reading it fails, what its header says."""
        if is_pdf(response.body) and is_living(response.status):
            title, authors = await self._documents.read(response.body)
            content, names = _without_body(response), names_of([authors])
            work = Work(authors=names) if names else None
            return replace(content, page=replace(content.page, title=title), work=work)
        read = partial(read_response, response, fragments=fragments, rule=self._sites.rule_for(response.url))
        try:
            if len(response.body) <= _INLINE_BYTES:
                return read()
            return await asyncio.get_running_loop().run_in_executor(self._thread, read)
        except Exception:  # MemoryError and RecursionError among them: no page may end the crawl of all others
            # Without its query, which may hold what is not for everybody's eyes.
            logger.exception("%s: the page could not be read", response.url.partition("?")[0])
            with suppress(Exception):  # where the header is what cannot be read
                return _without_body(replace(response, complete=False))
            return Content()


def _without_body(response: Response) -> Content:
    return read_response(replace(response, body=b""))
