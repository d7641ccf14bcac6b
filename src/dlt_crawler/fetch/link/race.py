"""The alternatives of one link, asked beside one another until one of them shows the page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from contextvars import copy_context

from dlt_crawler.fetch.link.alternatives import alternatives, is_same_page
from dlt_crawler.fetch.link.chain import Chain, Walker
from dlt_crawler.fetch.visit.trails import HandOn
from dlt_crawler.model import Due, Outcome

_HEAD_START = 1.0
"""Seconds that an alternative has for itself before the next one is asked, too, as addresses of a name have (RFC 8305,
section 5). One that fails sooner makes way at once: most links need one alternative or none."""


class Race:
    """Begins when it is needed: while the link is silent, or when it has failed. To be ended in any case."""

    def __init__(self, walker: Walker, due: Due, seconds: float) -> None:
        """`seconds`: of requests under way, that the link has in all."""
        self._walker = walker
        self._due = due
        self._url = due.resource.url
        self._seconds = seconds
        self._context = copy_context()
        self._task: asyncio.Task[Chain | None] | None = None
        self._in_vain: set[str] = set()
        self.elapsed = 0.0
        """When the last answer came, in seconds of requests under way since the link was first asked for."""

    def begin_beside(self) -> None:
        """Ask the alternatives while the link itself, silent for half its time, is still waited for."""
        urls = alternatives(self._url, Outcome.TIMEOUT, answered=False)
        if urls and self._task is None:
            self._begin(urls, self._seconds / 2)

    async def winner(self, failed: Chain) -> tuple[Chain | None, tuple[str, ...]]:
        """Return the alternative that shows the page whose own chain has failed, and all that were tried in vain."""
        urls, left = self._wanted(failed), self._seconds - failed.elapsed
        if not urls or (self._task is None and left <= 0):
            return None, ()
        chain = await (self._task or self._begin(urls, left))
        if chain is not None and chain.start not in urls:
            # It won while the link was silent, and has broken off what alone counts against the answer that came.
            rest = [url for url in urls if url not in self._in_vain]
            chain = await self._begin(rest, left) if rest and left > 0 else None
        # Servers show pages under names that are not theirs: against an answer only a good certificate counts.
        if chain is not None and chain.unverified and failed.last is not None:
            self._in_vain.add(chain.start)
            chain = None
        return chain, tuple(url for url in urls if url in self._in_vain)

    def _wanted(self, failed: Chain) -> tuple[str, ...]:
        # What a redirect leads to has an address of its own, and a page that was not asked for is not accused, unless
        # it is only this machine that has no way to it.
        if failed.hops or not (failed.finding.asked or failed.finding.no_way):
            return ()
        return alternatives(self._url, failed.finding.outcome, answered=failed.last is not None)

    async def end(self) -> None:
        """Break off what is still under way. Raises what went wrong with ourselves."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait({self._task})
        # Where an alternative leads to matters only to a link that waits for it.
        with suppress(HandOn):
            if not self._task.cancelled():
                self._task.result()

    def _begin(self, urls: Sequence[str], seconds: float) -> asyncio.Task[Chain | None]:
        run = self._run(urls, seconds)
        # Silence may be told in whatever context: these are requests of the check that made this race.
        self._task = asyncio.get_running_loop().create_task(run, context=self._context)
        return self._task

    async def _run(self, urls: Sequence[str], seconds: float) -> Chain | None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        waiting = list(urls)
        running: dict[asyncio.Task[Chain | HandOn], float] = {}
        leaving: HandOn | None = None
        try:
            while waiting or running:
                if waiting:
                    since = loop.time() - began
                    walk = loop.create_task(self._walk(waiting.pop(0), seconds - since))
                    running[walk] = self._seconds - seconds + since
                head_start = min(_HEAD_START, seconds / 4) if waiting else None
                done, _ = await asyncio.wait(running, timeout=head_start, return_when=asyncio.FIRST_COMPLETED)
                for task in [task for task in running if task in done]:
                    since, chain = running.pop(task), task.result()
                    if isinstance(chain, HandOn):
                        # Its head start goes on where it leads to: it may come back, and show the page.
                        leaving, waiting = leaving or chain, []
                        continue
                    self.elapsed = max(self.elapsed, since + chain.elapsed)
                    if chain.lives and chain.last is not None and is_same_page(self._url, chain.last.url):
                        return chain
                    self._in_vain.add(chain.start)
            if leaving is not None:
                raise leaving
            return None
        finally:
            for task in running:
                task.cancel()
            if running:
                await asyncio.wait(running)

    async def _walk(self, url: str, seconds: float) -> Chain | HandOn:
        try:
            return await self._walker.walk(url, self._due, seconds, closed=self._url)
        except HandOn as leaving:
            return leaving
