"""What the lists cite, as bibliographies. Pure: domain objects in, text out; one module a format.

- `citations.py` says what is cited, and which links are one work.
- `keys.py` names each citation; `latex.py` knows what TeX has other uses for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from dlt_crawler.export import bibtex, csl, table
from dlt_crawler.export.citations import LANDINGS, Citation, cited

__all__ = ["LANDINGS", "Citation", "ExportFormat", "cited", "render_citations"]


class ExportFormat(StrEnum):
    """What citations can be rendered as."""

    BIBTEX = "bibtex"
    """For BibTeX and biblatex, in UTF-8."""
    CSL = "csl"
    """CSL-JSON, for Zotero, pandoc and citeproc."""
    CSV = "csv"


def render_citations(citations: Sequence[Citation], export_format: ExportFormat) -> str:
    """Return the citations in their order, ending in a line feed, or nothing where there is nothing.

    Whatever a page said stays within its field. Secrets in URLs are masked.
    """
    return _WRITERS[export_format](citations)


_WRITERS: Mapping[ExportFormat, Callable[[Sequence[Citation]], str]] = {
    ExportFormat.BIBTEX: bibtex.bibtex,
    ExportFormat.CSL: csl.csl,
    ExportFormat.CSV: table.csv_table,
}
