"""What pages say of themselves, read at once or in a thread."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from functools import partial

from dlt_crawler.page import Content, Response, read_response
from dlt_crawler.sites import Sites

logger = logging.getLogger(__name__)

_INLINE_BYTES = 65_536
"""A larger page is read in a thread (lxml lets go of the interpreter lock), so that it holds up no other answer."""


class PageReader:
    """Reads bodies one after the other. Whoever asks keeps its turn until then: so there are never many bodies."""

    def __init__(self, thread: Executor, sites: Sites) -> None:
        self._thread = thread
        self._sites = sites

    async def read(self, response: Response, fragments: tuple[str, ...]) -> Content:
        """Return what an answer shows; nothing where reading it fails."""
        read = partial(read_response, response, fragments=fragments, rule=self._sites.rule_for(response.url))
        try:
            if len(response.body) <= _INLINE_BYTES:
                return read()
            return await asyncio.get_running_loop().run_in_executor(self._thread, read)
        except Exception:  # MemoryError and RecursionError among them: no page may end the crawl of all others
            # Without its query, which may hold what is not for everybody's eyes.
            logger.exception("%s: the page could not be read", response.url.partition("?")[0])
            return Content()
