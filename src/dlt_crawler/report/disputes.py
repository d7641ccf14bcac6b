"""Repairs that were taken back, in words for a person. Nobody is named: it may be that git has another branch there."""

from __future__ import annotations

from collections.abc import Iterator

from dlt_crawler.language import _, ngettext
from dlt_crawler.model import Links, LinkStatus, State
from dlt_crawler.report.paper import day


def dispute_text(link: LinkStatus) -> Iterator[tuple[str, str]]:
    """Yield a sentence and the URL that was taken back, where that is so and the link was not seen alive since."""
    if (dispute := link.dispute) is None:
        return
    if link.verdict.recovering:
        sentence = _(
            "disputed: the old URL stands again in {file} since {day}; not repaired so again until it has answered on "
            "two days:"
        )
    elif link.verdict.state is State.ALIVE:
        sentence = _("disputed: the old URL stands again in {file} since {day}; not repaired so again:")
    else:
        sentence = _(
            "disputed: the old URL stands again in {file} since {day}; not repaired so again until it has been seen "
            "alive:"
        )
    yield sentence.format(file=dispute.file, day=day(dispute.at)), dispute.replacement


def disputed(links: Links) -> str | None:
    """Say how many of these links are disputed; None where none is."""
    number = sum(count for kind, count in links.kinds().items() if kind.disputed)
    if not number:
        return None
    return ngettext(
        "{number} link is disputed: the old URL stands there again. `dlt-crawl repair --disputed` repairs all the "
        "same.",
        "{number} links are disputed: the old URL stands there again. `dlt-crawl repair --disputed` repairs all the "
        "same.",
        number,
    ).format(number=f"{number:,}")
