"""Where a URL is asked for: parsed once, and whatever it is worth. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.model import Outcome
from dlt_crawler.urls import DEFAULT_PORTS, slot_of

_PRINTABLE = re.compile(r"[!-~]+")
_NO_URL = Finding(Outcome.INVALID_URL, "This is no URL that can be asked for.")
_REMEMBERED = 16_384
"""Origins (a few MB): the links of one host come close together."""


@dataclass(frozen=True, slots=True)
class Server:
    """Who is asked."""

    origin: str
    """scheme://host:port, the port only where the URL has one."""
    host: str
    port: int
    slot: str
    """Whose turn it takes: the host's, or that of its server farm (`urls.slot_of`)."""


def server_of(url: str) -> Server | Finding:
    """Return where `url`, any string, is asked for, or why it is not. Secrets that it holds are in no sentence."""
    return _server("/".join(url.split("/", 3)[:3])) if _PRINTABLE.fullmatch(url) else _NO_URL


@lru_cache(_REMEMBERED)
def _server(origin: str) -> Server | Finding:
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return _NO_URL
    if parts.scheme not in DEFAULT_PORTS:
        return Finding(Outcome.UNSAFE, "It is not asked for: it is neither http nor https.")
    if "@" in parts.netloc:
        return Finding(Outcome.UNSAFE, f"{host} is not asked for this: it has a user name, or a password, in its URL.")
    if not host:
        return _NO_URL
    return Server(f"{parts.scheme}://{parts.netloc.lower()}", host, port or DEFAULT_PORTS[parts.scheme], slot_of(host))
