"""The markers of enumerated lists."""

from __future__ import annotations

import re

_ENUMERATOR = re.compile(
    r"(?P<open>\()?(?P<ordinal>[0-9]+|[a-zA-Z]|[ivxlcdm]+|[IVXLCDM]+|#)(?P<close>(?(open)\)|[.)]))(?: +|$)",
)
_ROMAN = re.compile(
    r"(m{0,4})(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})",
)
_DIGITS = (
    ("", "m", "mm", "mmm", "mmmm"),
    ("", "c", "cc", "ccc", "cd", "d", "dc", "dcc", "dccc", "cm"),
    ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"),
    ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"),
)
_GREATEST_ROMAN = 4999
_LONGEST_NUMBER = 100
"""Digits; nobody counts so far, and Python refuses to read a number of more than 4,300."""


def enumerator(text: str, following: str | None) -> int | None:
    """Return where the item that a line begins begins itself; None if it begins none.

    The line that follows has to be blank, indented, or the next item (docutils' `states.Body.is_enumerated_list_item`);
    where a letter may be a roman number, either is taken for the next one.
    """
    marker = _ENUMERATOR.match(text)
    if marker is None:
        return None
    ordinal = marker["ordinal"]
    if len(ordinal) > 1 and ordinal.isalpha() and _roman_value(ordinal.lower()) is None:
        return None
    if following is None or following[:1] in ("", " "):
        return marker.end()
    expected = (*_next_ordinals(ordinal), "#")
    opening = marker["open"] or ""
    is_next = following.startswith(tuple(f"{opening}{found}{marker['close']} " for found in expected))
    return marker.end() if is_next else None


def _next_ordinals(ordinal: str) -> list[str]:
    if not ordinal.isalpha():
        return [str(int(ordinal) + 1)] if ordinal != "#" and len(ordinal) <= _LONGEST_NUMBER else []
    found = [chr(ord(ordinal) + 1)] if len(ordinal) == 1 and ordinal not in "zZ" else []
    value = _roman_value(ordinal.lower())
    if value is not None and value < _GREATEST_ROMAN:
        roman = "".join(digits[int(digit)] for digits, digit in zip(_DIGITS, f"{value + 1:04}", strict=True))
        found.append(roman if ordinal.islower() else roman.upper())
    return found


def _roman_value(ordinal: str) -> int | None:
    found = _ROMAN.fullmatch(ordinal)
    if found is None:
        return None
    value = 0
    for digits, written in zip(_DIGITS, found.groups(), strict=True):
        value = 10 * value + digits.index(written)
    return value
