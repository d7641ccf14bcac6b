"""robots.txt as RFC 9309 has it: one fetch for an origin, and one ruling for everyone who waits for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from dlt_crawler.config import FetchSettings
from dlt_crawler.fetch.manners.slots import HostSlots
from dlt_crawler.fetch.outcome import FOLLOWED, Finding
from dlt_crawler.fetch.visit.questions import Questions
from dlt_crawler.fetch.visit.redirects import next_url
from dlt_crawler.fetch.visit.rules import Rules, decoded
from dlt_crawler.fetch.visit.server import Server, server_of
from dlt_crawler.fetch.visit.trails import held_now
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Visits, Wish
from dlt_crawler.model import ROBOTS_LIFE, Outcome, RobotsRecord

_PARSED_BYTES = 512_000
"""500 KiB: the least that must be parsed (section 2.5)."""
_FIRST = "This was for its robots.txt, which is asked for first."
_HOPS = 5
"""Redirects that should be followed at least (section 2.3.1.2)."""
_KEPT_LINES = 40_000
"""Lines of robots.txt whose rules are kept, at up to 1.5 KB each, an origin counting for one more. The
origins that were not asked for longest are forgotten first, and learnt again when needed."""
_PATIENCE = 0.5
"""Of a link's time-out, for the robots.txt and what it redirects to: what is left is for the link's alternatives."""
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
    """What an origin rules: `unknown` for now, or else what its rules say. Neither: all of its URLs may be asked for.

    `until` is None for what may be otherwise at the next look. It took `elapsed` seconds of requests to learn.
    """

    unknown: Finding | None
    rules: Rules | None
    until: datetime | None
    elapsed: float

    @property
    def size(self) -> int:
        return 1 + (self.rules.lines if self.rules is not None else 0)


@dataclass(slots=True)
class _Time:
    """Seconds of requests under way that are left for one robots.txt."""

    left: float


@dataclass(frozen=True, slots=True)
class _RobotsReading:
    limit: int = _PARSED_BYTES

    def __call__(self, status: int, content_type: str | None) -> int:
        return self.limit if 200 <= status <= 299 else 0

    def enough(self, body: bytearray) -> bool:
        return len(body) >= self.limit


class Robots:
    """What the origins of this process rule, whether they are asked, remembered or asked before in this run."""

    def __init__(self, visits: Visits, slots: HostSlots, memory: RobotsMemory, settings: FetchSettings) -> None:
        self._visits = visits
        self._slots = slots
        self._memory = memory
        self._obeyed = settings.robots == "obey"
        self._exceptions = {
            host.lower(): given.robots == "obey" for host, given in settings.hosts.items() if given.robots is not None
        }
        self._max_crawl_delay = settings.max_crawl_delay
        self._seconds = settings.timeout * _PATIENCE
        self._asking: Questions[_Ruling] = Questions()
        self._pursued: Questions[_Ruling] = Questions(kept=True)
        self._known: OrderedDict[str, _Ruling] = OrderedDict()
        self._kept = 0

    async def forbids(self, url: str, server: Server) -> NoAnswer | None:
        """Return why `url` must not be asked for now; None when it may be, or robots.txt is not obeyed there.

        4xx: no rules, everything is allowed (section 2.3.1.3). 5xx: nothing is, for now (2.3.1.4), and so with 429:
        it is no answer to the question, and only asks us to come back later. Google and Nutch (NUTCH-3011) read it
        like that. So is a file that broke off, or cannot be decoded: what is missing may forbid. When the origin does
        not answer at all, that is what is wrong with the link, too; when it takes the connection and then fails, the
        finding says that the page was not asked for.
        """
        if not self._exceptions.get(server.host, self._exceptions.get(server.slot, self._obeyed)):
            return None
        clock = asyncio.get_running_loop().time
        began = clock()
        ruling = await self._ruling(server)
        finding = ruling.unknown
        if ruling.rules is not None:
            if ruling.rules.crawl_delay:
                # Before every request: slots forget it.
                delay = min(ruling.rules.crawl_delay, self._max_crawl_delay)
                self._slots.crawl_delay(server.slot, delay, server.host)
            if not ruling.rules.allow(url):
                detail = f"The robots.txt of {server.host} keeps robots from this page."
                finding = Finding(Outcome.ROBOTS_DENIED, detail)
        if finding is None:
            return None
        # Who came while others waited has waited for less.
        return NoAnswer(finding, min(clock() - began, ruling.elapsed))

    def new_look(self) -> None:
        """Ask again, when they are next needed, the origins that could not say."""
        for origin in [origin for origin, ruling in self._known.items() if ruling.until is None]:
            self._kept -= self._known.pop(origin).size

    async def pursue(self, server: Server) -> None:
        """Go on with the question for a robots.txt that was handed on to the site which is held, until it is answered.

        Its origin is another site's: whoever holds that is told by the link's trail. Raises HandOn where the question
        leads to yet another site.
        """
        held, question = held_now.get(), _question(server)
        if held is not None and held.count(question):
            await self._pursued.ask(question, lambda: self._learn(server))

    def leave(self, site: str) -> None:
        """Forget what the links of a site that is held no longer have asked together."""
        self._asking.leave(site)
        self._pursued.leave(site)

    async def _ruling(self, server: Server) -> _Ruling:
        origin = server.origin
        ruling = self._known.get(origin)
        if ruling is not None and (ruling.until is None or ruling.until > datetime.now(UTC)):
            self._known.move_to_end(origin)
            return ruling
        # Every waiter awaits the same task: Scrapy's own middleware lets all but the first through (science.md, D1).
        return await self._asking.ask(_question(server), lambda: self._remembered(server))

    async def _remembered(self, server: Server) -> _Ruling:
        origin, ruling = server.origin, await self._learn(server)
        if (old := self._known.pop(origin, None)) is not None:
            self._kept -= old.size
        self._known[origin] = ruling
        self._kept += ruling.size
        while self._kept > _KEPT_LINES and len(self._known) > 1:
            self._kept -= self._known.popitem(last=False)[1].size
        return ruling

    async def _learn(self, server: Server) -> _Ruling:
        origin, time = server.origin, _Time(self._seconds)
        remembered = await self._memory.get(origin)
        found: RobotsRecord | Finding
        if remembered is not None and remembered.at + ROBOTS_LIFE > datetime.now(UTC):
            found = remembered
        else:
            found = await self._ask(server, time)
            if isinstance(found, RobotsRecord):
                self._memory.put(found)
        elapsed = self._seconds - time.left
        return _Ruling(found, None, None, elapsed) if isinstance(found, Finding) else await _read(found, elapsed)

    async def _ask(self, server: Server, time: _Time) -> RobotsRecord | Finding:
        """Return what the origin of `server` answers, or why that is not known now."""
        origin, host = server.origin, server.host
        url = first = f"{origin}/robots.txt"
        for _ in range(_HOPS + 1):
            answer = await self._get(url, server, time)
            if isinstance(answer, NoAnswer):
                return _told(answer) if url == first else _elsewhere(host, "nothing answers there")
            if answer.status == 429 or 500 <= answer.status <= 599:
                return _unknown(host, server.host, answer.status, f"answered {answer.status}")
            if answer.status not in FOLLOWED or answer.location is None:
                if not 200 <= answer.status <= 299:
                    return RobotsRecord(origin, datetime.now(UTC), None)
                if not answer.complete or answer.body is None:
                    return _unknown(host, server.host, answer.status, "answered what broke off or cannot be decoded")
                return RobotsRecord(origin, datetime.now(UTC), decoded(answer.body, _PARSED_BYTES) or None)
            location = next_url(answer.url, answer.location)
            found = server_of(location) if isinstance(location, str) else location
            if isinstance(location, Finding) or isinstance(found, Finding):
                break
            url, server = location, found
        # Redirects that lead nowhere count as "unavailable", as 4xx do (section 2.3.1.2).
        return RobotsRecord(origin, datetime.now(UTC), None)

    async def _get(self, url: str, server: Server, time: _Time) -> Answer | NoAnswer:
        """Ask without trust, too: what is wrong with a certificate the link itself shows, and rules only forbid."""
        answer = await self._get_once(url, server, time, verify=True)
        if isinstance(answer, NoAnswer) and answer.certificate:
            return await self._get_once(url, server, time, verify=False)
        return answer

    async def _get_once(self, url: str, server: Server, time: _Time, *, verify: bool) -> Answer | NoAnswer:
        if time.left <= 0:
            late = Finding(Outcome.TIMEOUT, f"{server.host} did not answer within {self._seconds:g} s.")
            return NoAnswer(late, 0.0, connected=True)
        answer = await self._visits.visit(Wish(url, server, _RobotsReading(), time.left, verify=verify))
        time.left -= answer.elapsed
        return answer


def _question(server: Server) -> str:
    return f"robots.txt of {server.origin}"


async def _read(record: RobotsRecord, elapsed: float) -> _Ruling:
    until = record.at + ROBOTS_LIFE
    if not record.text:
        return _Ruling(None, None, until, elapsed)
    if len(record.text) <= _PARSED_AT_ONCE:
        return _Ruling(None, Rules(record.text), until, elapsed)
    return _Ruling(None, await asyncio.to_thread(Rules, record.text), until, elapsed)


def _unknown(host: str, asked: str, status: int, did: str) -> Finding:
    """Return the finding for `host` when `asked`, which need not be the same, did something else than answer."""
    if asked != host:
        return _elsewhere(host, f"{asked} {did}: not now")
    outcome = Outcome.RATE_LIMITED if status == 429 else Outcome.ROBOTS_DENIED
    return Finding(outcome, f"{host} {did} to the question for its robots.txt: not now.", asked=False)


def _elsewhere(host: str, what: str) -> Finding:
    return Finding(Outcome.ROBOTS_DENIED, f"The robots.txt of {host} is elsewhere, and {what}.", asked=False)


def _told(answer: NoAnswer) -> Finding:
    """Say of a failure that the page itself may not have that the page was not asked for.

    What comes before the first request on a connection (name, connection, TLS) the page would meet as well.
    """
    finding = answer.finding
    alike = {Outcome.CONNECTION_ERROR, Outcome.PROTOCOL_ERROR, Outcome.TIMEOUT}
    if not answer.connected or finding.outcome not in alike:
        return finding
    detail = f"{finding.detail.rstrip('.')}. {_FIRST}"
    return replace(finding, detail=detail, asked=False)
