"""How interfaces for programs are asked: each host one request at a time, and no more once it has had enough of us."""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dlt_crawler.fetch.outcome import Finding, is_living
from dlt_crawler.fetch.visit.redirects import next_url
from dlt_crawler.fetch.visit.server import server_of
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Visits, Wish
from dlt_crawler.sites.lookups import Reply

logger = logging.getLogger(__name__)

_LONGEST = 5_000_000
"""Bytes of an answer that are read: 100 entries of arXiv's are some 300 KB."""
_IN_A_ROW = 2
"""Failures after which a host is given up for the run. One may be chance; each may cost a whole time-out, for which the
crawl waits."""
_INTERVAL_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0}
_LONGEST_PAUSE = 5.0
"""Seconds between two requests that are waited for, whatever a host says of its limits: beyond that it is given up."""
_LATEST = 5
_SLOW = 25.0
"""Seconds that its latest answers may take together: 5 s each, ten times what doi.org and GitHub take …"""
_SLOW_TIMEOUTS = 2.5
"""… and no more than so many time-outs: three answers that just come in time are too slow, too."""


@dataclass(slots=True)
class _Host:
    """What is known of one origin."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    due: float = 0.0
    """Loop time from which on it may be asked again."""
    failures: int = 0
    latest: deque[float] = field(default_factory=lambda: deque(maxlen=_LATEST))
    """Seconds that it took to answer, or not to."""
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class _Whole:
    """All of a success is wanted, and nothing of other answers (Reading)."""

    limit: int = _LONGEST

    def __call__(self, status: int, content_type: str | None) -> int:
        return self.limit if is_living(status) else 0

    def enough(self, body: bytearray) -> bool:
        return len(body) >= self.limit


class Asking:
    """Asks politely beyond what the slots of the hosts see to (Ask). Lives as long as the process: as a run.

    One request at a time is what Crossref, GitHub and arXiv ask for ("Best practices", "Terms of Use"). robots.txt is
    for crawlers of pages: these interfaces are documented for programs, and arXiv's rules forbid its own to crawlers.
    """

    def __init__(self, visits: Visits, *, seconds: float) -> None:
        """`seconds`: for one request, from the look-up of the host to the last byte."""
        self._visits = visits
        self._seconds = seconds
        self._slow = min(_SLOW, _SLOW_TIMEOUTS * seconds)
        self._hosts: dict[str, _Host] = {}
        self._end = math.inf

    def end_in(self, seconds: float) -> None:
        """Answer None to all that is asked later than that."""
        self._end = asyncio.get_running_loop().time() + seconds

    @property
    def ended(self) -> bool:
        """Whether the time for asking is over."""
        return asyncio.get_running_loop().time() >= self._end

    async def __call__(self, url: str, headers: Mapping[str, str], *, pause: float = 0.0) -> Reply | None:
        """Return what is answered, or None (Ask)."""
        server = server_of(url)
        if isinstance(server, Finding):
            return None
        host = self._hosts.setdefault(server.origin, _Host())
        async with host.turn:
            loop = asyncio.get_running_loop()
            if max(host.due, loop.time()) >= self._end:
                return None
            if not host.given_up and (wait := host.due - loop.time()) > 0:
                await asyncio.sleep(wait)
            if host.given_up:
                return None
            at = datetime.now(UTC)
            wish = Wish(url, server, _Whole(), self._seconds, headers=tuple(headers.items()))
            answer = await self._visits.visit(wish)
            host.latest.append(answer.elapsed)
            if isinstance(answer, NoAnswer):
                host.due = loop.time() + pause
                self._missed(url, host, answer)
                return None
            host.due = loop.time() + max(pause, _pace(answer))
            return self._heard(url, host, answer, at)

    def give_up(self, url: str, why: str) -> None:
        """Ask the host of a URL no more (Ask)."""
        server = server_of(url)
        if isinstance(server, Finding):
            return
        host = self._hosts.setdefault(server.origin, _Host())
        if not host.given_up:
            host.given_up = True
            logger.warning("%s is not asked any more in this run: %s", server.host, why)

    def has_given_up(self, url: str) -> bool:
        """Return whether the host of a URL is not asked any more."""
        server = server_of(url)
        if isinstance(server, Finding):
            return True
        return server.origin in self._hosts and self._hosts[server.origin].given_up

    def _missed(self, url: str, host: _Host, answer: NoAnswer) -> None:
        finding = answer.finding
        host.failures += 1
        # Not asked: somebody else was told to leave the host alone, or has found that it answers nobody.
        if host.failures >= _IN_A_ROW or not finding.asked:
            self.give_up(url, finding.detail)

    def _heard(self, url: str, host: _Host, answer: Answer, at: datetime) -> Reply | None:
        status, fields = answer.status, dict(answer.fields)
        if status == 429 or (status >= 400 and answer.retry_after):
            self.give_up(url, f"it answered {status}, and asks us to slow down")
            return None
        if fields.get("x-ratelimit-remaining", "").strip() == "0":
            # As GitHub says it ("Rate limits for the REST API"), with 403 when it is too late.
            self.give_up(url, "it has answered as many requests as it wants to for now")
        elif _pace(answer) > _LONGEST_PAUSE:
            self.give_up(url, "it wants longer pauses than a crawl can make")
        elif sum(host.latest) > self._slow:
            self.give_up(url, "it takes too long to answer")
        broken = status >= 500 or (is_living(status) and (answer.body is None or not answer.complete))
        if broken:
            host.failures += 1
            if host.failures >= _IN_A_ROW:
                self.give_up(url, f"it answered {status}" if status >= 500 else "its answers break off")
            return None
        host.failures = 0
        location = None if answer.location is None else next_url(url, answer.location)
        return Reply(
            url=url,
            status=status,
            at=at,
            elapsed=answer.elapsed,
            body=answer.body or b"",
            complete=len(answer.body or b"") < _LONGEST,
            location=location if isinstance(location, str) else None,
        )


def _pace(answer: Answer) -> float:
    """Return the seconds between two requests that follow from the limit which an answer names; 0 if it names none.

    Crossref: `x-rate-limit-limit: 50`, `x-rate-limit-interval: 1s` (crossref.org, "REST API: access and rate limits").
    """
    fields = dict(answer.fields)
    limit, interval = fields.get("x-rate-limit-limit", ""), fields.get("x-rate-limit-interval", "")
    number, unit = interval[:-1], interval[-1:]
    if not (limit[:9].isdecimal() and number[:9].isdecimal() and unit in _INTERVAL_UNITS) or int(limit[:9]) == 0:
        return 0.0
    return int(number[:9]) * _INTERVAL_UNITS[unit] / int(limit[:9])
