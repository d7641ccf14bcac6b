"""What follows: verdicts, and the report that shows them. All times are aware UTC."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dlt_crawler.model.archives import ArchiveAnswer
from dlt_crawler.model.checks import Check, Run, RunId
from dlt_crawler.model.documents import LinkOccurrence, Lint
from dlt_crawler.model.explanations import Explanation
from dlt_crawler.model.ignores import Ignore, StaleIgnore
from dlt_crawler.model.links import Links, links_of
from dlt_crawler.model.pages import Page
from dlt_crawler.model.repairs import Dispute, Fix, LoggedRepair
from dlt_crawler.model.states import BROKEN_STATES, State
from dlt_crawler.model.trends import Trends


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
    moved_to: str | None = None
    """Where it has moved for good, when that is proven: its permanent redirects were seen on two days."""
    held: bool = False
    """Fails, and would be dead, if it were not one of too many that would be dead at once."""


class Change(StrEnum):
    """What people are told of between two runs."""

    DEAD = "newly_dead"
    RECOVERED = "recovered"
    """Was dead, and answers again."""
    MOVED = "newly_moved"
    BLOCKED = "newly_blocked"


@dataclass(frozen=True, slots=True)
class Transition:
    """A verdict on one link became another, in state or in where the link has moved to; written down as it happens."""

    url: str
    """The resource's."""
    run: RunId | None
    """The latest run then; None before the first."""
    at: datetime
    before: State
    after: State
    reason: str
    """Of the new verdict."""
    moved_to: str | None = None
    """Where the link is known from now on to have moved for good; None when that is no part of the change."""

    @property
    def change(self) -> Change | None:
        """What people are told; None for a change that is no news, such as a first failure."""
        match self.before, self.after:
            case _, State.DEAD if self.before is not State.DEAD:
                return Change.DEAD
            case State.DEAD, State.ALIVE:
                return Change.RECOVERED
            case _, State.BLOCKED if self.before is not State.BLOCKED:
                return Change.BLOCKED
        return Change.MOVED if self.moved_to is not None else None


@dataclass(frozen=True, slots=True)
class Story:
    """All that has happened to one link, each part oldest first."""

    link: LinkStatus
    checks: tuple[Check, ...]
    transitions: tuple[Transition, ...]
    repairs: tuple[LoggedRepair, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of a written link, and what is known of it."""

    url: str
    verdict: Verdict


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
    alternatives: tuple[Alternative, ...] = ()
    """The other readings of its occurrences, each once, and what is known of them."""
    original: Alternative | None = None
    """For a link into an archive: the page that is archived there, and what is known of it."""
    note: str | None = None
    """What people should know of its site (`SiteRule.note`)."""
    dispute: Dispute | None = None
    """The latest one that is still open: the link has not been seen alive since."""
    ignored: Ignore | None = None
    """By whom and why the link is not to be reported, though it is checked; such a link counts as broken nowhere."""
    written: datetime | None = None
    """When the first of its occurrences was written, as git knows; None: nobody asked, or git does not know."""

    @property
    def is_broken(self) -> bool:
        """Whether it is proven to be broken, and nobody has asked not to be told of it."""
        return self.verdict.state in BROKEN_STATES and self.ignored is None


@dataclass(frozen=True, slots=True)
class Report:
    """What a report shows: the latest run (None before the first), and every link, in document order.

    Any sequence of links makes one; it has them as `Links`.
    """

    run: Run | None
    links: Links
    lints: tuple[Lint, ...] = ()
    transitions: tuple[Transition, ...] = ()
    """What has changed since the run before was done, one for each link, in the order of the URLs."""
    repairs: tuple[LoggedRepair, ...] = ()
    """The repairs that rest on the latest run which led to any, oldest first; without those that were taken back."""
    fixes: tuple[Fix, ...] = ()
    """What `repair` would write now, in the order of the documents; worked out only where it is shown."""
    ignores: tuple[StaleIgnore, ...] = ()
    """Requests to ignore links that have expired or are needless."""
    trends: Trends | None = None
    """How the links have fared; loaded only where it is shown."""
    explanations: Mapping[str, Explanation] = field(default_factory=dict)
    """The evidence for verdicts, by the URLs of links; loaded only where it is told, of the links that are listed."""
    only: str = ""
    """To what it was narrowed down, in sentences ("Only links added or changed since main."); empty: to nothing."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "links", links_of(self.links))

    @property
    def occurrences(self) -> int:
        """How many written links there are."""
        return self.links.occurrences()

    @property
    def held(self) -> int:
        """How many links are only not dead because they would be too many at once (`Verdict.held`)."""
        return sum(count for kind, count in self.links.kinds().items() if kind.held)

    @property
    def broken(self) -> int:
        """How many links are broken (`LinkStatus.is_broken`)."""
        return sum(count for kind, count in self.links.kinds().items() if kind.is_broken)

    @property
    def counts(self) -> Mapping[State, int]:
        """Links by state; every state is a key."""
        totals = dict.fromkeys(State, 0)
        for kind, count in self.links.kinds().items():
            totals[kind.state] += count
        return totals

    @property
    def ignored(self) -> Mapping[State, int]:
        """How many links of `counts` somebody asked not to be told of, by state; a state without any is no key."""
        totals: Counter[State] = Counter()
        for kind, count in self.links.kinds().items():
            if kind.ignored:
                totals[kind.state] += count
        return totals
