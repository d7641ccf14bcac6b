"""The nouns of dlt-crawl: frozen dataclasses and enums, standard library only.

The order is that of the data flow: a document holds occurrences, occurrences name resources, a run checks resources,
verdicts judge checks, snapshots replace the dead, repairs put them into the document. All times are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

RunId = NewType("RunId", int)


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open byte offsets of a URL's text in its file: the destination alone, without brackets or quotes."""

    start: int
    end: int


class LinkKind(StrEnum):
    """The construct a link is written in, in CommonMark's terms."""

    INLINE = "inline"
    IMAGE = "image"
    REFERENCE = "reference"
    AUTOLINK = "autolink"
    BARE = "bare"
    HTML = "html"
    FRONT_MATTER = "front_matter"
    CODE = "code"
    IMPLIED = "implied"


class SkipReason(StrEnum):
    """Why a written link is not checked. `INVALID` is the only one that says something is wrong with the link."""

    EMPTY = "empty"
    FRAGMENT = "fragment"
    RELATIVE = "relative"
    MAILTO = "mailto"
    SCHEME = "scheme"
    EXCLUDED = "excluded"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Resource:
    """A normalised http(s) URL without fragment: what is checked once, however often it is written."""

    url: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One source file: how people name it (relative to the working directory if possible), its bytes, their SHA-256."""

    path: str
    data: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class LinkOccurrence:
    """One written link."""

    file: str
    span: Span | None
    """None when the exact bytes are not known: the link is checked and never edited."""
    line: int
    column: int
    """Where the URL begins, both 1-based, the column in characters."""
    kind: LinkKind
    raw: str
    """Exactly the bytes of the span, decoded."""
    url: str | None
    """The destination as a renderer resolves it, with its fragment; None when it is unusable."""
    text: str
    """The label that a reader sees, on one line; the raw URL where there is none."""
    target: Resource | SkipReason
    """What is checked for this occurrence, or why nothing is."""


class Outcome(StrEnum):
    """What one check saw: an observation, never a judgement."""

    OK = "ok"
    REDIRECTED = "redirected"
    NOT_FOUND = "not_found"
    SOFT_404 = "soft_404"
    PARKED = "parked"
    DNS_ERROR = "dns_error"
    CONNECTION_ERROR = "connection_error"
    TIMEOUT = "timeout"
    TLS_ERROR = "tls_error"
    PROTOCOL_ERROR = "protocol_error"
    REDIRECT_LOOP = "redirect_loop"
    SERVER_ERROR = "server_error"
    CLIENT_ERROR = "client_error"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    ROBOTS_DENIED = "robots_denied"
    UNSAFE = "unsafe"
    INVALID_URL = "invalid_url"
    SKIPPED = "skipped"


class LinkWarning(StrEnum):
    """Something a person should know about a living link."""

    TLS_UNVERIFIED = "tls_unverified"
    FRAGMENT_MISSING = "fragment_missing"


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop: `url` answered `status` and sent us to `location` (absolute)."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Page:
    """What a living page says of itself. None where it does not say."""

    title: str | None = None
    abstract: str | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """What happened when one resource was asked for: a `Check` that does not know its run yet."""

    resource: Resource
    at: datetime
    elapsed: float
    """Seconds from the first request to the last byte read, without waiting in our own queues."""
    outcome: Outcome
    detail: str
    """What happened, as a sentence a person understands."""
    status: int | None = None
    final_url: str | None = None
    """Status code of the last answer, and where it came from; None when there was none."""
    redirects: tuple[Redirect, ...] = ()
    content_type: str | None = None
    page: Page = Page()
    warnings: tuple[LinkWarning, ...] = ()
    nxdomain: bool = False
    """For `dns_error`: the name was denied (NXDOMAIN, no address), which is more than a resolver in trouble."""
    asked: bool = True
    """False: its robots.txt could not be had although the host accepted the connection, so the page itself was never
    asked for: this speaks against the link and proves nothing."""

    @property
    def permanent(self) -> bool:
        """Whether every hop was permanent (301 or 308, RFC 9110 section 15.4)."""
        return bool(self.redirects) and all(hop.status in (301, 308) for hop in self.redirects)


@dataclass(frozen=True, slots=True)
class Check:
    """One observation of one resource in one run. Append-only: never changed once stored."""

    run: RunId
    look: int
    """1, or 2 for the second look at the end of the same run."""
    seen: Observation


class Network(StrEnum):
    """What the canaries said of our own network during a run."""

    OK = "ok"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Run:
    """One crawl. `finished` is None while it runs, and after a crash until the next run takes it up again."""

    id: RunId
    started: datetime
    finished: datetime | None
    network: Network


class State(StrEnum):
    """A verdict. Only `DEAD` is ever replaced in a document."""

    ALIVE = "alive"
    FAILING = "failing"
    DEAD = "dead"
    BLOCKED = "blocked"
    UNSAFE = "unsafe"
    INVALID = "invalid"
    SKIPPED = "skipped"
    UNCHECKED = "unchecked"


BROKEN_STATES = frozenset({State.DEAD, State.INVALID})
"""What `report` lists by default and `--exit-code` fails on: proven, and something the reader of the list can mend."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement over `checks` checks of one resource, its reason a sentence: a function of (checks, policy, now)."""

    state: State
    reason: str
    last_checked: datetime | None = None
    last_ok: datetime | None = None
    failing_since: datetime | None = None
    """First failed check after the last success; None for a link that does not fail."""
    checks: int = 0
    recovering: bool = False
    """Was dead and answers again, but not yet on two days: alive, and an existing repair stays for now."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One archived copy (a memento, RFC 7089) of `original`. `validated`: how we know that it is good ("playback")."""

    original: str
    timestamp: str
    """14 digits, YYYYMMDDhhmmss, UTC: when the archive captured it."""
    url: str
    """The archive's URL for readers; `status` is the status code that the archive recorded."""
    status: int
    validated: str


class NoSnapshotReason(StrEnum):
    """Why the archive has nothing for us. "Could not ask" is not among them: that is an `ArchiveError`."""

    NEVER_ARCHIVED = "never_archived"
    EXCLUDED = "excluded"
    ONLY_BAD_CAPTURES = "only_bad_captures"


@dataclass(frozen=True, slots=True)
class NoSnapshot:
    """Asked, and there is none."""

    original: str
    reason: NoSnapshotReason


ArchiveAnswer = Snapshot | NoSnapshot


@dataclass(frozen=True, slots=True)
class Repair:
    """One edit: the URL of `occurrence` becomes `replacement`, because of `evidence` (a sentence)."""

    occurrence: LinkOccurrence
    replacement: str
    evidence: str


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """All that is known of one link, the row of every report: `last` is the latest check, whatever it saw."""

    url: str
    """The resource's; for a link that is not checked (`skipped`, `invalid`) its destination as written."""
    verdict: Verdict
    last: Check | None
    page: Page
    """Title and abstract from the latest check that had them."""
    first_seen: datetime
    snapshot: ArchiveAnswer | None  # None: not asked, or could not be
    occurrences: tuple[LinkOccurrence, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What a report shows: the latest run (None before the first), and every link, in document order."""

    run: Run | None
    links: tuple[LinkStatus, ...]

    @property
    def occurrences(self) -> int:
        """How many written links there are."""
        return sum(len(link.occurrences) for link in self.links)

    @property
    def counts(self) -> Mapping[State, int]:
        """Links by state; every state is a key."""
        totals = dict.fromkeys(State, 0)
        for link in self.links:
            totals[link.verdict.state] += 1
        return totals
