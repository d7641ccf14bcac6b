"""Characters in a URL that nobody sees, raw or percent-encoded: they came with a copy, and mostly break it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote

IGNORED = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen and zero-width characters. In a host browsers ignore them (UTS #46, mapping table, "ignored")."""

_JOINERS = "\u200c\u200d"
"""Persian, languages of India and emoji need them between two characters; anywhere else they are of no use."""

_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""The marks and embeddings of bidirectional text (UAX #9, section 2)."""

_RAW = re.compile(rf"[{IGNORED}{_DIRECTIONS}]|(?<=[\x00-\x7f])[{_JOINERS}]|[{_JOINERS}](?=[\x00-\x7f]|$)")
_BYTE = "%[89a-f][0-9a-f]"
_ENCODED = re.compile(
    "|".join(
        [
            *map(quote, IGNORED + _DIRECTIONS),
            *(f"(?<!{_BYTE}){quote(joiner)}|{quote(joiner)}(?!{_BYTE})" for joiner in _JOINERS),
        ]
    ),
    re.IGNORECASE,
)


def invisible_in(url: str, raw: str) -> str | None:
    """Return the first invisible character of a resolved URL, or else of what is written; None if there is none."""
    if "%" in url and (encoded := _ENCODED.search(url)):
        return unquote(encoded.group())
    found = None if raw.isascii() else _RAW.search(raw)
    return found.group() if found else None


def without_invisible(url: str) -> str | None:
    """Return a resolved URL without its invisible characters; None if it has none."""
    return _ENCODED.sub("", url) if "%" in url and _ENCODED.search(url) else None


def name_of(character: str) -> str:
    """Return how Unicode calls a character: "ZERO WIDTH SPACE, U+200B"."""
    return f"{unicodedata.name(character)}, U+{ord(character):04X}"
