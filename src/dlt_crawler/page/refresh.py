"""Where a page sends its visitors, and what it calls itself: meta refresh, Refresh field, canonical link. Pure."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from parsel import Selector

from dlt_crawler.urls import resolve_location

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped] # its stubs are a package of their own

_LONGEST_WAIT = 60
"""Seconds. Who is sent on later than that has come to see this page."""
_ELEMENTS = 1_000
"""Of one name that are looked at. No page that people wrote has more."""
_NOT_HEEDED = ("noscript", "template", "noembed", "noframes")
"""Elements within which browsers with scripts and frames heed nothing."""
_SPACE = "\t\n\f\r "
_AFTER_TIME = frozenset(_SPACE) | {";", ","}
_MOST_DIGITS = 4
_TIME = re.compile(r"[\t\n\f\r ]*+(?=[0-9.])([0-9]*+)[0-9.]*+")
_URL_IS = re.compile(r"url[\t\n\f\r ]*+=", re.IGNORECASE)


def refresh_of(page: Selector | None, url: str, field: str | None = None) -> str | None:
    """Return the absolute URL that the answer from `url` sends on to, another than its own: http or https.

    `page`: the document, if it is HTML. `field`: its Refresh header field, which browsers heed as well, and first.
    """
    if field is not None and (wanted := _reference(field)) is not None:
        return _other(url, url, wanted)
    for element in () if page is None else islice(page.root.iter("meta"), _ELEMENTS):
        if (element.get("http-equiv") or "").lower() != "refresh" or not _is_heeded(element):
            continue
        # The first one that can be read counts.
        if (wanted := _reference(element.get("content") or "")) is not None:
            return _other(url, _base_of(element, url), wanted)
    return None


def canonical_of(page: Selector, url: str) -> str | None:
    """Return the absolute URL that the page at `url` names as its own in a link element: http or https."""
    for element in islice(page.root.iter("link"), _ELEMENTS):
        reference = element.get("href")
        if reference and "canonical" in (element.get("rel") or "").lower().split() and _is_heeded(element):
            return resolve_location(_base_of(element, url), reference)
    return None


def _reference(content: str) -> str | None:
    """Return the URL in what a refresh says, as it is written; "": nowhere else, or too late; None: it is no refresh.

    HTML standard, section 4.2.5.3, "shared declarative refresh steps": a number, then `;`, `,` or white space, then the
    URL, with or without `url=` and a quote before it.
    """
    time = _TIME.match(content)
    if time is None:
        return None
    rest = content[time.end() :]
    if rest and rest[0] not in _AFTER_TIME:
        return None
    if len(time[1]) > _MOST_DIGITS or int(time[1] or 0) > _LONGEST_WAIT:
        return ""
    rest = rest.lstrip(_SPACE)
    if rest[:1] in (";", ","):
        rest = rest[1:].lstrip(_SPACE)
    if (named := _URL_IS.match(rest)) is not None:
        rest = rest[named.end() :].lstrip(_SPACE)
    if rest[:1] in ("'", '"'):
        rest = rest[1:].partition(rest[0])[0]
    return rest


def _other(url: str, base: str, reference: str) -> str | None:
    """Return what `reference` means, if that is another page: many pages but load themselves anew."""
    target = resolve_location(base, reference) if reference else None
    return None if target == resolve_location(url, "") else target


def _base_of(element: _Element, url: str) -> str:
    """Return what references are relative to: the first <base> that has a URL, or the page itself."""
    for base in islice(element.getroottree().iter("base"), _ELEMENTS):
        if (reference := base.get("href")) is not None:
            return resolve_location(url, reference) or url
    return url


def _is_heeded(element: _Element) -> bool:
    return next(element.iterancestors(*_NOT_HEEDED), None) is None
