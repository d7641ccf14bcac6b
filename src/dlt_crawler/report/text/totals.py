"""How many links there are of each kind, and which option lists them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.table import Table

from dlt_crawler.language import N_, _, told
from dlt_crawler.model import Kind, Links, Report, StaleIgnore, State
from dlt_crawler.report import wording
from dlt_crawler.report.paper import Paper, cell
from dlt_crawler.report.text.links import STYLES
from dlt_crawler.report.view import Listed, View

_OTHERS = {
    Listed.WARNINGS: N_("of those alive: there is something to know"),
    Listed.MOVED: N_("have a new address for good"),
    Listed.IGNORED: N_("not reported, because somebody said so"),
}
"""What the links are that are counted beside the states …"""
_WORDS = {Listed.WARNINGS: N_("warnings"), Listed.MOVED: N_("moved"), Listed.IGNORED: N_("ignored")}
"""… and in a word."""

_ORDER = (
    State.DEAD,
    State.INVALID,
    State.FAILING,
    State.BLOCKED,
    State.UNSAFE,
    Listed.WARNINGS,
    Listed.MOVED,
    Listed.IGNORED,
    State.SKIPPED,
    State.UNCHECKED,
    State.ALIVE,
)


def write_totals(paper: Paper, report: Report, view: View) -> None:
    """Write how many links are in each state, and how to have those listed that were not."""
    counts = _counted(report.links)
    table = Table.grid(padding=(0, 2, 0, 0))
    for kind in _ORDER:
        if counts[kind]:
            word = wording.state_word(kind) if isinstance(kind, State) else _(_WORDS[kind])
            meaning = wording.meaning(kind) if isinstance(kind, State) else _(_OTHERS[kind])
            style = STYLES[kind] if isinstance(kind, State) else ""
            option = "" if _is_listed(kind, view) else f"--list {kind.value}"
            number = cell(f"{counts[kind]:,}", right=True)
            table.add_row(cell(f"  {word}", style=style), number, cell(meaning), cell(option))
    paper.blank()
    paper.heading(_("In all"))
    paper.blank()
    paper.table(table)
    if any(not _is_listed(kind, view) for kind in counts):
        paper.blank()
        paper.prose(
            _("`dlt-crawl report` with such an option lists them; with --all every link; with --explain it says why.")
        )


def write_ignores(paper: Paper, ignores: Sequence[StaleIgnore]) -> None:
    """Write which ignores should be looked at."""
    if not ignores:
        return
    paper.blank()
    paper.heading(_("Ignores to look at: {number}").format(number=f"{len(ignores):,}"))
    paper.blank()
    for stale in ignores:
        paper.line(stale.ignore.where, 2)
        paper.prose(told(stale.sentence), 4)


def _counted(links: Links) -> Counter[State | Listed]:
    counts: Counter[State | Listed] = Counter()
    for kind, count in links.kinds().items():
        counts.update(dict.fromkeys(_listed_as(kind), count))
    return counts


def _listed_as(kind: Kind) -> Iterator[State | Listed]:
    if kind.ignored:
        yield Listed.IGNORED
        return
    yield kind.state
    if kind.warned:
        yield Listed.WARNINGS
    if kind.moved:
        yield Listed.MOVED


def _is_listed(kind: State | Listed, view: View) -> bool:
    match kind:
        case _ if view.all_links:
            return True
        case State.DEAD | State.INVALID:
            return True
        case State():
            return kind in view.states
        case Listed.WARNINGS:
            return view.warnings
        case Listed.MOVED:
            return view.moved
        case _:
            return view.ignored
