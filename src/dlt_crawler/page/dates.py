"""Days on which works appeared, as pages write them, to as much of a date as is sure (ISO 8601)."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = (
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"),
    ("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
     "dezember"),
    ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
     "décembre"),
)  # fmt: skip
_NUMBERS = {name: number for names in _MONTHS for number, name in enumerate(names, 1)} | {
    name[:3]: number for number, name in enumerate(_MONTHS[0], 1)
}
_NUMBERS["sept"] = 9
_MONTH = f"(?P<word>{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"

_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<year>\d{4})\s?年(?:\s?(?P<month>\d{1,2})\s?月(?:\s?(?P<day>\d{1,2})\s?[日号])?)?",
        # As PubMed writes them.
        rf"(?P<year>\d{{4}})[\s\-]{_MONTH}\b(?:[\s\-](?P<day>\d{{1,2}})\b)?",
        # ISO 8601, also with slashes (Google Scholar's guideline has "2019/12/30") and dots, and what follows.
        r"(?P<year>\d{4})(?:(?P<sign>[-/.])(?P<month>\d{1,2})(?:(?P=sign)(?P<day>\d{1,2}))?)?(?![\d/])",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)",
        # Of a conference, from the one day to the other: the month is sure.
        rf"\d{{1,2}}\s?[-–]\s?\d{{1,2}}\s{_MONTH}\b\.?,?\s(?P<year>\d{{4}})\b",
        r"(?:spring|summer|autumn|fall|winter),?\s(?P<year>\d{4})\b",
        rf"(?:\w{{2,9}},?\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?[\s\-]{_MONTH}\b\.?,?[\s\-](?P<year>\d{{4}})\b",
        rf"(?:\w{{3,9}},?\s)?{_MONTH}\b\.?\s(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s)?(?P<year>\d{{4}})\b",
        r"(?P<month>\d{1,2})[/.](?P<day>\d{1,2})[/.](?P<year>\d{4})\b",
    )
)
_EARLIEST = 1400
"""Years before are mistakes: the press is younger."""
_NOTHING = frozenset({"1970-01-01", "1900-01-01"})
"""Where clocks and tables begin."""
_LENGTH = 60


def date_of(text: str) -> str:
    """Return "2019", "2019-06" or "2019-06-01" of a text that begins with a date; empty for none.

    Of 03/04/2019 only the year is sure.
    """
    line = " ".join(text[:_LENGTH].split())
    for form in _FORMS:
        if (found := form.match(line)) is not None:
            return _written(found)
    return ""


def date_of_parts(*parts: object) -> str:
    """Return the same of a year, a month and a day, as far as they are there: numbers, or digits."""
    numbers = [int(str(part)) if str(part).isdecimal() and len(str(part)) <= 4 else 0 for part in parts[:3]]
    return _checked(*[*numbers, 0, 0, 0][:3])


def _written(found: re.Match[str]) -> str:
    named = found.groupdict()
    year, month, day = int(named["year"]), named.get("month") or 0, int(named.get("day") or 0)
    month = _NUMBERS[named["word"].lower()] if named.get("word") else int(month)
    if found.re is _FORMS[-1]:
        if month > 12:
            month, day = day, month
        elif day <= 12 and day != month:
            month = day = 0
    return _checked(year, month, day)


def _checked(year: int, month: int, day: int) -> str:
    """Return as much of it as there is."""
    if not _EARLIEST <= year <= 9999:
        return ""
    if not 1 <= month <= 12:
        return f"{year:04}"
    try:
        whole = date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}"
    return "" if whole in _NOTHING else whole
