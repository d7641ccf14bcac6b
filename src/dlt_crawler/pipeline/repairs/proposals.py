"""Which links of a document are to be repaired, by what, and which dead ones stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from dlt_crawler.config import RepairSettings
from dlt_crawler.model import (
    ArchiveAnswer,
    LinkOccurrence,
    Repair,
    RepairKind,
    RepairStyle,
    Resource,
    Snapshot,
    State,
    Verdict,
    best_reading,
)
from dlt_crawler.pipeline.fallbacks import COPIES
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.memory import Memory
from dlt_crawler.urls import with_fragment_of


@dataclass(frozen=True, slots=True)
class Choice:
    """Which links are repaired beside the dead ones that have a snapshot, and how."""

    include_failing: bool = False
    redirects: bool = False
    style: RepairStyle = RepairStyle.REPLACE
    text: str = "archived"
    """The label of what is appended."""

    @classmethod
    def of(cls, settings: RepairSettings, *, include_failing: bool = False, redirects: bool = False) -> Self:
        """Return what these settings and the command line say together."""
        return cls(include_failing, redirects or settings.redirects, settings.style, settings.text)


class LeftBecause(StrEnum):
    """Why a dead link stays as it is."""

    NO_SNAPSHOT = "no_snapshot"
    DISPUTED = "disputed"
    """Somebody took its repair back."""


@dataclass(frozen=True, slots=True)
class Left:
    """A dead link that stays as it is, and a sentence that says why."""

    occurrence: LinkOccurrence
    because: LeftBecause
    why: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for one document."""

    repairs: tuple[Repair, ...]
    left: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is known of all links, and what is wanted."""

    verdicts: Mapping[Resource, Verdict]
    answers: Mapping[Resource, tuple[ArchiveAnswer, datetime]]
    choice: Choice

    @classmethod
    def of(cls, job: Job, choice: Choice) -> Self:
        """Look it up: twice the database is asked, and not once a link."""
        return cls(job.store.verdicts(), job.store.answers(), choice)

    def for_document(self, links: Sequence[LinkOccurrence], memory: Memory) -> Proposed:
        """Return what is proposed for a document with these links."""
        repairs = [edit for occurrence in links if (edit := self._replacement(occurrence)) is not None]
        return Proposed(tuple(repairs), ())

    def _replacement(self, occurrence: LinkOccurrence) -> Repair | None:
        resource, choice = occurrence.target, self.choice
        if not isinstance(resource, Resource) or (judged := self.verdicts.get(resource)) is None:
            return None
        if best_reading(occurrence, self.verdicts) != resource:
            return None
        answer, _asked = self.answers.get(resource, (None, None))
        if _wants_snapshot(judged, choice) and isinstance(answer, Snapshot):
            # A section of the page is in each copy of it, and not on the page that another one has of the same thing.
            url = with_fragment_of(answer.url, occurrence.url) if answer.source in COPIES else answer.url
            return Repair(occurrence, url, judged.reason, style=choice.style)
        if choice.redirects and judged.state is State.ALIVE and judged.moved_to is not None:
            evidence = f"moved for good to {judged.moved_to}, seen on two days"
            return Repair(occurrence, with_fragment_of(judged.moved_to, occurrence.url), evidence, RepairKind.REDIRECT)
        return None


def _wants_snapshot(judged: Verdict, choice: Choice) -> bool:
    # A link that was dead and answers again keeps its repair until it has answered on two days (DESIGN.md, section 2).
    return judged.state is State.DEAD or judged.recovering or (choice.include_failing and judged.state is State.FAILING)
