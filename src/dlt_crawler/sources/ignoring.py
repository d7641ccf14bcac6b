"""Which places of a document are to be left alone today, by what its comments say, and which of these say it in vain.

What comments say is read in `directives`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from operator import itemgetter

from dlt_crawler.model import LintKind
from dlt_crawler.sources.found import Directive, FoundDirective, FoundLint
from dlt_crawler.sources.terms import expired, needless, outlasted

_UNTIL_THE_END = 1 << 62
_OF_LINKS = frozenset(
    {LintKind.UNUSED_REFERENCE, LintKind.DUPLICATE_REFERENCE, LintKind.DANGLING_REFERENCE, LintKind.NESTING_LIMIT}
)
"""What finders say of links, and of what may be some."""


class Ignored:
    """Which places of a document are to be left alone, and what is wrong with the comments that say so."""

    def __init__(self, directives: Iterable[FoundDirective], today: date) -> None:
        """`today`, in UTC: those whose last day is before it say nothing any more."""
        self._lints: list[FoundLint] = []
        self._holding: list[tuple[int, int, FoundDirective]] = []
        """Each with its half-open stretch."""
        self._expired: list[tuple[int, int, FoundDirective]] = []
        """Likewise."""
        disabled: list[FoundDirective] = []
        were_disabled: list[FoundDirective] = []
        for found in sorted(directives, key=lambda found: (found.start, found.end)):
            if found.directive is Directive.ENABLE:
                if not disabled and not were_disabled:
                    self._lints.append(_nothing_disabled(found))
                self._holding += _up_to(found.end, disabled)
                self._expired += _up_to(found.end, were_disabled)
                disabled, were_disabled = [], []
                continue
            has_expired = found.terms.until is not None and found.terms.until < today
            if found.directive is Directive.DISABLE:
                (were_disabled if has_expired else disabled).append(found)
            else:
                (self._expired if has_expired else self._holding).append((found.start, found.end, found))
        self._holding += _up_to(_UNTIL_THE_END, disabled)
        self._expired += _up_to(_UNTIL_THE_END, were_disabled)
        self._stretches: list[tuple[int, int, FoundDirective]] = []
        """Disjoint and in order; where several hold, the one that begins first."""
        for start, end, found in sorted(self._holding, key=itemgetter(0, 1)):
            covered = self._stretches[-1][1] if self._stretches else 0
            if covered < end:
                self._stretches.append((max(covered, start), end, found))

    @property
    def until(self) -> datetime | None:
        """When the first of them expires, aware UTC; None: none does."""
        days = [found.terms.until for *_, found in self._holding if found.terms.until is not None]
        if not days or (first := min(days)) == date.max:
            return None
        return datetime.combine(first + timedelta(days=1), time(), UTC)

    def lints(self, links: Iterable[int], lints: Iterable[FoundLint]) -> Iterator[FoundLint]:
        """Yield these lints and those of the comments; left out are those of links that are to be left alone.

        `links`: where the links of the document begin.
        """
        yield from self._lints
        places = list(links)
        for lint in lints:
            if lint.kind in _OF_LINKS:
                places.append(lint.start)
                if self.at(lint.start) is not None:
                    continue
            yield lint
        places.sort()
        # How many of them, up to each, are still left alone.
        alone = [0, *accumulate(self.at(place) is not None for place in places)]
        for start, end, found in self._expired:
            first, last = bisect_left(places, start), bisect_left(places, end)
            message = outlasted if first < last and alone[last] - alone[first] == last - first else expired
            yield _lint(LintKind.EXPIRED_IGNORE, found, message(found.word, found.terms))
        for start, end, found in self._holding:
            first = bisect_left(places, start)
            if first == len(places) or places[first] >= end:
                yield _lint(LintKind.NEEDLESS_IGNORE, found, needless(found.word, found.terms))

    def at(self, offset: int) -> FoundDirective | None:
        """Return what says that a link which begins there is to be left alone; None: nothing does."""
        index = bisect_right(self._stretches, offset, key=itemgetter(0)) - 1
        return self._stretches[index][2] if index >= 0 and offset < self._stretches[index][1] else None


def _up_to(end: int, disabled: Iterable[FoundDirective]) -> Iterator[tuple[int, int, FoundDirective]]:
    return ((found.start, end, found) for found in disabled)


def _lint(kind: LintKind, found: FoundDirective, message: str) -> FoundLint:
    return FoundLint(kind, found.comment, found.comment, message)


def _nothing_disabled(found: FoundDirective) -> FoundLint:
    message = "this comment enables what nothing before it has disabled; remove it, or write `disable` where it begins"
    return FoundLint(LintKind.UNKNOWN_DIRECTIVE, found.start, found.end, message)
