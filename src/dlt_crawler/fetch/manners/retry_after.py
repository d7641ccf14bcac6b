"""For how long an answer asks us to leave its host alone. Pure."""

from __future__ import annotations

from datetime import datetime

from dlt_crawler.fetch.dates import moment_of
from dlt_crawler.fetch.outcome import asks_to_wait

_UNSAID = 10.0
"""Seconds after a 429 that does not say. Inside the 0.5 s to 30 s that lychee backs off (science.md, D4); with the 60 s
of Sphinx a host that once found us hasty would get no second request in the run."""
_LONGEST = 6 * 3600.0
"""Seconds; longer pauses are cut to this (science.md, D4). No run lasts so long."""


def pause_of(status: int, retry_after: str | None, now: datetime) -> float:
    """Return the seconds until the host of this answer may be asked again; 0 when it does not ask for a pause.

    It does so in seconds or as a date (RFC 9110, section 10.2.3).
    """
    if not asks_to_wait(status, retry_after=retry_after is not None):
        return 0.0
    given = _seconds(retry_after or "", now)
    return _UNSAID if given is None else min(max(given, 0.0), _LONGEST)


def _seconds(value: str, now: datetime) -> float | None:
    value = value.strip()
    if value.isdecimal():
        return float(value)
    moment = moment_of(value)
    return None if moment is None else (moment - now).total_seconds()
