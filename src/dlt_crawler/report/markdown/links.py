"""Links in tables: the broken ones by document, those that somebody wants to see beside them, and what has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from operator import itemgetter

from dlt_crawler.language import _, told
from dlt_crawler.model import Kind, LinkOccurrence, LinkStatus, Lint, Report, Snapshot, State, Transition
from dlt_crawler.report import wording
from dlt_crawler.report.alternatives import alternatives_text
from dlt_crawler.report.changes import changes_of, is_first, with_links
from dlt_crawler.report.escapes import code, link, words
from dlt_crawler.report.markdown.places import Places
from dlt_crawler.report.markdown.tables import ROWS, Part, Table, rows_each
from dlt_crawler.report.view import View

_NAME = 120
"""Characters of a title that are shown."""


def broken(report: Report, repaired: Collection[str], places: Places, view: View) -> Part:
    """Tell of the broken links that are not `repaired` (URLs), document by document, each once in each."""
    links = report.links.of(lambda kind: kind.is_broken and not kind.disputed)
    left = [each for each in links if each.url not in repaired]
    documents: dict[str, list[tuple[LinkStatus, Sequence[LinkOccurrence]]]] = {}
    for each in left:
        at: dict[str, list[LinkOccurrence]] = {}
        for written in each.occurrences:
            at.setdefault(written.file, []).append(written)
        for file, found in at.items():
            documents.setdefault(file, []).append((each, found))
    columns = (_("line"), _("link"), _("why"), _("instead"))

    def cells(row: tuple[LinkStatus, Sequence[LinkOccurrence]]) -> Sequence[str]:
        status, found = row
        return (places.lines(found), _named(status), _why(status, view), _("; ").join(_instead(status)) or "–")

    ordered = sorted(documents.items(), key=itemgetter(0))
    most = rows_each([len(rows) for _file, rows in ordered])
    tables = [
        Table.of(columns, sorted(rows, key=_line), cells, title=file, most=number)
        for (file, rows), number in zip(ordered, most, strict=True)
    ]
    return Part(_("Broken links"), len(left), tuple(tables))


def _line(row: tuple[LinkStatus, Sequence[LinkOccurrence]]) -> tuple[int, int]:
    first = row[1][0]
    return first.line, first.column


def changed(report: Report, places: Places) -> Part:
    """Tell what the latest run has changed; nothing after the first."""
    kinds = {} if is_first(report) else changes_of(report.links, report.transitions)
    found = [each for kind in kinds.values() for each in kind]
    known = {each.transition.url: each.link for each in with_links(report.links, found[:ROWS])}

    def cells(each: Transition) -> Sequence[str]:
        moved = "" if each.moved_to is None else f" {link(each.moved_to)}"
        now = words(wording.state_word(each.after))
        return (now, places.all_of(known[each.url]), link(each.url), f"{words(told(each.reason))}{moved}")

    columns = (_("now"), _("where"), _("link"), _("why"))
    return Part.of(_("Changed since the run before"), columns, found, cells, aside=True)


def listed(report: Report, places: Places, view: View) -> Iterator[Part]:
    """Tell of the other links that somebody wants to see, by state; of living ones by what is to be said of them."""
    links = report.links.of(lambda kind: view.wants(kind) and not kind.is_broken and not kind.disputed)
    # Of the million links of `--all` a thousand are read: those that there may be room for.
    kinds: dict[str, set[Kind]] = {}
    for each in links.outlines():
        kinds.setdefault(_heading(each.kind), set()).add(each.kind)
    columns = (_("where"), _("link"), _("what is known"))
    living = wording.state_word(State.ALIVE).capitalize()
    for heading, of_heading in sorted(kinds.items(), key=lambda kind: kind[0] == living):
        under, said = links.of(of_heading.__contains__), _said(next(iter(of_heading)), view)
        yield Part.of(heading, columns, under, partial(_cells, places, said), aside=True)


def _heading(kind: Kind) -> str:
    """Return under which heading links of a kind are told."""
    if kind.ignored:
        return _("Ignored")
    if kind.warned:
        return _("With warnings")
    if kind.state is State.ALIVE and kind.moved:
        return _("Moved for good")
    return wording.state_word(kind.state).capitalize()


def _said(kind: Kind, view: View) -> Callable[[LinkStatus], str]:
    """Return what is said there of links of a kind."""
    if kind.ignored:
        return _ignored
    if kind.warned:
        return _warned
    if kind.state is State.ALIVE and kind.moved:
        return _moved
    return partial(_why, view=view)


def _cells(places: Places, said: Callable[[LinkStatus], str], status: LinkStatus) -> Sequence[str]:
    return (places.all_of(status), _named(status), said(status))


def stale_ignores(report: Report) -> Part:
    """Tell which requests to ignore links have expired or are needless."""
    return Part.of(
        _("Ignores to look at"),
        (_("where"), _("what"), _("why")),
        report.ignores,
        lambda each: (code(each.ignore.where), code(each.ignore.what), words(told(each.sentence))),
        aside=True,
    )


def lints(report: Report, places: Places) -> Part:
    """Tell what is oddly written, place by place."""
    return Part.of(
        _("Oddly written"),
        (_("where"), _("what")),
        report.lints,
        lambda each: (places.place(each), words(_lint(each))),
        aside=True,
    )


def _lint(lint: Lint) -> str:
    return _("{what}: {message}").format(what=wording.lint_meaning(lint.kind), message=told(lint.message))


def _named(status: LinkStatus) -> str:
    name = status.page.title or next((place.text for place in status.occurrences if place.text != place.raw), "")
    return f"{link(status.url)} {words(name if len(name) <= _NAME else f'{name[:_NAME]}…')}".rstrip()


def _why(status: LinkStatus, view: View) -> str:
    said = [wording.reason(status.verdict), wording.since(status.verdict), told(status.note or "")]
    if view.explain and status.last is not None:
        said.append(told(status.last.seen.detail))
    return _("; ").join(words(each) for each in said if each)


def _instead(status: LinkStatus) -> Iterator[str]:
    if isinstance(status.snapshot, Snapshot):
        yield f"{link(status.snapshot.url)} {words(wording.snapshot_words(status.snapshot))}"
    elif (none := wording.no_snapshot(status)) is not None:
        yield words(none)
    for sentence, url in alternatives_text(status):
        yield f"{words(sentence)} {link(url)}"


def _warned(status: LinkStatus) -> str:
    return _("; ").join(map(words, wording.warnings(status)))


def _moved(status: LinkStatus) -> str:
    return link(status.verdict.moved_to or "")


def _ignored(status: LinkStatus) -> str:
    ignore = status.ignored
    if ignore is None:
        return ""
    until = "" if ignore.until is None else _("until {day}").format(day=ignore.until.isoformat())
    said = filter(None, (ignore.reason, until, wording.state_word(status.verdict.state)))
    return _("; ").join(map(words, said))
