"""What the archive of one internet holds and has been told to do."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.internet.archive.captures import Capture, urlkey


@dataclass(slots=True)
class Spell:
    """A trouble that meets the next `times` requests to `service` (None: to every service), whatever they ask for."""

    trouble: str
    service: str | None
    times: int


@dataclass(slots=True)
class Limit:
    """Requests to `service` (None: to all of them together) may come `apart` seconds after the one before at the
    earliest, and `most` (0: any number) within `window` seconds; refused ones count. Others meet `trouble`."""

    service: str | None
    apart: float
    most: int
    window: float
    trouble: str
    came: deque[float] = field(default_factory=deque)

    def refuses(self, service: str, at: float) -> bool:
        """Return whether a request at this time is one too many, and count it."""
        if self.service not in (None, service):
            return False
        while self.came and self.came[0] <= at - max(self.window, self.apart):
            self.came.popleft()
        close = bool(self.came) and at - self.came[-1] < self.apart
        often = 0 < self.most <= sum(at - before < self.window for before in self.came)
        self.came.append(at)
        return close or often


@dataclass(slots=True)
class Weather:
    """A `share` of all requests to `service` (None: to every service) meets one of `troubles`.

    Which ones depends on the seed, on what is asked for and on how often it was, and not on what else is going on.
    """

    seed: int
    share: float
    troubles: Sequence[str]
    service: str | None
    asked: Counter[str] = field(default_factory=Counter)

    def trouble(self, service: str, what: str) -> str | None:
        if self.service not in (None, service):
            return None
        self.asked[what] += 1
        chance = Random(f"{self.seed} {what} {self.asked[what]}")
        return chance.choice(self.troubles) if chance.random() < self.share else None


@dataclass(slots=True)
class Job:
    """One capture asked for with Save Page Now."""

    url: str
    polls: int = 0
    timestamp: str = ""
    error: str = ""
    """Code and message, with a blank between them, of a job that failed."""

    @property
    def ended(self) -> bool:
        return bool(self.timestamp or self.error)


@dataclass(slots=True)
class Desk:
    """How Save Page Now is doing, for the one account that there is."""

    sessions: int = 3
    """Captures under way at once."""
    captured: int = 49
    """Today …"""
    limit: int = 30_000
    """… of so many."""
    pending: int = 1
    """Times that a job is seen pending before it ends."""
    shown: bool = True
    """Whether playback has captures at once, or when it is told to."""


class Memory:
    """The archive's holdings and its troubles."""

    def __init__(self, captures: Iterable[Capture], troubled: Mapping[str, str]) -> None:
        self.captures = list(captures)
        self._troubled = {urlkey(url): trouble for url, trouble in troubled.items()}
        self._spells: list[Spell] = []
        self._limits: list[Limit] = []
        self._weather: Weather | None = None
        self.jobs: dict[str, Job] = {}
        self.desk = Desk()
        self.unseen: list[Capture] = []
        """Captures that are made and in neither index nor playback."""

    def of(self, url: str) -> list[Capture]:
        """Return the captures of a URL in all its spellings, oldest first."""
        key = urlkey(url)
        return sorted((capture for capture in self.captures if capture.urlkey == key), key=lambda c: c.timestamp)

    def add(self, capture: Capture) -> None:
        self.captures.append(capture)

    def show(self) -> None:
        """Have playback show every capture that is made."""
        self.captures += self.unseen
        self.unseen.clear()

    def trouble(self, url: str, trouble: str | None) -> None:
        """Let every request for `url` meet a trouble from now on; None: no longer."""
        if trouble is None:
            self._troubled.pop(urlkey(url), None)
        else:
            self._troubled[urlkey(url)] = trouble

    def cast(self, spell: Spell) -> None:
        if spell.times == 0:
            self._spells.clear()
        else:
            self._spells.append(spell)

    def limit(self, limit: Limit) -> None:
        self._limits.append(limit)

    def change(self, weather: Weather) -> None:
        self._weather = weather

    def trouble_before(self, service: str, what: str, at: float) -> str | None:
        """Return the trouble that a request for `what` (method and target) meets whatever URL it is about.

        `at` is when it came, in seconds: that of a limit that it breaks, or that of the weather.
        """
        # Every limit counts the request: none is passed over because another one refused it.
        refused = [limit.trouble for limit in self._limits if limit.refuses(service, at)]
        if refused:
            return refused[0]
        return self._weather and self._weather.trouble(service, what)

    def trouble_of(self, service: str, url: str) -> str | None:
        """Return the trouble that this request meets, and count it against the spell that it comes from."""
        for spell in self._spells:
            if spell.times > 0 and spell.service in (None, service):
                spell.times -= 1
                return spell.trouble
        return self._troubled.get(urlkey(url)) if url else None
