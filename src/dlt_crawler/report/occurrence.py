"""One written link as a line: what `extract` lists."""

from __future__ import annotations

from collections.abc import Sequence

from dlt_crawler.language import _
from dlt_crawler.model import LinkOccurrence, LintKind, SkipReason
from dlt_crawler.report.inert import inert
from dlt_crawler.report.json import dump
from dlt_crawler.report.paper import column
from dlt_crawler.report.place import place

_PLACE_WIDTH = 40
_KIND_WIDTH = 12
"""Cells of a terminal. A longer place moves the rest of its line; nothing is cut off."""


def occurrence_json(occurrence: LinkOccurrence, lints: Sequence[LintKind] = ()) -> str:
    """Return the object of `extract --format jsonl` (DESIGN.md, section 4) on one line, without its line feed."""
    return dump(
        {
            "file": occurrence.file,
            "start": occurrence.span.start if occurrence.span else None,
            "end": occurrence.span.end if occurrence.span else None,
            "line": occurrence.line,
            "column": occurrence.column,
            "kind": occurrence.kind.value,
            "raw": occurrence.raw,
            "url": occurrence.url,
            "text": occurrence.text,
            "skip": occurrence.target.value if isinstance(occurrence.target, SkipReason) else None,
            "renders": occurrence.renders,
            "headings": list(occurrence.headings),
            "alternative": occurrence.alternative.url if occurrence.alternative else None,
            "no_span": occurrence.no_span.value if occurrence.no_span else None,
            "lints": [lint.value for lint in lints],
        }
    )


def occurrence_text(occurrence: LinkOccurrence, lints: Sequence[LintKind] = ()) -> str:
    """Return place, kind and URL in columns, then what is to be said of the link: not checked, not rendered, odd."""
    where = column(place(occurrence), _PLACE_WIDTH)
    kind = column(occurrence.kind.value, _KIND_WIDTH)
    url = inert(occurrence.raw if occurrence.url is None else occurrence.url)
    asides = []
    if isinstance(occurrence.target, SkipReason):
        asides.append(_("(not checked: {reason})").format(reason=occurrence.target.value))
    if not occurrence.renders:
        asides.append(_("(does not render)"))
    if lints:
        asides.append(_("(lint: {kinds})").format(kinds=", ".join(lint.value for lint in lints)))
    return "  ".join((where, kind, url, *asides)).rstrip()
