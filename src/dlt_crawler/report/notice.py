"""What people are sent when something has changed: plain text, each part of which stands alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from dlt_crawler.language import _, ngettext, told
from dlt_crawler.model import Change, LinkStatus, Run, Snapshot, State, Transition
from dlt_crawler.report.changes import CHANGES, Changed, changes_of, counted, held_back, listed, places, with_links
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
    news = [each for found in changes.values() for each in found]
    if not news and not held:
        return None
    counts = counted(changes)
    title = listed(filter(None, [counts, _("{number} held back").format(number=f"{held:,}") if held else ""]))
    when = _when(run, news)
    paragraphs = [held_back(held)] if held else []
    of = ngettext("{number} link", "{number} links", len(links)).format(number=f"{len(links):,}")
    paragraphs.append(
        _("{counts}, of {links}{when}").format(counts=counts, links=of, when=when) if counts else of + when
    )
    return Notice(
        title=f"dlt-crawl: {title}",
        head="\n\n".join(paragraphs),
        links=tuple("\n".join(map(discreet, _paragraph(each))) for each in with_links(links, news[:_LINKS])),
        total=len(news),
    )


def _when(run: Run | None, transitions: Iterable[Transition]) -> str:
    """Say after which run, and which was the first whose changes are told."""
    if run is None:
        return ""
    at = minute(run.started)
    first = min((each.run for each in transitions if each.run is not None), default=run.id)
    if first == run.id:
        return _(" (run {run}, {at} UTC)").format(run=run.id, at=at)
    return _(" (runs {first} to {run}, {at} UTC)").format(first=first, run=run.id, at=at)


def _paragraph(told_of: Changed) -> Iterator[str]:
    transition, link = told_of.transition, told_of.link
    if transition.change is not None:
        yield _("{change}: {url}").format(change=_(CHANGES[transition.change]), url=link.url)
    yield told(transition.reason)
    yield _("in {places}").format(places=listed(places(link)))
    if transition.moved_to is not None:
        yield _("moved for good to: {url}").format(url=transition.moved_to)
    if transition.after is State.DEAD and isinstance(link.snapshot, Snapshot):
        yield _("snapshot: {url}").format(url=link.snapshot.url)
