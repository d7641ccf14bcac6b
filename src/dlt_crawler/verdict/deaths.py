"""Many deaths in one night: more likely our own mistake than the truth (science.md, A4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import State, Verdict

WEEK = timedelta(days=7)
"""Deaths of so long are counted together: of a long list a night asks for one link in thirty, so that what lets all of
them fail (a filter of the provider, say) would never kill many at once."""

_MOST_OF_THE_NIGHT = 0.5
"""Share of the links judged in one night that die of no natural cause: it is below a tenth, those that have failed for
a while included."""


def too_many_deaths(deaths: int, policy: VerdictSettings, *, lately: int, judged: int, links: int) -> bool:
    """Return whether so many deaths in one night are to be confirmed by a person.

    Counted are links that worked before (`Verdict.last_ok`); those that never worked say nothing of the night.
    `deaths` of them would die now, of `judged` that are judged anew, and `lately` others died within a `WEEK`. `links`:
    all that are written in the documents.
    """
    within_a_week = deaths + lately > max(policy.mass_death_links, policy.mass_death_share * links)
    at_once = deaths > max(policy.mass_death_links, _MOST_OF_THE_NIGHT * judged)
    return deaths > 0 and (within_a_week or at_once)


def held(verdict: Verdict, deaths: int) -> Verdict:
    """Return the verdict on a link that would be dead, if it were not one of so many within a `WEEK`."""
    reason = (
        f"{verdict.reason.rstrip('.')}; not called dead yet: it is one of {deaths} links that worked before and would "
        "have died within a week, which more likely is a mistake; --yes says that it is none"
    )
    return replace(verdict, state=State.FAILING, reason=reason, held=True)
