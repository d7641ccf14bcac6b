"""What a world is: which hosts there are, what lives on them, and what the archive holds. Read from JSON, too."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import quote, unquote_to_bytes, urlsplit

from tests.internet.archive.captures import Capture

Dns = Literal["answers", "lies", "nxdomain", "servfail", "silent", "astray", "both", "in turns"]
Connect = Literal["accepted", "refused", "silent"]
Family = Literal["accepted", "refused", "silent", "none"]

DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Host:
    """One host. `robots` and `always` name rows of BEHAVIOURS by their path."""

    sentence: str = ""
    dns: Dns = "answers"
    """lies: with an address even for a name that nobody has; astray: with the addresses `astray`; both: with these and
    its own; in turns: its own, then these, and so on."""
    astray: Sequence[str] = ()
    """Addresses of somebody else, such as those of `networks.FORBIDDEN`."""
    cnames: int = 0
    """How many aliases lie between the name and its addresses."""
    dead_addresses: int = 0
    """How many more IPv4 addresses the name has, at which nothing listens."""
    connect: Connect = "accepted"
    """What its ports do with connections; the four below can say otherwise of some of them."""
    http: Connect = "accepted"
    https: Connect = "accepted"
    ipv4: Family = "accepted"
    ipv6: Family = "none"
    """The last two: none means that it has no address of this kind."""
    tls: str = "good"
    """A row of TLS."""
    robots: str | None = None
    """None: `always`, or there is none (404)."""
    always: str | None = None
    """What the host does whatever page it is asked for."""

    def __post_init__(self) -> None:
        for given, kind in (
            (self.dns, Dns), (self.connect, Connect), (self.http, Connect), (self.https, Connect),
            (self.ipv4, Family), (self.ipv6, Family),
        ):  # fmt: skip
            if given not in get_args(kind):
                raise ValueError(f"{given!r} is none of {get_args(kind)}: {self}")

    def on(self, scheme: str, address: str) -> Connect:
        """Return what its port of this scheme at this address does with connections: the worst that is said of it."""
        said = (
            self.connect,
            self.https if scheme == "https" else self.http,
            self.ipv6 if ":" in address else self.ipv4,
        )
        return next((word for word in ("silent", "refused") if word in said), "accepted")


# By these every program can tell that the network works: they answer in every world that does not say otherwise.
CANARIES: Mapping[str, str] = {
    "https://example.com/": "/titled/Example-Domain",
    "https://www.wikipedia.org/": "/titled/Wikipedia",
    "http://connectivitycheck.gstatic.com/generate_204": "/status/204",
    "https://www.mit.edu/": "/titled/Massachusetts-Institute-of-Technology",
    "https://www.baidu.com/": "/titled/Baidu",
}


@dataclass(frozen=True, slots=True)
class World:
    """Everything that differs from one internet to another.

    `pages`: URL → path of a row of BEHAVIOURS; `troubled`: URL → row of TROUBLES that the archive meets for it.
    """

    name: str
    hosts: Mapping[str, Host] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    captures: Sequence[Capture] = ()
    troubled: Mapping[str, str] = field(default_factory=dict)
    other_hosts: Host = Host()
    """Every host that `hosts` does not name."""

    @property
    def ports(self) -> dict[int, str]:
        """Every port that some URL of this world names, with its scheme."""
        ports = {80: "http", 443: "https"}
        for parts in map(urlsplit, self.pages):
            if parts.port is not None:
                ports[parts.port] = parts.scheme
        return ports


def is_made_up(name: str) -> bool:
    """Return whether nobody has this name: it ends in .invalid (RFC 6761), or is 25 letters of .com, www. aside."""
    return _MADE_UP.fullmatch(name) is not None


_MADE_UP = re.compile(r"(?:.+\.)?invalid|(?:www\.)?[a-z]{25}\.com")


def key_of(url: str) -> tuple[str, str, bytes]:
    """Return what two spellings of a URL have in common: clients differ in what they percent-encode."""
    parts = urlsplit(url)
    authority = parts.netloc.lower().removesuffix(f":{DEFAULT_PORTS[parts.scheme]}")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, authority, unquote_to_bytes(target)


def read(path: Path) -> World:
    """Read a world from a JSON object with the fields of `World`, and `living`: documents whose every link lives.

    Hosts and captures are objects with the fields of `Host` and `Capture`; paths are relative to the file.
    """
    table = json.loads(path.read_text(encoding="utf-8"))
    living = living_pages(path.parent / name for name in table.pop("living", ()))
    hosts = {name: Host(**row) for name, row in table.pop("hosts", {}).items()}
    others = Host(**table.pop("other_hosts", {}))
    captures = tuple(Capture(**row) for row in table.pop("captures", ()))
    pages = {**living, **table.pop("pages", {})}
    return World(**{"name": path.stem, **table}, hosts=hosts, other_hosts=others, captures=captures, pages=pages)


def living_pages(documents: Iterable[Path]) -> dict[str, str]:
    """Return a living page for every URL that markdown documents may mean, titled by its label where it has one.

    Where a URL ends is the program's question, not ours: every end that a reader could see lives.
    """
    pages: dict[str, str] = {}
    for document in documents:
        text = document.read_text(encoding="utf-8")
        for found in _URL.finditer(text):
            label = _LABEL.search(text[max(found.start() - 250, 0) : found.start()])
            for url in _readings(found[1]):
                pages.setdefault(url, _page(url, label[1] if label else ""))
    return pages


# One URL may stand inside another, or inside what looks like one: "[http://a](http://a)".
_URL = re.compile(r"(?=(https?://[^\s<>\"`]+))")
_LABEL = re.compile(r"\[([^\[\]]{8,200})\]\(\s*<?$")


def _readings(written: str) -> Iterator[str]:
    """Yield the URL with and without what may be punctuation, markup or text around it; entities resolved."""
    candidates = {written, re.split(r"[\])|]", written)[0], re.sub(r"[^\x21-\x7e].*", "", written)}
    while match := re.fullmatch(r"(.+)[^\w/=#&+-]", written):
        written = match[1]
        candidates.add(written)
        if written.count("(") == written.count(")"):
            candidates.add(written)
    for candidate in candidates:
        for url in (candidate, html.unescape(candidate).replace("\\", ""), candidate.rstrip(").,;:'*_")):
            if _is_url(url):
                yield url.partition("#")[0]


def _is_url(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and (urlsplit(url).port or 1) > 0
    except ValueError:
        return False


def _page(url: str, label: str) -> str:
    path = urlsplit(url).path
    for suffix, row in ((".pdf", "/pdf"), (".png", "/png"), (".jpg", "/png")):
        if path.lower().endswith(suffix):
            return row
    words = re.sub(r"[^\w]+", " ", label or f"{urlsplit(url).hostname} {path}").strip()
    return f"/titled/{quote(words, safe='')}"
