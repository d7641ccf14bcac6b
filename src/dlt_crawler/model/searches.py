"""What somebody who searches the links finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dlt_crawler.model.verdicts import LinkStatus


class Where(StrEnum):
    """In what of a link something was found, the most telling first."""

    TITLE = "title"
    LABEL = "label"
    ABSTRACT = "abstract"
    URL = "url"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """As much of a text as shows what was found in it, on one line; secrets in URLs are masked."""

    where: Where
    text: str
    """In Unicode's form NFC; an ellipsis stands where it was cut."""
    hits: tuple[tuple[int, int], ...]
    """Half-open offsets of what was found, in characters, one behind the other."""


@dataclass(frozen=True, slots=True)
class Found:
    """One link that was found, and in what: at most one excerpt of each kind, the most telling first."""

    link: LinkStatus
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """The best of what was found, the best first."""

    total: int
    """How many links hold what was asked for."""
    best: tuple[Found, ...]
    behind: bool = False
    """Not all that was written lately was looked through: the database could not be written."""
