"""robots.txt as RFC 9309 has it: one fetch for an origin, and one ruling for everyone who waits for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from protego import Protego

from dlt_crawler.config import PRODUCT
from dlt_crawler.fetch.client import Answer, Client, NoAnswer
from dlt_crawler.fetch.outcome import FOLLOWED, Finding
from dlt_crawler.fetch.redirects import next_url
from dlt_crawler.model import Outcome

_PARSED_BYTES = 512_000
"""500 KiB: the least that must be parsed (section 2.5)."""
_HOPS = 5
"""Redirects that should be followed at least (section 2.3.1.2)."""
_KEPT_BYTES = 16_000_000
"""Bytes of robots.txt whose rules are kept; the oldest are forgotten first and asked for again when needed."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What an origin rules: `everything` for all of its URLs alike, or else what `parsed` says."""

    everything: Finding | None
    parsed: Protego | None
    size: int = 0


@dataclass(frozen=True, slots=True)
class _RobotsReading:
    limit: int = _PARSED_BYTES

    def __call__(self, status: int, content_type: str | None) -> int:
        return self.limit if 200 <= status <= 299 else 0


class Robots:
    """Rulings for one crawl: kept no longer, so well within the 24 hours of section 2.4."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: OrderedDict[str, asyncio.Task[_Rules]] = OrderedDict()
        self._kept = 0

    async def forbids(self, url: str) -> Finding | None:
        """Return why `url` must not be asked for now; None when it may be.

        4xx: no rules, everything is allowed (section 2.3.1.3). 5xx: nothing is, for now (2.3.1.4). When the origin does
        not answer at all, that is what is wrong with the link, too; when it takes the connection and then fails, the
        finding says that the page was not asked for.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        task = self._known.get(origin)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._ask(origin))
            self._known[origin] = task
        # Every waiter awaits the same task: Scrapy's own middleware lets all but the first through (science.md, D1).
        rules = await asyncio.shield(task)
        if rules.parsed is None or rules.parsed.can_fetch(url, PRODUCT):
            return rules.everything
        return Finding(Outcome.ROBOTS_DENIED, f"The robots.txt of {parts.hostname} keeps robots from this page.")

    async def _ask(self, origin: str) -> _Rules:
        rules = await self._rules(f"{origin}/robots.txt")
        self._kept += rules.size
        while self._kept > _KEPT_BYTES:
            oldest = next(key for key, task in self._known.items() if task.done() and task.result().size)
            self._kept -= self._known.pop(oldest).result().size
        return rules

    async def _rules(self, first: str) -> _Rules:
        url: str | None = first
        host = urlsplit(first).hostname
        for _ in range(_HOPS + 1):
            if url is None:
                break
            answer = await self._client.get(url, _RobotsReading())
            if isinstance(answer, NoAnswer):
                if url == first:
                    return _Rules(_told(answer), None)
                return _denied(f"The robots.txt of {host} is elsewhere, and nothing answers there.")
            if answer.status in FOLLOWED and answer.location is not None:
                target = next_url(answer.url, answer.location)
                url = target if isinstance(target, str) else None
                continue
            return _ruling(answer, host)
        # More redirects than that count as "unavailable", as 4xx do (section 2.3.1.2).
        return _Rules(None, None)


def _ruling(answer: Answer, host: str | None) -> _Rules:
    if 500 <= answer.status <= 599:
        return _denied(f"{host} answered {answer.status} to the question for its robots.txt: not now.")
    if not 200 <= answer.status <= 299 or not answer.body:
        return _Rules(None, None)
    return _Rules(None, Protego.parse(answer.body.decode("utf-8-sig", "replace")), len(answer.body))


def _told(answer: NoAnswer) -> Finding:
    """Say of a failure that the page itself may not have that the page was not asked for.

    What comes before the first request on a connection (name, connection, TLS) the page would meet as well.
    """
    finding = answer.finding
    alike = {Outcome.CONNECTION_ERROR, Outcome.PROTOCOL_ERROR, Outcome.TIMEOUT}
    if not answer.connected or finding.outcome not in alike:
        return finding
    detail = f"{finding.detail} This was for its robots.txt, which is asked for first."
    return replace(finding, detail=detail, asked=False)


def _denied(detail: str) -> _Rules:
    return _Rules(Finding(Outcome.ROBOTS_DENIED, detail), None)
