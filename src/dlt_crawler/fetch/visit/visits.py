"""Where a URL is asked for: in the process that owns its site, after its robots.txt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.fetch.visit.robots import Robots
from dlt_crawler.fetch.visit.trails import HandOn, held_now
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Visits, Wish
from dlt_crawler.urls import site_of


class LocalVisits:
    """Visits by this process, if robots.txt lets us."""

    def __init__(self, client: Visits, robots: Robots) -> None:
        self._client = client
        self._robots = robots

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        """Ask here (Visits)."""
        if wish.robots and (forbidden := await self._robots.forbids(wish.url, wish.server)) is not None:
            return forbidden
        return await self._client.visit(wish, on_silence)


class RoutedVisits:
    """Visits by the process that owns the site: it has the robots.txt, the turns and the failures of its hosts.

    What a robots.txt redirects to may be anybody's as well. The owner asks nobody in turn for that, so that no process
    waits for one that waits for it.
    """

    def __init__(self, here: Visits, peers: Sequence[Visits | None]) -> None:
        """`peers`: by number of the process; None for this one."""
        self._here = here
        self._peers = peers

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        """Ask where it belongs (Visits)."""
        peer = self._peers[owner_of(wish.server.host, len(self._peers))]
        return await (self._here if peer is None else peer).visit(wish, on_silence)


class HeldVisits:
    """Visits to the one site that is held for a link (`held_now`), and answers from its trail; without one, to all."""

    def __init__(self, visits: Visits, robots: Robots | None = None) -> None:
        """`robots`: what goes on here with the robots.txt of another site that has led to this one."""
        self._visits = visits
        self._robots = robots

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        """Ask, or answer as it was answered before (Visits). Raises HandOn for a site that is not held."""
        held = held_now.get()
        if held is None:
            return await self._visits.visit(wish, on_silence)
        step = held.replay(wish)
        if step is not None and step.answer is not None:
            if step.silent and on_silence is not None:
                on_silence()
            return step.answer
        site = site_of(wish.server.host)
        if site != held.site:
            if wish.robots and self._robots is not None:
                await self._robots.pursue(wish.server)
            raise HandOn(site, wish.server.slot)
        silent = False

        def silence() -> None:
            nonlocal silent
            silent = True
            if on_silence is not None:
                on_silence()

        held.hold.slots.add(wish.server.slot)
        answer = await self._visits.visit(wish, on_silence and silence)
        held.note(wish, answer, silent=silent)
        return answer
