"""The command that puts shards together."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from dlt_crawler.cli.app import FormatOf, app, open_job, settings_of, show
from dlt_crawler.cli.selection import Baseline, ExitCode, known_links, tell_of_baseline
from dlt_crawler.cli.stages import Yes


@app.command()
def merge(
    context: typer.Context,
    shards: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SHARD]...",
            help="Databases of `run --shard`, as paths or URLs; default: those beside the database.",
            show_default=False,
        ),
    ] = None,
    *,
    partial: Annotated[
        bool, typer.Option("--partial", help="Go on when shards are missing; their links stay what they were.")
    ] = False,
    yes: Yes = False,
    baseline: Baseline = None,
    exit_code: ExitCode = False,
    format_of: FormatOf = None,
) -> None:
    """Put shards together, and do the rest of the nightly job.

    Brings what they know into the database, each check once, however often it is done; then judges, resolves, repairs
    and reports as `run` does.
    """
    from dlt_crawler import pipeline, summary
    from dlt_crawler.report import broken, selected

    known = known_links(settings_of(context, format_of), baseline)
    with open_job(context, "merge", format_of) as job:
        merged = pipeline.merge(job, shards or (), partial=partial, yes=yes)
        kept = selected(merged.nightly.report, baseline=known)
        told = summary.of_night(
            replace(merged.nightly, report=kept.report),
            job.settings.storage,
            places=exit_code or known is not None,
            baseline=known.file if known else None,
        )
        show(summary.of_merge(merged) + told, job)
    tell_of_baseline(context, known, kept)
    if exit_code and broken(kept.report):
        raise typer.Exit(1)
