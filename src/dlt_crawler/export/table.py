"""Citations as a table for spreadsheets and scripts: RFC 4180, UTF-8, a row a work."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Final

from dlt_crawler.export.citations import Citation
from dlt_crawler.model import Name
from dlt_crawler.report.csv import BYTE_ORDER_MARK, neutralised
from dlt_crawler.report.inert import inert

COLUMNS: Final = (
    "key", "type", "title", "authors", "issued", "container", "doi", "arxiv", "url", "state", "snapshot", "file",
    "line",
)  # fmt: skip
"""A contract: it only grows, at its end."""


def csv_table(citations: Sequence[Citation]) -> str:
    """Return the works, below a line with the names of the columns. No cell is taken for a formula."""
    text = StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([neutralised(inert(cell)) for cell in _row(each)] for each in citations)
    return text.getvalue()


def _row(citation: Citation) -> Sequence[str]:
    work = citation.work
    return (
        citation.key,
        citation.kind,
        citation.title,
        "; ".join(map(_name, work.authors)),
        work.issued,
        work.container,
        work.doi,
        work.arxiv,
        citation.url,
        citation.state.value if citation.state else "ignored",
        citation.snapshot.url if citation.snapshot else "",
        citation.file,
        str(citation.line),
    )


def _name(name: Name) -> str:
    return name.literal or ", ".join(part for part in (name.family, name.suffix, name.given) if part)
