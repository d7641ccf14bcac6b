"""The command that waits for the night, and tells how the nights go."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import app, options_of, show
from dlt_crawler.cli.distributed import Distributed, require_workers
from dlt_crawler.errors import DltCrawlError
from dlt_crawler.terminal import Watch

if TYPE_CHECKING:
    from dlt_crawler.config import Settings
    from dlt_crawler.schedule import Latest


class StatusFormat(StrEnum):
    """How `schedule --status` prints."""

    TEXT = "text"
    JSON = "json"


@app.command()
def schedule(
    context: typer.Context,
    *,
    cron: Annotated[str | None, typer.Option(metavar="EXPRESSION", help='Five fields; default: "30 2 * * *".')] = None,
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="Of the IANA database; default: UTC.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Run once at once, too.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Only tell how the nights go. Exits with 3 when no scheduler is alive.")
    ] = False,
    status_format: Annotated[
        StatusFormat, typer.Option("--format", help="Of --status: for people, or for programs.")
    ] = StatusFormat.TEXT,
    distributed: Distributed = False,
) -> None:
    """Stay in the foreground and run every night.

    Catches up with a night that was slept through; one run at a time.
    """
    from dlt_crawler import schedule as nights
    from dlt_crawler.pipeline import last_run

    if status and now:
        raise typer.BadParameter("--status and --now exclude each other")
    chosen = options_of(context)
    settings = chosen.settings
    usual = (settings.schedule.cron, settings.schedule.timezone)
    if status:
        diary = nights.Diary(settings.storage)
        told = nights.status_of(diary, _latest(settings), cron, timezone, usual=usual, now=datetime.now(UTC))
        show(nights.status_json(told) if status_format is StatusFormat.JSON else nights.status_text(told))
        raise typer.Exit(0 if told.alive else 3)
    if distributed:
        require_workers(context, since=None, shard=None)
    nights.run_nightly(
        nights.cron_trigger(usual[0] if cron is None else cron, usual[1] if timezone is None else timezone),
        [sys.executable, "-m", "dlt_crawler", *chosen.arguments, "run", *["--distributed"] * distributed],
        storage=settings.storage,
        latest=lambda: last_run(settings),
        at_once=now,
    )


def _latest(settings: Settings) -> Latest:
    from dlt_crawler.pipeline import open_for_reading
    from dlt_crawler.schedule import Latest

    try:
        with open_for_reading(settings, Watch(quiet=True)) as job:
            run = job.store.last_night()
            # What the report leads with: a first failure, say, is no news.
            changes = [] if run is None else [each for each in job.store.changes(run.id) if each.change is not None]
            return Latest(run, None if run is None else len(changes))
    except DltCrawlError as error:
        return Latest(trouble=str(error))
