"""Where a resource has moved for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from dlt_crawler.model import SUCCESSES, Check, LinkWarning, Observation
from dlt_crawler.urls import is_landing_page


def permanent_address(checks: Sequence[Check]) -> str | None:
    """Return where a resource has moved for good, None when that is not proven by its checks, oldest first.

    Proof: its last two successes on different UTC days were redirects whose every hop was permanent, to the same
    address, which is not the home page of something that was not one, nor a log-in, consent, error or search page; and
    all certificates were good: whoever else answers may not say what is written into a document.
    """
    latest: dict[date, Observation] = {}
    for check in reversed(checks):
        if check.seen.outcome in SUCCESSES:
            latest.setdefault(check.seen.at.date(), check.seen)
            if len(latest) == 2:
                break
    proven = (seen.permanent and LinkWarning.TLS_UNVERIFIED not in seen.warnings for seen in latest.values())
    if len(latest) < 2 or not all(proven):
        return None
    last, before = latest.values()
    address = last.final_url
    if address is None or before.final_url != address:
        return None
    went_home = urlsplit(address).path in ("", "/") and urlsplit(last.resource.url).path not in ("", "/")
    return None if went_home or is_landing_page(address) else address
