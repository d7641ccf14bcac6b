"""What pages say of themselves, read at once or in a thread."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor

from dlt_crawler.model import Page
from dlt_crawler.page import read_page

logger = logging.getLogger(__name__)

_INLINE_BYTES = 65_536
"""A larger page is read in a thread (lxml lets go of the interpreter lock), so that it holds up no other answer."""


class PageReader:
    """Reads bodies one after the other. Whoever asks keeps its turn until then: so there are never many bodies."""

    def __init__(self, thread: Executor) -> None:
        self._thread = thread

    async def read(self, url: str, body: bytes, content_type: str | None) -> Page:
        """Return title and abstract of the page at `url`; an empty Page where that fails."""
        try:
            if len(body) <= _INLINE_BYTES:
                return read_page(body, content_type)
            return await asyncio.get_running_loop().run_in_executor(self._thread, read_page, body, content_type)
        except Exception:  # MemoryError and RecursionError among them: no page may end the crawl of all others
            # Without its query, which may hold what is not for everybody's eyes.
            logger.exception("%s: title and abstract could not be read", url.partition("?")[0])
            return Page()
