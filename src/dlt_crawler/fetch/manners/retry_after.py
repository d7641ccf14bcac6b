"""For how long an answer asks us to leave its host alone. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome

_UNSAID = 10.0
"""Seconds after a 429 that does not say. Inside the 0.5 s to 30 s that lychee backs off (science.md, D4); with the 60 s
of Sphinx a host that once found us hasty would get no second request in the run."""
_LONGEST = 6 * 3600.0
"""Seconds; longer pauses are cut to this (science.md, D4). No run lasts so long."""


def pause_of(status: int, retry_after: str | None, now: datetime) -> float:
    """Return the seconds until the host of this answer may be asked again; 0 when it does not ask for a pause.

    429 does, and 503 with a Retry-After, in seconds or as a date (RFC 6585, section 4; RFC 9110, section 10.2.3).
    """
    if status != 429 and not (status == 503 and retry_after is not None):
        return 0.0
    given = _seconds(retry_after or "", now)
    return _UNSAID if given is None else min(max(given, 0.0), _LONGEST)


def not_now(host: str, seconds: float, now: datetime) -> Finding:
    """Return the finding on a link that is not asked for because its host is to be left alone for so long."""
    until = now + timedelta(seconds=seconds)
    return Finding(
        Outcome.RATE_LIMITED,
        f"{host} asked us to come back later, at {until:%Y-%m-%d %H:%M:%S} UTC: this page was not asked for.",
    )


def _seconds(value: str, now: datetime) -> float | None:
    value = value.strip()
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
