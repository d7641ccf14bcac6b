"""Dates in header fields, and what they tell of the clock of a server. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

_LONGEST = 64
"""Characters: the longest form, with "Wednesday" and "September", has fewer."""
_REMEMBERED = 512
"""Dates: answers of one second have the same one, whoever gives them."""
_SECONDS = re.compile(r"[0-9]{1,10}")
"""Of an Age: more digits are centuries."""


def moment_of(text: str) -> datetime | None:
    """Return the moment, in UTC, that a date of RFC 9110 (section 5.6.7) names, or one that looks like it.

    None for what is no date. One without a zone is in UTC.
    """
    return _read(text) if len(text) <= _LONGEST else None


@lru_cache(_REMEMBERED)
def _read(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def server_time(fields: Mapping[str, str]) -> datetime | None:
    """Return what the clock of a server says by the header fields (names in lower case) of an answer, in UTC.

    Date is when the answer was made (RFC 9110, section 6.6.1), Age how many seconds caches have kept it since (RFC
    9111, section 5.1). None when there is no Date, and when one of the two cannot be read.
    """
    made, age = moment_of(fields.get("date", "")), fields.get("age", "0")
    if made is None or not _SECONDS.fullmatch(age):
        return None
    try:
        return made + timedelta(seconds=int(age))
    except OverflowError:
        return None
