"""Repairs that were taken back, in words for a person. Nobody is named: it may be that git has another branch there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlt_crawler.model import LinkStatus, State
from dlt_crawler.report.paper import day


def dispute_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and the URL that was taken back, where that is so and the link was not seen alive since."""
    if (dispute := link.dispute) is not None:
        lives = "answered on two days" if link.verdict.recovering else "been seen alive"
        is_moved = link.verdict.state is State.ALIVE and not link.verdict.recovering
        until = "" if is_moved else f" until it has {lives}"
        since = f"the old URL stands again in {dispute.file} since {day(dispute.at)}"
        yield f"disputed: {since}; not repaired so again{until}:", dispute.replacement


def disputed(links: Sequence[LinkStatus]) -> str | None:
    """Say how many of these links are disputed; None where none is."""
    number = sum(link.dispute is not None for link in links)
    if not number:
        return None
    many = "1 link is" if number == 1 else f"{number:,} links are"
    return f"{many} disputed: the old URL stands there again. `dlt-crawl repair --disputed` repairs all the same."
