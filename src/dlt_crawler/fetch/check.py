"""The check of one link: one GET, and one more for every redirect, until there is an outcome."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dlt_crawler.fetch.client import Answer, Client, NoAnswer
from dlt_crawler.fetch.cookies import ChainCookies
from dlt_crawler.fetch.outcome import FOLLOWED, Finding, is_living, of_status, of_wall
from dlt_crawler.fetch.redirects import next_url
from dlt_crawler.fetch.robots import Robots
from dlt_crawler.model import Observation, Outcome, Page, Redirect, Resource
from dlt_crawler.page import READ_BYTES, is_page, read_page
from dlt_crawler.urls import host_of

logger = logging.getLogger(__name__)

_INLINE_BYTES = 65_536
"""A larger page is read in a thread (lxml lets go of the interpreter lock), so that it holds up no other answer."""
_MEDIA_TYPE = re.compile(r"\s*([\w.+\-]{1,60}/[\w.+\-]{1,60})\s*(?:;|,|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PageReading:
    """The body is wanted of pages that live, up to `limit` bytes: nothing is read from others yet."""

    limit: int

    def __call__(self, status: int, content_type: str | None) -> int:
        """Return the number of bytes wanted of an answer."""
        return self.limit if is_living(status) and is_page(content_type) else 0


@dataclass(slots=True)
class _Chain:
    """What is known so far."""

    cookies: ChainCookies = field(default_factory=ChainCookies)
    hops: list[Redirect] = field(default_factory=list)
    visits: set[tuple[str, bytes]] = field(default_factory=set)
    last: Answer | None = None
    elapsed: float = 0.0


class Checker:
    """Turns resources into observations."""

    def __init__(
        self, client: Client, robots: Robots | None, *, max_redirects: int, max_body: int, readers: Executor
    ) -> None:
        self._client = client
        self._robots = robots
        self._max_redirects = max_redirects
        self._reading = PageReading(min(max_body, READ_BYTES))
        self._readers = readers

    async def observe(self, resource: Resource) -> Observation:
        """Return the one observation of a resource. Whatever the server does is an outcome, not an exception."""
        at = datetime.now(UTC)
        chain = _Chain()
        finding = _after(chain.hops, await self._follow(resource.url, chain))
        living = finding.outcome in {Outcome.OK, Outcome.REDIRECTED}
        last = chain.last
        return Observation(
            resource=resource,
            at=at,
            elapsed=chain.elapsed,
            outcome=finding.outcome,
            detail=finding.detail,
            status=last.status if last else None,
            final_url=last.url if last else None,
            redirects=tuple(chain.hops),
            content_type=_media_type(last.content_type) if last else None,
            page=await self._page(last) if last and living else Page(),
            nxdomain=finding.nxdomain,
            asked=finding.asked,
        )

    async def _follow(self, url: str, chain: _Chain) -> Finding:
        while True:
            if self._robots is not None and (forbidden := await self._robots.forbids(url)):
                return forbidden
            answer = await self._client.get(url, self._reading, chain.cookies)
            chain.elapsed += answer.elapsed
            if isinstance(answer, NoAnswer):
                return answer.finding
            chain.last = answer
            target = self._target(answer, chain)
            if isinstance(target, Finding):
                return target
            url = target

    def _target(self, answer: Answer, chain: _Chain) -> str | Finding:
        """Return the URL to ask for next, or what the chain ends with."""
        host = host_of(answer.url)
        if answer.status not in FOLLOWED or answer.location is None:
            if answer.wall is not None:
                return of_wall(answer.wall, answer.status, host)
            return of_status(answer.status, host, retry_after=answer.retry_after, redirects=len(chain.hops))
        target = next_url(answer.url, answer.location)
        if isinstance(target, Finding):
            return target
        # The same URL asked for with the same cookies answers the same. With other cookies it need not.
        if answer.visit in chain.visits:
            return Finding(Outcome.REDIRECT_LOOP, f"{host} redirects in a circle.")
        if len(chain.hops) >= self._max_redirects:
            return Finding(Outcome.REDIRECT_LOOP, f"There are more than {self._max_redirects} redirects.")
        chain.visits.add(answer.visit)
        chain.hops.append(Redirect(answer.url, answer.status, target))
        return target

    async def _page(self, answer: Answer) -> Page:
        body, content_type = answer.body or b"", answer.content_type
        try:
            if len(body) <= _INLINE_BYTES:
                return read_page(body, content_type)
            return await asyncio.get_running_loop().run_in_executor(self._readers, read_page, body, content_type)
        except Exception:  # MemoryError and RecursionError among them: no page may end the crawl of all others
            logger.exception("%s: title and abstract could not be read", answer.url)
            return Page()


def _after(hops: Sequence[Redirect], finding: Finding) -> Finding:
    """Say whose fault it is when a redirect leads to what cannot be asked for: the server's, and not the link's."""
    if not hops or finding.outcome is not Outcome.INVALID_URL:
        return finding
    detail = f"{host_of(hops[-1].url)} redirects to an address that nobody can open. {finding.detail}"
    return replace(finding, outcome=Outcome.PROTOCOL_ERROR, detail=detail)


def _media_type(content_type: str | None) -> str | None:
    """Return type and subtype in lower case, without parameters; None for what is no media type."""
    found = _MEDIA_TYPE.match(content_type or "")
    return found[1].lower() if found else None
