"""What the latest run has changed: what people want to know first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dlt_crawler.model import Change, LinkStatus, Network, Report, Transition
from dlt_crawler.report.paper import Paper
from dlt_crawler.report.place import place

_SHOWN = 20
"""Links of one kind of change that are told one by one: more are a matter for a program."""

_PLACES = 3
"""Places of one link that are told one by one."""

CHANGES = {
    Change.DEAD: "newly dead",
    Change.RECOVERED: "recovered",
    Change.MOVED: "newly moved",
    Change.BLOCKED: "newly blocked",
}
"""In words."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What has changed about one link, and what is known of it now."""

    transition: Transition
    link: LinkStatus


Changes = Mapping[Change, Sequence[Changed]]
"""By kind; every kind is a key."""


def changes_of(links: Iterable[LinkStatus], transitions: Iterable[Transition]) -> Changes:
    """Return those of the transitions that are news, of links that are written now.

    What is only another reading of a link has transitions, too; but nobody wrote that address.
    """
    known = {link.url: link for link in links}
    found: dict[Change, list[Changed]] = {change: [] for change in Change}
    for transition in transitions:
        link, change = known.get(transition.url), transition.change
        if link is not None and change is not None:
            found[change].append(Changed(transition, link))
    return found


def counted(changes: Changes) -> str:
    """Return how many changes there are of the kinds that there are: "2 newly dead, 1 recovered"."""
    return ", ".join(f"{len(found):,} {CHANGES[change]}" for change, found in changes.items() if found)


def places(link: LinkStatus) -> Sequence[str]:
    """Return the first places where a link is written, and how many more there are."""
    more = len(link.occurrences) - _PLACES
    return [*map(place, link.occurrences[:_PLACES]), *([f"and {more:,} more"] if more > 0 else [])]


def held_back(links: int) -> str:
    """Say that so many links are not called dead because they would be too many at once, and what to do about it."""
    number, verb = ("1 link", "is") if links == 1 else (f"{links:,} links", "are")
    return (
        f"{number} that worked before would be dead now, and {verb} not called so: so many deaths at once are more "
        "likely a mistake. Open some of them; if they are gone, say so with `dlt-crawl judge --yes`."
    )


def write_changes(paper: Paper, report: Report) -> None:
    """Write how many deaths are held back, and what the latest run has changed, each kind together, or that nothing."""
    changes, run = changes_of(report.links, report.transitions), report.run
    if report.held:
        paper.prose(held_back(report.held))
    first = run is None or run.id == 1
    if counts := counted(changes):
        paper.prose(f"Changed: {counts}." if first else f"Changed since the run before: {counts}.")
    elif not first and run is not None and run.finished is not None and run.network is Network.OK:
        paper.prose("Nothing changed since the run before.")
    for change, found in changes.items():
        if found:
            paper.blank()
            paper.line(f"{CHANGES[change].capitalize()}: {len(found):,}")
        for changed in found[:_SHOWN]:
            _write(paper, changed)
        if len(found) > _SHOWN:
            paper.blank()
            paper.line(f"and {len(found) - _SHOWN:,} more: `dlt-crawl report --format json` lists them all", 2)


def _write(paper: Paper, changed: Changed) -> None:
    paper.blank()
    for where in places(changed.link):
        paper.line(where, 2)
    paper.line(changed.link.url, 4)
    paper.prose(changed.transition.reason, 4)
    if changed.transition.moved_to is not None:
        paper.prose("moved for good to:", 4)
        paper.line(changed.transition.moved_to, 4)
