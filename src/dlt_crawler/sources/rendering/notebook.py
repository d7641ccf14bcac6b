"""What a Jupyter notebook shows: its markdown cells one by one, and everything else as the JSON that it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dlt_crawler.errors import SourceError
from dlt_crawler.model import MARK
from dlt_crawler.sources.rendering.markdown import markdown_shown
from dlt_crawler.sources.rendering.pieces import text

_KINDS = ("markdown", "heading")


def notebook_shown(source: str) -> Iterator[str]:
    """Yield what a notebook shows. Raises SourceError if its text is no JSON."""
    try:
        notebook = json.loads(source)
    except ValueError as error:
        raise SourceError(f"is no notebook: {error}") from error
    sources = [cell.pop("source") for cell in _markdown_cells(notebook)]
    yield MARK + text(json.dumps(notebook))
    for written in sources:
        yield f"{MARK}<cell>"
        said = written if isinstance(written, str) else "".join(part for part in written if isinstance(part, str))
        lines = said.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        yield from markdown_shown(lines, front_matter=False)


def _markdown_cells(notebook: Any) -> Iterator[dict[str, Any]]:
    """Yield the markdown cells; format 3 has its cells in worksheets, and headings that are cells of their own."""
    for holder in (notebook, *_items(notebook, "worksheets")):
        cells = (cell for cell in _items(holder, "cells") if isinstance(cell, dict))
        shown = (cell for cell in cells if cell.get("cell_type") in _KINDS)
        yield from (cell for cell in shown if isinstance(cell.get("source"), str | list))


def _items(holder: Any, name: str) -> list[Any]:
    items = holder.get(name) if isinstance(holder, dict) else None
    return items if isinstance(items, list) else []
