"""One written link as a line: what `extract` lists."""

from __future__ import annotations

from rich.cells import cell_len

from dlt_crawler.model import LinkOccurrence, SkipReason
from dlt_crawler.report.inert import inert
from dlt_crawler.report.json import dump

_PLACE_WIDTH = 40
_KIND_WIDTH = 12
"""Cells of a terminal. A longer place moves the rest of its line; nothing is cut off."""


def occurrence_json(occurrence: LinkOccurrence) -> str:
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
        }
    )


def occurrence_text(occurrence: LinkOccurrence) -> str:
    """Return place, kind and URL in columns, and why the link is not checked if it is not."""
    place = _padded(inert(f"{occurrence.file}:{occurrence.line}:{occurrence.column}"), _PLACE_WIDTH)
    kind = _padded(occurrence.kind.value, _KIND_WIDTH)
    url = inert(occurrence.raw if occurrence.url is None else occurrence.url)
    skipped = f"  (not checked: {occurrence.target.value})" if isinstance(occurrence.target, SkipReason) else ""
    return f"{place}  {kind}  {url}{skipped}".rstrip()


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
