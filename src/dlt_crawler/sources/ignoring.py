"""Which places of a document are to be left alone today, by what its comments say, and which of these say it in vain.

What comments say is read in `directives`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta

from dlt_crawler.model import LintKind
from dlt_crawler.sources.found import Directive, FoundDirective, FoundLint
from dlt_crawler.sources.terms import expired, needless

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
        disabled: list[FoundDirective] = []
        has_expired = False
        for found in sorted(directives, key=lambda found: (found.start, found.end)):
            if found.directive is Directive.ENABLE:
                if not disabled and not has_expired:
                    self._lints.append(_nothing_disabled(found))
                self._disable(disabled, found.end)
                disabled, has_expired = [], False
            elif found.terms.until is not None and found.terms.until < today:
                self._lints.append(_lint(LintKind.EXPIRED_IGNORE, found, expired(found.word, found.terms)))
                has_expired |= found.directive is Directive.DISABLE
            elif found.directive is Directive.DISABLE:
                disabled.append(found)
            else:
                self._holding.append((found.start, found.end, found))
        self._disable(disabled, _UNTIL_THE_END)
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted((start, end) for start, end, _ in self._holding):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

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
                if lint.start in self:
                    continue
            yield lint
        places.sort()
        for start, end, found in self._holding:
            first = bisect_left(places, start)
            if first == len(places) or places[first] >= end:
                yield _lint(LintKind.NEEDLESS_IGNORE, found, needless(found.word, found.terms))

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._ends[index]

    def _disable(self, disabled: Iterable[FoundDirective], end: int) -> None:
        self._holding += ((found.start, end, found) for found in disabled)


def _lint(kind: LintKind, found: FoundDirective, message: str) -> FoundLint:
    return FoundLint(kind, found.comment, found.comment, message)


def _nothing_disabled(found: FoundDirective) -> FoundLint:
    message = "this comment enables what nothing before it has disabled; remove it, or write `disable` where it begins"
    return FoundLint(LintKind.UNKNOWN_DIRECTIVE, found.start, found.end, message)
