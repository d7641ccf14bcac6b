"""What a host shows in the place of a page that cannot exist, asked for by a random name.

Bar-Yossef et al., "Sic transit gloria telae", WWW 2004.
"""

from __future__ import annotations

import asyncio
import secrets
import string
from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlsplit

from dlt_crawler.fetch.link.chain import Beside, Chain, Walker
from dlt_crawler.model import SUCCESSES, Due, Outcome, Resource, Sibling
from dlt_crawler.page import Shown
from dlt_crawler.page.markers import SHELL
from dlt_crawler.page.similarity import SAME, likeness
from dlt_crawler.sites import Sites
from dlt_crawler.urls import host_of

SIBLING_REDIRECTS = 3
"""That are followed: error pages are not far away."""
_LETTERS = 25
"""As in the paper: no page has that name."""
_SIBLINGS = 2
"""For a host, in one look of one process (science.md, B2): it is asked for what nobody wants."""
_PAGES = SUCCESSES | {Outcome.SOFT_404, Outcome.PARKED}
"""What can be compared: a wall says nothing of what is behind it, and trouble nothing of anything."""


@dataclass(slots=True)
class _Question:
    """One sibling that is being asked for, or has answered, and how many links wait for it."""

    task: asyncio.Task[Chain]
    seconds: float
    """Of requests under way, that it is given."""
    waiting: int = 0


class Siblings:
    """The siblings of one look: one for each directory, whatever number of links is in it."""

    def __init__(self, walker: Walker, sites: Sites) -> None:
        """`walker` follows SIBLING_REDIRECTS."""
        self._walker = walker
        self._sites = sites
        self._questions: dict[str, _Question] = {}
        self._asked: Counter[str] = Counter()

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

    async def _sibling(self, url: str, seconds: float) -> Chain | None:
        directory = _directory_of(url)
        question = self._questions.get(directory)
        if question is None:
            host = host_of(url)
            if seconds <= 0 or self._asked[host] >= _SIBLINGS:
                return None
            self._asked[host] += 1
            name = "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS))
            sibling = f"{directory}{name}"
            walk = self._walker.walk(sibling, Due(Resource(sibling)), seconds)
            question = _Question(asyncio.get_running_loop().create_task(walk), seconds)
            self._questions[directory] = question
        question.waiting += 1
        try:
            # Who has as much time as it is given need not count what it waits for its turn.
            timeout = None if seconds >= question.seconds else max(seconds, 0)
            await asyncio.wait({question.task}, timeout=timeout)
            return question.task.result() if question.task.done() else None
        finally:
            question.waiting -= 1
            if not question.waiting and not question.task.done():
                question.task.cancel()
                del self._questions[directory]


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
