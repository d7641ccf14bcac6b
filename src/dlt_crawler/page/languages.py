"""In which language, and which script, a page is written. Pure."""

from __future__ import annotations

from parsel import Selector


def language_of(page: Selector) -> str | None:
    """Return the primary language subtag that a page declares."""
    return None


def script_of(text: str) -> str | None:
    """Return the script of most letters of a text (ISO 15924)."""
    return None
