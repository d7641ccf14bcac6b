"""What is told of a database and of the work on it to who watches the machines. All times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dlt_crawler.model.checks import Outcome, Run
from dlt_crawler.model.states import State


@dataclass(frozen=True, slots=True)
class Turns:
    """Where the archive stands with us."""

    last: Mapping[str, datetime] = field(default_factory=dict)
    """When the latest turn of each pool is, or was, as far as it is written down."""
    until: datetime | None = None
    """The archive is left in peace until then …"""
    refusals: int = 0
    """… after so many refusals in a row."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """What the queue of several machines holds."""

    waiting: int
    """Links that wait in the shared frontier."""
    by_status: Mapping[str, int]
    """Jobs, of the statuses that are not the end of one."""
    heartbeats: Mapping[str, datetime]
    """When each worker was last heard of."""
    alive: int
    """Workers that were heard of lately."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a database says of the work on it, at one moment."""

    engine: str
    """As in the URL: "sqlite", "postgresql"."""
    schema: str
    bytes: int
    run: Run | None
    """The latest, whether it is done or not."""
    checks: Mapping[Outcome, int]
    """Of that run; every outcome is a key."""
    per_second: float
    """Checks, over the last minute."""
    last_success: datetime | None
    """When the latest night with a network was done."""
    links: Mapping[State, int]
    """Of the latest run that counted them; every state is a key. Empty before the first."""
    snapshots: int
    """Links for which an archive has one."""
    repairs: int
    """Edits that stand in documents or their repaired copies."""
    turns: Turns
    jobs: Jobs | None
    """None where no machines share the work."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a process does of its job at this moment, in steps."""

    name: str
    total: int
    done: int
    crawls: bool
    """Whether the steps are links that are asked for: those that are left wait in this process."""
