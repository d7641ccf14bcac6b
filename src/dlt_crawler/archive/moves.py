"""Whether an archived redirect leads to the page, or is what sites do with pages they have lost. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import parse_qsl, unquote, urlsplit

from dlt_crawler.page.landing import is_home, is_same_host
from dlt_crawler.urls import host_of, is_landing_page, leads_elsewhere, site_of

_ERROR_PATH = re.compile(
    r"/(?:(?:error|err)?[-_]?(?:404|410|500)|(?:page)?[-_]?not[-_]?found|errors?|log[-_]?in|sign[-_]?in|consent)"
    r"(?:\.\w{2,5})?(?:[/?]|$)|[?&]aspxerrorpath=",
    re.IGNORECASE,
)
_OF_ANY_URL = frozenset({"www", "html", "htm", "php", "asp", "aspx", "jsp", "index", "default", "node", "view", "main"})
_SELLERS = re.compile(r"ww\d+\.")
"""Hosts beside a domain that is for sale; some sites have such a host of their own, and pages there."""
_WORD = re.compile(r"[^\W_]{2,}")


def leads_away(source: str, target: str) -> bool:
    """Return whether a redirect from one URL leads to none that can be its page's, whatever that shows.

    To the front page of its host, or to an error, login, consent or search page, or to whoever sells the domain.
    """
    if _SELLERS.match(host_of(target)) and not _segments(target) and host_of(source) != host_of(target):
        return True
    if _is_nowhere(target) and not _is_nowhere(source):
        return True
    lost = is_home(target) or not _segments(target)
    return lost and not is_home(source) and is_same_host(source, target) and not keeps_path(source, target)


def is_known_move(source: str, target: str) -> bool:
    """Return whether a redirect that does not lead away is one of a page that moved, by the addresses alone.

    By a service whose addresses all lead elsewhere; or within its site, or to another one of the same name, but not to
    a much shorter path; or where something of the path is kept (the rules of WaybackMedic's isredirsoft404; wayback.md,
    section 8). Of others the title has to tell.
    """
    one, other = (site_of(host_of(url)) for url in (source, target))
    if leads_elsewhere(source) or is_home(source) or keeps_path(source, target):
        return True
    if one.partition(".")[0] != other.partition(".")[0]:
        return False
    return len(_segments(target)) > 1 or len(_segments(source)) <= 1


def keeps_path(source: str, target: str) -> bool:
    """Return whether something of the last part of one URL is in the path or query of the other."""
    before = urlsplit(source)
    path = before.path.rstrip("/")
    last = _words(path.rpartition("/")[2]) | _words(" ".join(value for _, value in parse_qsl(before.query)))
    return not last.isdisjoint(_words_of_place(target, {path, source}))


def _words_of_place(url: str, named: Collection[str]) -> frozenset[str]:
    """Return the words of a path, and of the values of a query that do not name the URL that led there."""
    parts = urlsplit(url)
    values = [
        value
        for pair in parse_qsl(parts.query, keep_blank_values=True)
        for value in pair
        if not any(name and name in value for name in named)
    ]
    return _words(parts.path) | _words(" ".join(values))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(unquote(text).casefold())) - _OF_ANY_URL


def _is_nowhere(url: str) -> bool:
    parts = urlsplit(url)
    return is_landing_page(url) or _ERROR_PATH.search(f"{parts.path}?{parts.query}") is not None


def _segments(url: str) -> list[str]:
    return [segment for segment in urlsplit(url).path.split("/") if segment]
