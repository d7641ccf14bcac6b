"""Where a URL is asked for: in the process that owns its site, after its robots.txt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.fetch.visit.robots import Robots
from dlt_crawler.fetch.visit.wish import Answer, NoAnswer, Visits, Wish


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
