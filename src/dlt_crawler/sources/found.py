"""What a format's finder gets, and what it yields. Offsets are characters of the text with LF line endings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

from dlt_crawler.model import LinkKind, LintKind, NoSpan
from dlt_crawler.sources.terms import Terms


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a document, and what is wanted from it."""

    text: str
    double_encoded: bool = False
    """Whether it was decoded with a wrong encoding once: what was punctuation has become letters."""
    code: bool = False
    """Links in code and comments, too."""
    implied: bool = False
    """arXiv identifiers and DOIs, too."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """One destination in the text."""

    kind: LinkKind
    start: int
    end: int
    url: str
    """As a renderer resolves it; empty if nothing is written."""
    label: str
    """What a reader sees of it; empty if nothing."""
    written: str | None = None
    """The destination as it was read, where its exact place is not known: `start` is then only near it."""
    no_span: NoSpan | None = None
    """Why its exact place is not known."""
    other: str | None = None
    """What else may be meant, resolved like `url`."""
    renders: bool = True
    headings: tuple[str, ...] = ()
    lints: tuple[LintKind, ...] = ()
    """What its construct alone tells. What all formats share is added later: empty, duplicate, zero-width, label."""
    ambiguous: bool = False
    """Whether GFM takes it for a part of something else: of a bare URL before it, of a definition, of a tag."""


@dataclass(frozen=True, slots=True)
class FoundLint:
    """Something odd that is not about one link."""

    kind: LintKind
    start: int
    end: int
    """Equal to `start` if only the place is known."""
    message: str


class Directive(Enum):
    """What a comment of ours says about links."""

    IGNORE = auto()
    DISABLE = auto()
    ENABLE = auto()


@dataclass(frozen=True, slots=True)
class FoundDirective:
    """A comment that says which links are to be left alone."""

    directive: Directive
    start: int
    end: int
    """Of the comment; for IGNORE of the lines that it is about."""
    comment: int
    """Where the comment begins."""
    word: str
    """As people know it: "ignore-next-line"."""
    terms: Terms = field(default_factory=Terms)


Found: TypeAlias = FoundLink | FoundLint | FoundDirective
LinkEnds: TypeAlias = Mapping[tuple[int, int], Sequence[int]]
"""The half-open offsets of a URL → behind which offsets another link can be appended to its own.
None where it stands in a heading: the heading's anchor would change."""

Finder: TypeAlias = Callable[[Reading], Iterator[Found]]
"""Yields in any order; no two links overlap, but an `other` reading may reach over what follows."""
