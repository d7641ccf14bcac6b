"""How the links of a list have fared: by run, by host, by age. All times are aware UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dlt_crawler.model.checks import Outcome, Run, RunId
from dlt_crawler.model.states import BROKEN_STATES, State


@dataclass(frozen=True, slots=True)
class Tally:
    """How many links were in each state at the end of a run."""

    run: RunId
    at: datetime
    """When the run began."""
    counts: Mapping[State, int]
    """Every state is a key."""
    ignored: Mapping[State, int] = field(default_factory=dict)
    """How many of these somebody asked not to be told of; a state without any is no key."""

    @property
    def broken(self) -> int:
        """How many links were broken, as reports count them (`LinkStatus.is_broken`)."""
        return sum(self.counts[state] - self.ignored.get(state, 0) for state in BROKEN_STATES)


@dataclass(frozen=True, slots=True)
class Trends:
    """What the runs have shown, the latest last."""

    tallies: tuple[Tally, ...] = ()
    """Of every run about all links that came to its end since tallies are kept, thinned out to some hundred: oldest
    first."""
    nights: tuple[Run, ...] = ()
    """The latest runs, at most 30, oldest first: the columns of the strips. Without those that prove nothing."""
    strips: Mapping[str, tuple[Outcome | None, ...]] = field(default_factory=dict)
    """URL of a link → what the last look of each of `nights` saw; None for a night in which it was not checked. A link
    that was checked in none of them has no strip; nor has one that is not shown."""
