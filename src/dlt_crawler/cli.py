"""The command line: the only place that prints results or exits.

Results go to stdout, talk to stderr. Exit status: 0 done · 1 broken links and `--exit-code` · 2 wrong usage or
configuration · 3 could not do the work · 75 another run holds the lock · 130 interrupted.
"""

from __future__ import annotations

import logging
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler import __version__, config
from dlt_crawler.errors import ConfigError, DltCrawlerError
from dlt_crawler.model import BROKEN_STATES, Resource
from dlt_crawler.terminal import Watch
from dlt_crawler.urls import target_of

if TYPE_CHECKING:
    from dlt_crawler.pipeline import Job

# The stages bring SQLAlchemy, markdown-it and more: each command imports what it needs, so that --help is quick.

app = typer.Typer(
    name="dlt-crawl",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Keep curated markdown link lists alive: check every link, judge it over time, replace the dead ones by "
    "Wayback Machine snapshots. The nightly job is `dlt-crawl run`; the other commands are its stages and its views.",
)

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATHS]...", help="Documents, directories or globs; default: `sources` in the configuration."
    ),
]


class ListFormat(StrEnum):
    """How `extract` prints."""

    TABLE = "table"
    JSONL = "jsonl"


class ReportFormat(StrEnum):
    """How `report` and `history` print."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class _Options:
    settings: config.Settings
    arguments: tuple[str, ...]
    """The options before the command, to start another one with."""
    quiet: bool


@app.callback()
def options(
    context: typer.Context,
    *,
    config_file: Annotated[
        Path | None,
        typer.Option(
            "--config", metavar="FILE", help="Default: dlt-crawl.toml, else [tool.dlt-crawl] of pyproject.toml."
        ),
    ] = None,
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Default: sqlite:///storage/dlt-crawl.db.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell more on stderr.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Tell nothing on stderr but errors.")] = False,
    version: Annotated[bool, typer.Option("--version", is_eager=True, help="Print the version and exit.")] = False,
) -> None:
    """Read the configuration."""
    if version:
        typer.echo(f"dlt-crawl {__version__}")
        raise typer.Exit
    if verbose and quiet:
        raise typer.BadParameter("--verbose and --quiet exclude each other")
    level = logging.INFO if verbose else logging.ERROR if quiet else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(message)s", stream=sys.stderr)
    settings = config.load(config_file, {"database": database} if database else None)
    given = {"--config": config_file, "--database": database}
    arguments = [part for option, value in given.items() if value is not None for part in (option, str(value))]
    context.obj = _Options(settings, (*arguments, *["--verbose"] * verbose, *["--quiet"] * quiet), quiet)


@app.command()
def run(context: typer.Context, paths: Paths = None) -> None:
    """Do the nightly job: extract, fetch, judge, resolve, (archive), repair, report.

    Repaired copies go to storage/repaired/, reports to storage/reports/; the documents themselves are not touched.
    A run that was cut off is gone on with.
    """
    from dlt_crawler import pipeline, summary

    with _job(context, "run") as job:
        nightly = pipeline.run(job, paths or ())
    typer.echo(summary.of_night(nightly, _options(context).settings.storage), nl=False)


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
    for extracted in extract_stage(_options(context).settings, paths or ()):
        for occurrence in extracted.occurrences:
            typer.echo(line(occurrence))


@app.command()
def fetch(context: typer.Context, paths: Paths = None) -> None:
    """Extract and check only, into the database: no verdicts, no archive."""
    from dlt_crawler import pipeline

    with _job(context, "fetch") as job:
        fetched = pipeline.fetch(job, pipeline.store_links(job, paths or ()))
    typer.echo(f"run {fetched.run.id}: {fetched.checked} links checked, {fetched.looked_again} looked at again")


@app.command()
def judge(context: typer.Context) -> None:
    """Judge every link anew from its stored checks. No network."""
    from dlt_crawler import pipeline, summary

    with _job(context, "judge") as job:
        pipeline.judge(job)
        typer.echo(summary.of_states(job.store.report()))


@app.command()
def resolve(context: typer.Context) -> None:
    """Find snapshots for the dead and failing links in the database."""
    from dlt_crawler import pipeline, summary

    with _job(context, "resolve") as job:
        typer.echo(summary.of_resolve(pipeline.resolve(job)))


@app.command()
def archive(context: typer.Context) -> None:
    """Ask Save Page Now to keep the living links that have no snapshot yet. Needs keys of archive.org."""
    from dlt_crawler import pipeline, summary

    with _job(context, "archive") as job:
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
    """Write the documents with their dead links replaced by snapshots. Nothing else in them changes."""
    from dlt_crawler import pipeline, summary

    if in_place + (output is not None) + diff > 1:
        raise typer.BadParameter("--in-place, --output and --diff exclude each other")
    settings = _options(context).settings
    choice = pipeline.Choice(include_failing, redirects or settings.repair.redirects)
    if diff:
        with _stored(context) as job:
            for repaired in pipeline.repair(job, paths or (), pipeline.nowhere, choice):
                sys.stdout.buffer.write(pipeline.diff(repaired))
        return
    destination = pipeline.in_place if in_place else pipeline.mirror(output or settings.storage / "repaired")
    with _job(context, "repair") as job:
        done = tuple(pipeline.repair(job, paths or (), destination, choice))
    typer.echo(summary.of_repair(done), nl=False)


@app.command()
def report(
    context: typer.Context,
    *,
    report_format: Annotated[ReportFormat, typer.Option("--format", help="For people, or for programs.")] = (
        ReportFormat.TEXT
    ),
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to FILE instead of stdout.")] = None,
    all_links: Annotated[bool, typer.Option("--all", help="Every link, not only the broken ones.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when there are broken links.")] = False,
) -> None:
    """Show the broken links: what is wrong, since when, where they stand, and what could replace them."""
    from dlt_crawler import sources
    from dlt_crawler.report import Format, render

    with _stored(context) as job:
        shown = job.store.report()
    text = render(shown, Format(report_format), all_links=all_links)
    if output is None:
        typer.echo(text, nl=False)
    else:
        sources.write(output, text.encode())
    if exit_code and any(shown.counts[state] for state in BROKEN_STATES):
        raise typer.Exit(1)


@app.command()
def history(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A link, as it is written in a document or in a report.")],
    history_format: Annotated[ReportFormat, typer.Option("--format", help="For people, or for programs.")] = (
        ReportFormat.TEXT
    ),
) -> None:
    """Show every check of a link, and why it is judged as it is."""
    from dlt_crawler.report import Format, render_history

    target = target_of(url)
    with _stored(context) as job:
        link = job.store.link(target.url) if isinstance(target, Resource) else None
        if link is None or not isinstance(target, Resource):
            raise ConfigError(f"{url}: not in {job.settings.database}; `dlt-crawl report --all` lists what is")
        typer.echo(render_history(link, job.store.history(target), Format(history_format)), nl=False)


@app.command()
def schedule(
    context: typer.Context,
    *,
    cron: Annotated[str | None, typer.Option(metavar="EXPRESSION", help='Five fields; default: "30 2 * * *".')] = None,
    timezone: Annotated[str | None, typer.Option(metavar="ZONE", help="Of the IANA database; default: UTC.")] = None,
    now: Annotated[bool, typer.Option("--now", help="Run once at once, too.")] = False,
) -> None:
    """Stay in the foreground and do the nightly job when it is time. Catches up after sleep; one run at a time."""
    from dlt_crawler import schedule as nights
    from dlt_crawler.pipeline import last_run

    chosen = _options(context)
    settings = chosen.settings
    trigger = nights.cron_trigger(cron or settings.schedule.cron, timezone or settings.schedule.timezone)
    last = last_run(settings)
    nights.run_nightly(
        trigger,
        [sys.executable, "-m", "dlt_crawler", *chosen.arguments, "run"],
        at_once=now,
        last_started=last.started if last else None,
        heartbeat=settings.storage / nights.HEARTBEAT_FILE,
        say=Watch(quiet=chosen.quiet).say,
    )


def main() -> None:
    """Run the command line and exit."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        app()
    except DltCrawlerError as error:
        typer.echo(f"dlt-crawl: {error}", err=True)
        sys.exit(error.exit_status)
    except Exception:  # noqa: BLE001 - the last resort: Python's own exit status 1 would mean "broken links"
        traceback.print_exc()
        typer.echo("dlt-crawl: this is a bug in dlt-crawl; what was stored before it is kept", err=True)
        sys.exit(3)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    # Ends like Ctrl-C: the crawl stops, what was recorded stays, the next run goes on from there.
    raise KeyboardInterrupt


def _options(context: typer.Context) -> _Options:
    options: _Options = context.obj
    return options


@contextmanager
def _job(context: typer.Context, purpose: str) -> Iterator[Job]:
    """Open the database for writing, alone, with bars on a terminal."""
    from dlt_crawler import pipeline

    chosen = _options(context)
    with Watch(quiet=chosen.quiet) as watch, pipeline.job(chosen.settings, purpose, watch) as job:
        yield job


@contextmanager
def _stored(context: typer.Context) -> Iterator[Job]:
    """Open a database that exists, for reading, whoever else works on it."""
    from dlt_crawler import pipeline

    chosen = _options(context)
    with pipeline.look_only(chosen.settings, Watch(quiet=True)) as job:
        yield job
