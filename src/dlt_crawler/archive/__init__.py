"""The Wayback Machine: the good snapshot nearest to a date, and new captures of living pages.

The only package that knows waybackpy and requests. Whatever it returns the archive has said; whatever it could not ask
is an ArchiveError, never "there is none".
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self

from dlt_crawler.archive.cdx import captures_near, is_listed
from dlt_crawler.archive.limits import Clock, Limiter, Pool
from dlt_crawler.archive.memento import TIMESTAMP, Collection
from dlt_crawler.archive.pace import Turns
from dlt_crawler.archive.playback import Playback
from dlt_crawler.archive.resolve import Resolver
from dlt_crawler.archive.saving import SavePageNow
from dlt_crawler.archive.silence import Blocks, Memory
from dlt_crawler.archive.timegate import TimeGate
from dlt_crawler.archive.transport import Transport
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Wanted
from dlt_crawler.sites import Sites, known_sites
from dlt_crawler.urls import may_be_published

__all__ = ["Archive", "Blocks", "Calls", "Clock", "Memory", "Turns"]


@dataclass(frozen=True, slots=True)
class Calls:
    """Requests sent to the archive so far, refused ones included; `save` does not count the polls for a capture."""

    cdx: int
    playback: int
    save: int


class Archive:
    """The Wayback Machine at the endpoints of `settings`, asked politely. Leaving closes its connections."""

    def __init__(
        self,
        settings: ArchiveSettings,
        *,
        contact: str = "",
        clock: Clock = time,
        memory: Memory | None = None,
        turns: Turns | None = None,
        sites: Sites | None = None,
    ) -> None:
        """`clock` is how limits wait; the time an answer takes is always real.

        `memory`: of the limits, over restarts; `turns`: what all processes share of them, which needs no memory.

        `sites`: what is known of single sites, by which captures are judged; None: what comes with the program.

        Raises ConfigError (trust store), and what `memory` and `turns` raise, as does every request then.
        """
        rates = {
            Pool.CDX: settings.cdx_rate,
            Pool.PLAYBACK: settings.playback_rate,
            Pool.SAVE: settings.save_rate,
        }
        limiter = Limiter(rates, clock, settings, memory, turns)
        self._transport = Transport(limiter, timeout=settings.timeout, contact=contact)
        collection = Collection(settings.timegate_url)
        self._timegate = TimeGate(self._transport, collection, partial(is_listed, self._transport, settings.cdx_url))
        self._resolver = Resolver(
            collection,
            self._timegate,
            Playback(self._transport, collection, known_sites() if sites is None else sites),
            partial(captures_near, self._transport, settings.cdx_url),
        )
        self.saving = SavePageNow(self._transport, settings)
        """Save Page Now, which makes new captures."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._transport.close()

    @property
    def calls(self) -> Calls:
        """What was asked so far."""
        sent = self._transport.sent
        return Calls(cdx=sent[Pool.CDX], playback=sent[Pool.PLAYBACK], save=sent[Pool.SAVE])

    def resolve(self, wanted: Wanted, *, last_try: bool = False) -> ArchiveAnswer:
        """Return the good capture that is nearest to the wanted date, played back; any number of threads may ask.

        What was captured after the link died counts only when nothing good is there from before, and when it certainly
        is the page. NoSnapshot means that the archive was asked and said so: NEVER_ARCHIVED, EXCLUDED, or
        ONLY_BAD_CAPTURES, those nearest to the date are not the page, or cannot be played back. Or that it is not asked
        at all: PRIVATE, the URL looks as if it held a secret (urls.why_private).

        `last_try`: a capture that the archive fails to play, as it does with some each time, does not hide the others.

        Raises ArchiveUnavailable and ArchiveRateLimited when some of it could not be asked. Most often two calls to
        playback; one query of the index where the captures nearest to the date are bad.
        """
        if not may_be_published(wanted.url):
            return NoSnapshot(wanted.url, NoSnapshotReason.PRIVATE)
        return self._resolver.resolve(wanted, last_try=last_try)

    def newest(self, url: str) -> datetime | None:
        """Return when the newest capture of `url` was made, of whatever status; None: the archive has none of it.

        Raises ArchiveExcluded when captures are withheld, and ArchiveError when the archive could not be asked. One
        call to playback; two where there is none, and one to the index when the answer to that may be anybody's.
        """
        nearest = self._timegate.nearest(url, datetime.now(UTC))
        return None if nearest is None else nearest.memento.at

    def shows(self, url: str, timestamp: str) -> bool:
        """Return whether playback has the capture of `timestamp` (14 digits), or a later one. Raises as `newest`."""
        newest = self.newest(url)
        return newest is not None and f"{newest:{TIMESTAMP}}" >= timestamp
