"""What of an answer walls are known by, in the form in which it is compared. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dlt_crawler.page.walls.talk import letters_beside

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

REFUSALS = frozenset({401, 402, 403, 405, 406, 412, 418, 429, 451, 493, 999})
"""Statuses with which robots are turned away: DESIGN.md, section 2, and 405 (Alibaba Cloud, AWS), 429, 493 (360)."""
ACCEPTED = 202
"""What AWS WAF, Ruishu and Semantic Scholar send with a challenge (science.md, B4); no page comes with it."""
_GONE = frozenset({404, 410})

_SEPARATOR = re.compile(r" [|\-:·•»«>]{1,3} |[|»«_]|: ")
_PUNCTUATION = " .!?:;,\"'。-[](){}#*¡¿"
_QUOTES = (("‘", "'"), ("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"), ("‐", "-"), ("‑", "-"))
_BETWEEN_COOKIES = re.compile(r"[,;\s]+")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LONGEST = 2_000
_LONGEST_URL = 4_000
"""Characters that are looked at of any text, and of a URL."""
_LITTLE = 15
"""Letters that a wall may have beside what walls say: a name. Set between the labelled walls that no signature knows
and the labelled pages that live and are called like one …"""
_LITTLE_BESIDE_A_FORM = 60
"""… and this where the source has a captcha, or a password field below such a title."""


def folded(text: str) -> str:
    """Return text without differences of case, width (NFKC), quotes, dashes and white space."""
    text = text[:_LONGEST]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        # One after the other: str.translate takes ten times as long.
        for written, plain in _QUOTES:
            text = text.replace(written, plain)
    return " ".join(text.casefold().split())


def phrases(written: str) -> tuple[str, ...]:
    """Return the phrases of a list in which semicolons stand between them, folded."""
    return tuple(map(folded, written.split(";")))


class Look:
    """What an answer looks like. All text is folded.

    Each part is made when it is asked for: of most pages few are, because they show much, and that by which they would
    have to be known is not there.
    """

    def __init__(self, shown: Shown) -> None:
        evidence = self._evidence = shown.evidence
        self.status = shown.status
        self.url = shown.url[:_LONGEST_URL].lower()
        """The link's; this one and the next in lower case."""
        self.final_url = shown.final_url[:_LONGEST_URL].lower()
        self.noindex = evidence.noindex
        self.says_its_address = evidence.canonical is not None
        """It has a canonical link: walls have none, because they stand at any address."""
        weight = 1 + 1.5 * _share_of_ideographs(evidence.text[:_LONGEST])
        self.length = round(weight * evidence.length)
        self.prose = round(weight * evidence.prose)
        """Characters as in `Evidence`; those of Chinese and Japanese count more, because they say more."""

    @cached_property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """In lower case."""
        fields = self._evidence.fields
        return tuple((name, value[:_LONGEST].lower()) for name, value in fields if name != "set-cookie")

    @cached_property
    def cookies(self) -> frozenset[str]:
        """Names of those that are set, in lower case."""
        lines = (value[:_LONGEST].lower() for name, value in self._evidence.fields if name == "set-cookie")
        return frozenset(cookie for line in lines for cookie in _BETWEEN_COOKIES.split(line))

    @cached_property
    def title(self) -> str:
        """With its punctuation."""
        return folded(self._evidence.title or "")

    @cached_property
    def titles(self) -> frozenset[str]:
        """The title, and the parts around its separators, without punctuation around them."""
        return _parts(self.title)

    @cached_property
    def heading(self) -> str:
        """The first."""
        headings = self._evidence.headings
        return folded(headings[0]).strip(_PUNCTUATION) if headings else ""

    @cached_property
    def headings(self) -> frozenset[str]:
        """All of them, and their parts, likewise without punctuation."""
        return frozenset(part for heading in self._evidence.headings for part in _parts(folded(heading)))

    @cached_property
    def text(self) -> str:
        """All of what there is to see on a page with little, else its beginning."""
        return folded(self._evidence.text)

    @cached_property
    def beside(self) -> int:
        """Letters of its text, without headings, that say something else than walls do."""
        text = self.text
        for heading in sorted(map(folded, self._evidence.headings), key=len, reverse=True):
            text = text.replace(heading, " . ", 1)
        return letters_beside(text)

    @cached_property
    def beside_all(self) -> int:
        """The same with title and headings, but for the name of a host."""
        host = urlsplit(self.final_url).hostname or ""
        names = {part for part in (*self.titles, *self.headings) if part not in host and not _HOST.fullmatch(part)}
        shortest = (name for name in names if not any(other != name and other in name for other in names))
        return self.beside + sum(map(letters_beside, shortest))

    @cached_property
    def markers(self) -> frozenset[str]:
        """Names of what was found in its source."""
        return frozenset(self._evidence.markers)

    @property
    def moved(self) -> bool:
        """Whether the link ends at another URL."""
        return self.url != self.final_url

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

    def says_nothing_else(self, *, has_form: bool = False) -> bool:
        """Whether it says no more than walls do, beside what it is called.

        `has_form`: whether it has what only forms have, so that it may say a little more.
        """
        return self.beside <= (_LITTLE_BESIDE_A_FORM if has_form else _LITTLE)

    def begins_with(self, phrases: Iterable[str]) -> bool:
        """Whether one of these stands at the beginning of its text."""
        beginning = self.text[:100]
        return any(phrase in beginning for phrase in phrases)

    @property
    def says_nothing_else_at_all(self) -> bool:
        """The same, and whether it is called nothing else."""
        return self.beside_all <= _LITTLE

    def tells(self, phrases: Iterable[str]) -> bool:
        """Whether one of these stands in its text."""
        text = self.text
        return any(phrase in text for phrase in phrases)


def _share_of_ideographs(text: str) -> float:
    return 0.0 if text.isascii() else len(_IDEOGRAPH.findall(text)) / len(text)


def _parts(text: str) -> frozenset[str]:
    return frozenset(filter(None, (part.strip(_PUNCTUATION) for part in (text, *_SEPARATOR.split(text)))))
