"""What the latest run has changed: what people want to know first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dlt_crawler.language import N_, _, ngettext, told
from dlt_crawler.model import Change, LinkStatus, Network, Report, Run, Transition, links_of
from dlt_crawler.report.paper import Paper
from dlt_crawler.report.place import place

_SHOWN = 10
"""Links of one kind of change that are told one by one: those of most nights, and not the whole screen."""

_PLACES = 3
"""Places of one link that are told one by one."""

CHANGES = {
    Change.DEAD: N_("newly dead"),
    Change.RECOVERED: N_("recovered"),
    Change.MOVED: N_("newly moved"),
    Change.BLOCKED: N_("newly blocked"),
}
"""In words, to be translated where they are said."""

_COUNTED = {
    Change.DEAD: N_("{number} newly dead"),
    Change.RECOVERED: N_("{number} recovered"),
    Change.MOVED: N_("{number} newly moved"),
    Change.BLOCKED: N_("{number} newly blocked"),
}
_HEADINGS = {
    Change.DEAD: N_("Newly dead: {number}"),
    Change.RECOVERED: N_("Recovered: {number}"),
    Change.MOVED: N_("Newly moved: {number}"),
    Change.BLOCKED: N_("Newly blocked: {number}"),
}
_MORE = {
    Change.DEAD: N_("and {number} more, marked as new below"),
    Change.RECOVERED: N_("and {number} more: `dlt-crawl report --format json` lists them all"),
    Change.MOVED: N_("and {number} more: `dlt-crawl report --list moved` lists all that have moved"),
    Change.BLOCKED: N_("and {number} more: `dlt-crawl report --list blocked` marks them as new"),
}

_MARKED = frozenset({Change.DEAD, Change.BLOCKED})
"""Changes that lead to the state in which a link is listed."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What has changed about one link, and what is known of it now."""

    transition: Transition
    link: LinkStatus


Changes = Mapping[Change, Sequence[Transition]]
"""By kind; every kind is a key."""


def changes_of(links: Iterable[LinkStatus], transitions: Iterable[Transition]) -> Changes:
    """Return those of the transitions that are news, of links that are written now and not ignored.

    Those of a kind stand in the order of the links, which is that of the documents. What is only another reading of a
    link has transitions, too; but nobody wrote that address.
    """
    news = [each for each in transitions if each.change is not None]
    named = links_of(links).kinds_of({each.url for each in news})
    places = {url: place for place, (url, kind) in enumerate(named) if not kind.ignored}
    ordered = sorted((each for each in news if each.url in places), key=lambda each: places[each.url])
    return {change: [each for each in ordered if each.change is change] for change in Change}


def with_links(links: Iterable[LinkStatus], found: Collection[Transition]) -> Sequence[Changed]:
    """Return some of the changes of these links (`changes_of`), with what is known of each link.

    After a first night nearly everything is news: whoever tells of the first few has no more read than these.
    """
    named = links_of(links).named({each.url for each in found})
    known = {link.url: link for link in named if link.ignored is None}
    return [Changed(each, known[each.url]) for each in found]


def is_first(report: Report) -> bool:
    """Tell whether nothing was checked before the run of the report: all that it found is new, and no news."""
    run = report.run
    # Before the first night there is nothing to compare with either.
    return run is None or run.id == 1 or (run.since is not None and not report.only)


def news_of(report: Report) -> frozenset[str]:
    """Return the URLs of links that are in their state since the latest run; none after the first, when all is new."""
    if is_first(report):
        return frozenset()
    return frozenset(each.url for each in report.transitions if each.change in _MARKED)


def counted(changes: Changes) -> str:
    """Return how many changes there are of the kinds that there are: "2 newly dead, 1 recovered"."""
    counts = [_(_COUNTED[change]).format(number=f"{len(found):,}") for change, found in changes.items() if found]
    return listed(counts)


def listed(items: Iterable[str]) -> str:
    """Return the items on one line, with what the language puts between them."""
    return _(", ").join(items)


def places(link: LinkStatus) -> Sequence[str]:
    """Return the first places where a link is written, and how many more there are."""
    more = len(link.occurrences) - _PLACES
    rest = ngettext("and {number} more", "and {number} more", more).format(number=f"{more:,}")
    return [*map(place, link.occurrences[:_PLACES]), *([rest] if more > 0 else [])]


def held_back(links: int) -> str:
    """Say that so many links are not called dead because they would be too many at once, and what to do about it."""
    return ngettext(
        "{number} link that worked before would be dead now, and is not called so: so many deaths at once are more "
        "likely a mistake. Open some of them; if they are gone, say so with `dlt-crawl judge --yes`.",
        "{number} links that worked before would be dead now, and are not called so: so many deaths at once are more "
        "likely a mistake. Open some of them; if they are gone, say so with `dlt-crawl judge --yes`.",
        links,
    ).format(number=f"{links:,}")


def write_changes(paper: Paper, report: Report) -> None:
    """Write how many deaths are held back, and what the latest run has changed, each kind together, or that nothing.

    After the first run nothing is told one by one: it has found everything that is listed.
    """
    changes, run = changes_of(report.links, report.transitions), report.run
    if report.held:
        paper.prose(held_back(report.held), style="yellow")
    counts = counted(changes)
    if is_first(report):
        if run is not None:
            paper.prose(_of_first(report, run))
        return
    if counts:
        paper.prose(_("Changed since the run before: {counts}.").format(counts=counts), style="bold")
    elif run is not None and run.finished is not None and run.network is Network.OK:
        paper.prose(_("Nothing changed since the run before."))
    for change, found in changes.items():
        if found:
            paper.blank()
            paper.line(_(_HEADINGS[change]).format(number=f"{len(found):,}"), style="bold")
        for each in with_links(report.links, found[:_SHOWN]):
            _write(paper, change, each)
        if len(found) > _SHOWN:
            paper.prose(_(_MORE[change]).format(number=f"{len(found) - _SHOWN:,}"))


def _of_first(report: Report, run: Run) -> str:
    if run.since is None or report.only:
        return _("It was the first run: there is nothing yet to compare it with.")
    sentence = _(
        "Only what was added or changed since {revision} has been checked so far: the first `dlt-crawl run` without "
        "--since checks the rest."
    )
    return sentence.format(revision=run.since)


def _write(paper: Paper, change: Change, told_of: Changed) -> None:
    for where in places(told_of.link):
        paper.line(where)
    paper.line(told_of.link.url, 4)
    if change is not Change.DEAD:
        # All about the dead ones is told below.
        paper.prose(told(told_of.transition.reason), 4)
    if told_of.transition.moved_to is not None:
        paper.prose(_("moved for good to:"), 4)
        paper.line(told_of.transition.moved_to, 4)
