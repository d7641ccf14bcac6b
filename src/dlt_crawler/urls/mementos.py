"""Links into archives: which page was captured, and when. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit

from dlt_crawler.urls.resources import normalise

_WAYBACK = r"(?:(?:replay\.|classic-)?web|wayback|web-beta)\.archive\.org"
_ARCHIVES = "|".join((
    # The Wayback Machine by all its names since 2001; "web" was no part of the path everywhere.
    rf"{_WAYBACK}/(?:web/)?",
    r"(?:www\.)?archive\.org/web/",
    r"(?:(?:www|replay|wayback)\.)?waybackmachine\.org/(?:web/)?",
    r"web\.archive\.bibalex\.org/web/",
    r"wayback\.archive-it\.org/(?:all|org-\d+|\d+)/",
    # pywb and OpenWayback elsewhere.
    r"(?:www\.)?arquivo\.pt/(?:wayback|noFrame/replay)/",
    r"(?:www\.)?webarchive\.org\.uk/(?:[a-z]{2}/)?wayback/(?:[a-z]{2}/)?(?:archive/)?",
    r"webarchive\.nationalarchives\.gov\.uk/(?:ukgwa/)?",
    r"webarchive\.loc\.gov/[a-z]+\d*/",
    r"(?:wayback\.)?vefsafn\.is/(?:wayback/)?",
    r"archive\.(?:today|is|ph|fo|li|md|vn)/",
))  # fmt: skip
_ARCHIVE = re.compile(rf"https?://(?:{_ARCHIVES})")
"""What stands before timestamp and URL at archives that are known by name."""
_CAPTURE = re.compile(r"(?:(?P<timestamp>\d{1,14})(?:[a-z]{2,5}_)*/)?(?P<url>[^*].*)", re.DOTALL)
"""What stands behind it. The flags (`id_`, `if_`, `im_` …) say in which form the capture is shown. A star makes it a
calendar or a list of captures, which is none itself."""
_WEB = re.compile(r"(?P<scheme>https?)(?P<separator>(?::|%3A)(?:/|%2F)+|:(?=[^/]))", re.IGNORECASE)
_WITHOUT_SCHEME = re.compile(
    r"/{0,2}(?=[^/?:%]{4,255}(?:[/?:%]|$))(?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62}(?=[/?]|:\d|%2F|%3A|$)",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"[^/?]*\.(?:[psx]?html?|php\d?|aspx?|jspx?|cfm|cgi|css|js|json|xml|pdf|txt|gif|jpe?g|png|svg|ico)(?=[/?]|$)",
    re.IGNORECASE,
)
"""What a relative link of a captured page has left behind the timestamp: no top-level domain is called so (IANA)."""
_ENCODED_TWICE = re.compile("https?%25", re.IGNORECASE)
_ENCODED_ASCII = re.compile("%([2-7][0-9A-F])", re.IGNORECASE)
_NESTED = 8
"""Captures of captures that are taken off: each costs one look, and nobody wrote more."""
_FIRST = datetime(1996, 1, 1, tzinfo=UTC)
"""No archive has anything older; `/web/0/` and `/web/1/` ask for the first capture."""
_DIGITS = 14
_BOUNDS = ((1, 12), (1, 31), (0, 23), (0, 59), (0, 59))


@dataclass(frozen=True, slots=True)
class Memento:
    """What a URL says that leads to a capture, or to the archive's choice of one (RFC 7089: URI-M, URI-G)."""

    timestamp: str
    """1 to 14 digits, as written, of YYYYMMDDhhmmss in UTC; empty where the archive is asked for its latest capture."""
    original: str
    """The captured page's URL, normalised: of a capture of a capture the innermost one."""
    prefix: str
    """What stands before timestamp and URL: of which archive it is."""

    @property
    def captured(self) -> datetime | None:
        """The time that the timestamp names, a shorter one the end of it, as archives read it; None without one.

        Digits that are no time (`20000800241623` is a real one) count as the nearest that is.
        """
        if not self.timestamp:
            return None
        digits = self.timestamp.ljust(_DIGITS, "9")
        year = int(digits[:4])
        if year < _FIRST.year:
            return _FIRST
        month, day, hour, minute, second = (
            min(max(int(digits[at : at + 2]), least), most)
            for at, (least, most) in zip(range(4, 14, 2), _BOUNDS, strict=True)
        )
        return datetime(year, month, min(day, monthrange(year, month)[1]), hour, minute, second, tzinfo=UTC)


