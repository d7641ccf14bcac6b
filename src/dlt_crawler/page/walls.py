"""Pages that stand before a page and let robots, or strangers, not in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dlt_crawler.model import Signal

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

FIELDS: frozenset[str] = frozenset()
"""Header fields that tell of walls."""

MARKERS: Mapping[str, str] = {}
"""Name of a marker → what stands in the source of the page, in lower case."""


def wall_of(shown: Shown) -> Signal | None:
    """Return whose wall it is that answers; None when it is none."""
    return None
