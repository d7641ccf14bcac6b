"""How one wall is known: the form of the tables in `services`, `firewalls` and `chinese`."""

from __future__ import annotations

from dataclasses import dataclass

Markers = tuple[tuple[str, str], ...]
"""Name → what stands in the source of the page, in lower case. Names are stored with checks: they stay."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a wall is known by, the surest first. Phrases are written as `look.folded` leaves them."""

    whose: str
    """For people."""
    source: str
    """Where this is known from, and as of when."""
    mitigates: tuple[tuple[str, str], ...] = ()
    """Header fields, and regular expressions for all of their values, that come with nothing but the wall."""
    urls: tuple[str, ...] = ()
    """Regular expressions for what stands in the URL of the wall, after its scheme, in lower case."""
    titles: tuple[str, ...] = ()
    """Titles, or one part of the title beside the site's name. Believed when the status is no success, or in a page
    with hardly any text …"""
    challenges: Markers = ()
    """… as is what stands in its own pages only: articles about it may quote that."""
    texts: tuple[str, ...] = ()
    """What it tells a visitor. Believed when the status is no success, or in a page with little else."""
    sensors: Markers = ()
    """Stand in the pages that it guards, too. Believed in a page that shows nothing; else they say no more than the
    following, which come with all its answers, and tell whose a wall or a refusal is, never that it is one."""
    brands: tuple[str, ...] = ()
    """In title, headings or text."""
    fields: tuple[tuple[str, str], ...] = ()
    """Header fields and regular expressions for all of their values."""
    cookies: tuple[str, ...] = ()
    """Beginnings of the names of cookies, in lower case."""
