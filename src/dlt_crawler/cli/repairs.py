"""The commands that write documents."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import FormatOf, Paths, app, open_job, open_stored, settings_of, show


@app.command()
def repair(
    context: typer.Context,
    paths: Paths = None,
    *,
    in_place: Annotated[bool, typer.Option("--in-place", help="Write into the documents themselves.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write under DIR instead of storage/repaired/.")
    ] = None,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing: print what `git apply` takes.")] = False,
    include_failing: Annotated[
        bool, typer.Option("--include-failing", help="Links that are not proven dead yet, too.")
    ] = False,
    redirects: Annotated[
        bool, typer.Option("--redirects", help="Links that moved for good, seen on two days, get the new address, too.")
    ] = False,
    format_of: FormatOf = None,
) -> None:
    """Write documents with dead links replaced.

    Dead links become snapshots; nothing else in the documents changes.
    """
    from dlt_crawler import pipeline, summary

    if in_place + (output is not None) + diff > 1:
        raise typer.BadParameter("--in-place, --output and --diff exclude each other")
    settings = settings_of(context, format_of)
    choice = pipeline.Choice.of(settings.repair, include_failing=include_failing, redirects=redirects)
    if diff:
        with open_stored(context, format_of) as job:
            for repaired in pipeline.repair(job, paths or (), pipeline.nowhere, choice):
                show(pipeline.diff(repaired))
        return
    destination = pipeline.in_place if in_place else pipeline.mirror(output or settings.storage / "repaired")
    with open_job(context, "repair", format_of, create=False) as job:
        show(summary.of_repair(tuple(pipeline.repair(job, paths or (), destination, choice))))
