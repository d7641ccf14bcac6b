"""The commands that show what is known, and the one that waits for the night."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import app, open_stored, options_of, show
from dlt_crawler.errors import ConfigError, ReportError
from dlt_crawler.model import BROKEN_STATES, Resource
from dlt_crawler.report import Format, render, render_history
from dlt_crawler.terminal import Watch
from dlt_crawler.urls import target_of


@app.command()
def report(
    context: typer.Context,
    *,
    report_format: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = (Format.TEXT),
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to FILE instead of stdout.")] = None,
    all_links: Annotated[bool, typer.Option("--all", help="Every link, not only the broken ones.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when there are broken links.")] = False,
) -> None:
    """Show the broken links.

    What is wrong, since when, where they stand, and what could replace them.
    """
    from dlt_crawler.pipeline import report_of

    with open_stored(context) as job:
        shown = report_of(job)
    text = render(shown, report_format, all_links=all_links)
    if output is None:
        show(text)
    else:
        try:
            output.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ReportError(f"{output}: the report cannot be written: {error.strerror}") from error
    if exit_code and any(shown.counts[state] for state in BROKEN_STATES):
        raise typer.Exit(1)


@app.command()
def history(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A link, as it is written in a document or in a report.")],
    history_format: Annotated[Format, typer.Option("--format", help="For people, or for programs.")] = (Format.TEXT),
) -> None:
    """Show every check of a link, and its verdict."""
    target = target_of(url)
    with open_stored(context) as job:
        link = job.store.link(target.url) if isinstance(target, Resource) else None
        if link is None or not isinstance(target, Resource):
            raise ConfigError(f"{url}: not in {job.settings.database}; `dlt-crawl report --all` lists what is")
        show(render_history(link, job.store.history(target), history_format))


@app.command()
def schedule(
    context: typer.Context,
    *,
    cron: Annotated[str | None, typer.Option(metavar="EXPRESSION", help='Five fields; default: "30 2 * * *".')] = None,
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="Of the IANA database; default: UTC.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Run once at once, too.")] = False,
) -> None:
    """Stay in the foreground and run every night.

    Catches up with a night that was slept through; one run at a time.
    """
    from dlt_crawler import schedule as nights
    from dlt_crawler.pipeline import last_run

    chosen = options_of(context)
    settings = chosen.settings
    trigger = nights.cron_trigger(
        settings.schedule.cron if cron is None else cron,
        settings.schedule.timezone if timezone is None else timezone,
    )
    last = last_run(settings)
    nights.run_nightly(
        trigger,
        [sys.executable, "-m", "dlt_crawler", *chosen.arguments, "run"],
        at_once=now,
        last_started=last.started if last else None,
        heartbeat=settings.storage / nights.HEARTBEAT_FILE,
        say=Watch(quiet=chosen.quiet).say,
    )
