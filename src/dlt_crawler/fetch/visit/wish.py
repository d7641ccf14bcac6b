"""What a visit to a URL is asked with, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.server import Server
from dlt_crawler.fetch.wire.exchange import Reading
from dlt_crawler.page import Content


@dataclass(frozen=True, slots=True)
class PageWish:
    """What is to be read in a page, beside what is always read."""

    fragments: tuple[str, ...] = ()
    """Fragments to be looked for."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One request to one URL. Picklable: it may cross processes."""

    url: str
    server: Server
    """Of this URL."""
    reading: Reading
    """How much of the body is wanted."""
    seconds: float
    """From the look-up of the host to the last byte; waiting for the turn of the host is not counted."""
    page: PageWish | None = None
    """What is to be read in the page; the answer has its content then, and not the body."""
    robots: bool = False
    """Whether the robots.txt of its origin is obeyed."""
    cookie: str = ""
    """The Cookie header."""
    verify: bool = True
    """False: any certificate is good."""
    keep: bool = False
    """Whether what is answered goes into our own WARC files, if there are any."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Header fields beside the usual ones, or in their place; a password may be among them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A head, and what was wanted of the body."""

    url: str
    status: int
    location: bytes | None
    content_type: str | None
    retry_after: bool
    elapsed: float
    """Seconds, waiting for the host's turn not counted."""
    cookies: tuple[str, ...]
    """The Set-Cookie lines."""
    body: bytes | None = None
    """Without its content coding; None when the coding is not known, or the page is wanted."""
    complete: bool = True
    """False: the body broke off before all that was wanted had come."""
    content: Content | None = None
    """What the page shows; None when it was not wanted, and for a redirect."""
    fields: tuple[tuple[str, str], ...] = ()
    """All header fields, names in lower case; of a page, those that say when it was made and what to ask for it with
    again: its content has all others that matter."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """There was no head."""

    finding: Finding
    elapsed: float
    """Seconds of requests under way."""
    connected: bool = False
    """Whether the host had accepted the connection, TLS included."""
    certificate: bool = False
    """Whether nothing but the certificate was wrong."""


class Visits(Protocol):
    """What grants wishes: the client itself, and what stands before it."""

    async def visit(self, wish: Wish, on_silence: Callable[[], None] | None = None) -> Answer | NoAnswer:
        """Ask once. `on_silence` is called when half of the wish's seconds have passed without a head."""
