"""Where a redirect leads. Pure."""

from __future__ import annotations

import re

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome
from dlt_crawler.urls import host_of, resolve_location

_REMOVED = str.maketrans("", "", "\t\n\r")
_AUTHORITY = re.compile(r"\s*(?:(https?):)?([/\\]*)([^/\\?#]*)", re.IGNORECASE)
_FOREIGN_SCHEME = re.compile(r"\s*(?!https?:)([a-z][a-z0-9+.\-]{0,19}):", re.IGNORECASE)


def next_url(base: str, location: bytes) -> str | Finding:
    """Return the URL that `base` redirects to, or why nobody follows it.

    A Location in bytes outside ASCII is read as UTF-8, or else as Latin-1, as browsers do. Another scheme than http(s)
    is `unsafe`, because our policy refuses it (a browser would ask, or start another program), and so is a user name:
    whoever puts one before a host wants it read as another host, or gives his password away. What is no URL at all is a
    `protocol_error`.
    """
    try:
        written = location.decode("utf-8")
    except UnicodeDecodeError:
        written = location.decode("latin-1")
    url = resolve_location(base, written)
    host = host_of(base)
    if url is not None and _has_user(base, written):
        detail = f"{host} redirects to an address with a user name in it, which is not followed."
        return Finding(Outcome.UNSAFE, detail)
    if url is not None:
        return url
    if scheme := _FOREIGN_SCHEME.match(written):
        return Finding(Outcome.UNSAFE, f"{host} redirects to a {scheme[1].lower()}: address, which is not followed.")
    return Finding(Outcome.PROTOCOL_ERROR, f"{host} redirects to something that is no URL.")


def _has_user(base: str, written: str) -> bool:
    """Return whether a URL or reference has user information: what `resolve_location` would drop without a word.

    Its authority follows two slashes, or a scheme that is not the page's own (URL standard, scheme state).
    """
    found = _AUTHORITY.match(written.translate(_REMOVED))
    if found is None:
        return False
    scheme, slashes, authority = found.groups()
    begins = len(slashes) > 1 or (scheme is not None and not base.startswith(f"{scheme.lower()}:"))
    return begins and "@" in authority
