"""Where a page sends its visitors, and what it calls itself: meta refresh, canonical link. Pure."""

from __future__ import annotations

from parsel import Selector


def refresh_of(page: Selector, url: str) -> str | None:
    """Return the absolute URL that a meta refresh of the page at `url` leads to, another than its own."""
    return None


def canonical_of(page: Selector, url: str) -> str | None:
    """Return the absolute URL that the page at `url` names as its own."""
    return None
