"""Links in tables: the broken ones by document, those that somebody wants to see beside them, and what has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from operator import itemgetter

from dlt_crawler.language import _, told
from dlt_crawler.model import LinkOccurrence, LinkStatus, Lint, Report, Snapshot, State
from dlt_crawler.report import wording
from dlt_crawler.report.alternatives import alternatives_text
from dlt_crawler.report.changes import Changed, changes_of, is_first
from dlt_crawler.report.escapes import code, link, words
from dlt_crawler.report.markdown.places import Places
from dlt_crawler.report.markdown.tables import Part, Table, rows_each
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

    def cells(each: Changed) -> Sequence[str]:
        transition = each.transition
        moved = "" if transition.moved_to is None else f" {link(transition.moved_to)}"
        now = words(wording.state_word(transition.after))
        return (now, places.all_of(each.link), link(transition.url), f"{words(told(transition.reason))}{moved}")

    columns = (_("now"), _("where"), _("link"), _("why"))
    return Part.of(_("Changed since the run before"), columns, found, cells, aside=True)


def listed(report: Report, places: Places, view: View) -> Iterator[Part]:
    """Tell of the other links that somebody wants to see, by state; of living ones by what is to be said of them."""
    kinds: dict[str, tuple[list[LinkStatus], Callable[[LinkStatus], str]]] = {}
    for each in report.links.of(lambda kind: view.wants(kind) and not kind.is_broken and not kind.disputed):
        heading, said = _kind(each, view)
        kinds.setdefault(heading, ([], said))[0].append(each)
    columns = (_("where"), _("link"), _("what is known"))
    living = wording.state_word(State.ALIVE).capitalize()
    for heading, (links, said) in sorted(kinds.items(), key=lambda kind: kind[0] == living):
        yield Part.of(heading, columns, links, partial(_cells, places, said), aside=True)


def _kind(status: LinkStatus, view: View) -> tuple[str, Callable[[LinkStatus], str]]:
    """Return under which heading a link is told, and what is said of it there."""
    if status.ignored is not None:
        return _("Ignored"), _ignored
    if any(wording.warnings(status)):
        return _("With warnings"), _warned
    if status.verdict.state is State.ALIVE and status.verdict.moved_to is not None:
        return _("Moved for good"), _moved
    return wording.state_word(status.verdict.state).capitalize(), partial(_why, view=view)


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
