"""What was seen of one link: its captures that were played back, under whichever of its URLs."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dlt_crawler.archive.choice import Aim, evidence
from dlt_crawler.archive.judging import Judgement, Rejection
from dlt_crawler.archive.memento import Collection, Memento
from dlt_crawler.archive.playback import Playback, Played
from dlt_crawler.archive.transport import Answer
from dlt_crawler.errors import ArchiveExcluded, ArchiveUnavailable
from dlt_crawler.model import Snapshot, Wanted
from dlt_crawler.urls import leads_to_capture

log = logging.getLogger(__name__)

MOST_CALLS = 30
"""For one link, about: what a page costs of which a dozen captures and those of three variants are bad."""
MOST_ASIDE = 3
"""Captures that the archive fails to play, while it can be asked for the others: with more it is an outage."""

Found = tuple[str, Played]
"""A capture, and the URL under which it was asked for."""

_BY_CONTENT = frozenset(
    {
        Rejection.KIND,
        Rejection.EMPTY,
        Rejection.ERROR_PAGE,
        Rejection.PARKED,
        Rejection.WALL,
        Rejection.PLACEHOLDER,
        Rejection.SPAM,
    }
)
"""Rejections that hold for every capture with the same content."""


class SpentError(ArchiveUnavailable):
    """A link has had as many calls as it is worth."""


class Looks:
    """Plays the captures of one link back, and remembers what they are."""

    def __init__(self, playback: Playback, collection: Collection, wanted: Wanted, aim: Aim, *, last_try: bool) -> None:
        self._playback = playback
        self._collection = collection
        self._wanted = wanted
        self._aim = aim
        self._last_try = last_try
        self._calls = 0
        self._tried: defaultdict[str, list[Played]] = defaultdict(list)
        """URL → its captures that were played, in order."""
        self._asked: set[tuple[str, str]] = set()
        """URLs and timestamps that were asked for, or shown in the place of what was."""
        self._aside: list[tuple[str, Memento]] = []
        self.trouble: ArchiveUnavailable | None = None
        """Why it is not known that there is no good capture; None: it is."""

    @property
    def tried(self) -> Mapping[str, Sequence[Played]]:
        """URL → its captures that were played, in order; only URLs that have some."""
        return self._tried

    @property
    def is_spent(self) -> bool:
        """Whether there have been enough calls."""
        return self._calls >= MOST_CALLS

    def count(self, calls: int = 1) -> None:
        """Note that something is asked for. Raises SpentError when there have been enough calls."""
        if self.is_spent:
            raise SpentError(f"{self._wanted.url} has taken {self._calls} calls, and nothing good was found")
        self._calls += calls

    def doubt(self, why: str) -> None:
        """Note that it is not known that there is no good capture."""
        log.debug("%s: %s", self._wanted.url, why)
        self.trouble = self.trouble or ArchiveUnavailable(why)

    def has_asked(self, memento: Memento, url: str) -> bool:
        """Return whether a capture of a URL was asked for already, or shown in the place of what was."""
        return (url, memento.timestamp) in self._asked

    def play(self, url: str, memento: Memento, answer: Answer | None = None) -> Found | None:
        """Play a capture back, and note what it is; return it if it is good, and not after death."""
        self.count()
        self._asked.add((url, memento.timestamp))
        try:
            played = self._playback.play(self._wanted, url, memento, answer)
        except ArchiveExcluded as error:
            played = Played(memento, 403, Judgement(Rejection.WITHHELD, str(error)))
        except ArchiveUnavailable as error:
            if not self._last_try or len(self._aside) >= MOST_ASIDE:
                raise
            self._aside.append((url, memento))
            self.trouble = self.trouble or error
            return None
        self._calls += played.calls - 1
        if not played.is_clear:
            self.doubt(
                f"the archive answered {played.status}, and nobody knows for whom, to {url} at {memento.timestamp}"
            )
        return self._noted(url, played)

    def nearer(self, found: Found) -> Found:
        """Return what is better than a good capture of those that the archive could not play, now that it is all.

        Each that is nearer to the date is asked for once more.
        """
        at = {memento: url for url, memento in self._aside}
        for memento in self._aim.order([*at, found[1].memento]):
            if memento not in at:
                break
            try:
                played = self._playback.play(self._wanted, at[memento], memento)
            except (ArchiveUnavailable, ArchiveExcluded) as error:
                self._tried[at[memento]].append(Played(memento, 0, Judgement(Rejection.UNANSWERED, str(error))))
                continue
            if (better := self._noted(at[memento], played)) is not None:
                return better
        return found

    def _noted(self, url: str, played: Played) -> Found | None:
        if played.memento.at is None:
            played = replace(played, judgement=Judgement(Rejection.DATE, f"there is no {played.memento.timestamp}"))
        elif self._is_the_link(played.memento.timestamp, url):
            played = replace(played, judgement=Judgement(Rejection.NOT_PLAYABLE, "it is the link itself"))
        self._asked.add((url, played.memento.timestamp))
        self._tried[url].append(played)
        judgement = played.judgement
        log.debug("%s at %s: %s", url, played.memento.timestamp, judgement.why or "good")
        if judgement.rejection is not None or judgement.doubtful or self.is_late(played):
            return None
        return url, played

    def second_best(self) -> Found | None:
        """Return a capture after death that certainly is the page, else one before that something speaks against."""
        tried = [(url, played) for url, captures in self._tried.items() for played in captures]
        late = (each for each in tried if self.is_late(each[1]) and each[1].judgement.fits)
        doubtful = (each for each in tried if not self.is_late(each[1]) and each[1].judgement.doubtful)
        return next(late, None) or next(doubtful, None)

    def no_good(self, url: str) -> list[Played]:
        """Return captures of a URL whose content need not be looked at again."""
        return [
            played
            for played in self._tried.get(url, ())
            if played.judgement.rejection in _BY_CONTENT or (played.judgement.doubtful and not self.is_late(played))
        ]

    def is_late(self, played: Played) -> bool:
        """Return whether what a capture shows was captured after the link died."""
        return self._aim.is_late(played.memento.at) or self._aim.is_late(played.shown_at)

    def next_beside(self, url: str) -> Memento | None:
        """Return the capture nearest to the date of those that others name and that were not played."""
        tried = self._tried.get(url, ())
        late = [played for played in tried if self._aim.is_late(played.memento.at)]
        if late:
            # What comes after death is mostly more of the same; what comes before it is the nearest that counts.
            named = {played.links.previous for played in late if played.links.previous is not None}
            named = {memento for memento in named if not self._aim.is_late(memento.at)}
        else:
            named = {memento for played in tried for memento in played.links.all}
        ordered = self._aim.order(memento for memento in named if not self.has_asked(memento, url))
        return ordered[0] if ordered else None

    def first(self, url: str) -> Memento | None:
        """Return the first capture of a URL, as the others name it, if it was not played."""
        named = [played.links.first for played in self._tried.get(url, ()) if played.links.first is not None]
        return next((memento for memento in named if not self.has_asked(memento, url)), None)

    def has_seen_all(self, url: str) -> bool:
        """Return whether every capture that was made before the link died has been played, as their links tell."""
        return all(aside != url for aside, _ in self._aside) and all(
            self._names_nothing_new(url, played) for played in self._tried.get(url, ())
        )

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
        return self.has_asked(earlier, url) and (self.has_asked(later, url) or self._aim.is_late(later.at))

    def _is_the_link(self, timestamp: str, url: str) -> bool:
        """Tell whether the link leads to this very capture, in whichever form."""
        before, _, _ = self._collection.for_readers(Memento(timestamp, url)).partition(timestamp)
        return leads_to_capture(self._wanted.resource.url, before, timestamp, url)

    def snapshot(self, found: Found) -> Snapshot:
        """Return a capture as the answer, with why it is that one."""
        url, played = found
        shown = Memento(played.memento.timestamp, url)
        others = [other for tried in self._tried.values() for other in tried if other is not played]
        return Snapshot(
            original=url,
            timestamp=shown.timestamp,
            url=self._collection.for_readers(shown),
            status=played.status,
            validated="playback",
            evidence=evidence(self._aim, self._wanted, url, played, others),
        )
