"""What of an answer walls are known by, in the form in which it is compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

REFUSALS = frozenset({401, 402, 403, 405, 406, 412, 418, 429, 451, 493, 999})
"""Statuses with which robots are turned away: DESIGN.md, section 2, and 405 (Alibaba Cloud, AWS), 429, 493 (360)."""
ACCEPTED = 202
"""What AWS WAF, Ruishu and Semantic Scholar send with a challenge (science.md, B4); no page comes with it."""
_GONE = frozenset({404, 410})

_SEPARATOR = re.compile(r" [|\-:·•»«>]{1,3} |[|»«_]|: ")
_PUNCTUATION = " .!?:;,\"'。-[](){}#*¡¿"
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-"})
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LONGEST = 2_000
_LONGEST_URL = 4_000
"""Characters that are looked at of any text, and of a URL."""


def folded(text: str) -> str:
    """Return text without differences of case, width (NFKC), quotes, dashes and white space."""
    return " ".join(unicodedata.normalize("NFKC", text[:_LONGEST]).translate(_QUOTES).casefold().split())


def phrases(written: str) -> tuple[str, ...]:
    """Return the phrases of a list in which semicolons stand between them, folded."""
    return tuple(map(folded, written.split(";")))


@dataclass(frozen=True, slots=True)
class Look:
    """What an answer looks like. All text is folded."""

    url: str
    """The link's; this one and the next in lower case."""
    final_url: str
    status: int
    fields: tuple[tuple[str, str], ...]
    """In lower case."""
    cookies: frozenset[str]
    """Names of those that are set, in lower case."""
    title: str
    titles: frozenset[str]
    """The title, and the parts around its separators, without punctuation around them."""
    heading: str
    """The first."""
    headings: frozenset[str]
    """All of them, and their parts, likewise without punctuation."""
    text: str
    length: int
    prose: int
    """Characters as in `Evidence`; those of Chinese and Japanese count more, because they say more."""
    markers: frozenset[str]
    noindex: bool
    says_its_address: bool
    """It has a canonical link: walls have none, because they stand at any address."""

    @property
    def gone(self) -> bool:
        """Whether the server says that there is no such page."""
        return self.status in _GONE

    @property
    def refuses(self) -> bool:
        """Whether the status is no success, so that it takes less to believe in a wall."""
        return self.status == ACCEPTED or (self.status >= 400 and not self.gone)

    @property
    def thin(self) -> bool:
        """Whether there is so little on it that it may be a wall; the longest ones explain themselves (Anubis)."""
        return self.prose <= 1_500 and self.length <= 2_500

    @property
    def empty(self) -> bool:
        """Whether there is nothing on it that a person could see."""
        return self.length < 100 and not self.titles and not self.headings

    def brief(self, length: int) -> bool:
        """Whether all of its text has no more characters than these, and it may be a wall."""
        return self.length <= length and not self.says_its_address

    def is_called(self, names: frozenset[str]) -> bool:
        """Whether the title or a part of it, or a heading, is one of these."""
        return not (self.titles.isdisjoint(names) and self.headings.isdisjoint(names))

    def tells(self, phrases: Iterable[str]) -> bool:
        """Whether one of these stands in its text."""
        return any(phrase in self.text for phrase in phrases)


def look_of(shown: Shown) -> Look:
    """Return what an answer looks like."""
    evidence = shown.evidence
    title = folded(evidence.title or "")
    weight = 1 + 1.5 * _share_of_ideographs(evidence.text[:_LONGEST])
    return Look(
        url=shown.url[:_LONGEST_URL].lower(),
        final_url=shown.final_url[:_LONGEST_URL].lower(),
        status=shown.status,
        fields=tuple((name, value[:_LONGEST].lower()) for name, value in evidence.fields if name != "set-cookie"),
        cookies=frozenset(
            cookie.lower()
            for name, value in evidence.fields
            if name == "set-cookie"
            for cookie in re.split(r"[,;\s]+", value[:_LONGEST])
        ),
        title=title,
        titles=_parts(title),
        heading=folded(evidence.headings[0]).strip(_PUNCTUATION) if evidence.headings else "",
        headings=frozenset(part for heading in evidence.headings for part in _parts(folded(heading))),
        text=folded(evidence.text),
        length=round(weight * evidence.length),
        prose=round(weight * evidence.prose),
        markers=frozenset(evidence.markers),
        noindex=evidence.noindex,
        says_its_address=evidence.canonical is not None,
    )


def _share_of_ideographs(text: str) -> float:
    return len(_IDEOGRAPH.findall(text)) / len(text) if text else 0.0


def _parts(text: str) -> frozenset[str]:
    return frozenset(filter(None, (part.strip(_PUNCTUATION) for part in (text, *_SEPARATOR.split(text)))))
