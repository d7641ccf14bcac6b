"""Whether several links of one host were redirected to one page because none of their pages is there. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

CROWD = 3
"""Different deep links of one host that end on the same page show that it stands for anything (science.md, B3)."""

_INDEX = re.compile(r"(?:/(?:index|default|home)\.\w{2,5})?/?$", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_WAY_IN = re.compile(
    r"(?:/(?:[a-z]{2}(?:[-_][a-z]{2,4})?|main(?:[-_]?page)?|home(?:[-_]?page)?|index|start|welcome|default|front|portal"
    r"|latest|stable|current|master|dev|docs?|documentation|wiki|web|www|site|blog|news|about|app))*",
    re.IGNORECASE,
)
"""Paths by which sites are entered, in whatever language and version: they lead to a home page, and always did."""


def place_of(url: str, final_url: str) -> str | None:
    """Return the page that a link names, written in one way; None for one that is in no crowd at `final_url`.

    Such are links to the root of a host, or by another way in, and those that name the final page in another way: with
    another scheme, suffix or final slash. Queries do not count: they may name the page, or who has sent the visitor.
    """
    place = _path(url)
    return None if _WAY_IN.fullmatch(place) or place == _path(final_url) else place


def _path(url: str) -> str:
    return _SUFFIX.sub("", _INDEX.sub("", urlsplit(url).path)).lower()
