"""Where a destination is, as it is noted on a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

PLACE: Final = "dlt_crawler.place"
"""Key of a token's meta."""


@dataclass(frozen=True, slots=True)
class Place:
    """Half-open offsets: in the block's content for inline tokens, in the text for block tokens."""

    start: int
    end: int
    exact: bool = True
    """False if only the construct was found there, and not its destination."""
