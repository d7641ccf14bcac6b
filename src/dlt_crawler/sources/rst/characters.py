"""The characters between which inline markup and addresses are recognised, and what a backslash does to them."""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Final

NAME: Final = r"(?:[^\W_]++(?:[-._+:][^\W_]++)*+)"
"""A reference name, a role, a label: letters and digits with single marks between them."""

_BEFORE = "-:/'\"<([{"
_AFTER = "'\")]}>-/\\:.,;!?\0"
_BEFORE_CATEGORIES = frozenset({"Ps", "Pi", "Pf", "Pd", "Po"})
_AFTER_CATEGORIES = frozenset({"Pe", "Pi", "Pf", "Pd", "Po"})
"""Inline markup recognition rules 6 and 7 of the specification: these of ASCII, and these categories of the rest."""

_LAST_PUNCTUATION = 0x1FFFF
"""No punctuation has a greater code point (Unicode 16)."""

_NO_MARKS = "§¶"
"""Became punctuation with Unicode 6.1: docutils goes by an older version, which all readers of a document share."""

_CLOSING = {
    **dict(zip("\"'(<[{«‹‛‟", "\"')>]}»›‚„", strict=True)),
    **dict(zip("»›‘’‚“”„", ("»«", "›‹", "’‚", "’‘", "’‛‘", "”„", "”“", "”‟“"), strict=True)),
}
"""Opening quote or bracket → what may close it, in one language or another."""
_ESCAPED = re.compile(r"\\(.?)", re.DOTALL)


@functools.cache
def before_start() -> str:
    """Return the class of what may stand before a start-string, white space included, for use in a set."""
    return rf"\s{re.escape(_BEFORE)}{_class_of(_BEFORE_CATEGORIES)}"


@functools.cache
def behind_end() -> str:
    """Return the class of what may stand behind an end-string, white space included, for use in a set."""
    return rf"\s{re.escape(_AFTER)}{_class_of(_AFTER_CATEGORIES)}"


def encloses(before: str, behind: str) -> bool:
    """Tell whether two characters are a pair of quotes or brackets: a start-string between them is none."""
    if (closing := _CLOSING.get(before)) is not None:
        return behind in closing
    # The close of any other bracket is one of the next two code points.
    is_bracket = unicodedata.category(before) == "Ps" and unicodedata.category(behind) == "Pe"
    return is_bracket and 0 < ord(behind) - ord(before) <= 2


def escaped(text: str) -> str:
    """Return a text with NUL in place of each backslash: what stands behind one means itself. Offsets stay."""
    return _ESCAPED.sub("\0\\1", text)


def unescaped(text: str) -> str:
    """Return what a reader sees of an escaped text: escaped white space is nothing."""
    return re.sub("\0[ \n]?", "", text)


def address(text: str) -> str:
    """Return the address that an escaped text says: only escaped white space counts."""
    return " ".join(unescaped("".join(part.split())) for part in re.split("\0[ \n]", text))


def normalised(name: str) -> str:
    """Return a reference name as names are compared."""
    return " ".join(name.lower().split())


def _class_of(categories: frozenset[str]) -> str:
    foreign = map(chr, range(0x80, _LAST_PUNCTUATION))
    found = "".join(character for character in foreign if unicodedata.category(character) in categories)
    return re.escape("".join(character for character in found if character not in _NO_MARKS))
