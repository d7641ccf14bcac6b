"""The batches of a stream in one crawling process: each link checked under the hold of its site, and counted."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dlt_crawler.fetch.link.chain import told_of_visits
from dlt_crawler.fetch.link.siblings import SIBLING_REDIRECTS
from dlt_crawler.fetch.messages import Added, BatchEnded, Draw, Drawn, Paused
from dlt_crawler.fetch.visit.trails import HandOn, Held, Hold, held_now, read, written
from dlt_crawler.model import Due, HandedOn, Observation, Outcome, Resource, Rest, Trail
from dlt_crawler.urls import site_of

if TYPE_CHECKING:
    from dlt_crawler.fetch.crawl.engine import Engine
    from dlt_crawler.fetch.crawl.outbox import Outbox
    from dlt_crawler.fetch.crawl.scheduler import HostWindow, Link

_TO_A_HOP = 3
"""Times that a link may be handed on for each of its redirects: to where it leads, to where the robots.txt of that host
leads, and back."""
_WORTH_TELLING = 5.0
"""Seconds of a pause that is told of at once. A shorter one is over before anybody else could ask."""
_SAME = 0.001
"""Seconds between two times that are the same, reckoned in two ways."""


@dataclass(slots=True)
class _Batch:
    left: int
    """Links of which nothing has come yet."""
    hold: Hold
    until: dict[str, float]
    """Loop time until which slots have the rest that they came with."""
    released: list[Resource] = field(default_factory=list)


class Batches:
    """What the spider of a stream draws from, and tells. Every link of a batch ends in one of three ways."""

    def __init__(
        self,
        engine: Engine,
        window: HostWindow,
        outbox: Outbox,
        do: Callable[[Coroutine[None, None, None]], asyncio.Task[None]],
        *,
        max_redirects: int,
        keep: bool,
    ) -> None:
        """`do` begins what is not waited for here; an error in it ends the crawl."""
        self._engine = engine
        engine.slots.on_pause = self._paused
        self._window = window
        self._outbox = outbox
        self._do = do
        self._most_hops = _TO_A_HOP * (max_redirects + SIBLING_REDIRECTS + 1)
        self._look: tuple[int, int] | None = None
        self._checker = engine.new_look(robots=True, keep=keep)
        self._batches: dict[str, _Batch] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._waiting: asyncio.Queue[Added | None] = asyncio.Queue()

    def add(self, added: Added) -> None:
        """Let the spider draw a batch."""
        drawn = added.drawn
        hold = Hold(added.site, (slot.name for slot in drawn.opened))
        # Before anybody asks, and not when its turn in here has come.
        until = {rest.slot: self._engine.slots.leave_in_peace(rest) for rest in added.rests}
        self._batches[added.site] = _Batch(sum(len(filling.due) for filling in drawn.filled), hold, until)
        self._waiting.put_nowait(added)

    def stop(self) -> None:
        """Begin no more links."""
        while not self._waiting.empty():
            if (added := self._waiting.get_nowait()) is not None:
                self._release(added.site, (due for filling in added.drawn.filled for due in filling.due))
        for link in self._window.clear():
            self._release(link.site, (link.due,))
        self._waiting.put_nowait(None)

    async def draw(self, _: Draw) -> Drawn:
        """Wait for a batch, and return an empty one; its links are in the window by then."""
        added = await self._waiting.get()
        if added is None:
            return Drawn((), (), end=True)
        if added.look != self._look:
            self._look = added.look
            self._engine.forget_failures()
        self._window.admit(added.drawn, added.site)
        return Drawn((), (), end=False)

    async def check(self, link: Link) -> Observation | HandedOn:
        """Return what became of a link, of whose site alone hosts are asked."""
        site, due, tell = link.site, link.due, told_of_visits.get()
        held = Held(self._batches[site].hold, read(due.trail.text) if due.trail is not None else ())

        def visiting(slot: str) -> None:
            # What leads elsewhere keeps its place here: it is broken off.
            if tell is not None and site_of(slot) == site:
                tell(slot)

        held_now.set(held)
        told_of_visits.set(visiting)
        try:
            return await self._checker.observe(due)
        except HandOn as leaving:
            return self._handed_on(due, held, leaving)

    def put(self, link: Link, seen: Observation | HandedOn) -> None:
        """Tell what became of a link."""
        self._outbox.put(seen)
        self._count(link.site, 1)

    def _handed_on(self, due: Due, held: Held, leaving: HandOn) -> Observation | HandedOn:
        hops, text = 1 + (due.trail.hops if due.trail is not None else 0), written(held.steps)
        if hops > self._most_hops:
            return _given_up(due, "It leads to and fro between more sites than are followed.")
        if text is None:
            return _given_up(due, f"What was answered on the way to {leaving.site} cannot be handed on.")
        return HandedOn(due.resource, leaving.site, leaving.slot, Trail(text, hops))

    def _release(self, site: str, due: Iterable[Due]) -> None:
        released = [each.resource for each in due]
        self._batches[site].released += released
        self._count(site, len(released))

    def _paused(self, rest: Rest) -> None:
        if rest.seconds >= _WORTH_TELLING:
            self._outbox.say(Paused(rest))

    def _count(self, site: str, links: int) -> None:
        batch = self._batches[site]
        batch.left -= links
        if not batch.left:
            task = self._do(self._end(site, batch))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    async def _end(self, site: str, batch: _Batch) -> None:
        await batch.hold.end()
        del self._batches[site]
        self._checker.siblings.leave(site)
        self._engine.leave(site)
        self._outbox.say(BatchEnded(site, tuple(batch.released), tuple(self._rests(batch))))

    def _rests(self, batch: _Batch) -> Iterator[Rest]:
        now = asyncio.get_running_loop().time()
        for slot in batch.hold.slots:
            rest = self._engine.slots.rest_of(slot, now)
            # What it came with is known already, and would become longer by the way here and back.
            if rest is not None and now + rest.seconds > batch.until.get(slot, -math.inf) + _SAME:
                yield rest

    async def over(self) -> None:
        """Wait until it is said of all batches that they have ended, when all of their links have."""
        if self._ending:
            await asyncio.wait([*self._ending])


def _given_up(due: Due, why: str) -> Observation:
    """Return what is observed of a link that nobody follows any further: it proves nothing."""
    return Observation(due.resource, datetime.now(UTC), 0.0, Outcome.REDIRECT_LOOP, why, asked=False)
