"""The command that makes a bibliography of the lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import Paths, app, open_stored, show
from dlt_crawler.errors import RepairError, ReportError
from dlt_crawler.export import ExportFormat, render_citations


@app.command()
def export(
    context: typer.Context,
    paths: Paths = None,
    *,
    export_format: Annotated[
        ExportFormat, typer.Option("--format", help="For LaTeX, for Zotero and pandoc (CSL-JSON), or a table.")
    ] = ExportFormat.BIBTEX,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to FILE instead of stdout.")] = None,
) -> None:
    """Write what the lists cite as a bibliography.

    Titles, authors, dates and identifiers as the last runs have found them; no network.
    """
    from dlt_crawler.pipeline import citations_of

    with open_stored(context) as job:
        citations = citations_of(job, paths or ())
    text = render_citations(citations, export_format)
    if output is None:
        show(text)
    else:
        _write(output, text.encode())


def _write(output: Path, data: bytes) -> None:
    """Write a file whole or not at all; a pipe or a device as it comes. Raises ReportError."""
    from dlt_crawler import sources

    try:
        if output.exists() and not output.is_file():
            output.write_bytes(data)
        else:
            sources.write(output, data)
    except (OSError, RepairError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ReportError(f"{output}: the bibliography cannot be written: {reason}") from error
