"""What an answer shows: facts that are seen once, and what the rules of the day make of them. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says of itself. None where it does not say."""

    title: str | None = None
    """On one line, at most 300 characters."""
    abstract: str | None = None
    """On one line, at most 2,000 characters."""
    language: str | None = None
    """Primary language subtag (RFC 5646) as the page declares it, in lower case: "en", "zh"."""
    script: str | None = None
    """Script of most letters of its text (ISO 15924): "Latn", "Hani" (with kana: "Jpan", with hangul: "Kore") …"""

    def over(self, before: Page) -> Page:
        """Return this page; what it does not say, as it was said before."""
        return Page(
            self.title or before.title,
            self.abstract or before.abstract,
            self.language or before.language,
            self.script or before.script,
        )

    def without(self, others: Collection[Page]) -> Page:
        """Return this page but for what one of the others says in the same words."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return Page(
            **{name: value for name, value in said.items() if value not in {getattr(other, name) for other in others}}
        )


class Sibling(StrEnum):
    """What the host answered when it was asked for a page beside the link's that cannot exist (Bar-Yossef 2004)."""

    SAME = "same"
    """The same page as for the link: the host shows it for anything."""
    OTHER = "other"
    """Another page."""
    NOT_FOUND = "not_found"
    """404 or 410: the host says so when a page does not exist."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts of one answer that rules look at: stored with the check, so that other rules can be applied to it."""

    fields: tuple[tuple[str, str], ...] = ()
    """Header fields of interest, names in lower case, in order; of Set-Cookie the cookies' names alone."""
    title: str | None = None
    """What stands in <title>, on one line; `Page.title` is what the best source says."""
    headings: tuple[str, ...] = ()
    """The first of <h1> and <h2> in the order of the page, on one line each, at most 5."""
    text: str = ""
    """The visible text on one line: all of it on a page with little (1,500 characters), else its beginning (500)."""
    passage: str = ""
    """The beginning (1,000 characters) of the prose of a page of which `text` is not all; else empty."""
    length: int = 0
    """Characters of visible text …"""
    prose: int = 0
    """… and of that outside links, navigation, header, footer, sidebar, buttons."""
    sketch: str | None = None
    """Of the visible text: for comparing two pages (`page.similarity`); None where there is none."""
    noindex: bool = False
    """Whether search engines are asked not to keep the page (robots meta element or X-Robots-Tag)."""
    markers: tuple[str, ...] = ()
    """Names of the markers that were found in the source of the page: walls, parking services, error templates …"""
    refresh: str | None = None
    """Absolute URL that a meta refresh leads to before the page can be read, another than the page's own."""
    canonical: str | None = None
    """Absolute URL of <link rel=canonical>."""
    complete: bool = True
    """Whether all of the body was read."""
    missing_fragments: tuple[str, ...] = ()
    """Those of the link's fragments that the page does not have, as written, without "#"."""
    sibling: Sibling | None = None
    """None: the host was not asked."""


class Family(StrEnum):
    """Kinds of signals that do not follow from one another. Two of them are needed for a judgement."""

    WORDS = "words"
    TEXT = "text"
    SIZE = "size"
    TEMPLATE = "template"
    SEARCH = "search"
    ADDRESS = "address"
    REDIRECT = "redirect"
    CROWD = "crowd"
    SIBLING = "sibling"
    HISTORY = "history"
    SITE = "site"
    PARKING = "parking"
    WALL = "wall"


class SignalKind(StrEnum):
    """What speaks against a page that answers as if it lived."""

    ERROR_WORDS = "error_words"
    """Title or heading is an error phrase."""
    ERROR_TEXT = "error_text"
    """The text tells a visitor that what he looks for is not there."""
    THIN = "thin"
    """There is hardly any text."""
    ERROR_TEMPLATE = "error_template"
    """The source is marked as an error page by the program that made it."""
    NOINDEX = "noindex"
    ERROR_URL = "error_url"
    """The final URL is that of an error page."""
    LANDING = "landing"
    """A deep path was redirected to a home or search page."""
    CONVERGING = "converging"
    """Several deep links of one host were redirected to this page."""
    SIBLING = "sibling"
    """A page beside it that cannot exist looks the same."""
    LOST_TITLE = "lost_title"
    """Nothing of the title that the page once had is left."""
    SITE_DEAD = "site_dead"
    """The rule for its host knows this as the page of something that is gone."""
    SITE_WALL = "site_wall"
    PARKED_HOST = "parked_host"
    """The final URL, or what the page loads, belongs to a parking service or a market for domains."""
    PARKED_WORDS = "parked_words"
    PARKED_TEXT = "parked_text"
    PARKED_TEMPLATE = "parked_template"
    WALL = "wall"

    @property
    def family(self) -> Family:
        """Which kinds it is independent of: all but those of its family."""
        return _FAMILIES[self]


_FAMILIES = {
    SignalKind.ERROR_WORDS: Family.WORDS,
    SignalKind.ERROR_TEXT: Family.TEXT,
    SignalKind.THIN: Family.SIZE,
    SignalKind.ERROR_TEMPLATE: Family.TEMPLATE,
    SignalKind.NOINDEX: Family.SEARCH,
    SignalKind.ERROR_URL: Family.ADDRESS,
    SignalKind.LANDING: Family.REDIRECT,
    SignalKind.CONVERGING: Family.CROWD,
    SignalKind.SIBLING: Family.SIBLING,
    SignalKind.LOST_TITLE: Family.HISTORY,
    SignalKind.SITE_DEAD: Family.SITE,
    SignalKind.SITE_WALL: Family.SITE,
    SignalKind.PARKED_HOST: Family.PARKING,
    SignalKind.PARKED_WORDS: Family.WORDS,
    SignalKind.PARKED_TEXT: Family.TEXT,
    SignalKind.PARKED_TEMPLATE: Family.TEMPLATE,
    SignalKind.WALL: Family.WALL,
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that speaks against a page, and how much."""

    kind: SignalKind
    weight: float
    what: str
    """The phrase, marker or URL that was found, for people; the name of the wall for a wall."""
