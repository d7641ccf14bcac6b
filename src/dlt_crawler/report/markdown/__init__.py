"""The description of a pull request and a rolling issue: what was repaired, what is broken, what has changed.

For GitHub and its like, within what they take. Nothing that documents, pages or archives say acts in it (`escapes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlt_crawler.language import _, ngettext, one_by_one, told
from dlt_crawler.model import LoggedRepair, Network, Report
from dlt_crawler.report import wording
from dlt_crawler.report.changes import changes_of, counted, is_first
from dlt_crawler.report.escapes import words
from dlt_crawler.report.markdown.links import broken, changed, lints, listed, stale_ignores
from dlt_crawler.report.markdown.places import Places
from dlt_crawler.report.markdown.repairs import Edit, disputed, made, repaired
from dlt_crawler.report.markdown.tables import within
from dlt_crawler.report.paper import day
from dlt_crawler.report.view import View

MARKER = "<!-- dlt-crawl:report -->"
"""The first line, which nobody sees: by it a program finds the issue that it wrote the night before."""

_LIMIT = 65_000
"""GitHub takes descriptions of 65,536 characters. Bytes are counted, which are never fewer; the rest is for what others
add, such as `publish.py`."""


def report_markdown(report: Report, view: View) -> str:
    """Return the repairs that were made, the broken links that stay, and beside them what `view` lists.

    Made are those of `Report.repairs`: of the newest branch that was committed to, else of all places, each once, and
    without those of earlier nights that stand in the documents by now. Links that were repaired are not told again
    among the broken ones. Where a limit of 65,000 bytes leaves no room for all, each table has a fair share of it and
    says how many rows it lacks.
    """
    edits, places = made([each for each in report.repairs if not _is_past(each, report)]), Places(view.base)
    # On one line: in descriptions GitHub shows line feeds as such.
    begin = "\n".join([MARKER, one_by_one(_summary(report, edits)), *_counts(report)]) + "\n"
    parts = [
        repaired(edits, places),
        broken(report, {edit.place.url for edit in edits if edit.place.url is not None}, places, view),
        disputed(report, places),
        changed(report, places),
        *listed(report, places, view),
        stale_ignores(report),
        *([lints(report, places)] if view.lints else []),
    ]
    return begin + within(parts, _LIMIT - len(begin.encode()))


def _is_past(repair: LoggedRepair, report: Report) -> bool:
    """Tell whether a repair was taken over into the document on an earlier night: nobody waits for it any more."""
    return repair.stands and report.run is not None and repair.run != report.run.id


def _summary(report: Report, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the sentences at the top."""
    if edits:
        number, documents = len(edits), len({edit.place.file for edit in edits})
        said = ngettext(
            "{links} repaired in {documents} document.", "{links} repaired in {documents} documents.", documents
        )
        yield said.format(links=wording.links(number), documents=f"{documents:,}")
    if report.run is not None:
        yield _("Run {run} of {day}:").format(run=report.run.id, day=day(report.run.started))
    number = report.broken
    many = ngettext("{links}, {number} of them is broken.", "{links}, {number} of them are broken.", number)
    yield many.format(links=wording.links(len(report.links)), number=f"{number:,}")
    if report.only:
        yield words(told(report.only))
    if report.run is not None and report.run.network is Network.DOWN:
        yield _("Our own network was down in that run: what failed in it is not counted against any link.")
    news = counted(changes_of(report.links, report.transitions))
    if news and not is_first(report):
        yield _("Changed since the run before: {changes}.").format(changes=news)
    yield _("Found by dlt-crawl.")


def _counts(report: Report) -> Iterator[str]:
    """Yield a small table of how many links are in which state."""
    ignored = report.ignored
    rows = [
        (wording.state_word(state), count - ignored.get(state, 0), wording.meaning(state))
        for state, count in report.counts.items()
    ]
    rows.append((_("ignored"), sum(ignored.values()), _("not to be reported")))
    kinds = report.links.kinds().items()
    warned = sum(count for kind, count in kinds if kind.warned)
    rows.append((_("with warnings"), warned, _("alive, but something is to be said of them")))
    moved = sum(count for kind, count in kinds if kind.moved)
    rows.append((_("moved"), moved, _("to another address, for good")))
    if report.links:
        yield f"\n| {_('links')} | {_('state')} | {_('meaning')} |\n|--:|---|---|"
    yield from (f"| {count:,} | {word} | {meaning} |" for word, count, meaning in rows if count)
