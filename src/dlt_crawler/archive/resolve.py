"""The search for the snapshot that a careful editor would pick, with as few calls as will do."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from dlt_crawler.archive.cdx import Row
from dlt_crawler.archive.choice import Aim, evidence, probing
from dlt_crawler.archive.judging import Judgement, Rejection
from dlt_crawler.archive.memento import Collection, Memento
from dlt_crawler.archive.playback import Playback, Played
from dlt_crawler.archive.timegate import Nearest, TimeGate
from dlt_crawler.archive.transport import Answer
from dlt_crawler.archive.variants import variants
from dlt_crawler.errors import ArchiveExcluded
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Snapshot, Wanted
from dlt_crawler.urls import memento_of

log = logging.getLogger(__name__)

NEIGHBOURS = 1
"""Captures beside the nearest one that are played before the index is asked: it has a twentieth of the rate …"""
PAGE_ROWS = 6
"""… captures of the index with status 200 that are played after that …"""
REDIRECT_ROWS = 2
"""… and redirects, which are mostly those from http: to https: or to a front page."""

_BY_CONTENT = frozenset(
    {Rejection.KIND, Rejection.EMPTY, Rejection.ERROR_PAGE, Rejection.PARKED, Rejection.WALL, Rejection.SPAM}
)
"""Rejections that hold for every capture with the same content."""


class Index(Protocol):
    """Lists the captures of a URL nearest to a date, the nearest first, none after `until`."""

    def __call__(self, url: str, moment: datetime, until: datetime | None) -> tuple[Row, ...]:
        """See cdx.captures_near."""


class Resolver:
    """Resolves links one by one. Any number of threads may use it."""

    def __init__(self, collection: Collection, timegate: TimeGate, playback: Playback, index: Index) -> None:
        self.collection = collection
        self.timegate = timegate
        self.playback = playback
        self.index = index

    def resolve(self, wanted: Wanted) -> ArchiveAnswer:
        """Return the snapshot that is wanted, or that there is none; raises ArchiveError when it could not ask."""
        search = _Search(self, wanted)
        try:
            return search.among_captures() or search.second_best() or search.among_variants() or search.at_last()
        except ArchiveExcluded:
            return NoSnapshot(wanted.url, NoSnapshotReason.EXCLUDED)


class _Search:
    """What was found so far for one link."""

    def __init__(self, archive: Resolver, wanted: Wanted) -> None:
        self._archive = archive
        self._wanted = wanted
        self._aim = Aim.of(wanted, datetime.now(UTC))
        self._tried: defaultdict[str, list[Played]] = defaultdict(list)
        """URL → its captures that were played, in order."""
        self._asked: set[tuple[str, str]] = set()
        """URLs and timestamps that were asked for, or shown in the place of what was."""
        self._variants = variants(wanted.url)
        self._withheld = False

    def among_captures(self) -> Snapshot | None:
        """Return a good capture of the link's own URL that was made before it died."""
        # That there is none is made sure when all else has been tried.
        url, surely = self._wanted.url, not self._variants
        return self._good_of(self._archive.timegate.nearest(url, self._aim.at, surely=surely))

    def at_last(self) -> ArchiveAnswer:
        """Return the best of what was found, or that there is none."""
        if (found := self.second_best()) is not None:
            return found
        url = self._wanted.url
        if not any(self._tried.values()) and self._variants:
            nearest = self._archive.timegate.nearest_by_get(url, self._aim.at)
            if nearest is not None and (found := self._good_of(nearest) or self.second_best()) is not None:
                return found
        if any(self._tried.values()):
            return NoSnapshot(url, NoSnapshotReason.ONLY_BAD_CAPTURES)
        return NoSnapshot(url, NoSnapshotReason.EXCLUDED if self._withheld else NoSnapshotReason.NEVER_ARCHIVED)

    def among_variants(self) -> Snapshot | None:
        """Return a good capture of another URL under which the archive has the page."""
        for url in self._variants:
            try:
                nearest = self._archive.timegate.nearest(url, self._aim.at, surely=False)
                found = self._beside(url, nearest)
            except ArchiveExcluded:
                self._withheld = True
                continue
            if found is not None:
                return found
        return None

    def second_best(self) -> Snapshot | None:
        """Return a capture after death that certainly is the page, else one before that something speaks against."""
        tried = [(url, played) for url, captures in self._tried.items() for played in captures]
        late = (each for each in tried if self._is_late(each[1]) and each[1].judgement.fits)
        doubtful = (each for each in tried if not self._is_late(each[1]) and each[1].judgement.doubtful)
        best = next(late, None) or next(doubtful, None)
        return None if best is None else self._snapshot(*best)

    def _good_of(self, nearest: Nearest | None) -> Snapshot | None:
        url = self._wanted.url
        if nearest is None:
            return None
        if self._aim.is_late(nearest.memento.at):
            # What is beside it may be late, too: the index can be asked for what was there before.
            return self._listed(url) or self._beside(url, nearest)
        found = self._beside(url, nearest)
        return found if found is not None or self._has_seen_all(url) else self._listed(url)

    def _beside(self, url: str, nearest: Nearest | None, most: int = NEIGHBOURS) -> Snapshot | None:
        """Return a good capture of a URL: the nearest to the date, or one of so many beside it."""
        if nearest is None:
            return None
        found = self._play(url, nearest.memento, nearest.answer)
        while found is None and most > 0 and (memento := self._next_beside(url)) is not None:
            found = self._play(url, memento)
            most -= 1
        return found

    def _next_beside(self, url: str) -> Memento | None:
        """Return the capture nearest to the date of those that others name and that were not played."""
        named = {memento for played in self._tried[url] for memento in played.links.all}
        ordered = self._aim.order(memento for memento in named if (url, memento.timestamp) not in self._asked)
        if not ordered or (self._aim.is_late(ordered[0].at) and any(map(self._is_late, self._tried[url]))):
            # What comes after death is mostly more of the same.
            return None
        return ordered[0]

    def _has_seen_all(self, url: str) -> bool:
        """Return whether every capture that was made before the link died has been played, as their links tell."""
        return all(self._names_nothing_new(url, played) for played in self._tried[url])

    def _names_nothing_new(self, url: str, played: Played) -> bool:
        links, timestamp = played.links, played.memento.timestamp
        if links.first is None or links.last is None:
            return False
        if self._aim.is_late(links.first.at):
            return True
        earlier, later = links.previous or links.first, links.next or links.last
        if (links.previous is None and earlier.timestamp != timestamp) or (
            links.next is None and later.timestamp != timestamp and not self._aim.is_late(played.memento.at)
        ):
            return False
        return (url, earlier.timestamp) in self._asked and (
            (url, later.timestamp) in self._asked or self._aim.is_late(later.at)
        )

    def _listed(self, url: str) -> Snapshot | None:
        """Return a good capture from the index: those of content that is known to be no good are passed over."""
        rows = self._archive.index(url, self._aim.at, self._aim.died)
        no_good = [played for played in self._tried[url] if played.judgement.rejection in _BY_CONTENT]
        times = {played.memento.timestamp for played in no_good}
        bad = {played.digest for played in no_good}
        bad |= {row.digest for row in rows if row.timestamp in times and row.has_content}
        good = {row.digest for row in rows if row.status == "200"}
        pages, redirects = [], []
        for row in rows:
            if (url, row.timestamp) in self._asked or (row.has_content and row.digest in bad):
                continue
            if row.status == "200" or (row.status == "-" and row.digest in good):
                pages.append(row)
                # Equal content is as good or bad as it is nearer to the date.
                bad.add(row.digest if row.has_content else None)
            else:
                redirects.append(row)
        return self._best_of(url, pages) or next(
            filter(None, (self._play(url, Memento(row.timestamp, url)) for row in redirects[:REDIRECT_ROWS])), None
        )

    def _best_of(self, url: str, rows: Sequence[Row]) -> Snapshot | None:
        """Return the nearest good capture of those that were probed."""
        found: Snapshot | None = None
        probes = probing(len(rows))
        place = next(probes, None)
        for _ in range(PAGE_ROWS):
            if place is None:
                break
            snapshot = self._play(url, Memento(rows[place].timestamp, url))
            found = snapshot or found
            try:
                place = probes.send(snapshot is not None)
            except StopIteration:
                break
        return found

    def _play(self, url: str, memento: Memento, answer: Answer | None = None) -> Snapshot | None:
        """Play a capture back, and note what it is; return the snapshot if it is good, and not after death."""
        self._asked.add((url, memento.timestamp))
        played = self._archive.playback.play(self._wanted, url, memento, answer)
        if played.memento.at is None:
            played = replace(played, judgement=Judgement(Rejection.DATE, f"there is no {played.memento.timestamp}"))
        elif self._is_the_link(played.memento.timestamp, url):
            played = replace(played, judgement=Judgement(Rejection.NOT_PLAYABLE, "it is the link itself"))
        self._asked.add((url, played.memento.timestamp))
        self._tried[url].append(played)
        judgement = played.judgement
        log.debug("%s at %s: %s", url, played.memento.timestamp, judgement.why or "good")
        if judgement.rejection is not None or judgement.doubtful or self._is_late(played):
            return None
        return self._snapshot(url, played)

    def _is_the_link(self, timestamp: str, url: str) -> bool:
        """Tell whether the link leads to this very capture, in whichever form."""
        before, _, _ = self._archive.collection.for_readers(Memento(timestamp, url)).partition(timestamp)
        link = memento_of(self._wanted.resource.url, before)
        return link is not None and link.is_capture(timestamp, url)

    def _is_late(self, played: Played) -> bool:
        return self._aim.is_late(played.memento.at) or self._aim.is_late(played.shown_at)

    def _snapshot(self, url: str, played: Played) -> Snapshot:
        shown = Memento(played.memento.timestamp, url)
        others = [other for tried in self._tried.values() for other in tried if other is not played]
        return Snapshot(
            original=url,
            timestamp=shown.timestamp,
            url=self._archive.collection.for_readers(shown),
            status=played.status,
            validated="playback",
            evidence=evidence(self._aim, self._wanted, url, played, others),
        )
