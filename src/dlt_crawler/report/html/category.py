"""Which heap of the page a link lies on: its state, or that somebody asked not to be told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from dlt_crawler.language import _
from dlt_crawler.model import LinkStatus, State
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


def category_of(link: LinkStatus) -> str:
    """Return which of CATEGORIES a link is in."""
    return link.verdict.state.value if link.ignored is None else IGNORED


def counted(links: Sequence[LinkStatus]) -> Mapping[str, int]:
    """Return how many links are in each category; each is a key, in the order of CATEGORIES."""
    return {**dict.fromkeys(CATEGORIES, 0), **Counter(map(category_of, links))}


def counts_as_checked(link: LinkStatus) -> bool:
    """Tell whether a link is one of those whose share is told: those that the badge of a README counts, too."""
    return category_of(link) not in _UNCOUNTED


def category_word(category: str) -> str:
    """Return a category as one word."""
    return _("ignored") if category == IGNORED else wording.state_word(State(category))


def category_meaning(category: str) -> str:
    """Say what it means to be in a category."""
    return _("not alive, and you asked not to be told") if category == IGNORED else wording.meaning(State(category))
