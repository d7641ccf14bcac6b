"""Which written links are one resource, and what is no web link, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from dlt_crawler.model import Resource, SkipReason
from dlt_crawler.urls.hosts import may_exist
from dlt_crawler.urls.standard import MAX_LENGTH, join, parse, trimmed

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_WITHOUT_SCHEME = re.compile(r"//[^/\\]")
_LOWER_CASE_ESCAPE = re.compile("%(?:[a-f][0-9A-Fa-f]|[0-9A-F][a-f])")

_LABEL = "[a-z0-9_-]{1,63}+"
_PATH, _QUERY = r"[\w.~!$&'()*+,;=:@/-]*+", r"[\w.~!$&()*+,;=:@/?-]*+"
_NORMAL = re.compile(
    rf"((https?://(?:{_LABEL}\.)*+(?=[a-z]){_LABEL})"
    rf"(/{_PATH}(?:%[0-9A-F]{{2}}{_PATH})*+)?+(\?{_QUERY}(?:%[0-9A-F]{{2}}{_QUERY})*+)?+)(?:\#.*)?",
    re.ASCII | re.DOTALL,
)
"""What most links are: a URL that is normal already, but for its fragment and an empty path. It has no port, and the
last label of its host is no number; dot segments are looked for apart."""
_LANDING = re.compile(r"/(?:log-?in|sign-?in|sso|auth|consent|cookies?|errors?|404|not-?found|search)\b", re.IGNORECASE)
_NORMAL_ORIGIN = 253
"""Characters: the longest name (see hosts.py); longer ones are looked at closely."""


def target_of(url: str | None, exclude: Iterable[re.Pattern[str]] = ()) -> Resource | SkipReason:
    r"""Return the resource that `url` (a resolved destination) names, or why it is not checked.

    Without a scheme, `//a.example/x` is read as https://a.example/x: readers of rendered documents come by https. That
    needs a host with a dot in it; `//img/x.png` is rather a path with a slash too many, and `\\server\x` a Windows
    share. `exclude` is asked about a link both as it is written and as it would be checked.
    """
    if url is None:
        return SkipReason.INVALID
    normalised = _if_normal(url)
    if normalised is None:
        url = trimmed(url)
        if (reason := _no_web_link(url)) is not None:
            return reason
        normalised = normalise(f"https:{url}" if url.startswith("//") else url)
    for pattern in exclude:
        if pattern.search(url) or (normalised is not None and normalised != url and pattern.search(normalised)):
            return SkipReason.EXCLUDED
    return SkipReason.INVALID if normalised is None else Resource(normalised)


def normalise(url: str) -> str | None:
    """Return the form of an http(s) URL under which it is checked; None when no browser could open it.

    Two links are one resource when every browser asks for the same by them (`parse`): lower-case scheme and host, IDNA,
    IPv4 and IPv6 addresses in one spelling, no default port, no dot segments, no fragment, illegal characters
    percent-encoded. Beyond that only RFC 3986, section 6.2.2.1: `%e4` is `%E4`. Not its section 6.2.2.2: `%7E` and `~`
    should be the same, but browsers keep them apart, and so do servers that compare URLs as text. All else stays,
    because servers tell it apart: case, doubled and final slashes of the path, order and an empty query.

    None, too, for a host that browsers look up in vain: an empty label, one over 63 characters, over 253 in all.
    """
    normal = _if_normal(url)
    if normal is not None:
        return normal
    parsed = parse(url)
    if parsed is None or not may_exist(host_of(parsed)):
        return None
    return _LOWER_CASE_ESCAPE.sub(lambda escape: escape[0].upper(), parsed)


def host_of(url: str) -> str:
    """Return the host of a normalised URL, without port: what politeness is counted by."""
    return urlsplit(url).hostname or ""


def authority_of(url: str) -> str:
    """Return host and port of a normalised URL, without a port that is the scheme's own: which server answers."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_landing_page(url: str) -> bool:
    """Return whether a URL is, by its path, where a page is sent to that is not there for us.

    Log-in, consent, error and search pages: never the page that was cited, nor its new address.
    """
    return _LANDING.search(urlsplit(url).path) is not None


def resolve_location(base: str, location: str) -> str | None:
    """Return the absolute URL of a Location header (RFC 9110, 10.2.2); None if it is no web page.

    As browsers ask for it: percent-encodings keep their case, or a server that redirects to its own spelling would
    seem to redirect in circles.
    """
    page = parse(base)
    return page and join(page, location)


def with_fragment_of(url: str, written: str | None) -> str:
    """Return `url` with the fragment of `written`, so that a reader lands on the same section."""
    _, mark, fragment = (written or "").partition("#")
    return f"{url}#{fragment}" if mark and "#" not in url else url


def _if_normal(url: str) -> str | None:
    """Return what `normalise` returns, but quickly; None when that needs a closer look."""
    found = _NORMAL.fullmatch(url)
    if found is None or "/." in url or "/%2E" in url or found.end(1) >= MAX_LENGTH or found.end(2) > _NORMAL_ORIGIN:
        return None
    return found[1] if found[3] else f"{found[2]}/{found[4] or ''}"


def _no_web_link(url: str) -> SkipReason | None:
    """Return why a trimmed URL is no web link, or None."""
    if not url.strip():
        return SkipReason.EMPTY
    if url.startswith("#"):
        return SkipReason.FRAGMENT
    scheme = _SCHEME.match(url)
    if scheme is None:
        meant = normalise(f"https:{url}") if _WITHOUT_SCHEME.match(url) else None
        return None if meant is not None and "." in host_of(meant) else SkipReason.RELATIVE
    match scheme[1].lower():
        case "http" | "https":
            return None
        case "mailto":
            return SkipReason.MAILTO
        case _:
            return SkipReason.SCHEME
