"""Knowledge of single sites, as data. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SiteRule:
    """What is known of one site, or of a part of it. Everything but `name` and `hosts` may be left out.

    Phrases are plain text, compared without regard to case, width (NFKC) and the kind of white space and quotes.
    """

    name: str
    hosts: tuple[str, ...]
    """Each stands for itself; `*.example.org` for all hosts below it."""
    path: str | None = None
    """Regular expression that the path of the link begins with; None: any."""
    dead: tuple[str, ...] = ()
    """Phrases in title, headings or the text of a page with little of it, that say that the thing is gone."""
    dead_source: tuple[str, ...] = ()
    """Strings in the source of such a page, where what people read is made by a script."""
    dead_urls: tuple[str, ...] = ()
    """Regular expressions; a final URL that one of them finds belongs to no thing that still exists."""
    wall: tuple[str, ...] = ()
    """Phrases in the same places, of a page that lets robots, or strangers, not in."""
    wall_source: tuple[str, ...] = ()
    """Strings in the source of such a page."""
    wall_urls: tuple[str, ...] = ()
    """Regular expressions on the final URL, likewise."""
    wall_statuses: tuple[int, ...] = ()
    """Status codes with which the site turns robots away, beside the usual ones."""
    living: tuple[str, ...] = ()
    """Strings in the source of the page which only a living one has: where one is found, nothing else counts."""
    per_host: int | None = None
    """Requests under way at once …"""
    delay: float | None = None
    """… and seconds between the starts of two, if other than the settings say for all hosts."""
    title: tuple[str, ...] = ()
    """Where the title is best taken from: names of meta elements, `title`, `h1`, in this order, before all others."""
    title_ends: tuple[str, ...] = ()
    """What is taken off the end of a title."""
    says_nothing: tuple[str, ...] = ()
    """Titles that every page of the site may have, and that are not to be kept."""
    probe: bool = True
    """Whether a page that cannot exist may be asked for beside a suspicious one."""
    note: str = ""
    """For people: what a report says beside a link of this site."""
    source: str = ""
    """Where this is known from …"""
    checked: date | None = None
    """… and when it was looked at."""
