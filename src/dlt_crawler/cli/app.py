"""The command `dlt-crawl` itself: its options, and what every command below it needs."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler import __version__, config
from dlt_crawler.terminal import Watch

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


@dataclass(frozen=True, slots=True)
class Options:
    """What was said before the command."""

    settings: config.Settings
    arguments: tuple[str, ...]
    """The options before the command, to start another one with."""
    quiet: bool


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"dlt-crawl {__version__}")
        raise typer.Exit


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
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Read the configuration."""
    if verbose and quiet:
        raise typer.BadParameter("--verbose and --quiet exclude each other")
    level = logging.INFO if verbose else logging.ERROR if quiet else logging.WARNING
    logging.basicConfig(level=level, format="%(levelname)s %(message)s", stream=sys.stderr)
    settings = config.load(config_file, {"database": database} if database else None)
    given = {"--config": config_file, "--database": database}
    arguments = [part for option, value in given.items() if value is not None for part in (option, str(value))]
    context.obj = Options(settings, (*arguments, *["--verbose"] * verbose, *["--quiet"] * quiet), quiet)


def options_of(context: typer.Context) -> Options:
    """Return what was said before the command."""
    chosen: Options = context.obj
    return chosen


@contextmanager
def open_job(context: typer.Context, purpose: str) -> Iterator[Job]:
    """Open the database for writing, alone, with bars on a terminal."""
    from dlt_crawler import pipeline

    chosen = options_of(context)
    with Watch(quiet=chosen.quiet) as watch, pipeline.job(chosen.settings, purpose, watch) as job:
        yield job


@contextmanager
def open_stored(context: typer.Context) -> Iterator[Job]:
    """Open a database that exists, for reading, whoever else works on it."""
    from dlt_crawler import pipeline

    chosen = options_of(context)
    with pipeline.look_only(chosen.settings, Watch(quiet=True)) as job:
        yield job
