"""Why a link is in its state: what was seen last, and what of it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from dlt_crawler.model.checks import Check


class Strength(IntEnum):
    """How much a failure proves; the lower, the more."""

    GONE = 1
    SOFT = 2
    NO_SUCH_NAME = 3
    TROUBLE = 4
    UNCLEAR = 5
    """Client errors other than 404 and 410 often mean "not to a robot", and a page that was not asked for
    (`Observation.asked`) may well be there: they keep a link failing, never prove death."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the failures since the last success have come towards death by one rule."""

    strength: Strength
    """Evidence of this strength and stronger counts."""
    looks: int
    """So many looks count …"""
    needed: int
    """… of so many that are needed …"""
    lasted: timedelta
    """… and from the first to the last of them it was so long …"""
    over: timedelta
    """… of so long that is needed."""

    @property
    def is_met(self) -> bool:
        """Whether that is death."""
        return self.looks >= self.needed and self.lasted >= self.over


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for one verdict."""

    latest: tuple[Check, ...]
    """The last few checks, oldest first."""
    standings: tuple[Standing, ...] = ()
    """By each rule that anything counts for, the one that needs the strongest evidence first; empty for a link that
    does not fail."""
