"""Where something is written, as compilers say it and editors understand it."""

from __future__ import annotations

from dlt_crawler.model import LinkOccurrence, Lint


def place(written: LinkOccurrence | Lint) -> str:
    """Return file, line and column of a link or a lint."""
    return f"{written.file}:{written.line}:{written.column}"
