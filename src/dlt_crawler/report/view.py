"""What of a report somebody wants to see."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.model import BROKEN_STATES, LinkStatus, State


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
    explain: bool = False
    """With the evidence for each verdict."""

    def lists(self, link: LinkStatus) -> bool:
        """Tell whether the link is one of those."""
        verdict = link.verdict
        return (
            self.all_links
            or verdict.state in BROKEN_STATES | self.states
            or link.dispute is not None
            or (self.warnings and link.last is not None and bool(link.last.seen.warnings))
            or (self.moved and verdict.moved_to is not None)
        )
