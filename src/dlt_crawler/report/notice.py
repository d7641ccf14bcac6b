"""What people are sent when something has changed: plain text, each part of which stands alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dlt_crawler.model import Change, LinkStatus, Run, Snapshot, State, Transition
from dlt_crawler.report.changes import CHANGES, Changed, changes_of, counted, held_back, places
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
    run: Run | None,
    links: Sequence[LinkStatus],
    transitions: Sequence[Transition],
    wanted: Collection[Change],
    *,
    held: int = 0,
) -> Notice | None:
    """Return what to tell after `run`, the latest, of these changes, and of deaths that are held back.

    None when no change is `wanted`, or of a link that is written now, and no death is held back. Secrets in URLs are
    masked, and nothing acts on a terminal; it is for its reader to escape what is markup there.
    """
    changes = {change: found for change, found in changes_of(links, transitions).items() if change in wanted}
    each = [(change, changed) for change, found in changes.items() for changed in found]
    if not each and not held:
        return None
    counts = counted(changes)
    title = ", ".join(filter(None, [counts, f"{held:,} held back" if held else ""]))
    when = _when(run, [changed.transition for _, changed in each])
    paragraphs = [held_back(held)] if held else []
    paragraphs.append(f"{counts}, of {len(links):,} links{when}" if counts else f"{len(links):,} links{when}")
    return Notice(
        title=f"dlt-crawl: {title}",
        head="\n\n".join(paragraphs),
        links=tuple("\n".join(map(discreet, _paragraph(change, changed))) for change, changed in each[:_LINKS]),
        total=len(each),
    )


def _when(run: Run | None, told: Iterable[Transition]) -> str:
    """Say after which run, and which was the first whose changes are told."""
    if run is None:
        return ""
    last = f"{run.id}, {minute(run.started)} UTC"
    first = min((each.run for each in told if each.run is not None), default=run.id)
    return f" (run {last})" if first == run.id else f" (runs {first} to {last})"


def _paragraph(change: Change, changed: Changed) -> Iterator[str]:
    transition, link = changed.transition, changed.link
    yield f"{CHANGES[change]}: {link.url}"
    yield transition.reason
    yield f"in {', '.join(places(link))}"
    if transition.moved_to is not None:
        yield f"moved for good to: {transition.moved_to}"
    if transition.after is State.DEAD and isinstance(link.snapshot, Snapshot):
        yield f"snapshot: {link.snapshot.url}"
