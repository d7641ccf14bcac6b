"""Since when a link that was repaired lives again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dlt_crawler.model import SUCCESSES, Check
from dlt_crawler.verdict.evidence import FAILURES
from dlt_crawler.verdict.history import NIGHT_TOLERANCE


def lives_again(checks: Sequence[Check], recovery: timedelta) -> tuple[datetime, datetime] | None:
    """Return the first and the last success since the last failure, of checks oldest first.

    None when there are none on two UTC days, and so far apart as a link needs to recover (`recovery`): an hour or so
    less, as for verdicts.
    """
    successes: list[datetime] = []
    for check in reversed(checks):
        if check.seen.outcome in FAILURES:
            break
        if check.seen.outcome in SUCCESSES:
            successes.append(check.seen.at)
    if not successes:
        return None
    first, last = successes[-1], successes[0]
    return (first, last) if first.date() < last.date() and last - first >= recovery - NIGHT_TOLERANCE else None
