"""The check of one link: its own chain, its alternatives when that fails, and what the page says of itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from dlt_crawler.fetch.dates import server_time
from dlt_crawler.fetch.link.alternatives import in_vain, living
from dlt_crawler.fetch.link.chain import Walker
from dlt_crawler.fetch.link.race import Race
from dlt_crawler.fetch.link.siblings import SIBLING_REDIRECTS, Siblings
from dlt_crawler.fetch.visit.wish import Visits
from dlt_crawler.model import Due, LinkWarning, Observation, Page
from dlt_crawler.sites import Sites

_MEDIA_TYPE = re.compile(r"\s*([\w.+\-]{1,60}/[\w.+\-]{1,60})\s*(?:;|,|$)", re.ASCII)


class Checker:
    """Turns resources into observations."""

    def __init__(
        self,
        visits: Visits,
        sites: Sites,
        *,
        max_redirects: int,
        timeout: float,
        max_body: int,
        robots: bool,
        keep: bool = False,
    ) -> None:
        """`timeout`: seconds that the requests for one link may be under way, redirects and alternatives included.

        `keep`: whether what is answered for them goes into our own WARC files, if there are any.
        """
        walker = partial(Walker, visits, sites, timeout=timeout, read_bytes=max_body, robots=robots)
        self.siblings = Siblings(walker(max_redirects=SIBLING_REDIRECTS), sites)
        self._walker = walker(max_redirects=max_redirects, keep=keep, neighbours=self.siblings)
        self._timeout = timeout

    async def observe(self, due: Due) -> Observation:
        """Return the one observation of what is due. Whatever the server does is an outcome, not an exception.

        Raises HandOn where it comes to a site that is not held (`held_now`), and CrawlError when a fault of our own
        keeps us from asking.
        """
        at = datetime.now(UTC)
        resource = due.resource
        race = Race(self._walker, due, self._timeout)
        try:
            chain = await self._walker.walk(resource.url, due, self._timeout, on_silence=race.begin_beside)
            winner, tried = (None, ()) if chain.lives else await race.winner(chain)
        finally:
            await race.end()
        warnings = []
        if winner is not None and winner.last is not None:
            warnings.append(LinkWarning.ALTERNATIVE_ADDRESS)
            detail = living(chain.finding, winner.start, winner.last.url, winner.finding)
            chain = replace(winner, finding=replace(winner.finding, detail=detail))
        elif tried:
            chain = replace(chain, finding=in_vain(chain.finding, resource.url, tried))
        if chain.lives and chain.unverified:
            warnings.append(LinkWarning.TLS_UNVERIFIED)
        finding, last, shown, meaning = chain.finding, chain.last, chain.shown, chain.meaning
        warnings += meaning.warnings if meaning else ()
        return Observation(
            resource=resource,
            at=at,
            elapsed=max(chain.elapsed, race.elapsed),
            outcome=finding.outcome,
            detail=finding.detail,
            status=last.status if last else None,
            final_url=last.url if last else None,
            redirects=chain.hops,
            content_type=_media_type(last.content_type) if last else None,
            page=shown.page if shown else Page(),
            work=last.content.work.as_of(at) if shown and last and last.content and last.content.work else None,
            evidence=shown.evidence if shown else None,
            signals=meaning.signals if meaning else (),
            warnings=tuple(warnings),
            nxdomain=finding.nxdomain,
            asked=finding.asked,
            # With a warning it is to be seen whole the next time, which may say more of it.
            validators=None if warnings else chain.validators,
            server_time=server_time(dict(last.fields)) if last else None,
        )


def _media_type(content_type: str | None) -> str | None:
    """Return type and subtype in lower case, without parameters; None for what is no media type."""
    found = _MEDIA_TYPE.match(content_type or "")
    return found[1].lower() if found else None
