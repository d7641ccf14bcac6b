"""What of a report somebody wants to see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dlt_crawler.model import Kind, LinkStatus, State, kind_of
from dlt_crawler.report.paper import PLAIN, Screen


class Listed(StrEnum):
    """What may be asked for beside the broken links: the words of `report --list`."""

    BROKEN = "broken"
    """Which are listed in any case, all of them, however many stand in one document."""
    FAILING = "failing"
    BLOCKED = "blocked"
    UNSAFE = "unsafe"
    SKIPPED = "skipped"
    UNCHECKED = "unchecked"
    ALIVE = "alive"
    WARNINGS = "warnings"
    MOVED = "moved"
    IGNORED = "ignored"
    LINTS = "lints"


@dataclass(frozen=True, slots=True)
class View:
    """Which links are listed, and how much is said of each. By default the broken and the disputed ones, in short."""

    all_links: bool = False
    """Every link."""
    states: frozenset[State] = frozenset()
    """Links in these states, too."""
    warnings: bool = False
    """Living links that there is a warning about, too."""
    moved: bool = False
    """Links that have moved for good, too."""
    ignored: bool = False
    """Links that nobody wants to be told of, too."""
    lints: bool = False
    """Each lint, where they are only counted else."""
    uncut: bool = False
    """All broken links of a document, where only the first of very many are listed else."""
    explain: bool = False
    """With the evidence for each verdict."""
    base: str = ""
    """Where the documents can be read on the web: the URL of the directory that their paths begin at; empty:
    unknown."""
    screen: Screen = PLAIN
    """What text is laid out for."""

    @classmethod
    def of(
        cls, listed: Collection[Listed], *, all_links: bool = False, explain: bool = False, screen: Screen = PLAIN
    ) -> Self:
        """Return the view that lists what is asked for by these words."""
        words = {each.value for each in listed}
        return cls(
            all_links=all_links,
            states=frozenset(state for state in State if state.value in words),
            warnings=Listed.WARNINGS in listed,
            moved=Listed.MOVED in listed,
            ignored=Listed.IGNORED in listed,
            lints=all_links or Listed.LINTS in listed,
            uncut=all_links or Listed.BROKEN in listed,
            explain=explain,
            screen=screen,
        )

    def lists(self, link: LinkStatus) -> bool:
        """Tell whether the link is one of those."""
        return self.wants(kind_of(link))

    def wants(self, kind: Kind) -> bool:
        """Tell whether links of a kind are."""
        if self.all_links:
            return True
        if kind.ignored:
            # One that is not checked, as a comment in its document says, is listed among the skipped ones, too.
            return self.ignored or (kind.state is State.SKIPPED and State.SKIPPED in self.states)
        return (
            kind.is_broken
            or kind.state in self.states
            or kind.disputed
            or (self.warnings and kind.warned)
            or (self.moved and kind.moved)
        )


def is_warned_of(link: LinkStatus) -> bool:
    """Tell whether a link lives, and there is something that people should know about it."""
    return link.verdict.state is State.ALIVE and link.last is not None and bool(link.last.seen.warnings)
