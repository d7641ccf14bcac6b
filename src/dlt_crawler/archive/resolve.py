"""The search for the snapshot that a careful editor would pick, with as few calls as will do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import unquote

from dlt_crawler.archive.cdx import Listing, Row
from dlt_crawler.archive.choice import Aim
from dlt_crawler.archive.judging import Rejection
from dlt_crawler.archive.looks import Found, Looks, SpentError
from dlt_crawler.archive.memento import Collection, Memento
from dlt_crawler.archive.playback import Playback
from dlt_crawler.archive.timegate import Nearest, TimeGate
from dlt_crawler.archive.variants import variants
from dlt_crawler.archive.walk import nearest_good
from dlt_crawler.errors import ArchiveExcluded
from dlt_crawler.model import ArchiveAnswer, NoSnapshot, NoSnapshotReason, Wanted

NEIGHBOURS = 1
"""Captures beside the nearest one that are played before the index is asked: it has a twentieth of the rate …"""
REDIRECT_ROWS = 2
"""… and redirects of the index that are played then; they are mostly those from http: to https: or to a front page."""

_UNSEEN = frozenset({Rejection.NOT_PLAYABLE, Rejection.DATE, Rejection.WITHHELD})
"""Rejections of captures of which nothing was seen that the index would have to know."""


class Index(Protocol):
    """Lists the captures of a URL nearest to a date, the nearest first, none after `until`."""

    def __call__(self, url: str, moment: datetime, until: datetime | None) -> Listing:
        """See cdx.captures_near."""


class Resolver:
    """Resolves links one by one. Any number of threads may use it."""

    def __init__(self, collection: Collection, timegate: TimeGate, playback: Playback, index: Index) -> None:
        self.collection = collection
        self.timegate = timegate
        self.playback = playback
        self.index = index

    def resolve(self, wanted: Wanted, *, last_try: bool) -> ArchiveAnswer:
        """Return the snapshot that is wanted, or that there is none; raises ArchiveError when it could not ask."""
        return _Search(self, wanted, last_try=last_try).answer()


class _Search:
    """The search for one link."""

    def __init__(self, archive: Resolver, wanted: Wanted, *, last_try: bool) -> None:
        self._archive = archive
        self._url = wanted.url
        self._aim = Aim.of(wanted, datetime.now(UTC))
        self._looks = Looks(archive.playback, archive.collection, wanted, self._aim, last_try=last_try)
        self._variants = variants(wanted.url)
        self._by_head: list[str] = []
        """URLs of which only a HEAD has said that there is nothing."""
        self._withheld: set[str] = set()
        """URLs whose captures are."""

    def answer(self) -> ArchiveAnswer:
        """Return what there is, and raise what Resolver.resolve raises."""
        try:
            found = self._own() or self._among(self._variants) or self._unconfirmed()
            if found is not None:
                return self._looks.snapshot(self._looks.nearer(found))
        except ArchiveExcluded:
            self._withheld.add(self._url)
        except SpentError:
            if self._looks.trouble is not None or self._looks.second_best() is None:
                raise
        if self._looks.trouble is not None:
            # Captures that may be good are not known: what is not is not to be kept in their place.
            raise self._looks.trouble
        second = self._looks.second_best()
        return NoSnapshot(self._url, self._reason()) if second is None else self._looks.snapshot(second)

    def _reason(self) -> NoSnapshotReason:
        rejections = [played.judgement.rejection for tried in self._looks.tried.values() for played in tried]
        is_withheld = self._withheld or Rejection.WITHHELD in rejections
        if self._url in self._withheld or (is_withheld and set(rejections) <= {Rejection.WITHHELD}):
            return NoSnapshotReason.EXCLUDED
        return NoSnapshotReason.ONLY_BAD_CAPTURES if rejections else NoSnapshotReason.NEVER_ARCHIVED

    def _own(self) -> Found | None:
        """Return a good capture of the link's own URL that was made before it died."""
        # That there is none is made sure when all else has been tried.
        return self._good_of(self._url, self._nearest(self._url, by_proven=False))

    def _among(self, urls: Iterable[str]) -> Found | None:
        """Return a good capture of another URL under which the archive has the page, the surest first."""
        if self._url in self._looks.tried:
            # An archive that has the URL in one spelling has it in the other under the same key, or does not have it.
            urls = (url for url in urls if unquote(url) != unquote(self._url))
        urls = list(urls)
        for url in urls:
            try:
                found = self._beside(url, self._nearest(url, by_proven=True))
            except ArchiveExcluded:
                self._withheld.add(url)
                continue
            if found is not None:
                return found
        tried = self._looks.tried
        if self._url in tried or self._url in self._withheld:
            return None
        surest = next((url for url in urls if url in tried and not self._looks.has_seen_all(url)), None)
        return None if surest is None else self._listed(surest)

    def _unconfirmed(self) -> Found | None:
        """Return a good capture of what HEAD has said is not there, if GET says otherwise for the link's own URL."""
        urls, self._by_head = self._by_head, []
        if self._url not in urls:
            return None
        self._looks.count()
        nearest = self._archive.timegate.confirm(self._url, self._aim.at)
        if nearest is None:
            return None
        return self._good_of(self._url, nearest) or self._among(url for url in urls if url != self._url)

    def _nearest(self, url: str, *, by_proven: bool) -> Nearest | None:
        self._looks.count()
        if not self._variants:
            return self._archive.timegate.nearest(url, self._aim.at)
        nearest, is_sure = self._archive.timegate.glance(url, self._aim.at, by_proven=by_proven)
        if not is_sure:
            self._by_head.append(url)
        return nearest

    def _good_of(self, url: str, nearest: Nearest | None) -> Found | None:
        found = self._beside(url, nearest)
        if found is not None or nearest is None or self._looks.has_seen_all(url):
            return found
        return self._listed(url)

    def _beside(self, url: str, nearest: Nearest | None, most: int = NEIGHBOURS) -> Found | None:
        """Return a good capture of a URL: the nearest to the date, or one of so many beside it."""
        if nearest is None:
            return None
        found = self._looks.play(url, nearest.memento, nearest.answer)
        while found is None and most > 0 and (memento := self._looks.next_beside(url)) is not None:
            found = self._looks.play(url, memento)
            most -= 1
        return found

    def _listed(self, url: str) -> Found | None:
        """Return a good capture from the index: those of content that is known to be no good are passed over."""
        rows = _Rows(self._looks, url)
        try:
            until = self._ask(rows, url, self._aim.died)
        except ArchiveExcluded:
            self._withheld.add(url)
            return None
        in_hand: Found | None = None

        def look(row: Row) -> Found | None:
            nonlocal in_hand
            if in_hand is not None and self._looks.is_spent:
                return None
            found = self._looks.play(url, Memento(row.timestamp, url))
            in_hand = found or in_hand
            return found

        def further() -> Sequence[Row]:
            if until is None:
                return ()
            known = len(rows.pages)
            if self._ask(rows, url, until) is not None and (first := self._looks.first(url)) and first.at is not None:
                # There are still more, and all that is known of them is where they begin.
                rows.pages.append(Row(first.timestamp, first.at, "-", "-"))
            return rows.pages[known:]

        redirects = rows.redirects[:REDIRECT_ROWS]
        before = [row for row in redirects if not rows.pages or self._is_nearer(row, rows.pages[0].at)]
        if (found := next(filter(None, map(look, before)), None)) is not None:
            return found
        found = nearest_good(rows.pages, look, further)
        at = None if found is None else found[1].memento.at
        after = [row for row in rows.redirects[:REDIRECT_ROWS] if row not in before]
        return next(filter(None, (look(row) for row in after if at is None or self._is_nearer(row, at))), found)

    def _ask(self, rows: _Rows, url: str, until: datetime | None) -> datetime | None:
        """Add what the index has; return until when there may be more than that, None if that is all."""
        self._looks.count()
        listing = self._archive.index(url, self._aim.at, until)
        if listing.unreadable:
            self._looks.doubt(f"{listing.unreadable} lines of the index of {url} cannot be read")
        elif not listing.is_full and not rows.has_asked and self._lacks_what_was_played(url, listing):
            self._looks.doubt(f"the index of {url} lacks what can be played back")
        rows.add(listing.rows)
        return min(row.at for row in listing.rows) - timedelta(seconds=1) if listing.is_full and listing.rows else None

    def _lacks_what_was_played(self, url: str, listing: Listing) -> bool:
        listed = {row.timestamp for row in listing.rows}
        return any(
            played.status == 200
            and played.final_url is None
            and played.judgement.rejection not in _UNSEEN
            and not self._aim.is_late(played.memento.at)
            and played.memento.timestamp not in listed
            for played in self._looks.tried.get(url, ())
        )

    def _is_nearer(self, row: Row, moment: datetime) -> bool:
        return abs(row.at - self._aim.at) < abs(moment - self._aim.at)


class _Rows:
    """Captures of a URL in the index that are worth a look, the nearest first."""

    def __init__(self, looks: Looks, url: str) -> None:
        self.pages: list[Row] = []
        self.redirects: list[Row] = []
        self.has_asked = False
        self._looks = looks
        self._url = url
        no_good = looks.no_good(url)
        self._times = {played.memento.timestamp for played in no_good}
        self._bad = {played.digest for played in no_good}
        self._good: set[str] = set()

    def add(self, rows: Sequence[Row]) -> None:
        """Take over what is new."""
        self.has_asked = True
        self._bad |= {row.digest for row in rows if row.timestamp in self._times and row.has_content}
        self._good |= {row.digest for row in rows if row.status == "200"}
        for row in rows:
            asked = self._looks.has_asked(Memento(row.timestamp, self._url), self._url)
            if asked or (row.has_content and row.digest in self._bad):
                continue
            if row.status == "200" or (row.status == "-" and row.digest in self._good):
                self.pages.append(row)
                # Equal content is as good or bad as it is nearer to the date.
                self._bad.add(row.digest if row.has_content else None)
            else:
                self.redirects.append(row)
