"""What the rule for a site says of a page of it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from dlt_crawler.model import Signal, SignalKind, SiteRule

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

DECIDED = 2.0
"""Weight of what a rule says: a person wrote it for this site, and a page that it was written for is kept."""
LITTLE_PROSE = 1_500
"""Characters: a page with more of them says something of its own, whatever its title is."""
MESSAGE = 500
"""Characters: one with more than these, and with another title, may be about what its text says."""
_MARKER = "site:"
"""Before a string of a rule, as the name of the marker: other rules can then be applied to what was found."""
_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "″": '"'})
_SEPARATORS = re.compile(r" [-|–—·•:»] |[_|]")
_AROUND = " .,:;!?…。·'\"-"
_GONE = frozenset({404, 410})
"""The page is gone by its own account, which counts for more than what it shows beside."""
_SHOWN = 200
"""Characters of a URL, for people."""
_REMEMBERED = 512
"""Lists of phrases, and patterns: some for each rule."""


def site_markers(source: str, rule: SiteRule | None) -> tuple[str, ...]:
    """Return the names of the markers, for `Evidence.markers`, of the rule's strings that are in the source of a page.

    Case counts: it is a program that wrote them.
    """
    if rule is None:
        return ()
    strings = (*rule.living, *rule.dead_source, *rule.wall_source)
    return tuple(f"{_MARKER}{string}" for string in strings if string in source)


def lives(shown: Shown, rule: SiteRule) -> bool:
    """Return whether the page has what only living pages of its site have, so that nothing else counts."""
    return _marker(shown, rule.living) is not None


def wall(shown: Shown, rule: SiteRule) -> Signal | None:
    """Return what shows that the site does not let us in, by its rule; None when nothing does."""
    found = _wall(shown, rule)
    return None if found is None else Signal(SignalKind.SITE_WALL, DECIDED, f"{rule.name} ({found})")


def dead(shown: Shown, rule: SiteRule) -> Signal | None:
    """Return what shows that the thing is gone although the site answers, by its rule; None when nothing does."""
    found = _dead(shown, rule)
    return None if found is None else Signal(SignalKind.SITE_DEAD, DECIDED, found)


def _wall(shown: Shown, rule: SiteRule) -> str | None:
    if shown.status in rule.wall_statuses:
        return f"status {shown.status}"
    if shown.status in _GONE:
        return None
    if (found := _url(shown.final_url, rule.wall_urls)) is not None:
        return found
    return _marker(shown, rule.wall_source) or _phrase(shown, rule.wall)


def _dead(shown: Shown, rule: SiteRule) -> str | None:
    if shown.status in _GONE:
        return None
    if (found := _url(shown.final_url, rule.dead_urls)) is not None:
        return found
    if not 200 <= shown.status <= 300:
        return None  # What stands on the page of a refusal is about us.
    return _marker(shown, rule.dead_source) or _phrase(shown, rule.dead)


def _marker(shown: Shown, strings: Iterable[str]) -> str | None:
    """Return one of the strings that was found in the source of the page."""
    markers = shown.evidence.markers
    return next((string for string in strings if f"{_MARKER}{string}" in markers), None)


def _url(url: str, patterns: Iterable[str]) -> str | None:
    """Return a URL that one of the patterns finds, without its query: some of that is not for everybody's eyes."""
    return url.partition("?")[0][:_SHOWN] if any(_compiled(pattern).search(url) for pattern in patterns) else None


def _phrase(shown: Shown, phrases: tuple[str, ...]) -> str | None:
    """Return a phrase that the page shows: as a title or heading, or as one part of it, or in its text.

    Not of a page with prose of its own: that may well be about error pages.
    """
    evidence = shown.evidence
    if not phrases or evidence.prose >= LITTLE_PROSE:
        return None
    lines = "".join(map(_parts, filter(None, (evidence.title, *evidence.headings))))
    text = folded(f"{evidence.text} {evidence.passage}") if evidence.prose < MESSAGE else ""
    wanted = zip(phrases, _folded(phrases), strict=True)
    return next((phrase for phrase, (parts, same) in wanted if parts in lines or same in text), None)


def _parts(line: str) -> str:
    """Return what a title consists of, a line each: sites add their names to it."""
    return "".join(f"\n{part.strip(_AROUND)}\n" for part in _SEPARATORS.split(folded(line)))


def folded(text: str) -> str:
    """Return what is compared of a text: without case, width, and kinds of quotes and white space."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold().split())


@lru_cache(_REMEMBERED)
def _folded(phrases: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((_parts(phrase), folded(phrase)) for phrase in phrases)


@lru_cache(_REMEMBERED)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
