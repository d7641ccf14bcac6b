"""What is odd about how links and documents are written: listed one by one, or counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from rich.table import Table

from dlt_crawler.language import _, told
from dlt_crawler.model import Extraction, Lint, LintKind
from dlt_crawler.report.inert import discreet
from dlt_crawler.report.json import dump, lint_object
from dlt_crawler.report.paper import Paper, cell, column
from dlt_crawler.report.place import place
from dlt_crawler.report.wording import lint_meaning

_PLACE_WIDTH = 40
_KIND_WIDTH = 22
"""Cells of a terminal. A longer place moves the rest of its line; nothing is cut off."""

_OF_DOCUMENTS = frozenset({LintKind.MOJIBAKE, LintKind.NOT_PARSED, LintKind.NESTING_LIMIT, LintKind.TOO_MANY_LINKS})
"""Not about a link, even if one stands there."""

Place: TypeAlias = tuple[int, int]
"""Line and column."""


def lints_at_links(found: Extraction) -> tuple[Mapping[Place, Sequence[LintKind]], Sequence[Lint]]:
    """Return the lints of one document: the kinds at the place of a link, by place, and all others."""
    places: dict[Place, list[LintKind]] = {(link.line, link.column): [] for link in found.links}
    others: list[Lint] = []
    for lint in found.lints:
        kinds = None if lint.kind in _OF_DOCUMENTS else places.get((lint.line, lint.column))
        if kinds is None:
            others.append(lint)
        else:
            kinds.append(lint.kind)
    return places, others


def lint_json(lint: Lint) -> str:
    """Return the object of `extract --lints --format jsonl` on one line, without its line feed."""
    return dump(lint_object(lint))


def lint_text(lint: Lint) -> str:
    """Return place, kind and message in columns: a row of `extract --lints`."""
    columns = column(place(lint), _PLACE_WIDTH), column(lint.kind.value, _KIND_WIDTH), discreet(told(lint.message))
    return "  ".join(columns).rstrip()


def lint_aside(lint: Lint) -> str:
    """Return a lint as compilers put it: what is said of a document beside its links."""
    return discreet(f"{place(lint)}: {told(lint.message)} [{lint.kind.value}]")


def write_lints(paper: Paper, lints: Sequence[Lint], *, each: bool) -> None:
    """Write how many lints of each kind there are, and `each` of them, or how to see them; nothing of none."""
    if not lints:
        return
    counts = Counter(lint.kind for lint in lints)
    heading = _("Lints: {number}") if each else _("Lints: {number}, listed by `dlt-crawl report --list lints`")
    paper.blank()
    paper.heading(heading.format(number=f"{len(lints):,}"))
    paper.blank()
    table = Table.grid(padding=(0, 2, 0, 0))
    for kind in LintKind:
        if count := counts[kind]:
            table.add_row(cell("  " + kind.value), cell(f"{count:,}", right=True), cell(lint_meaning(kind)))
    paper.table(table)
    if each:
        paper.blank()
        for lint in lints:
            paper.place(lint, lint.kind.value)
            paper.prose(told(lint.message), 4)
