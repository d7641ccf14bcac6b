"""Where a redirect leads. Pure."""

from __future__ import annotations

import re

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome
from dlt_crawler.urls import host_of, resolve_location

_FOREIGN_SCHEME = re.compile(r"\s*(?!https?:)([a-z][a-z0-9+.\-]{0,19}):", re.IGNORECASE)


def next_url(base: str, location: bytes) -> str | Finding:
    """Return the URL that `base` redirects to, or why nobody follows it.

    A Location in bytes outside ASCII is read as UTF-8, or else as Latin-1, as browsers do. Another scheme than http(s)
    is `unsafe`, because our policy refuses it (a browser would ask, or start another program); what is no URL at all is
    a `protocol_error`.
    """
    try:
        written = location.decode("utf-8")
    except UnicodeDecodeError:
        written = location.decode("latin-1")
    url = resolve_location(base, written)
    if url is not None:
        return url
    host = host_of(base)
    if scheme := _FOREIGN_SCHEME.match(written):
        return Finding(Outcome.UNSAFE, f"{host} redirects to a {scheme[1].lower()}: address, which is not followed.")
    return Finding(Outcome.PROTOCOL_ERROR, f"{host} redirects to something that is no URL.")
