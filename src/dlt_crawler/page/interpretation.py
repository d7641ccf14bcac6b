"""From what a page shows to what it is: alive, a wall, parked, or an error page that answers 200. Pure, and cheap.

Everything costly was done when the page was read: this looks at `Evidence` only, so that other rules can be applied to
a history without the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlt_crawler.model import Evidence, LinkWarning, Outcome, Page, Redirect, Signal, SiteRule
from dlt_crawler.page import site_rules
from dlt_crawler.page.drift import has_drifted
from dlt_crawler.page.parked import parking_signals
from dlt_crawler.page.reasons import reason_of
from dlt_crawler.page.soft404 import error_signals
from dlt_crawler.page.walls import wall_of

ENOUGH = 2.0
"""Weight of signals for a judgement …"""
FAMILIES = 2
"""… and how many kinds of them there must be that do not follow from one another (science.md, B2)."""


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
    """Return what an answer is. `rules`: those of the link's site and of the final page's, if there are any.

    What a person wrote for the site comes first: what its living pages have, its walls, its dead pages. Then walls,
    because their pages say that something cannot be found or shown, too; then parked domains; then error pages.
    """
    if any(site_rules.lives(shown, rule) for rule in rules):
        return Interpretation(warnings=_drift(shown))
    for rule in rules:
        if (signal := site_rules.wall(shown, rule)) is not None:
            return _found(Outcome.BLOCKED, (signal,), shown)
    for rule in rules:
        if (signal := site_rules.dead(shown, rule)) is not None:
            return _found(Outcome.SOFT_404, (signal,), shown)
    if (signal := wall_of(shown)) is not None:
        return _found(Outcome.BLOCKED, (signal,), shown)
    if not 200 <= shown.status < 300:
        return Interpretation()
    parking = parking_signals(shown)
    if are_enough(parking):
        return _found(Outcome.PARKED, parking, shown)
    errors = error_signals(shown)
    if are_enough(errors):
        return _found(Outcome.SOFT_404, errors, shown)
    return Interpretation(signals=tuple(dict.fromkeys((*parking, *errors))), warnings=_drift(shown))


def are_enough(signals: Sequence[Signal]) -> bool:
    """Return whether signals together are a judgement."""
    families = {signal.kind.family for signal in signals}
    return len(families) >= FAMILIES and sum(signal.weight for signal in signals) >= ENOUGH


def _found(outcome: Outcome, signals: tuple[Signal, ...], shown: Shown) -> Interpretation:
    return Interpretation(outcome, reason_of(signals, shown), signals)


def _drift(shown: Shown) -> tuple[LinkWarning, ...]:
    return (LinkWarning.DRIFTED,) if 200 <= shown.status < 300 and has_drifted(shown) else ()
