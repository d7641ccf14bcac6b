"""Numbers of things, in words."""

from __future__ import annotations

from dlt_crawler.language import ngettext


def links(number: int) -> str:
    """Return so many links."""
    return ngettext("{number} link", "{number} links", number).format(number=number)


def documents(number: int) -> str:
    """Return so many documents."""
    return ngettext("{number} document", "{number} documents", number).format(number=number)


def files(number: int) -> str:
    """Return so many files."""
    return ngettext("{number} file", "{number} files", number).format(number=number)


def urls(number: int) -> str:
    """Return so many URLs."""
    return ngettext("{number} URL", "{number} URLs", number).format(number=number)


def edits(number: int) -> str:
    """Return so many edits."""
    return ngettext("{number} edit", "{number} edits", number).format(number=number)


def checks(number: int) -> str:
    """Return so many checks."""
    return ngettext("{number} check", "{number} checks", number).format(number=number)


def snapshots(number: int) -> str:
    """Return so many snapshots."""
    return ngettext("{number} snapshot", "{number} snapshots", number).format(number=number)


def new_addresses(number: int) -> str:
    """Return so many new addresses."""
    return ngettext("{number} new address", "{number} new addresses", number).format(number=number)


def returns(number: int) -> str:
    """Return so many returns."""
    return ngettext("{number} return", "{number} returns", number).format(number=number)


def copies(number: int) -> str:
    """Return so many copies."""
    return ngettext("{number} copy", "{number} copies", number).format(number=number)


def times(number: int) -> str:
    """Return how often."""
    return ngettext("{number} time", "{number} times", number).format(number=number)
