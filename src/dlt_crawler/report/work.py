"""What there is to do about broken links: how many a command repairs, and how many need a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlt_crawler.language import ngettext
from dlt_crawler.model import LinkOccurrence, LinkStatus, Snapshot


def work(broken: Sequence[LinkStatus]) -> Iterator[str]:
    """Say both in a sentence each, commands in backticks; nothing of what there is none of."""
    ready = sum(is_ready(link, link.occurrences) for link in broken)
    if ready:
        sentence = ngettext(
            "{number} can be repaired: `dlt-crawl repair --diff` shows the edit, `dlt-crawl repair --in-place` makes "
            "it.",
            "{number} can be repaired: `dlt-crawl repair --diff` shows the edits, `dlt-crawl repair --in-place` makes "
            "them.",
            ready,
        )
        yield sentence.format(number=f"{ready:,}")
    if left := len(broken) - ready:
        sentence = ngettext(
            "{number} needs a person: to mend the address, to find the page elsewhere, or to take the link out.",
            "{number} need a person: to mend the address, to find the page elsewhere, or to take the link out.",
            left,
        )
        yield sentence.format(number=f"{left:,}")


def is_ready(link: LinkStatus, places: Sequence[LinkOccurrence]) -> bool:
    """Tell whether `repair` has something to put in place of a broken link, and can write it in one of these places."""
    return (
        link.is_broken
        and isinstance(link.snapshot, Snapshot)
        and link.dispute is None
        and any(written.span is not None for written in places)
    )
