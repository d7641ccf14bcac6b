"""What people are sent when something has changed: plain text, each part of which stands alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from dlt_crawler.model import Change, LinkStatus, Run, Snapshot, State, Transition
from dlt_crawler.report.changes import CHANGES, Changed, changes_of, counted, places
from dlt_crawler.report.inert import discreet
from dlt_crawler.report.paper import minute

_LINKS = 50
"""Links that are told one by one: a mail with more is not read."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: its title, what it comes to, and a paragraph for each of the first of `total` links."""

    title: str
    head: str
    links: tuple[str, ...]
    total: int


def notice_of(
    links: Sequence[LinkStatus], runs: Sequence[Run], transitions: Sequence[Transition], wanted: Collection[Change]
) -> Notice | None:
    """Return what to tell of these changes that these runs made, at least one, oldest first.

    None when none of them is `wanted`, or of a link that is written now. Secrets in URLs are masked, and nothing acts
    on a terminal; it is for its reader to escape what is markup there.
    """
    changes = {change: found for change, found in changes_of(links, transitions).items() if change in wanted}
    total = sum(map(len, changes.values()))
    if not total:
        return None
    counts = counted(changes)
    each = [(change, changed) for change, found in changes.items() for changed in found]
    return Notice(
        title=f"dlt-crawl: {counts}",
        head=f"{counts}, of {len(links):,} links ({_when(runs)})",
        links=tuple("\n".join(map(discreet, _paragraph(change, changed))) for change, changed in each[:_LINKS]),
        total=total,
    )


def _when(runs: Sequence[Run]) -> str:
    last = f"{runs[-1].id}, {minute(runs[-1].started)} UTC"
    return f"run {last}" if len(runs) == 1 else f"runs {runs[0].id} to {last}"


def _paragraph(change: Change, changed: Changed) -> Iterator[str]:
    transition, link = changed.transition, changed.link
    yield f"{CHANGES[change]}: {link.url}"
    yield transition.reason
    yield f"in {', '.join(places(link))}"
    if transition.moved_to is not None:
        yield f"moved for good to: {transition.moved_to}"
    if transition.after is State.DEAD and isinstance(link.snapshot, Snapshot):
        yield f"snapshot: {link.snapshot.url}"