def memento_of(url: str, *prefixes: str) -> Memento | None:
    """Return what a normalised URL says as a link into an archive; None if it is none, or none to a single page.

    `prefixes`: beginnings of URLs, before timestamp and original, of archives that are not known by name, as anybody
    may write them, with or without the slash at the end; http: and https: are one. A URL in an archive's URL may have
    lost its scheme or one slash of it, or may be percent-encoded as a whole.
    """
    found = _outermost(url, prefixes)
    for _ in range(_NESTED):
        inner = found and _outermost(found.original, prefixes)
        if inner is None:
            break
        found = inner
    return found


def leads_to_capture(url: str, prefix: str, timestamp: str, original: str) -> bool:
    """Tell whether a normalised URL leads to this very capture: of the archive with that prefix, none beside it.

    `timestamp`: 14 digits; `original`: what was captured, where http:, https: and the like are one (`_key`).
    """
    end = _end_of_prefix(url, prefix)
    link = None if end is None else _capture(url, end)
    return link is not None and link.timestamp == timestamp and _key(link.original) == _key(original)


def same_page(url: str, other: str) -> bool:
    """Tell whether two normalised URLs are one to an archive, whose index folds http:, https: and the like (`_key`)."""
    return _key(url) == _key(other)


def _outermost(url: str, prefixes: Iterable[str]) -> Memento | None:
    known = _ARCHIVE.match(url)
    ends = (known.end(),) if known else (_end_of_prefix(url, prefix) for prefix in prefixes)
    end = next((end for end in ends if end is not None), None)
    return None if end is None else _capture(url, end)


def _end_of_prefix(url: str, prefix: str) -> int | None:
    scheme, separator, place = url.partition("://")
    expected = _without_scheme(prefix)
    return len(scheme) + len(separator) + len(expected) if place.startswith(expected) else None


@cache
def _without_scheme(prefix: str) -> str:
    """Return a prefix as normalised URLs begin behind their scheme; there are as many as the settings name."""
    written = prefix.rstrip("/") + "/"
    return (normalise(written) or written).partition("://")[2]


def _capture(url: str, end: int) -> Memento | None:
    """Return what stands in a URL behind the prefix that ends there."""
    if (capture := _CAPTURE.fullmatch(url, end)) is None:
        return None
    # Without a timestamp, what has no scheme is another page of the archive: /web/collections, /save/…
    original = _original(capture["url"], needs_scheme=capture["timestamp"] is None)
    return None if original is None else Memento(capture["timestamp"] or "", original, url[:end])


def _original(written: str, *, needs_scheme: bool) -> str | None:
    if _ENCODED_TWICE.match(written):
        written = _decoded(written)
    if (web := _WEB.match(written)) is not None:
        rest = written[web.end() :]
        return normalise(f"{web['scheme']}://{_decoded(rest) if '%' in web['separator'] else rest}")
    if needs_scheme or (host := _WITHOUT_SCHEME.match(written)) is None:
        return None
    written = written.lstrip("/")
    if _FILE.match(written):
        return None
    return normalise(f"http://{_decoded(written) if '%' in written[host.end() :][:1] else written}")


def _decoded(text: str) -> str:
    """Return a text without one layer of percent-encoding. What is not ASCII has to be encoded in a URL anyway."""
    return _ENCODED_ASCII.sub(lambda escape: chr(int(escape[1], 16)), text)


def _key(url: str) -> tuple[str, str, str]:
    """Return what is left of a URL without what every archive's index folds: scheme, www, port 80, a final slash."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/"), parts.query
