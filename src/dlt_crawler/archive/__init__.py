"""The Wayback Machine: the good snapshot nearest to a date, and new captures of living pages.

The only package that knows waybackpy and requests. Whatever it returns the archive has said; whatever it could not ask
is an ArchiveError, never "there is none".
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from waybackpy.exceptions import BlockedSiteError

from dlt_crawler.archive.cdx import Capture, captures_near
from dlt_crawler.archive.limits import Clock, Limiter, Pool
from dlt_crawler.archive.playback import Playback, Rejection
from dlt_crawler.archive.save import SavePageNow
from dlt_crawler.archive.transport import Transport
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Snapshot
from dlt_crawler.urls import may_be_published

__all__ = ["Archive", "Calls", "Clock"]

log = logging.getLogger(__name__)

# Good; a redirect, whose target may be; a revisit record, which does not say ("same as before").
_PROMISING = re.compile("200|30[12378]|-")


@dataclass(frozen=True, slots=True)
class Calls:
    """Requests sent to the archive so far, refused ones included; `save` does not count the polls for a capture."""

    cdx: int
    playback: int
    save: int


class Archive:
    """The Wayback Machine at the endpoints of `settings`, asked politely by one thread. Leaving closes its session."""

    def __init__(self, settings: ArchiveSettings, *, contact: str = "", clock: Clock = time) -> None:
        """`clock` is how limits wait; the time an answer takes is always real. Raises ConfigError (trust store)."""
        rates = {
            Pool.CDX: settings.cdx_rate,
            Pool.PLAYBACK: settings.playback_rate,
            Pool.SAVE: settings.save_rate,
        }
        self._cdx_url = settings.cdx_url
        self._transport = Transport(Limiter(rates, clock), timeout=settings.timeout, contact=contact)
        self._playback = Playback(self._transport, settings.timegate_url)
        self._save_page_now = SavePageNow(self._transport, settings, clock)

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

    def resolve(self, url: str, wanted: datetime | None) -> ArchiveAnswer:
        """Return the good snapshot of `url` nearest to `wanted` (aware; None: the latest), checked by playback.

        NoSnapshot means that the archive was asked and said so: NEVER_ARCHIVED, its index has nothing; EXCLUDED, the
        captures are withheld; ONLY_BAD_CAPTURES, those nearest to `wanted` are not the page, or cannot be played back.
        Or that it is not asked at all: PRIVATE, the URL looks as if it held a secret (urls.why_private).
        Raises ArchiveUnavailable and ArchiveRateLimited when it could not be asked. A hit costs one index query and
        one playback, more when captures are bad; a miss costs two queries.
        """
        if not may_be_published(url):
            return NoSnapshot(url, NoSnapshotReason.PRIVATE)
        moment = wanted or datetime.now(UTC)
        try:
            # Good captures first: were redirects asked for as well, those from http: to https: would crowd them out.
            captures = self._captures_near(url, moment, "200") or self._captures_near(url, moment, None)
        except BlockedSiteError:
            return NoSnapshot(url, NoSnapshotReason.EXCLUDED)
        if not captures:
            return NoSnapshot(url, NoSnapshotReason.NEVER_ARCHIVED)
        error_pages: set[str] = set()
        for capture in captures:
            if not _PROMISING.fullmatch(capture.status) or capture.digest in error_pages:
                continue
            played = self._playback.play(url, capture.timestamp)
            if isinstance(played, Snapshot):
                return played
            log.debug("%s: the capture of %s is no good: %s", url, capture.timestamp, played)
            if played is Rejection.EXCLUDED:
                return NoSnapshot(url, NoSnapshotReason.EXCLUDED)
            # Redirects have no content: all of them are equal there, wherever they lead.
            if played is Rejection.ERROR_PAGE and capture.status == "200" and capture.digest != "-":
                error_pages.add(capture.digest)
        return NoSnapshot(url, NoSnapshotReason.ONLY_BAD_CAPTURES)

    def save(self, url: str) -> Snapshot:
        """Ask Save Page Now to capture the living page `url`, wait up to two minutes, and return the new snapshot.

        Raises ArchiveError when it cannot (ArchiveUnavailable and ArchiveRateLimited: it may on another day; otherwise
        not this URL), and ConfigError when there are no keys.
        """
        return self._save_page_now.capture(url)

    def _captures_near(self, url: str, wanted: datetime, status: str | None) -> tuple[Capture, ...]:
        return captures_near(self._transport, self._cdx_url, url, wanted, status)
