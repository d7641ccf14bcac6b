"""Links that people have asked not to be told of, for a reason, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Ignore:
    """One request to leave links alone."""

    where: str
    """For people: [[ignore]] "^https://a\\.example/"; "list.md:12:1"."""
    what: str
    """What is ignored, as it is written there."""
    reason: str = ""
    until: date | None = None
    """The last day (UTC) on which it holds; None: until it is removed."""


class IgnoreTrouble(StrEnum):
    """Why an ignore should be looked at."""

    EXPIRED = "expired"
    """Its last day has passed: its links are reported again."""
    NEEDLESS = "needless"
    """No link is written that it is about, or all of these are alive."""
    BAD_DATE = "bad_date"
    """What should be its last day is none, or is read as a part of its reason: it holds until it is removed."""


@dataclass(frozen=True, slots=True)
class StaleIgnore:
    """An ignore that should be looked at."""

    ignore: Ignore
    trouble: IgnoreTrouble
    sentence: str
    """What is wrong with it and what to do, for people."""
