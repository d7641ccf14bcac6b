"""The page of a run before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Earlier:
    """The page of a run before, to be linked to."""

    name: str
    """Where it is, relative to the page that links to it: "runs/000041.html"."""
    at: datetime
    """When that run began; aware."""
    broken: int | None
    """How many links were broken then; None: not known."""
