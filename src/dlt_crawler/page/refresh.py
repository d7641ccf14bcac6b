"""Where a page sends its visitors, and what it calls itself: meta refresh, Refresh field, canonical link. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from parsel import Selector

from dlt_crawler.urls import resolve_location

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped] # its stubs are a package of their own

_AT_ONCE = 5
"""Seconds after which people are sent on before they have read: where they come to is the page. Whatever waits longer
shows a page of its own, and search engines keep the address of that one, too (Google Search Central, "Redirects")."""
_LONGEST_WAIT = 60
"""Seconds, if there is nothing to read. Who is sent on later than that has come to see this page."""
A_PAGE = 400
"""Characters of prose that are more than a note on where the page has gone."""
_ELEMENTS = 1_000
"""Of one name that are looked at. No page that people wrote has more."""
_NOT_HEEDED = ("noscript", "template", "noembed", "noframes")
"""Elements within which browsers with scripts and frames heed nothing."""
_SPACE = "\t\n\f\r "
_AFTER_TIME = frozenset(_SPACE) | {";", ","}
_MOST_DIGITS = 4
_LATE = 10**_MOST_DIGITS
"""Seconds, for all that is longer."""
_TIME = re.compile(r"[\t\n\f\r ]*+(?=[0-9.])([0-9]*+)[0-9.]*+")
_URL_IS = re.compile(r"url[\t\n\f\r ]*+=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refresh:
    """That a page sends its visitors on by itself."""

    url: str
    """Absolute, another than the page's own: http or https."""
    seconds: int
    """After which it does so, rounded down."""

    @property
    def lingers(self) -> bool:
        """Whether anybody sees the page before."""
        return self.seconds > 0

    def followed(self, prose: int | None) -> str | None:
        """Return the URL that counts in the place of a page with so many characters of prose; None: the page does.

        None is also what is given for a page of which nobody knows how much it has.
        """
        if self.seconds <= _AT_ONCE or (prose is not None and prose < A_PAGE and self.seconds <= _LONGEST_WAIT):
            return self.url
        return None


def refresh_of(page: Selector | None, url: str, field: str | None = None) -> Refresh | None:
    """Return where the answer from `url` sends its visitors.

    `page`: the document, if it is HTML. `field`: its Refresh header field, which browsers heed as well, and first.
    """
    if field is not None and (found := _reference(field)) is not None:
        return _other(url, url, *found)
    for element in () if page is None else islice(page.root.iter("meta"), _ELEMENTS):
        if (element.get("http-equiv") or "").lower() != "refresh" or not _is_heeded(element):
            continue
        # The first one that can be read counts.
        if (found := _reference(element.get("content") or "")) is not None:
            return _other(url, _base_of(element, url), *found)
    return None


def canonical_of(page: Selector, url: str) -> str | None:
    """Return the absolute URL that the page at `url` names as its own in a link element: http or https."""
    for element in islice(page.root.iter("link"), _ELEMENTS):
        reference = element.get("href")
        if reference and "canonical" in (element.get("rel") or "").lower().split() and _is_heeded(element):
            return resolve_location(_base_of(element, url), reference)
    return None


def _reference(content: str) -> tuple[str, int] | None:
    """Return the URL, as it is written, and the seconds in what a refresh says; None: it is no refresh.

    HTML standard, section 4.2.5.3, "shared declarative refresh steps": a number, then `;`, `,` or white space, then the
    URL, with or without `url=` and a quote before it.
    """
    time = _TIME.match(content)
    if time is None:
        return None
    rest = content[time.end() :]
    if rest and rest[0] not in _AFTER_TIME:
        return None
    rest = rest.lstrip(_SPACE)
    if rest[:1] in (";", ","):
        rest = rest[1:].lstrip(_SPACE)
    if (named := _URL_IS.match(rest)) is not None:
        rest = rest[named.end() :].lstrip(_SPACE)
    if rest[:1] in ("'", '"'):
        rest = rest[1:].partition(rest[0])[0]
    digits = time[1].lstrip("0")
    return rest, int(digits or 0) if len(digits) <= _MOST_DIGITS else _LATE


def _other(url: str, base: str, reference: str, seconds: int) -> Refresh | None:
    """Return what a refresh means, if it leads to another page: many pages but load themselves anew."""
    target = resolve_location(base, reference) if reference else None
    return None if target is None or target == resolve_location(url, "") else Refresh(target, seconds)


def _base_of(element: _Element, url: str) -> str:
    """Return what references are relative to: the first <base> that has a URL, or the page itself."""
    for base in islice(element.getroottree().iter("base"), _ELEMENTS):
        if (reference := base.get("href")) is not None:
            return resolve_location(url, reference) or url
    return url


def _is_heeded(element: _Element) -> bool:
    return next(element.iterancestors(*_NOT_HEEDED), None) is None
