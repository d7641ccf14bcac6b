"""Numbers of things, in words."""

from __future__ import annotations


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return the number with its noun, in the plural (by default with an s) unless it is one."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
