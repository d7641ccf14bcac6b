"""What a host shows in the place of a page that cannot exist, asked for by a random name.

Bar-Yossef et al., "Sic transit gloria telae", WWW 2004.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dlt_crawler.fetch.link.chain import Beside, Chain, Walker
from dlt_crawler.fetch.visit.questions import Question, question
from dlt_crawler.fetch.visit.trails import HandOn, held_now
from dlt_crawler.model import SUCCESSES, Due, Outcome, Resource, Sibling
from dlt_crawler.page import Shown
from dlt_crawler.page.markers import SHELL
from dlt_crawler.page.similarity import SAME, likeness
from dlt_crawler.sites import Sites
from dlt_crawler.urls import host_of, site_of, slot_of

SIBLING_REDIRECTS = 3
"""That are followed: error pages are not far away."""
_LETTERS = 25
"""As in the paper: no page has that name."""
_SIBLINGS = 2
"""For a host, in one look of one process (science.md, B2): it is asked for what nobody wants."""
_PAGES = SUCCESSES | {Outcome.SOFT_404, Outcome.PARKED}
"""What can be compared: a wall says nothing of what is behind it, and trouble nothing of anything."""


@dataclass(slots=True)
class _Sibling:
    """One sibling that is being asked for, or has answered, and how many links wait for it."""

    question: Question[Chain]
    seconds: float
    """Of requests under way, that it is given."""
    waiting: int = 0


@dataclass(slots=True)
class _Asked:
    """What the links of one site have asked, where one is held; else all."""

    siblings: dict[str, _Sibling] = field(default_factory=dict)
    """Directory → the page in it that cannot exist."""
    of_host: Counter[str] = field(default_factory=Counter)


class Siblings:
    """The siblings of one look: one for each directory, whatever number of links is in it."""

    def __init__(self, walker: Walker, sites: Sites) -> None:
        """`walker` follows SIBLING_REDIRECTS."""
        self._walker = walker
        self._sites = sites
        self._asked: defaultdict[str, _Asked] = defaultdict(_Asked)

    async def beside(self, shown: Shown, seconds: float) -> Beside:
        """Return what a sibling tells of a page that a link shows, asked for in the seconds that the link has left.

        Nothing is asked for where that would tell nothing: beside a root, where a script shows one page for every URL,
        where the rule for the site says so, and where the host was asked often enough.
        """
        if not self._may_tell(shown):
            return Beside()
        began = (clock := asyncio.get_running_loop().time)()
        chain = await self._sibling(shown.url, seconds)
        took = clock() - began
        if chain is None:
            return Beside(None, took)
        # Who came while others waited has waited for less.
        return Beside(_compared(shown, chain), min(took, chain.elapsed))

    def _may_tell(self, shown: Shown) -> bool:
        parts = urlsplit(shown.url)
        rule = self._sites.rule_for(shown.url)
        is_root = parts.path == "/" and not parts.query
        return not is_root and SHELL not in shown.evidence.markers and (rule is None or rule.probe)

    def leave(self, site: str) -> None:
        """Forget what was asked on behalf of the links of a site that is held no longer."""
        self._asked.pop(site, None)

    async def _sibling(self, url: str, seconds: float) -> Chain | None:
        directory, held = _directory_of(url), held_now.get()
        name = f"beside {directory}"
        if held is not None and held.leaves_out(name):
            return None
        asked = self._asked["" if held is None else held.site]
        while True:
            sibling = asked.siblings.get(directory)
            if sibling is None or sibling.question.is_behind(held, name):
                sibling = self._begin(directory, name, seconds, asked)
            done = sibling is not None and await self._is_answered(sibling, directory, seconds, asked)
            if sibling is None or not done:
                if held is not None:
                    held.leave_out(name)
                return None
            if not sibling.question.is_behind(held, name):
                return sibling.question.answered(held)

    def _begin(self, directory: str, name: str, seconds: float, asked: _Asked) -> _Sibling | None:
        """Ask for a sibling, or go on with one that a link was handed on with; None where nothing is to be asked."""
        host, held = host_of(directory), held_now.get()
        url = None if held is None else held.first(name)
        if url is None:
            if held is not None and site_of(host) != held.site:
                raise HandOn(site_of(host), slot_of(host))
            if seconds <= 0 or asked.of_host[host] >= _SIBLINGS:
                return None
            asked.of_host[host] += 1
            url = directory + "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))
        due = Due(Resource(url))
        walk = question(name, lambda: self._walker.walk(url, due, seconds))
        sibling = asked.siblings[directory] = _Sibling(walk, seconds)
        return sibling

    async def _is_answered(self, sibling: _Sibling, directory: str, seconds: float, asked: _Asked) -> bool:
        """Wait for a sibling as long as a link has time, and return whether it has answered."""
        sibling.waiting += 1
        task = sibling.question.task
        try:
            # Who has as much time as it is given need not count what it waits for its turn.
            timeout = None if seconds >= sibling.seconds else max(seconds, 0)
            await asyncio.wait({task}, timeout=timeout)
            return task.done()
        finally:
            sibling.waiting -= 1
            if not sibling.waiting and not task.done():
                task.cancel()
                del asked.siblings[directory]


def _directory_of(url: str) -> str:
    """Return the URL that a page beside this one begins with: up to the last slash that something follows."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/").rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{path}/"


def _compared(shown: Shown, sibling: Chain) -> Sibling | None:
    """Return what a sibling tells of the page beside it; None where its host does not answer the question."""
    other = sibling.shown
    if sibling.finding.outcome is Outcome.NOT_FOUND:
        return Sibling.NOT_FOUND
    if other is None or sibling.finding.outcome not in _PAGES:
        return None
    is_same = other.final_url == shown.final_url or likeness(other.evidence.sketch, shown.evidence.sketch) >= SAME
    return Sibling.SAME if is_same else Sibling.OTHER
