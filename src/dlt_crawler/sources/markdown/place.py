"""Where a destination is written: noted on tokens, or carried by the destination itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

PLACE: Final = "dlt_crawler.place"
"""Key of a token's meta."""

END: Final = "dlt_crawler.end"
"""Key of the meta of a link and of an image: the offset behind the whole construct (an int)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Half-open offsets in the content of an inline token's block."""

    start: int
    end: int


class Destination(str):
    """A destination that markdown-it has read, and the half-open offsets where, in the string that it read.

    markdown-it hands a destination from its helper to the token it makes, or to the definitions. A place that travels
    with it need not be looked for afterwards, and cannot be that of another one.
    """

    __slots__ = ("end", "start")
    start: int
    end: int

    @classmethod
    def at(cls, text: str, start: int, end: int) -> Self:
        """Return `text`, which is written at these offsets: escapes and entities decoded, perhaps percent-encoded."""
        destination = cls(text)
        destination.start = start
        destination.end = end
        return destination
