"""One capture, played back: what the archive has of it, wherever its archived redirects lead, and what that is."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dlt_crawler.archive.judging import Judgement, Rejection, judge
from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.memento import REDIRECTS, Collection, Links, Memento
from dlt_crawler.archive.moves import leads_away
from dlt_crawler.archive.outages import refuse_outages, says_none
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.errors import ArchiveExcluded
from dlt_crawler.model import Redirect, Wanted
from dlt_crawler.sites import Sites
from dlt_crawler.urls import normalise

MAX_REDIRECTS = 3
"""Archived redirects that are followed (wayback.md, section 8); the archive's own, to the capture that it has nearest
to the time, come on top of them."""
SAME_CRAWL = timedelta(days=1)
"""Between a redirect and its target, when both were seen by one crawl."""


@dataclass(frozen=True, slots=True)
class Played:
    """What one capture shows."""

    memento: Memento
    """The capture that readers see: another one than asked for, when the archive itself sends them on to that."""
    status: int
    """That the archive recorded, at the end of archived redirects."""
    judgement: Judgement
    shown_at: datetime | None = None
    """When the page at the end of the archived redirects was captured; None: it has no possible date."""
    final_url: str | None = None
    """Where archived redirects led to; None: there were none."""
    links: Links = field(default_factory=Links)
    digest: str | None = None
    """Of the content as the index gives it (SHA-1, base 32); None: not all of it was read, or it is a redirect."""
    is_clear: bool = True
    """Whether the archive, or the site, has said so; a 404 may be that of a server in front of the archive."""
    calls: int = 1
    """Requests that it took, those that were sent again counted once."""


class Playback:
    """Plays captures back in the archive's raw form. Any number of threads may use it."""

    def __init__(self, transport: Transport, collection: Collection, sites: Sites, pool: Pool = Pool.PLAYBACK) -> None:
        self._transport = transport
        self._collection = collection
        self._sites = sites
        self._pool = pool

    def play(self, wanted: Wanted, asked: str, memento: Memento, answer: Answer | None = None) -> Played:
        """Return what a capture of `asked` (the link's URL, or a variant of it) shows.

        `answer`: the archive's, where that is known already. Raises ArchiveExcluded when the capture is withheld, and
        ArchiveError when playback fails, or answers with something that is neither archived nor known of the archive.
        One call, and one for each redirect.
        """
        shown, links, status = memento, Links(), 0
        redirects: list[Redirect] = []
        seen: set[Memento] = set()
        while memento not in seen and len(seen) <= 2 * MAX_REDIRECTS:
            seen.add(memento)
            if answer is None:
                answer = self._transport.get(self._pool, self._collection.raw(memento))
            status = answer.status
            if not redirects and answer.archived:
                shown, links = memento, self._collection.links(answer, asked)
            target = self._collection.target(answer, memento.url)
            if not answer.archived:
                if target is None:
                    rejection = _own(answer, is_first=not redirects)
                    judgement, clear = Judgement(rejection, str(rejection)), says_none(answer) or answer.excluded
                    return Played(shown, status, judgement, links=links, is_clear=clear, calls=len(seen))
            elif target is None or len(redirects) == MAX_REDIRECTS:
                if answer.status in REDIRECTS:
                    break
                judgement = judge(wanted, asked, answer, redirects, self._sites)
                final_url = redirects[-1].location if redirects else None
                digest = None if redirects else _digest(answer)
                return Played(shown, status, judgement, memento.at, final_url, links, digest, calls=len(seen))
            else:
                source = redirects[-1].location if redirects else asked
                location = normalise(target.url) or target.url
                redirects.append(Redirect(source, answer.status, location))
                if leads_away(asked, location):
                    break
                target = _beside(self._collection.links(answer, memento.url), location, memento) or target
            memento, answer = target, None
        if not redirects:
            judgement = Judgement(Rejection.NOT_PLAYABLE, "it leads nowhere")
        else:
            judgement = Judgement(Rejection.REDIRECT, f"it leads to {redirects[-1].location}")
        return Played(shown, status, judgement, links=links, calls=len(seen))


def _beside(links: Links, location: str, redirecting: Memento) -> Memento | None:
    """Return the capture of a redirect's target that was made right after it, or before: crawlers follow redirects.

    Where the target is one with the URL for the archive's key (http: to https:, with or without www.), the redirect
    names it as its neighbour. Asked for it at the redirect's own time, the archive may show the redirect again.
    """
    at = redirecting.at
    named = [
        (abs(other.at - at), other.timestamp, other)
        for other in links.all
        if at is not None and other.at is not None and other.timestamp != redirecting.timestamp
        if normalise(other.url) == location
    ]
    near = [each for each in named if each[0] <= SAME_CRAWL]
    return min(near, key=lambda each: each[:2])[2] if near else None


def _own(answer: Answer, *, is_first: bool) -> Rejection:
    """Return what an answer of the archive itself means for a capture that it was asked for."""
    if answer.excluded:
        if is_first:
            raise ArchiveExcluded(f"the archive withholds what it has at {answer.url}")
        return Rejection.REDIRECT
    refuse_outages(answer)
    # "Hrm. The Wayback Machine has not archived that URL.": the index runs ahead of playback (wayback.md, 2.2).
    return Rejection.NOT_PLAYABLE if is_first else Rejection.REDIRECT


def _digest(answer: Answer) -> str | None:
    if not answer.whole:
        return None
    return base64.b32encode(hashlib.sha1(answer.body, usedforsecurity=False).digest()).decode("ascii")
