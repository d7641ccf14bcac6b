"""Whether a page is still about what it was about. Pure.

A warning for a person, never a death: titles are rewritten. What tells is a title without a word of the old one, where
the page's language, script or site is another one, too (a laboratory's page that now is one about betting).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from dlt_crawler.page.landing import is_same_site, landing

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

_WORDS = re.compile(r"[^\W_\u2e80-\u9fff\uac00-\ud7af]{2,}")
_CHARACTERS = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]+")
_EMPTY = frozenset({
    "the", "of", "and", "for", "in", "on", "to", "an", "by", "at", "with", "from", "is", "www", "com", "org", "net",
    "home", "welcome", "der", "die", "das", "und", "von", "la", "le", "les", "des", "de", "et", "el", "los", "las",
})  # fmt: skip
"""Words that two titles share by chance."""


def lost_title(shown: Shown) -> str | None:
    """Return the title that the page had, if no word of it is left in what it is called now."""
    old, new = shown.known.title, shown.page.title or shown.evidence.title
    if not old or not new:
        return None
    before, now = words_of(old), words_of(new)
    return old if before and now and before.isdisjoint(now) else None


def has_drifted(shown: Shown) -> bool:
    """Return whether the page seems to be about something else than it was."""
    if lost_title(shown) is None:
        return False
    known, page = shown.known, shown.page
    if known.script and page.script and known.script != page.script:
        return True
    if known.language and page.language and known.language != page.language:
        return True
    return landing(shown) is not None and not is_same_site(shown.url, shown.final_url)


def words_of(title: str) -> frozenset[str]:
    """Return the words of a title; where no blanks stand between words, its pairs of characters."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    pairs = {run[at : at + 2] for run in _CHARACTERS.findall(folded) for at in range(max(len(run) - 1, 1))}
    return frozenset(pairs.union(_WORDS.findall(folded)) - _EMPTY)
