"""The constructs of inline markup that have to do with links. Half-open offsets, in the text of their paragraph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Url:
    """An address: embedded in a phrase reference, or standing alone."""

    start: int
    end: int
    url: str
    """Without escapes."""
    label: str
    """What a reader sees in its place; empty for one that stands alone."""
    alone: bool
    names: str = ""
    """The reference name that the phrase gives it."""
    is_linked: bool = True
    """Whether docutils makes a link of it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference by name."""

    start: int
    end: int
    name: str
    """Normalised; empty for an anonymous one."""
    names: str = ""
    """The reference name that a phrase with an embedded alias gives to what it refers to."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """An inline internal target."""

    name: str


@dataclass(frozen=True, slots=True)
class Substitution:
    """A substitution reference."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """The content of an inline literal."""

    start: int
    end: int


Inline: TypeAlias = Url | Reference | Anchor | Substitution | Literal
