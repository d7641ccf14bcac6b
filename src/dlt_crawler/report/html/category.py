"""Which heap of the page a link lies on: its state, or that somebody asked not to be told of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dlt_crawler.language import _
from dlt_crawler.model import Kind, Links, State
from dlt_crawler.report import wording

IGNORED: Final = "ignored"

CATEGORIES: Final[Sequence[str]] = (
    State.DEAD,
    State.INVALID,
    State.FAILING,
    State.BLOCKED,
    State.UNSAFE,
    State.UNCHECKED,
    IGNORED,
    State.SKIPPED,
    State.ALIVE,
)
"""What somebody has to do something about comes first. Each is a name of classes in the style, too."""


_UNCOUNTED = frozenset({IGNORED, State.SKIPPED.value, State.UNCHECKED.value})


def category_of(kind: Kind) -> str:
    """Return which of CATEGORIES links of a kind are in."""
    return IGNORED if kind.ignored else kind.state.value


def counted(links: Links) -> Mapping[str, int]:
    """Return how many links are in each category; each is a key, in the order of CATEGORIES."""
    counts = dict.fromkeys(CATEGORIES, 0)
    for kind, count in links.kinds().items():
        counts[category_of(kind)] += count
    return counts


def counts_as_checked(kind: Kind) -> bool:
    """Tell whether links of a kind are those whose share is told: those that the badge of a README counts, too."""
    return category_of(kind) not in _UNCOUNTED


def category_word(category: str) -> str:
    """Return a category as one word."""
    return _("ignored") if category == IGNORED else wording.state_word(State(category))


def category_meaning(category: str) -> str:
    """Say what it means to be in a category."""
    return _("not alive, and you asked not to be told") if category == IGNORED else wording.meaning(State(category))
