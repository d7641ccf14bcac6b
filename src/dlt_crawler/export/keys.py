"""Names of citations: "vaswani2017attention-7d3f", of the first author, the year, the title, and what the work is.

The end is a digest, always: if only works with the same author, year and word had one, a key that somebody has cited
would change when the list grows.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

from dlt_crawler.model import Work
from dlt_crawler.urls import host_of, site_of

_DIGITS = 4
"""Of the digest at first: with the rest of the key, one in 65,536 is enough, and longer ones are at hand."""
_LONGEST_PART = 24
_SKIPPED = frozenset({
    # First words of titles that do not tell them apart.
    "a", "about", "an", "and", "are", "at", "by", "das", "der", "die", "for", "from", "how", "in", "introduction", "is",
    "la", "le", "les", "of", "on", "the", "to", "towards", "toward", "un", "une", "what", "why", "with",
})  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
_LATIN = str.maketrans({
    "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d",
    "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ı": "i", "ħ": "h", "Ħ": "h",
})  # fmt: skip
"""Letters that Unicode does not take apart."""


class Named(Protocol):
    """What a key is made of."""

    @property
    def title(self) -> str:
        """Of the work."""

    @property
    def work(self) -> Work:
        """Its author and year."""

    @property
    def url(self) -> str:
        """Of its page."""

    @property
    def identity(self) -> str:
        """What the work is, whatever is said of it."""


def keys_of(works: Sequence[Named]) -> tuple[str, ...]:
    """Return a key for each work: ASCII, unique, the same whatever other works there are and in whatever order."""
    beginnings = [_beginning(work) for work in works]
    digests = [hashlib.sha256(work.identity.encode("utf-8", "surrogatepass")).hexdigest() for work in works]
    keys = [f"{begin}-{digest[:_DIGITS]}" for begin, digest in zip(beginnings, digests, strict=True)]
    taken = Counter(keys)
    return tuple(
        key if taken[key] == 1 else f"{begin}-{digest}"
        for key, begin, digest in zip(keys, beginnings, digests, strict=True)
    )


def _beginning(named: Named) -> str:
    year, words = named.work.issued[:4], _words(named.title)
    first = next((word for word in words if word not in _SKIPPED and len(word) > 1), "")
    return f"{_author(named) or _site(named.url) or 'link'}{year}{first}"


def _author(named: Named) -> str:
    if not named.work.authors:
        return ""
    name = named.work.authors[0]
    if name.family:
        return "".join(_words(name.family))[:_LONGEST_PART]
    return next((word for word in _words(name.literal) if word not in _SKIPPED), "")


def _site(url: str) -> str:
    # Of an address or a name that is not ASCII, nobody knows what it is called.
    label = site_of(host_of(url)).partition(".")[0]
    return "" if label.startswith("xn--") or label.isdecimal() else "".join(_words(label))[:_LONGEST_PART]


def _words(text: str) -> list[str]:
    """Return the words of a text that can be written in ASCII, in lower case; one with other letters in it is none."""
    plain = unicodedata.normalize("NFKD", text.translate(_LATIN)).casefold()
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    spaced = re.sub(r"[^\w]|_", " ", kept.replace("'", "").replace("’", ""))
    return [word[:_LONGEST_PART] for word in spaced.split() if _WORD.fullmatch(word)]
