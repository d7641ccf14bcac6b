"""Which living pages are the likeliest to be lost, and so the first to have a copy made of them. Pure.

Four signs are known of a page before it dies. How they compare nobody has measured for lists of links, so each counts
once, and among pages with as many signs they weigh in this order:

- Its host has lost pages already. Where pages die is no accident: of the pages of 2013 to 2023 that were gone by then,
  16 in 25 were lost by a site that lived on, and 9 went with their whole domain (Pew Research Center, 2024).
- It is only to be had by http:. Certificates have cost nothing since 2016 (Let's Encrypt), and hosting services renew
  them unasked: a site without one is one that nobody looks after.
- It is a personal page: it goes when its author moves on, or with the service for such pages (GeoCities in 2009,
  Posterous in 2013).
- It failed lately, and came back.

After the signs, a page without any copy goes before one whose copy is only old, and a deep link before the front page
of a site: their half-lives are 1 and 9 years (Garg et al., "Some URLs Are Immortal", iPRES 2024).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from dlt_crawler.model import Resource
from dlt_crawler.urls import host_of

LOST_SHARE = 1 / 20
"""Of the pages of a host that we know: a large platform loses single pages every year and is at no risk itself."""

_HOME = re.compile(r"/(?:~|%7e)[\w.-]+|/(?:homepages?|users?|members|perso|people|staff|personal)/[^/]", re.IGNORECASE)
_HOME_HOST = re.compile(
    r"(?:home|homepages?|www-?users?|users?|members|people|perso|personal|personalpages|staff|staffweb)\d*\..+\..+"
)
_SERVICES = re.compile(
    r".+\.(?:github\.io|gitlab\.io|codeberg\.page|pages\.dev|netlify\.app|vercel\.app|herokuapp\.com|neocities\.org"
    r"|blogspot\.(?:\w+|com?\.\w+)|wordpress\.com|tumblr\.com|livejournal\.com|typepad\.com|weebly\.com|wixsite\.com"
    r"|substack\.com|ghost\.io|bearblog\.dev|tripod\.com|angelfire\.com|free\.fr|fc2\.com|livedoor\.jp)"
    r"|sites\.google\.com"
)
"""Where people have their own pages, under a name of their own or not."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is known of a living page."""

    resource: Resource
    answered_at: str
    """The URL that showed the page: that of the link, or where it was redirected to."""
    lost: int
    """Pages of its host that are dead …"""
    known: int
    """… among so many that we know, itself included."""
    failed_lately: bool
    copied: datetime | None
    """The newest copy that we know of."""


def riskiest_first(pages: Iterable[Exposure]) -> list[Exposure]:
    """Return the pages in the order in which copies are to be made of them; where all is equal, as they came."""
    return sorted(pages, key=_safety)


def is_personal(url: str) -> bool:
    """Return whether a (normalised) URL looks like somebody's own page."""
    host = host_of(url)
    return bool(_HOME.match(urlsplit(url).path) or _HOME_HOST.fullmatch(host) or _SERVICES.fullmatch(host))


def _safety(page: Exposure) -> tuple[int, tuple[bool, ...], float, bool]:
    share = page.lost / page.known if page.known else 0.0
    signs = (
        share >= LOST_SHARE,
        urlsplit(page.answered_at).scheme == "http",
        is_personal(page.resource.url) or is_personal(page.answered_at),
        page.failed_lately,
    )
    copied = page.copied.timestamp() if page.copied else float("-inf")
    is_front = urlsplit(page.resource.url).path in ("", "/")
    return -sum(signs), tuple(not sign for sign in signs), copied, is_front
