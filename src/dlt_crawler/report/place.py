"""Where something is written, as compilers say it and editors understand it."""

from __future__ import annotations

from collections.abc import Mapping

from dlt_crawler.model import LinkOccurrence, Lint


def place(written: LinkOccurrence | Lint) -> str:
    """Return file, line and column of a link or a lint."""
    return f"{written.file}:{written.line}:{written.column}"


def place_fields(written: LinkOccurrence | Lint) -> Mapping[str, str | int | None]:
    """Return the same as programs read it, with the span; null where the exact bytes are not known."""
    return {
        "file": written.file,
        "line": written.line,
        "column": written.column,
        "start": written.span.start if written.span else None,
        "end": written.span.end if written.span else None,
    }
