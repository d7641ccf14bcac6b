"""The command that puts shards together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import FormatOf, app, options_of, settings_of, show
from dlt_crawler.cli.selection import Baseline, ExitCode, known_links, tell_of_baseline
from dlt_crawler.cli.stages import Yes
from dlt_crawler.config import Settings
from dlt_crawler.terminal import Watch

if TYPE_CHECKING:
    from dlt_crawler.pipeline import Job, Source


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

    settings = settings_of(context, format_of)
    known = known_links(settings, baseline)
    with _opened(context, settings, shards or (), partial=partial) as (job, sources):
        merged = pipeline.merge(job, sources, partial=partial, yes=yes)
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


@contextmanager
def _opened(
    context: typer.Context, settings: Settings, shards: Sequence[str], *, partial: bool
) -> Iterator[tuple[Job, Sequence[Source]]]:
    """Open the database and those of shards, as `open_job` opens the one."""
    from dlt_crawler import pipeline

    with Watch(quiet=options_of(context).quiet) as watch:
        with pipeline.open_merge(settings, shards, watch, partial=partial) as opened:
            yield opened
        if watch.failures:
            raise typer.Exit(3)
