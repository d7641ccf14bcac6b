"""From what a page shows to what it is: alive, a wall, parked, or an error page that answers 200. Pure, and cheap.

Everything costly was done when the page was read: this looks at `Evidence` only, so that other rules can be applied to
a history without the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlt_crawler.model import Evidence, LinkWarning, Outcome, Page, Redirect, Signal, SiteRule


@dataclass(frozen=True, slots=True)
class Shown:
    """What a check saw at the end of its redirects, and what is known of the link from elsewhere."""

    url: str
    """The link's."""
    final_url: str
    status: int
    redirects: tuple[Redirect, ...] = ()
    page: Page = Page()
    evidence: Evidence = Evidence()
    known: Page = Page()
    """What the page said of itself before."""
    converging: int = 0
    """How many deep links of its host, this one included, were redirected to this page in the same run."""


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the rules make of it."""

    outcome: Outcome | None = None
    """BLOCKED, PARKED or SOFT_404; None: the status alone says what it is."""
    why: str = ""
    """Why that is so, as a clause for people."""
    signals: tuple[Signal, ...] = ()
    """All that speaks against the page, also when it is not enough."""
    warnings: tuple[LinkWarning, ...] = ()


def interpret(shown: Shown, rules: Sequence[SiteRule] = ()) -> Interpretation:
    """Return what an answer is. `rules`: those of the link's site and of the final page's, if there are any."""
    return Interpretation()
