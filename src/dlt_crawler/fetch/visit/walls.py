"""Bot walls that name themselves in a header: it is the wall that answers then, and not the page. Pure."""

from __future__ import annotations

import re

from dlt_crawler.fetch.wire.exchange import Head

_WALLS = (
    # Header, its values when a robot is turned away, whose wall. Not x-datadome, which comes with pages, too.
    ("cf-mitigated", "challenge", "Cloudflare"),  # developers.cloudflare.com, "Detect a Challenge Page response"
    ("x-amzn-waf-action", "challenge|captcha", "AWS WAF"),  # AWS WAF, "CAPTCHA and Challenge action behavior"
    ("x-vercel-mitigated", "challenge|deny", "Vercel"),  # vercel.com/docs, "Response headers"
    ("x-dd-b", "[1-9]", "DataDome"),  # docs.datadome.co, "Validate request"; is-antibot (science.md, B4)
)


def wall_of(head: Head) -> str | None:
    """Return whose wall an answer with this head is; None when it tells of none."""
    for name, values, whose in _WALLS:
        value = head.get(name)
        if value is not None and re.fullmatch(values, value, re.IGNORECASE):
            return whose
    return None
