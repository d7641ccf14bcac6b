"""Who else may have what the Wayback Machine does not have. Each is asked after it has said so, and only then."""

from __future__ import annotations

import time
from typing import Protocol

from dlt_crawler.archive.fallbacks.arquivo import Arquivo
from dlt_crawler.archive.fallbacks.software_heritage import SoftwareHeritage, is_repository
from dlt_crawler.archive.limits import Clock
from dlt_crawler.config import ArchiveSettings
from dlt_crawler.model import Snapshot, Wanted
from dlt_crawler.sites import Sites

__all__ = ["Arquivo", "Fallback", "fallbacks_of", "is_repository"]


class Fallback(Protocol):
    """One of them, with limits of its own; for one thread."""

    name: str
    """`Snapshot.source` of what it finds."""
    title: str
    """As people call it."""

    def claims(self, wanted: Wanted) -> bool:
        """Return whether it may have such a thing: without asking."""

    def find(self, wanted: Wanted) -> Snapshot | None:
        """Return what it has of a thing that it claims; None: it was asked, and has none that is any good.

        Raises ArchiveError when it could not be asked.
        """

    def close(self) -> None:
        """Close its connections."""


def fallbacks_of(
    settings: ArchiveSettings, sites: Sites, *, contact: str = "", clock: Clock = time
) -> tuple[Fallback, ...]:
    """Return those that are switched on, to be asked in this order: who knows more of few things comes first.

    Raises ConfigError when the trust store is not a file.
    """
    fallbacks: list[Fallback] = []
    if settings.fallbacks.software_heritage:
        fallbacks.append(SoftwareHeritage(settings, contact=contact, clock=clock))
    if settings.fallbacks.arquivo:
        fallbacks.append(Arquivo(settings, sites, contact=contact, clock=clock))
    return tuple(fallbacks)
