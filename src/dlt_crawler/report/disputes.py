"""Repairs that somebody took back, in words for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlt_crawler.model import LinkStatus, State
from dlt_crawler.report.paper import day


def dispute_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and the URL that was taken back, where somebody did so and the link was not seen alive since."""
    if (dispute := link.dispute) is not None:
        until = "" if link.verdict.state is State.ALIVE else " until it has been seen alive"
        yield (
            f"disputed: taken back in {dispute.file}, seen {day(dispute.at)}; not repaired so again{until}:",
            (dispute.replacement),
        )


def disputed(links: Sequence[LinkStatus]) -> str | None:
    """Say how many of these links are disputed; None where none is."""
    number = sum(link.dispute is not None for link in links)
    if not number:
        return None
    many = "1 link is" if number == 1 else f"{number:,} links are"
    return f"{many} disputed: somebody took the repair back. `dlt-crawl repair --disputed` repairs all the same."
