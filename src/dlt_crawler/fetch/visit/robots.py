"""robots.txt as RFC 9309 has it: one fetch for an origin, and one ruling for everyone who waits for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.fetch.outcome import FOLLOWED, Finding
from dlt_crawler.fetch.visit.client import Answer, NoAnswer
from dlt_crawler.fetch.visit.redirects import next_url
from dlt_crawler.fetch.visit.rules import Rules, decoded
from dlt_crawler.fetch.visit.visits import Getter
from dlt_crawler.model import Outcome, RobotsRecord
from dlt_crawler.urls import host_of, slot_of

_PARSED_BYTES = 512_000
"""500 KiB: the least that must be parsed (section 2.5)."""
_HOPS = 5
"""Redirects that should be followed at least (section 2.3.1.2)."""
_LIFE = timedelta(hours=24)
"""How long an answer holds at most (section 2.4)."""
_KEPT_LINES = 40_000
"""Lines of robots.txt whose rules are kept, at up to 1.5 KB each, an origin counting for one more. The
origins that were not asked for longest are forgotten first, and learnt again when needed."""
_PATIENCE = 0.5
"""Of a link's time-out: what is left when a robots.txt does not come is for the link's alternatives."""
_PARSED_AT_ONCE = 20_000
"""Characters (10 ms). A longer robots.txt is parsed in a thread, so that it keeps nobody else waiting."""


class RobotsMemory(Protocol):
    """Where robots.txt files are kept from run to run, for 24 hours."""

    async def get(self, origin: str) -> RobotsRecord | None:
        """Return what `origin` answered last; None when that is not known, or too old."""

    def put(self, record: RobotsRecord) -> None:
        """Keep what an origin has answered."""


@dataclass(frozen=True, slots=True)
class _Ruling:
    """What an origin rules: `not_now` for all of its URLs alike, or else what its rules say. Neither: all may be asked.

    `until` is None for what may be otherwise at the next look.
    """

    not_now: Finding | None
    rules: Rules | None
    until: datetime | None

    @property
    def size(self) -> int:
        return 1 + (self.rules.lines if self.rules is not None else 0)


@dataclass(frozen=True, slots=True)
class _RobotsReading:
    limit: int = _PARSED_BYTES

    def __call__(self, status: int, content_type: str | None) -> int:
        return self.limit if 200 <= status <= 299 else 0

    def enough(self, body: bytearray) -> bool:
        return len(body) >= self.limit


class Robots:
    """What the origins of this process rule, whether they are asked, remembered or asked before in this run."""

    def __init__(self, client: Getter, slots: HostSlots, memory: RobotsMemory, settings: FetchSettings) -> None:
        self._client = client
        self._slots = slots
        self._memory = memory
        self._obeyed = settings.robots == "obey"
        self._exceptions = {
            host.lower(): given.robots == "obey" for host, given in settings.hosts.items() if given.robots is not None
        }
        self._max_crawl_delay = settings.max_crawl_delay
        self._seconds = settings.timeout * _PATIENCE
        self._asking: dict[str, asyncio.Task[_Ruling]] = {}
        self._known: OrderedDict[str, _Ruling] = OrderedDict()
        self._kept = 0

    async def forbids(self, url: str) -> Finding | None:
        """Return why `url` must not be asked for now; None when it may be, or robots.txt is not obeyed there.

        4xx: no rules, everything is allowed (section 2.3.1.3). 5xx: nothing is, for now (2.3.1.4), and so with 429:
        it is no answer to the question, and only asks us to come back later. Google and Nutch (NUTCH-3011) read it
        like that. When the origin does not answer at all, that is what is wrong with the link, too; when it takes the
        connection and then fails, the finding says that the page was not asked for.
        """
        host = host_of(url)
        slot = slot_of(host)
        if not self._exceptions.get(host, self._exceptions.get(slot, self._obeyed)):
            return None
        parts = urlsplit(url)
        ruling = await self._ruling(f"{parts.scheme}://{parts.netloc}")
        if ruling.rules is None:
            return ruling.not_now
        if ruling.rules.crawl_delay:
            # Before every request: slots forget it.
            self._slots.crawl_delay(slot, min(ruling.rules.crawl_delay, self._max_crawl_delay), host)
        if ruling.rules.allow(url):
            return None
        return Finding(Outcome.ROBOTS_DENIED, f"The robots.txt of {host} keeps robots from this page.")

    def new_look(self) -> None:
        """Ask again, when they are next needed, the origins that could not say."""
        for origin in [origin for origin, ruling in self._known.items() if ruling.until is None]:
            self._kept -= self._known.pop(origin).size

    async def _ruling(self, origin: str) -> _Ruling:
        ruling = self._known.get(origin)
        if ruling is not None and (ruling.until is None or ruling.until > datetime.now(UTC)):
            self._known.move_to_end(origin)
            return ruling
        task = self._asking.get(origin)
        if task is None:
            task = self._asking[origin] = asyncio.get_running_loop().create_task(self._learn(origin))
            task.add_done_callback(lambda _: self._asking.pop(origin))
        # Every waiter awaits the same task: Scrapy's own middleware lets all but the first through (science.md, D1).
        return await asyncio.shield(task)

    async def _learn(self, origin: str) -> _Ruling:
        remembered = await self._memory.get(origin)
        found: RobotsRecord | Finding
        if remembered is not None and remembered.at + _LIFE > datetime.now(UTC):
            found = remembered
        else:
            found = await self._ask(origin)
            if isinstance(found, RobotsRecord):
                self._memory.put(found)
        ruling = _Ruling(found, None, None) if isinstance(found, Finding) else await _read(found)
        if (old := self._known.pop(origin, None)) is not None:
            self._kept -= old.size
        self._known[origin] = ruling
        self._kept += ruling.size
        while self._kept > _KEPT_LINES and len(self._known) > 1:
            self._kept -= self._known.popitem(last=False)[1].size
        return ruling

    async def _ask(self, origin: str) -> RobotsRecord | Finding:
        """Return what `origin` answers, or why that is not known now."""
        url = first = f"{origin}/robots.txt"
        host = host_of(first)
        for _ in range(_HOPS + 1):
            answer = await self._get(url)
            if isinstance(answer, NoAnswer):
                return _told(answer) if url == first else _elsewhere(host, "nothing answers there")
            if answer.status == 429 or 500 <= answer.status <= 599:
                return _not_now(host, answer)
            if answer.status not in FOLLOWED or answer.location is None:
                text = decoded(answer.body, _PARSED_BYTES) if 200 <= answer.status <= 299 and answer.body else None
                return RobotsRecord(origin, datetime.now(UTC), text)
            target = next_url(answer.url, answer.location)
            if not isinstance(target, str):
                break
            url = target
        # Redirects that lead nowhere count as "unavailable", as 4xx do (section 2.3.1.2).
        return RobotsRecord(origin, datetime.now(UTC), None)

    async def _get(self, url: str) -> Answer | NoAnswer:
        """Ask without trust, too: what is wrong with a certificate the link itself shows, and rules only forbid."""
        answer = await self._client.get(url, _RobotsReading(), seconds=self._seconds)
        if isinstance(answer, NoAnswer) and answer.certificate:
            return await self._client.get(url, _RobotsReading(), verify=False, seconds=self._seconds)
        return answer


async def _read(record: RobotsRecord) -> _Ruling:
    until = record.at + _LIFE
    if not record.text:
        return _Ruling(None, None, until)
    if len(record.text) <= _PARSED_AT_ONCE:
        return _Ruling(None, Rules(record.text), until)
    return _Ruling(None, await asyncio.to_thread(Rules, record.text), until)


def _not_now(host: str, answer: Answer) -> Finding:
    if (other := host_of(answer.url)) != host:
        return _elsewhere(host, f"{other} answered {answer.status}: not now")
    outcome = Outcome.RATE_LIMITED if answer.status == 429 else Outcome.ROBOTS_DENIED
    return Finding(outcome, f"{host} answered {answer.status} to the question for its robots.txt: not now.")


def _elsewhere(host: str, what: str) -> Finding:
    return Finding(Outcome.ROBOTS_DENIED, f"The robots.txt of {host} is elsewhere, and {what}.")


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
