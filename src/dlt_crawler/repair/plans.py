"""What a repair asks for."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.model import Span
from dlt_crawler.repair.splice import Edit


@dataclass(frozen=True, slots=True)
class Plan:
    """One place to write to, and the ways to do it, best first: all of them write over the same bytes."""

    ways: tuple[Edit, ...]

    @property
    def span(self) -> Span:
        """What is written over; empty where something is inserted."""
        return self.ways[0].span
