"""From a written destination to the resource that is checked, or the reason why nothing is. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import idna
from w3lib.url import safe_url_string

from dlt_crawler.model import Resource, SkipReason

MAX_LENGTH = 16_384
"""Characters. Servers commonly refuse request lines over 8 KiB (RFC 9110, section 4.1, asks for 8,000 at least)."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_CHARACTERS = re.compile(r"[^\s!\"#$%&'()*+,/:;<=>?@\[\\\]^`{|}\x00-\x1f\x7f]+")


def target_of(url: str | None, exclude: Iterable[re.Pattern[str]] = ()) -> Resource | SkipReason:
    """Return the resource that `url` (a resolved destination) names, or why it is not checked."""
    if url is None:
        return SkipReason.INVALID
    url = url.strip()
    if not url:
        return SkipReason.EMPTY
    if url.startswith("#"):
        return SkipReason.FRAGMENT
    scheme = _SCHEME.match(url)
    if scheme is None:
        return SkipReason.RELATIVE
    match scheme[1].lower():
        case "http" | "https":
            pass
        case "mailto":
            return SkipReason.MAILTO
        case _:
            return SkipReason.SCHEME
    if any(pattern.search(url) for pattern in exclude):
        return SkipReason.EXCLUDED
    normalised = normalise(url)
    return SkipReason.INVALID if normalised is None else Resource(normalised)


def normalise(url: str) -> str | None:
    """Return the form of an http(s) URL under which it is checked; None when no browser could open it.

    Lower-case scheme and host, IDNA host, no default port, no user information (it is never stored or sent), no dot
    segments, no fragment, illegal characters percent-encoded (URL standard). Query, case and doubled slashes of the
    path stay: servers tell them apart.
    """
    if len(url) > MAX_LENGTH:
        return None
    head, query_mark, query = url.partition("#")[0].partition("?")
    try:
        # Browsers read a backslash before the query as a slash (URL standard); so does everybody who then disagrees
        # about which part is the host.
        parts = urlsplit(head.replace("\\", "/") + query_mark + query)
        port = parts.port
    except ValueError:
        return None
    host = _host(parts)
    if host is None:
        return None
    scheme = parts.scheme.lower()
    authority = host if port in (None, _DEFAULT_PORTS[scheme]) else f"{host}:{port}"
    path = _without_dot_segments(parts.path) or "/"
    plain = urlunsplit(SplitResult(scheme, authority, path, parts.query, ""))
    try:
        return safe_url_string(plain)
    except ValueError:
        return None


def host_of(url: str) -> str:
    """Return the host of a normalised URL, without port: what politeness is counted by."""
    return urlsplit(url).hostname or ""


def resolve_location(base: str, location: str) -> str | None:
    """Return the absolute, normalised URL of a Location header (RFC 9110, 10.2.2); None if it is no web page."""
    try:
        target = urljoin(base, location.strip())
    except ValueError:
        return None
    found = target_of(target)
    return found.url if isinstance(found, Resource) else None


def with_fragment_of(url: str, written: str | None) -> str:
    """Return `url` with the fragment of `written`, so that a reader lands on the same section."""
    fragment = (written or "").partition("#")[2]
    return f"{url}#{fragment}" if fragment and "#" not in url else url


def _host(parts: SplitResult) -> str | None:
    host = (parts.hostname or "").lower()
    if ":" in host:
        return f"[{host}]"
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    return host if _HOST_CHARACTERS.fullmatch(host) and not host.startswith(".") and ".." not in host else None


def _without_dot_segments(path: str) -> str:
    """Apply RFC 3986, section 5.2.4, keeping empty segments."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for index, segment in enumerate(segments):
        last = index == len(segments) - 1
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
        if last and segment in (".", ".."):
            kept.append("")
    return "/" + "/".join(kept)
