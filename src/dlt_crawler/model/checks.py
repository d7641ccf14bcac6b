"""What was seen: runs and checks. All times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from dlt_crawler.model.documents import Resource
from dlt_crawler.model.pages import Evidence, Page, Signal
from dlt_crawler.model.works import Work

RunId = NewType("RunId", int)


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


SUCCESSES = frozenset({Outcome.OK, Outcome.REDIRECTED})
"""Outcomes that say that a page was shown."""


class LinkWarning(StrEnum):
    """Something a person should know about a living link."""

    TLS_UNVERIFIED = "tls_unverified"
    FRAGMENT_MISSING = "fragment_missing"
    ALTERNATIVE_ADDRESS = "alternative_address"
    """The link as it is written does not answer; with the other scheme, or with or without `www.`, it does."""
    DRIFTED = "drifted"
    """The page answers, and seems to be about something else than it was before."""
    WITHDRAWN = "withdrawn"
    """The paper is still shown, and its authors have taken it back."""
    ARCHIVED = "archived"
    """The repository is still shown, and nobody works on it any more."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """One hop: `url` answered `status` and sent us to `location` (absolute)."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Validators:
    """What a page that was seen whole can be asked for with again: it is sent when it has changed (RFC 9110, 13.1).

    At least one of the two is there, each as it was received.
    """

    url: str
    """The URL that answered with them. They say nothing of any other."""
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """What the check of a link was answered before it was broken off, for whoever goes on with it."""

    text: str
    """JSON that only `fetch` reads, at most 262,144 bytes (UTF-8). It holds the cookies of the check."""
    hops: int
    """How often the link was handed on, this time included."""


@dataclass(frozen=True, slots=True)
class HandedOn:
    """A link whose check has come to a host of another site, which only the worker that holds that site may ask."""

    resource: Resource
    site: str
    """The other site (`urls.site_of`) …"""
    slot: str
    """… and the slot in it (`urls.slot_of`) that is to be asked next."""
    trail: Trail
    """What its `Due` is to have there. Any trail that it was handed out with is in it."""


@dataclass(frozen=True, slots=True)
class Due:
    """A resource that is to be checked, and what is known of it."""

    resource: Resource
    fragments: tuple[str, ...] = ()
    """Fragments with which it is written in the documents, as written, without "#"."""
    known: Page = Page()
    """What the page said of itself before."""
    validators: Validators | None = None
    """What to ask with whether it is still the same; None: all of it is wanted."""
    trail: Trail | None = None
    """What is answered already, of a link that was handed on; all else of it is as it was where its check began."""


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
    """What the answer says of itself, whatever the outcome."""
    work: Work | None = None
    """What it says of the work that it presents; None: nothing, or nobody has asked."""
    evidence: Evidence | None = None
    """What rules look at; None where nothing was read that they could look at."""
    signals: tuple[Signal, ...] = ()
    """What speaks against a page that answers."""
    warnings: tuple[LinkWarning, ...] = ()
    nxdomain: bool = False
    """For `dns_error`: the name was denied (NXDOMAIN, no address), which is more than a resolver in trouble."""
    asked: bool = True
    """False: the page itself was not asked for, though it might answer: its host kept failing, wanted a pause or did
    not give its robots.txt, or this machine has no way to it. That proves nothing, and the page comes first the next
    time."""
    validators: Validators | None = None
    """What came with a page that nothing speaks against; None: it has none, or is to be seen whole the next time. Of a
    page that has not changed: those that it was asked for with."""
    server_time: datetime | None = None
    """What the clock of the last server says (Date, plus Age: RFC 9110, 6.6.1; RFC 9111, 5.1), if it says so."""

    @property
    def unchanged(self) -> bool:
        """Whether the page is known to be what it was, without having been seen (RFC 9110, section 15.4.5)."""
        return self.status == 304 and self.outcome in SUCCESSES

    @property
    def remembered(self) -> bool:
        """Whether what the page says of itself is to be known from now on.

        Not what stands on an error page, a wall or a log-in page. Nor what a page says that has become another one:
        what was cited stays known, and the warning stands for as long as the page differs from that.
        """
        return self.outcome in SUCCESSES and LinkWarning.DRIFTED not in self.warnings

    @property
    def permanent(self) -> bool:
        """Whether every hop was permanent (301 or 308, RFC 9110 section 15.4), from the link's own address on."""
        own = LinkWarning.ALTERNATIVE_ADDRESS not in self.warnings
        return own and bool(self.redirects) and all(hop.status in (301, 308) for hop in self.redirects)


@dataclass(frozen=True, slots=True)
class Check:
    """One observation of one resource in one run. Append-only: never changed once stored."""

    run: RunId
    look: int
    """1, or 2 for the second look at the end of the same run."""
    seen: Observation
    times: int = 1
    """How many checks it stands for: itself, and those before it that saw the same and were thinned out (`prune`)."""


@dataclass(frozen=True, slots=True)
class BadNight:
    """Several links of one host failed in one run as hosts do: one event, and not as many as there are links.

    In whatever mixture: a server in trouble refuses, resets, times out and answers 502 within one night.
    """

    run: RunId
    host: str
    """Host and port, as `urls.authority_of` names them."""


@dataclass(frozen=True, slots=True)
class RobotsRecord:
    """What an origin answered to the question for its robots.txt: its text, None where it has none (4xx)."""

    origin: str
    at: datetime
    text: str | None


ROBOTS_LIFE = timedelta(hours=24)
"""How long a `RobotsRecord` holds at most (RFC 9309, section 2.4)."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A slot that is to be left in peace for so many seconds: by our own politeness, or as a host of it wants."""

    slot: str
    seconds: float
    given_up: bool = False
    """Whether nobody waits for its end: what comes up of the slot until then is not asked for in that run."""


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """What waits for one slot: a host, or the hosts of one server farm."""

    slot: str
    links: int
    seconds: float | None
    """Seconds of requests that it is expected to take in all, by the latest checks; None: unknown."""


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
    """When its last check was made, and the canaries had vouched for it."""
    network: Network
    trouble: str | None = None
    """What was wrong with our own network or clock, as a sentence; None for a run that proves something."""
    full: bool = False
    """Whether everything is checked, not only what is due."""
    done: datetime | None = None
    """When all of the job that it belongs to was done, its reports written; None: there is something left to do."""
    since: str | None = None
    """The git revision to whose changes it was narrowed down; None: it was about all links, as those of nights are."""
    shard: str | None = None
    """The shard that it was narrowed down to, as `Shard.parse` reads it; None: it was about all links."""
