"""Which links of a document are to be repaired, by what, and which dead ones stay as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self

from dlt_crawler.config import ArchiveSettings, RepairSettings
from dlt_crawler.model import (
    ArchiveAnswer,
    Ignore,
    LinkKind,
    LinkOccurrence,
    LoggedRepair,
    NoSnapshot,
    Repair,
    RepairKind,
    RepairStyle,
    Resource,
    SkipReason,
    Snapshot,
    State,
    Verdict,
    best_reading,
)
from dlt_crawler.pipeline.fallbacks import COPIES
from dlt_crawler.pipeline.ignores import rules_of
from dlt_crawler.pipeline.job import Job
from dlt_crawler.pipeline.repairs.exact import why_not_exact
from dlt_crawler.pipeline.repairs.grounds import NO_ANSWER, WHY_NONE, Histories, evidence_of, histories_of, moves
from dlt_crawler.pipeline.repairs.memory import Memory
from dlt_crawler.report.ignores import Rules
from dlt_crawler.urls import with_fragment_of
from dlt_crawler.verdict import Move, lives_again

_AsWritten = tuple[Resource | SkipReason, str]
"""By what a link is known that moves with every line above it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which links are repaired beside the dead ones that have a snapshot, and how."""

    include_failing: bool = False
    redirects: bool = False
    style: RepairStyle = RepairStyle.REPLACE
    text: str = "archived"
    """The label of what is appended."""
    disputed: bool = False
    """Whether what somebody took back is proposed again."""

    @classmethod
    def of(
        cls,
        settings: RepairSettings,
        *,
        include_failing: bool = False,
        redirects: bool = False,
        style: RepairStyle | None = None,
        disputed: bool = False,
    ) -> Self:
        """Return what these settings and the command line say together."""
        return cls(include_failing, redirects or settings.redirects, style or settings.style, settings.text, disputed)


class LeftBecause(StrEnum):
    """Why a link stays as it is."""

    NO_SNAPSHOT = "no_snapshot"
    """It is dead, and there is none that may be written."""
    DISPUTED = "disputed"
    """Somebody took its repair back."""
    IGNORED = "ignored"
    """The configuration says that it is to be left alone."""


@dataclass(frozen=True, slots=True)
class Left:
    """A link that stays as it is though something is wrong with it, and why: a sentence without its full stop."""

    occurrence: LinkOccurrence
    because: LeftBecause
    why: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is proposed for one document."""

    repairs: tuple[Repair, ...]
    left: tuple[Left, ...]
    returns: Mapping[Repair, LoggedRepair]
    """Those of `repairs` that put back what stood there, each with the entry of the log that says what that was."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """What is known of all links, and what is wanted."""

    choice: Choice
    verdicts: Mapping[Resource, Verdict]
    """Without most of those that live, about which there is nothing to do."""
    answers: Mapping[Resource, tuple[ArchiveAnswer, datetime]]
    moves: Mapping[Resource, Move]
    """Empty where nobody wants redirects."""
    refused: Mapping[Resource, Sequence[LoggedRepair]]
    """Repairs that somebody took back, by link, wherever that was (`Repairs.refused`)."""
    living: frozenset[Resource]
    """Links that were repaired, and live again (`Repairs.living`)."""
    archive: ArchiveSettings
    recovery: timedelta
    histories: Histories
    ignores: Rules

    @classmethod
    def of(cls, job: Job, choice: Choice) -> Self:
        """Look it up: the database is asked a few times, and not once a link."""
        states = (State.DEAD, State.FAILING) if choice.include_failing else (State.DEAD,)
        verdicts = job.store.verdicts_for_repairs(failing=choice.include_failing, moved=choice.redirects)
        histories = histories_of(job)
        return cls(
            choice,
            verdicts,
            job.store.answers(states),
            moves(verdicts, histories) if choice.redirects else {},
            {} if choice.disputed else _by_link(job.store.repairs.refused()),
            job.store.repairs.living(),
            job.settings.archive,
            timedelta(days=job.settings.verdict.recovery_days),
            histories,
            rules_of(job),
        )

    def for_document(
        self, links: Sequence[LinkOccurrence], memory: Memory, in_copy: Iterable[LoggedRepair] = ()
    ) -> Proposed:
        """Return what is proposed for a document with these links, in their order.

        `in_copy` is what the log has of the copy that is written anew now: its repairs of links that were dead and have
        answered once stay. No other link is repaired that answers.
        """
        kept = Counter(_as_written(logged.repair.occurrence) for logged in in_copy if _may_stay(logged))
        returns = {edit.occurrence: (edit, logged) for edit, logged in self._returns(memory)}
        # The database says which others nobody has settled; what was noticed just now, nobody can have.
        refused = {} if self.choice.disputed else _by_link(memory.reverted)
        appended = _Appended.of(links, memory) if self.choice.style is RepairStyle.REPLACE else _Appended()
        repairs: list[Repair] = []
        left: list[Left] = []
        for link in links:
            if returns and link in returns:
                repairs.append(returns[link][0])
                continue
            found = self._replacement(link, kept)
            if found is None or appended.covers(link):
                continue
            if (ignore := self._ignored(link)) is not None:
                left.append(Left(link, LeftBecause.IGNORED, f"to be left alone until {ignore.until}: {ignore.reason}"))
                continue
            if isinstance(found, Repair) and (why := self._dispute(found, refused)) is not None:
                found = Left(link, LeftBecause.DISPUTED, why)
            if isinstance(found, Left):
                left.append(found)
            else:
                repairs.append(found)
        return Proposed(tuple(repairs), tuple(left), dict(returns.values()))

    def _returns(self, memory: Memory) -> Iterator[tuple[Repair, LoggedRepair]]:
        """Yield the repairs that are to be taken back, because their links live again."""
        standing = (pair for pair in memory.standing if pair[0].target is not SkipReason.IGNORED)
        alive = [(link, logged) for link, logged in standing if self._is_back(logged)]
        targets = [logged.repair.occurrence.target for _, logged in alive]
        histories = self.histories({target for target in targets if isinstance(target, Resource)})
        for link, logged in alive:
            before = logged.repair.occurrence
            checks = histories.get(before.target, ()) if isinstance(before.target, Resource) else ()
            if before.url is None or (seen := lives_again(checks, self.recovery)) is None:
                continue
            first, last = seen
            evidence = f"Lives again: it answered on {first:%Y-%m-%d} and on {last:%Y-%m-%d}"
            edit = Repair(
                link, before.url, evidence, RepairKind.RETURN, logged.repair.style, logged.repair.label, logged.rewrite
            )
            yield edit, logged

    def _ignored(self, link: LinkOccurrence) -> Ignore | None:
        return self.ignores.about(link.url, link.target.url if isinstance(link.target, Resource) else None)

    def _is_back(self, logged: LoggedRepair) -> bool:
        target = logged.repair.occurrence.target
        return logged.repair.kind is RepairKind.SNAPSHOT and target in self.living

    def _replacement(self, occurrence: LinkOccurrence, kept: Counter[_AsWritten]) -> Repair | Left | None:
        resource, choice = occurrence.target, self.choice
        if not isinstance(resource, Resource) or (judged := self.verdicts.get(resource)) is None:
            return None
        if best_reading(occurrence, self.verdicts) != resource:
            return None
        if _wants_snapshot(judged, choice):
            return self._snapshot(occurrence, resource, judged)
        if judged.recovering:
            # It keeps its repair until it has answered on two days (DESIGN.md, section 2), and gets none.
            if not kept[_as_written(occurrence)]:
                return None
            kept[_as_written(occurrence)] -= 1
            return self._snapshot(occurrence, resource, judged)
        move = self.moves.get(resource)
        if move is None or judged.state is not State.ALIVE:
            return None
        evidence = f"Moved for good, as seen on {move.first:%Y-%m-%d} and on {move.last:%Y-%m-%d}"
        return Repair(occurrence, with_fragment_of(move.address, occurrence.url), evidence, RepairKind.REDIRECT)

    def _snapshot(self, occurrence: LinkOccurrence, resource: Resource, judged: Verdict) -> Repair | Left | None:
        answer, _asked = self.answers.get(resource, (None, None))
        match answer:
            case Snapshot():
                why = why_not_exact(resource, answer, self.archive)
            case NoSnapshot():
                why = WHY_NONE[answer.reason]
            case None:
                why = NO_ANSWER
        if why is not None or not isinstance(answer, Snapshot):
            is_wrong = judged.state is not State.ALIVE
            return Left(occurrence, LeftBecause.NO_SNAPSHOT, why or NO_ANSWER) if is_wrong else None
        # A section of the page is in each copy of it, and not on the page that another one has of the same thing.
        url = with_fragment_of(answer.url, occurrence.url) if answer.source in COPIES else answer.url
        evidence = evidence_of(judged, answer)
        return Repair(occurrence, url, evidence, style=self.choice.style, label=self.choice.text)

    def _dispute(self, edit: Repair, here: Mapping[Resource, Sequence[LoggedRepair]]) -> str | None:
        """Return where such a repair was taken back, and when; None: nowhere, or that is settled."""
        target = edit.occurrence.target
        if not isinstance(target, Resource):
            return None
        for logged in (*here.get(target, ()), *self.refused.get(target, ())):
            taken_back = logged.repair
            is_moved = edit.kind is RepairKind.REDIRECT
            if taken_back.kind is not edit.kind or (is_moved and _place(taken_back) != _place(edit)):
                continue
            if logged.ended is not None:
                return f"the old URL stands again in {taken_back.occurrence.file} since {logged.ended:%Y-%m-%d}"
        return None


@dataclass(frozen=True, slots=True)
class _Appended:
    """Links that have a copy of theirs behind them already: they stay so, whatever the style is now."""

    before: frozenset[LinkOccurrence] = frozenset()
    definitions: frozenset[str] = frozenset()
    """URLs of reference definitions, whose copies stand behind their uses."""

    @classmethod
    def of(cls, links: Sequence[LinkOccurrence], memory: Memory) -> Self:
        ours = {link: logged.repair for link, logged in memory.standing if logged.repair.style is RepairStyle.APPEND}
        if not ours:
            return cls()
        before = (link for link, behind in pairwise(links) if behind in ours and _is_of(ours[behind], link))
        return cls(frozenset(before), frozenset(repair.occurrence.raw for repair in ours.values()))

    def covers(self, link: LinkOccurrence) -> bool:
        """Return whether there is one behind this link."""
        return link in self.before or (link.kind is LinkKind.REFERENCE and link.raw in self.definitions)


def _wants_snapshot(judged: Verdict, choice: Choice) -> bool:
    return judged.state is State.DEAD or (choice.include_failing and judged.state is State.FAILING)


def _may_stay(logged: LoggedRepair) -> bool:
    return logged.repair.kind is RepairKind.SNAPSHOT and logged.ended is None


def _as_written(link: LinkOccurrence) -> _AsWritten:
    return link.target, link.raw


def _is_of(appended: Repair, link: LinkOccurrence) -> bool:
    """Return whether this was appended to the link before it; what is behind a use is of its definition."""
    original = appended.occurrence
    return original.kind is not LinkKind.REFERENCE and original.target == link.target


def _by_link(log: Iterable[LoggedRepair]) -> Mapping[Resource, Sequence[LoggedRepair]]:
    found: dict[Resource, list[LoggedRepair]] = {}
    for logged in log:
        if isinstance(target := logged.repair.occurrence.target, Resource):
            found.setdefault(target, []).append(logged)
    return found


def _place(edit: Repair) -> str:
    return edit.replacement.partition("#")[0]
