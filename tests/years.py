"""A small world that lives for years: what becomes of each link, night by night, and what is true of it.

Everything is a table or comes from a seed, so that each night can be asked for the truth.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from dlt_crawler.model import Outcome
from tests.simulated import Answer, Fails, Shows, page

CANARIES = (
    "https://canary.example/",
    "https://another.example.org/",
    "http://connectivity.example.net/generate_204",
)

PATIENCE: Mapping[str, float] = {
    "404": 0, "410": 0, "soft": 1, "parked": 1, "nxdomain": 3, "refused": 7, "timeout": 7, "500": 7, "tls": 7,
}  # fmt: skip
"""How things end, and in how many days that is proven, when it is looked at every night (DESIGN.md, section 2)."""

LIVING = frozenset({"lives", "elsewhere", "moved", "shaky"})
"""A person can open it: as it is, after a redirect, for good at another address, or at the second try."""
WALLED = frozenset({"403", "429", "robots", "wall"})
"""A person can open it, and a robot can not."""

_PARKED = (
    '<html><title>example.com is for sale</title><script src="//img.sedoparking.com/js/jquery.js"></script>'
    "<h1>This domain is for sale</h1><p>Buy this domain.</p></html>"
)


@dataclass(frozen=True, slots=True)
class Phase:
    """From night `first` on a link is as `kind` says. `passes`: whether that is an outage, of something that lives."""

    first: int
    kind: str
    passes: bool = False


@dataclass(slots=True)
class Link:
    """One link, and what becomes of it."""

    url: str
    phases: Sequence[Phase]
    archived: bool = True
    revisions: int = 40
    """Nights after which its page has changed a little, and has another validator."""

    def phase(self, night: int) -> Phase:
        return [each for each in self.phases if each.first <= night][-1]

    def is_dead(self, night: int) -> bool:
        phase = self.phase(night)
        return phase.kind in PATIENCE and not phase.passes

    def lives(self, night: int) -> bool:
        """Whether a person can open it tonight, and a robot, too."""
        return self.phase(night).kind in LIVING

    def dead_since(self, night: int) -> int | None:
        return self.phase(night).first if self.is_dead(night) else None

    def living_since(self, night: int) -> int | None:
        """The first night of those in a row, up to this one, on which it answered robots."""
        since = None
        for phase in self.phases:
            if phase.first > night:
                break
            since = (phase.first if since is None else since) if phase.kind in LIVING else None
        return since


def fate(*parts: tuple[int, str]) -> tuple[Phase, ...]:
    """Return phases from (nights, kind), the kind with a "~" before it for an outage."""
    phases, night = [], 0
    for nights, kind in parts:
        phases.append(Phase(night, kind.removeprefix("~"), kind.startswith("~")))
        night += nights
    return tuple(phases)


def _named() -> Iterator[Link]:
    """Yield links whose fates were thought of."""
    yield Link("http://steady.example/paper", fate((0, "lives")))
    yield Link("http://redirecting.example/old", fate((0, "elsewhere")))
    yield Link("http://moving.example/old", fate((60, "lives"), (0, "moved")))
    yield Link("http://gone.example/paper", fate((50, "lives"), (0, "404")))
    yield Link("http://gone.example/another", fate((0, "410")), archived=False)
    yield Link("http://returning.example/paper", fate((30, "lives"), (200, "410"), (0, "lives")))
    yield Link("http://soft.example/paper", fate((90, "lives"), (250, "soft"), (0, "lives")))
    yield Link("http://lapsed.example/", fate((120, "lives"), (0, "parked")))
    yield Link("http://vanished.example/", fate((40, "lives"), (300, "nxdomain"), (0, "lives")))
    yield Link("http://refusing.example/", fate((10, "lives"), (0, "refused")))
    yield Link("http://silent.example/", fate((200, "lives"), (400, "timeout"), (0, "lives")))
    yield Link("http://broken.example/", fate((70, "lives"), (100, "500"), (300, "lives"), (0, "500")))
    yield Link("http://walled.example/", fate((0, "403")))
    yield Link("http://closing.example/", fate((100, "lives"), (300, "wall"), (0, "lives")))
    yield Link("http://closing.example/dead", fate((100, "lives"), (100, "404"), (200, "403"), (0, "404")))
    yield Link("http://limiting.example/", fate((30, "lives"), (200, "429"), (0, "lives")))
    yield Link("http://forbidding.example/", fate((0, "robots")))
    yield Link("http://shaky.example/", fate((0, "shaky")))
    # Up for a night, down for a night, for months; then at last it dies.
    weeks = [(1, "~500" if night % 2 else "lives") for night in range(120)]
    yield Link("http://flapping.example/", fate((20, "lives"), *weeks, (300, "lives"), (0, "404")))
    # Down for six days in each fortnight.
    yield Link("http://fainting.example/", fate(*[(9, "lives"), (6, "~timeout")] * 40, (0, "lives")))
    yield Link("http://lame.example/", fate(*[(25, "lives"), (3, "~nxdomain")] * 30, (0, "lives")))
    yield Link("http://rebuilt.example/page", fate(*[(30, "lives"), (1, "~soft")] * 30, (0, "lives")))
    # A host with many links has outages of ten days, young and old; one of its pages dies meanwhile.
    for number in range(7):
        end = (0, "404") if number == 6 else (0, "lives")
        parts = ((6, "lives"), (10, "~timeout"), (200, "lives"), (11, "~500"), (150, "lives"), (12, "~refused"))
        yield Link(f"http://large.example/paper/{number}", fate(*parts, (100, "lives"), (1, "lives"), end))
    # And one goes away as a whole.
    for number in range(6):
        yield Link(f"http://closed.example/{number}", fate((150, "lives"), (0, "nxdomain")))


def _random(chance: random.Random, number: int, nights: int) -> Link:
    parts: list[tuple[int, str]] = []
    while sum(length for length, _ in parts) < nights:
        parts.append((chance.randint(20, 250), chance.choice(("lives", "lives", "elsewhere"))))
        match chance.choice(("dies", "trouble", "name", "soft", "wall", "shaky")):
            case "dies":
                parts.append((chance.randint(130, 400), chance.choice(tuple(PATIENCE))))
            case "trouble":
                parts.append((chance.randint(1, 6), chance.choice(("~refused", "~timeout", "~500", "~tls"))))
            case "name":
                parts.append((chance.randint(1, 3), "~nxdomain"))
            case "soft":
                parts.append((1, chance.choice(("~soft", "~parked"))))
            case "wall":
                parts.append((chance.randint(10, 150), chance.choice(tuple(sorted(WALLED)))))
            case "shaky":
                parts.append((chance.randint(5, 60), "shaky"))
    # At most three share a host: theirs are fates of pages.
    return Link(f"http://random-{number // 3}.example/{number}", fate(*parts), archived=number % 4 != 0)


@dataclass
class World:
    """All links, and what happens to ourselves."""

    seed: int
    nights: int
    links: Sequence[Link] = ()
    ours: Mapping[int, str] = field(default_factory=dict)
    """Night → what is wrong with us: see `OURS`."""
    night: int = 0
    asked_tonight: Counter[str] = field(default_factory=Counter)
    trouble: str = ""
    """What is wrong now."""

    @classmethod
    def of(cls, seed: int, nights: int) -> World:
        chance = random.Random(seed)
        links = [*_named(), *(_random(chance, number, nights) for number in range(9))]
        ours = {night: chance.choice(OURS) for night in range(3, nights) if chance.random() < 0.06}
        return cls(seed, nights, links, ours)

    def begin(self, night: int) -> None:
        self.night = night
        self.asked_tonight.clear()
        self.trouble = ""

    def answer(self, url: str) -> Answer:
        """Return what happens to who asks for a URL now."""
        self.asked_tonight[url] += 1
        if self.trouble in _FAILURES_OF_OURS:
            return _FAILURES_OF_OURS[self.trouble]
        if self.trouble == "portal":
            return page("Welcome to our hotel", "Log in to the network.", hops=((302, "http://portal.example/login"),))
        link = next((each for each in self.links if each.url == url), None)
        if link is not None:
            return self._of(link)
        if url in CANARIES:
            return Shows(204, "") if url.endswith("204") else page("A canary", etag=None)
        # Nobody has such a name.
        return page("Buy this name", "Sponsored links.") if self.trouble == "hijack" else _NXDOMAIN

    def _of(self, link: Link) -> Answer:
        url, title = link.url, f"The work of {urlsplit(link.url).hostname} on {urlsplit(link.url).path}"
        match link.phase(self.night).kind:
            case "lives":
                return page(title, etag=f'"{self.night // link.revisions}"')
            case "elsewhere":
                return page(title, hops=((302, f"{url}/index"),), etag='"1"')
            case "moved":
                return page(title, hops=((301, "http://new-address.example/home/of/it"),), etag='"1"')
            case "shaky":
                # Where the job is killed, a try may be forgotten that has failed.
                fails = self.asked_tonight[url] % 2 and self.ours.get(self.night) != "killed"
                return page("Unavailable", status=503) if fails else page(title)
            case "soft":
                return page("Page not found", "Sorry, it is not here.")
            case "parked":
                return Shows(200, _PARKED)
            case "wall":
                return page("Just a moment...", "Checking your browser", status=503,
                            fields=(("server", "cloudflare"), ("cf-mitigated", "challenge")))  # fmt: skip
            case "429":
                return page("Slow down", status=429)
            case kind if kind.isdigit():
                return page("It does not work", status=int(kind))
            case kind:
                return _FAILURES[kind]


_NXDOMAIN = Fails(Outcome.DNS_ERROR, "The name does not exist.", nxdomain=True)
_FAILURES = {
    "nxdomain": _NXDOMAIN,
    "refused": Fails(Outcome.CONNECTION_ERROR, "The connection was refused."),
    "timeout": Fails(Outcome.TIMEOUT, "No answer in time."),
    "tls": Fails(Outcome.TLS_ERROR, "No connection that is encrypted."),
    "robots": Fails(Outcome.ROBOTS_DENIED, "robots.txt forbids it."),
}
_FAILURES_OF_OURS = {
    "down": Fails(Outcome.DNS_ERROR, "The name server does not answer."),
    "cut": Fails(Outcome.CONNECTION_ERROR, "The network cannot be reached."),
}

OURS = (
    "off", "off", "off",  # the machine is switched off
    "down", "down",  # there is no network
    "cut",  # the network is lost in the middle of the night
    "portal", "hijack",  # somebody else answers
    "ahead", "behind",  # the clock of the machine is wrong
    "killed", "killed", "killed",  # the job is, and started once more
)  # fmt: skip
"""What may be wrong with us."""
