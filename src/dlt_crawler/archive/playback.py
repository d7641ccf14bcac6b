"""Whether a capture is the page: it is played back, and the archived answer judged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from dlt_crawler.archive.error_page import is_error_page
from dlt_crawler.archive.limits import Pool
from dlt_crawler.archive.transport import Answer, Transport
from dlt_crawler.errors import ArchiveUnavailable
from dlt_crawler.model import Snapshot
from dlt_crawler.urls import normalise, resolve_location

MAX_REDIRECTS = 6
"""Redirects followed from a capture: three archived ones (wayback.md, section 8), and after each the archive's own to
the capture nearest in time."""

_MEMENTO_PATH = re.compile(r"(\d{14})(?:[a-z]{2}_)?/(\S+)")
_ROOT_PATH = re.compile(r"/*(?:(?:index|default|home)(?:\.\w{2,5})?/?)?", re.IGNORECASE)
_ERROR_PATH = re.compile(
    r"/(?:(?:error|err)?[-_]?(?:404|410|500)|(?:page)?[-_]?not[-_]?found|errors?|log[-_]?in|sign[-_]?in|consent)"
    r"(?:\.\w{2,5})?(?:/|$)",
    re.IGNORECASE,
)


class Rejection(StrEnum):
    """Why a capture is not offered to readers."""

    NOT_PLAYABLE = "the archive lists it and cannot play it back"
    EXCLUDED = "the archive withholds it"
    STATUS = "the archived answer is not 200"
    REDIRECT = "the archived redirects do not lead to the page"
    ERROR_PAGE = "its title is that of an error page"


@dataclass(frozen=True, slots=True)
class _Memento:
    timestamp: str
    url: str


class Playback:
    """Plays captures back by the archive's raw form: what the site sent, without the archive's toolbar and links."""

    def __init__(self, transport: Transport, timegate_url: str) -> None:
        self._transport = transport
        self._timegate_url = timegate_url.rstrip("/") + "/"
        _, _, self._prefix = (normalise(self._timegate_url) or self._timegate_url).partition("://")

    def play(self, url: str, timestamp: str) -> Snapshot | Rejection:
        """Return the snapshot of `url` at `timestamp` when it shows a page, or why it does not.

        The snapshot's timestamp is another one when the archive itself sends readers on to that. Raises
        ArchiveError when playback fails, or answers with something that is neither archived nor known of the archive.
        """
        memento = _Memento(timestamp, url)
        shown = timestamp
        seen: set[_Memento] = set()
        while memento not in seen and len(seen) <= MAX_REDIRECTS:
            seen.add(memento)
            answer = self._transport.get(Pool.PLAYBACK, f"{self._timegate_url}{memento.timestamp}id_/{memento.url}")
            if "Location" not in answer.headers or answer.status not in (301, 302, 303, 307, 308):
                return _judged(answer) or Snapshot(
                    original=url,
                    timestamp=shown,
                    url=f"{self._timegate_url}{shown}/{url}",
                    status=answer.status,
                    validated="playback",
                )
            target = self._target(answer)
            if target is None or (answer.archived and _leads_away(memento.url, target.url)):
                return Rejection.REDIRECT
            if not answer.archived and memento.url == url:
                shown = target.timestamp
            memento = target
        return Rejection.REDIRECT

    def _target(self, answer: Answer) -> _Memento | None:
        """Return the memento that a redirect leads to; None for an archived one that leads out of the archive."""
        location = resolve_location(answer.url, answer.headers["Location"]) or ""
        # The archive writes http: in places where it was asked by https:.
        _, _, place = location.partition("://")
        match = _MEMENTO_PATH.fullmatch(place.removeprefix(self._prefix)) if place.startswith(self._prefix) else None
        if match is not None:
            written = match[2] if re.match("https?:", match[2], re.IGNORECASE) else f"http://{match[2]}"
            target = normalise(written)
            if target is not None:
                return _Memento(match[1], target)
        if answer.archived:
            return None
        raise ArchiveUnavailable(f"playback of {answer.url} was redirected to something that is no capture")


def _judged(answer: Answer) -> Rejection | None:
    """Return what is wrong with an answer that is no redirect; None when it shows a page."""
    if answer.archived:
        if answer.status != 200:
            return Rejection.STATUS
        return Rejection.ERROR_PAGE if is_error_page(answer.body, answer.headers.get("Content-Type")) else None
    if answer.excluded:
        return Rejection.EXCLUDED
    if answer.status == 404:
        # "Hrm. The Wayback Machine has not archived that URL.": the index runs ahead of playback (wayback.md, 2.2).
        return Rejection.NOT_PLAYABLE
    raise ArchiveUnavailable(f"playback answered {answer.status}, and not for the archived site, to {answer.url}")


def _leads_away(source: str, target: str) -> bool:
    """Whether an archived redirect is what sites do with pages they have lost: to the root, an error, a login."""
    before, after = urlsplit(source), urlsplit(target)
    to_root = not after.query and _ROOT_PATH.fullmatch(after.path) and not _ROOT_PATH.fullmatch(before.path)
    to_error = _ERROR_PATH.search(after.path) and not _ERROR_PATH.search(before.path)
    return bool(to_root or to_error)
