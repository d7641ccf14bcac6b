"""What is cited: the work that a page presents, in the terms of CSL (docs.citationstyles.org, 1.0.2)."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

_AHEAD = timedelta(days=2)
"""Of our clock: zones, and clocks that are wrong …"""
_IN_PRINT = timedelta(days=366)
"""… and issues of journals, which are dated up to a year ahead."""
_PRINTED = frozenset({"article-journal", "book", "chapter", "paper-conference"})


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or a body that is named as one (`literal`: never taken apart)."""

    family: str = ""
    """With its particles: "van der Berg"."""
    given: str = ""
    suffix: str = ""
    """ "Jr.", "III"."""
    literal: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of a work beside its title and abstract. Empty where nothing is said."""

    kind: str = ""
    """A type of CSL: "article-journal", "paper-conference", "book", "thesis", "software", "webpage" …"""
    authors: tuple[Name, ...] = ()
    """At most 100, in their order."""
    issued: str = ""
    """As much of a date as is known, ISO 8601: "2019", "2019-06", "2019-06-01"."""
    container: str = ""
    """Journal, proceedings, site."""
    publisher: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    """Without resolver and prefix, in lower case: "10.1000/182"."""
    arxiv: str = ""
    """Without version: "1706.03762"."""
    category: str = ""
    """At arXiv, the primary one: "cs.CL"."""
    reference: str = ""
    """Where a preprint has appeared, in its authors' own words: "Nature 518 (2015) 529"."""
    isbn: str = ""
    issn: str = ""

    def over(self, other: Work) -> Work:
        """Return this work; what is not said of it, as it is said of the other."""
        return Work(*(getattr(self, name) or getattr(other, name) for name in _FIELDS))

    def as_of(self, now: datetime) -> Work:
        """Return this work without a date that cannot have been its own yet. `now` is aware."""
        latest = now + (_IN_PRINT if self.kind in _PRINTED else _AHEAD)
        # The first day of a year or a month is the beginning of its name.
        return replace(self, issued="") if self.issued > latest.date().isoformat() else self


_FIELDS = tuple(field.name for field in fields(Work))
