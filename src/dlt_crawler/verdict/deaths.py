"""Many deaths in one night: more likely our own mistake than the truth (science.md, A4)."""

from __future__ import annotations

from dataclasses import replace

from dlt_crawler.config import VerdictSettings
from dlt_crawler.model import State, Verdict


def too_many_deaths(deaths: int, links: int, policy: VerdictSettings) -> bool:
    """Return whether so many deaths in one night are to be confirmed by a person.

    `deaths`: links that worked before (`Verdict.last_ok`) and would become dead now; those that never worked say
    nothing of the night. `links`: all that are written in the documents.
    """
    return deaths > max(policy.mass_death_links, policy.mass_death_share * links)


def held(verdict: Verdict, deaths: int) -> Verdict:
    """Return the verdict on a link that would be dead, if it were not one of so many."""
    reason = (
        f"{verdict.reason.rstrip('.')}; not called dead yet: {deaths} links that worked before would be dead at once, "
        "which more likely is a mistake; --yes says that it is none"
    )
    return replace(verdict, state=State.FAILING, reason=reason)
