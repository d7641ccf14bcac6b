"""The report for a person who has to mend the broken links tonight.

What has changed; the broken links by document, each with where it stands, why it is called broken, since when, and what
can be put in its place; then how many links there are of each kind, and which option lists them.

- `links.py`: a link.
- `explanation.py`: the evidence for its verdict.
- `totals.py`: the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from dlt_crawler.language import _, ngettext, told
from dlt_crawler.model import LinkOccurrence, Links, LinkStatus, Lint, LintKind, Network, Report, Run
from dlt_crawler.report.changes import news_of, write_changes
from dlt_crawler.report.disputes import disputed
from dlt_crawler.report.lint import write_lints
from dlt_crawler.report.paper import Paper, day, minute
from dlt_crawler.report.place import place
from dlt_crawler.report.text.links import Entry, write_link
from dlt_crawler.report.text.totals import write_ignores, write_totals
from dlt_crawler.report.view import View
from dlt_crawler.report.work import is_ready, work

_AT_ONCE = 100
"""Broken links of one document that are listed unless all are asked for: nobody mends more at one sitting."""


_OF_IGNORES = frozenset({LintKind.EXPIRED_IGNORE, LintKind.NEEDLESS_IGNORE, LintKind.UNKNOWN_DIRECTIVE})
"""Lints that may be told of as ignores that should be looked at."""


def report_text(report: Report, view: View) -> Iterator[str]:
    """Yield the report for a person: the links by document."""
    paper = Paper(view.screen)
    _write_head(paper, report)
    if report.links:
        write_changes(paper, report)
        yield from _write_links(paper, report, view)
        write_totals(paper, report, view)
    write_ignores(paper, report.ignores)
    write_lints(paper, _others(report), each=view.all_links or view.lints)
    yield paper.take()


def _others(report: Report) -> Sequence[Lint]:
    """Return the lints that are not told of among the ignores."""
    told_of = {stale.ignore.where for stale in report.ignores}
    return [lint for lint in report.lints if lint.kind not in _OF_IGNORES or place(lint) not in told_of]


def _write_head(paper: Paper, report: Report) -> None:
    if not report.links:
        if report.only:
            paper.prose(_("No links. {only}").format(only=told(report.only)))
        else:
            paper.prose(_("No links are known yet. `dlt-crawl run` finds the links of your documents and checks them."))
    else:
        paper.prose(_headline(report))
        if report.only:
            paper.prose(told(report.only))
    if report.run is not None and report.run.network is Network.DOWN:
        trouble = told(report.run.trouble or "Our own network was down in that run.")
        paper.prose(trouble, style="yellow")
        paper.prose(_("What failed in that run is not counted against any link."))


def _headline(report: Report) -> str:
    if report.run is None:
        return _("{written}. None has been checked yet: `dlt-crawl run` does it.").format(written=_written(report))
    return _("{written}; {run}.").format(written=_written(report), run=_when(report.run))


def _written(report: Report) -> str:
    links = ngettext("{number} link", "{number} links", len(report.links)).format(number=f"{len(report.links):,}")
    times = ngettext("{number} time", "{number} times", report.occurrences).format(number=f"{report.occurrences:,}")
    return _("{links}, written {times}").format(links=links, times=times)


def _when(run: Run) -> str:
    if run.finished is None:
        return _("run {run} began {at} UTC and has not finished").format(run=run.id, at=minute(run.started))
    last = minute(run.finished)
    if day(run.finished) == day(run.started):
        last = last.removeprefix(day(run.finished)).strip()
    return _("run {run}, {first} to {last} UTC").format(run=run.id, first=minute(run.started), last=last)


def _write_links(paper: Paper, report: Report, view: View) -> Iterator[str]:
    """Write the links of each document, and yield what stands on the paper by then."""
    broken = report.links.of(lambda kind: kind.is_broken)
    paper.blank()
    if broken:
        _write_work(paper, broken)
    elif report.run is not None and report.run.network is Network.OK:
        paper.prose(_("No broken links."))
    if (sentence := disputed(report.links)) is not None:
        paper.prose(sentence)
    listing = _Listing(paper, report, view)
    for file, links in sorted(report.links.of(view.wants).by_file(), key=itemgetter(0)):
        listing.write(file, _in(file, links))
        yield paper.take()


def _write_work(paper: Paper, broken: Sequence[LinkStatus]) -> None:
    """Say how many links are broken, and what there is to do about them."""
    number = len(broken)
    sentence = ngettext("{number} link is broken.", "{number} links are broken.", number)
    paper.prose(sentence.format(number=f"{number:,}"), style="bold")
    for sentence in work(broken):
        paper.prose(sentence)


@dataclass(slots=True)
class _Listing:
    """Writes documents, each with its links."""

    paper: Paper
    report: Report
    view: View
    _news: frozenset[str] = field(init=False)
    _told: dict[str, LinkOccurrence] = field(default_factory=dict)
    """Where each link was told of, of those that stand in several documents."""

    def __post_init__(self) -> None:
        self._news = news_of(self.report)

    def write(self, file: str, links: Sequence[tuple[LinkStatus, Sequence[LinkOccurrence]]]) -> None:
        """Write the links of a document, in the order in which they stand there; last those that `repair` mends."""
        links = sorted(links, key=lambda entry: (entry[1][0].line, entry[1][0].column))
        mended = [entry for entry in links if is_ready(*entry)]
        by_hand = len(links) - len(mended)
        broken = sum(link.is_broken for link, _places in links)
        self.paper.blank()
        self.paper.heading(_heading(file, len(links), broken))
        shown = 0
        for number, (link, places) in enumerate([*(entry for entry in links if not is_ready(*entry)), *mended]):
            shown += link.is_broken
            if shown > _AT_ONCE and link.is_broken and not self.view.uncut:
                continue
            self.paper.blank()
            if number == by_hand:
                self._write_mended(len(mended))
            entry = Entry(link, places, is_new=link.url in self._news, told_at=self._told.get(link.url))
            write_link(self.paper, entry, self.view, self.report.explanations.get(link.url))
            if len(places) < len(link.occurrences):
                self._told.setdefault(link.url, places[0])
        if broken > _AT_ONCE and not self.view.uncut:
            self.paper.blank()
            more = broken - _AT_ONCE
            sentence = ngettext(
                "and {number} more broken link in {file}: `dlt-crawl report --list broken` lists it, too",
                "and {number} more broken links in {file}: `dlt-crawl report --list broken` lists them, too",
                more,
            )
            self.paper.prose(sentence.format(number=f"{more:,}", file=file))

    def _write_mended(self, number: int) -> None:
        """Say of so many links, which follow, that nobody needs to mend them by hand."""
        sentence = ngettext(
            "`dlt-crawl repair --in-place` mends this one:",
            "`dlt-crawl repair --in-place` mends these {number}:",
            number,
        )
        self.paper.prose(sentence.format(number=f"{number:,}"), style="bold")
        self.paper.blank()


def _heading(file: str, links: int, broken: int) -> str:
    if broken == links:
        sentence = ngettext("{file}: {number} broken link", "{file}: {number} broken links", broken)
        return sentence.format(file=file, number=f"{broken:,}")
    sentence = ngettext("{file}: {number} link, {broken} broken", "{file}: {number} links, {broken} broken", links)
    return sentence.format(file=file, number=f"{links:,}", broken=f"{broken:,}")


def _in(file: str, links: Links) -> Sequence[tuple[LinkStatus, Sequence[LinkOccurrence]]]:
    """Return each of the links of a document with its places there: all it has, mostly, which is one."""
    return [(link, _places(file, link)) for link in links]


def _places(file: str, link: LinkStatus) -> Sequence[LinkOccurrence]:
    if len(link.occurrences) == 1:
        return link.occurrences[:1]
    return [each for each in link.occurrences if each.file == file]
