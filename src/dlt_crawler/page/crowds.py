"""Whether several links of one host were redirected to one page because none of their pages is there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

CROWD = 3
"""Different deep links of one host that end on the same page show that it stands for anything (science.md, B3)."""

_INDEX = re.compile(r"(?:/(?:index|default|home)\.\w{2,5})?/?$", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)


def deep_links(urls: Iterable[str], final_url: str) -> int:
    """Return how many of these links, all of one host, lead below its root, and are not ways to write the same link.

    Nor ways to write `final_url`: a page whose address changed its scheme, suffix or final slash is no crowd.
    """
    places = {_place(url) for url in urls} - {_place(final_url), ("", "")}
    return len(places)


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return _SUFFIX.sub("", _INDEX.sub("", parts.path)).lower(), parts.query
