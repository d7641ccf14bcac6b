"""What the archive of one internet holds and has been told to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.internet.archive.captures import Capture, urlkey


@dataclass(slots=True)
class Spell:
    """A trouble that meets the next `times` requests to `service` (None: to every service), whatever they ask for."""

    trouble: str
    service: str | None
    times: int


@dataclass(slots=True)
class Job:
    """One capture asked for with Save Page Now."""

    url: str
    polls: int = 0
    timestamp: str = ""


class Memory:
    """The archive's holdings and its troubles."""

    def __init__(self, captures: Iterable[Capture], troubled: Mapping[str, str]) -> None:
        self.captures = list(captures)
        self._troubled = {urlkey(url): trouble for url, trouble in troubled.items()}
        self._spells: list[Spell] = []
        self.jobs: dict[str, Job] = {}

    def of(self, url: str) -> list[Capture]:
        """Return the captures of a URL in all its spellings, oldest first."""
        key = urlkey(url)
        return sorted((capture for capture in self.captures if capture.urlkey == key), key=lambda c: c.timestamp)

    def add(self, capture: Capture) -> None:
        self.captures.append(capture)

    def trouble(self, url: str, trouble: str | None) -> None:
        """Let every request for `url` meet a trouble from now on; None: no longer."""
        if trouble is None:
            self._troubled.pop(urlkey(url), None)
        else:
            self._troubled[urlkey(url)] = trouble

    def cast(self, spell: Spell) -> None:
        self._spells.append(spell)

    def trouble_of(self, service: str, url: str) -> str | None:
        """Return the trouble that this request meets, and count it against the spell that it comes from."""
        for spell in self._spells:
            if spell.times > 0 and spell.service in (None, service):
                spell.times -= 1
                return spell.trouble
        return self._troubled.get(urlkey(url)) if url else None
