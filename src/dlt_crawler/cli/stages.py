"""The commands that do something: the nightly job and its stages."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import Paths, app, open_job, open_stored, options_of


class ListFormat(StrEnum):
    """How `extract` prints."""

    TABLE = "table"
    JSONL = "jsonl"


@app.command()
def run(context: typer.Context, paths: Paths = None) -> None:
    """Do the nightly job, from documents to repaired documents.

    Its stages: extract, fetch, judge, resolve, (archive), repair, report.

    Repaired copies go to storage/repaired/, reports to storage/reports/; the documents themselves are not touched.
    A run that was cut off is gone on with.
    """
    from dlt_crawler import pipeline, summary

    with open_job(context, "run") as job:
        nightly = pipeline.run(job, paths or ())
    typer.echo(summary.of_night(nightly, options_of(context).settings.storage), nl=False)


@app.command()
def extract(
    context: typer.Context,
    paths: Paths = None,
    list_format: Annotated[ListFormat, typer.Option("--format", help="A table to read, or an object a line.")] = (
        ListFormat.TABLE
    ),
) -> None:
    """List every link with its exact place. No network, no database."""
    from dlt_crawler.pipeline import extract as extract_stage
    from dlt_crawler.report import occurrence_json, occurrence_text

    line = occurrence_json if list_format is ListFormat.JSONL else occurrence_text
    for extracted in extract_stage(options_of(context).settings, paths or ()):
        for occurrence in extracted.occurrences:
            typer.echo(line(occurrence))


@app.command()
def fetch(context: typer.Context, paths: Paths = None) -> None:
    """Extract and check only: no verdicts, no archive."""
    from dlt_crawler import pipeline

    with open_job(context, "fetch") as job:
        fetched = pipeline.fetch(job, pipeline.store_links(job, paths or ()))
    typer.echo(f"run {fetched.run.id}: {fetched.checked} links checked, {fetched.looked_again} looked at again")


@app.command()
def judge(context: typer.Context) -> None:
    """Judge every link anew from its stored checks."""
    from dlt_crawler import pipeline, summary

    with open_job(context, "judge") as job:
        pipeline.judge(job)
        typer.echo(summary.of_states(job.store.report()))


@app.command()
def resolve(context: typer.Context) -> None:
    """Find snapshots for dead and failing links."""
    from dlt_crawler import pipeline, summary

    with open_job(context, "resolve") as job:
        typer.echo(summary.of_resolve(pipeline.resolve(job)))


@app.command()
def archive(context: typer.Context) -> None:
    """Have living links kept by Save Page Now.

    Those that have no snapshot yet. Needs keys of archive.org.
    """
    from dlt_crawler import pipeline, summary

    with open_job(context, "archive") as job:
        typer.echo(summary.of_archive(pipeline.archive(job)))


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
) -> None:
    """Write documents with dead links replaced.

    Dead links become snapshots; nothing else in the documents changes.
    """
    from dlt_crawler import pipeline, summary

    if in_place + (output is not None) + diff > 1:
        raise typer.BadParameter("--in-place, --output and --diff exclude each other")
    settings = options_of(context).settings
    choice = pipeline.Choice(include_failing, redirects or settings.repair.redirects)
    if diff:
        with open_stored(context) as job:
            for repaired in pipeline.repair(job, paths or (), pipeline.nowhere, choice):
                sys.stdout.buffer.write(pipeline.diff(repaired))
        return
    destination = pipeline.in_place if in_place else pipeline.mirror(output or settings.storage / "repaired")
    with open_job(context, "repair") as job:
        done = tuple(pipeline.repair(job, paths or (), destination, choice))
    typer.echo(summary.of_repair(done), nl=False)
