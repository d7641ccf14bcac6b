"""What the calling process and the crawling process say to each other through their pipe."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.config import FetchSettings
from dlt_crawler.model import Observation, Resource


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to the child: what holds for its whole life."""

    settings: FetchSettings
    contact: str
    trust: str | None
    """File of trusted certificate authorities; None: OpenSSL's default."""
    log_level: int
    """Records below this level are not worth sending."""


@dataclass(frozen=True, slots=True)
class Ask:
    """To the child: check these, and answer with `Seen` messages and one `Done`."""

    resources: tuple[Resource, ...]
    robots: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """From the child: a batch of observations."""

    observations: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Logged:
    """From the child: one log record."""

    name: str
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Done:
    """From the child: nothing more will come for the latest `Ask`."""


@dataclass(frozen=True, slots=True)
class Broken:
    """From the child: an error of our own ended the crawl."""

    reason: str
    traceback: str


Reply = Seen | Logged | Done | Broken
