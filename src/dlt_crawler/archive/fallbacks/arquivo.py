"""arquivo.pt, the Portuguese web archive, whose captures are from everywhere; it runs pywb (arquivo/pywb-arquivo)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from dlt_crawler.archive.choice import Aim, evidence
from dlt_crawler.archive.fallbacks.manners import POOL, transport_of
from dlt_crawler.archive.limits import Clock
from dlt_crawler.archive.memento import TIMESTAMP, Collection, Memento
from dlt_crawler.archive.playback import Playback, Played
from dlt_crawler.archive.transport import Answer
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.errors import ArchiveExcluded, ArchiveUnavailable
from dlt_crawler.model import Snapshot, Wanted
from dlt_crawler.sites import Sites

_ROWS = 20
"""Captures asked for: the nearest ones."""
_PLAYED = 3
"""Captures that are looked at, at most."""
_FILTER = "!~status:[45]"
"""No errors. pywb's filters of this kind are regular expressions from the beginning on; records of a page that was the
same as before have no status, and pass (pywb manual, CDXJ Server API)."""
_GOOD = re.compile("200|30[12378]")
_WWW = re.compile(r"www\d*\.")


@dataclass(frozen=True, slots=True)
class _Capture:
    memento: Memento
    at: datetime
    is_redirect: bool
    digest: str


class Arquivo:
    """Has pages of every kind (Fallback).

    What there is, its index says in one request; what is any good is found out by playing it back, as everywhere.
    """

    name = "arquivo"
    title = "arquivo.pt"

    def __init__(self, settings: ArchiveSettings, sites: Sites, *, contact: str, clock: Clock) -> None:
        self._url = settings.fallbacks.arquivo_url.rstrip("/") + "/"
        self._transport = transport_of(settings, settings.fallbacks.arquivo_rate, contact=contact, clock=clock)
        self._collection = Collection(self._url)
        self._playback = Playback(self._transport, self._collection, sites, POOL)

    def close(self) -> None:
        """Close its connections (Fallback)."""
        self._transport.close()

    def claims(self, wanted: Wanted) -> bool:
        """Return whether it may have it: it may have anything (Fallback)."""
        return not wanted.url.startswith(self._url)

    def find(self, wanted: Wanted) -> Snapshot | None:
        """Return the good capture nearest to the wanted date, one from before the link died if there is any (Fallback).

        One that was made when the link was dead has to be the page beyond doubt, as in the Wayback Machine.
        """
        aim = Aim.of(wanted, datetime.now(UTC))
        doubtful: Played | None = None
        passed_over: list[Played] = []
        looked_at: set[str] = set()
        for capture in self._captures(wanted, aim):
            if capture.digest in looked_at:
                continue
            if len(looked_at) == _PLAYED:
                break
            looked_at.add(capture.digest)
            try:
                played = self._playback.play(wanted, wanted.url, capture.memento)
            except ArchiveExcluded:
                return None
            judgement = played.judgement
            late = aim.is_late(played.memento.at) or aim.is_late(played.shown_at)
            if judgement.rejection is None and (judgement.fits or not late) and not self._is_the_link(wanted, played):
                if not judgement.doubtful:
                    return self._snapshot(aim, wanted, played, passed_over)
                doubtful = doubtful or played
            passed_over.append(played)
        if doubtful is None:
            return None
        return self._snapshot(aim, wanted, doubtful, [each for each in passed_over if each is not doubtful])

    def _captures(self, wanted: Wanted, aim: Aim) -> list[_Capture]:
        """Return what may be good of the index: good answers before redirects, the nearest first.

        Behind all others comes what was captured when the link was dead.
        """
        query = {
            "url": wanted.url,
            "output": "json",
            "closest": f"{aim.at.astimezone(UTC):{TIMESTAMP}}",
            "limit": _ROWS,
            "filter": _FILTER,
            # Else, pages that differ in some parameters are one.
            "allowFuzzy": "false",
        }
        answer = self._transport.get(POOL, f"{self._url}cdx?{urlencode(query)}")
        return sorted(
            _rows(answer, wanted.url),
            key=lambda each: (aim.is_late(each.at), each.is_redirect, abs(each.at - aim.at)),
        )

    def _is_the_link(self, wanted: Wanted, played: Played) -> bool:
        """Return whether a capture is what the link leads to already, and does not show any more."""
        return self._for_readers(wanted, played) == wanted.resource.url

    def _for_readers(self, wanted: Wanted, played: Played) -> str:
        return self._collection.for_readers(Memento(played.memento.timestamp, wanted.url))

    def _snapshot(self, aim: Aim, wanted: Wanted, played: Played, passed_over: Sequence[Played]) -> Snapshot:
        return Snapshot(
            original=wanted.url,
            timestamp=played.memento.timestamp,
            url=self._for_readers(wanted, played),
            status=played.status,
            validated="playback",
            source=self.name,
            evidence=evidence(aim, wanted, wanted.url, played, passed_over),
        )


def _rows(answer: Answer, url: str) -> Iterator[_Capture]:
    """Yield the captures of a URL that an index lists: one JSON object a line; nothing is an empty index.

    Raises ArchiveUnavailable when it is no index. Rows that cannot be read are left out.
    """
    if answer.status == 404 and "No Captures found" in str(_object(answer.body).get("message")):
        return
    media_type = answer.media_type
    is_cut = not answer.whole or not (answer.body or answer.framed)
    if answer.status != 200 or is_cut or media_type == "text/html":
        raise ArchiveUnavailable(f"the index of arquivo.pt answered {answer.status}, {media_type}, to {answer.url}")
    lines = [line for line in answer.body.splitlines() if line.strip()]
    rows = [row for line in lines if (row := _object(line))]
    if lines and not rows:
        raise ArchiveUnavailable(f"the index of arquivo.pt answered with something else: {lines[0][:80]!r}")
    key = _key(url)
    for row in rows:
        memento = Memento(str(row.get("timestamp")), url)
        status, digest = str(row.get("status")), str(row.get("digest") or memento.timestamp)
        if key is None or memento.at is None or _key(str(row.get("url"))) != key:
            continue
        if _GOOD.fullmatch(status) or row.get("mime") == "warc/revisit":
            # Redirects have no content: all of them are equal there, wherever they lead.
            is_redirect = status.startswith("3")
            yield _Capture(memento, memento.at, is_redirect, memento.timestamp if is_redirect else digest)


def _object(line: bytes) -> Mapping[str, object]:
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _key(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]] | None:
    """Return what all URLs have in common that are one in an index; None for what is no URL.

    Scheme, port, www, case, the order of the query and a slash at the end are not in it.
    """
    try:
        parts = urlsplit(url.casefold())
        host = _WWW.sub("", parts.hostname or "", count=1)
    except ValueError:
        return None
    return host, unquote(parts.path).rstrip("/"), tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
