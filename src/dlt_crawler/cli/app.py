"""The command `dlt-crawl` itself: its options, and what every command below it needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler import __version__, config
from dlt_crawler.cli.language import Lang
from dlt_crawler.errors import ReportError
from dlt_crawler.model import DocumentFormat
from dlt_crawler.terminal import LOG_FORMAT_VARIABLE, LogFormat, Watch, configure

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

FormatOf = Annotated[
    list[str] | None,
    typer.Option(
        "--format-of",
        metavar="[PATTERN=]FORMAT",
        help=f"How the documents are read, all or those whose name or path matches; may be repeated. FORMAT is one of "
        f"{', '.join(DocumentFormat)}. Default: `extract.formats`, else by suffix.",
    ),
]


@dataclass(frozen=True)
class Options:
    """What was said before the command."""

    config_file: Path | None
    database: str | None
    verbose: bool
    quiet: bool
    log_format: LogFormat

    @cached_property
    def settings(self) -> config.Settings:
        """Read when a command first needs them: --help must not fail on a mistake in the file. Raises ConfigError."""
        return config.load(self.config_file, {"database": self.database} if self.database else None)

    @property
    def arguments(self) -> list[str]:
        """The same, to start another command with."""
        given = {"--config": self.config_file, "--database": self.database}
        named = [part for option, value in given.items() if value is not None for part in (option, str(value))]
        said = [*["--verbose"] * self.verbose, *["--quiet"] * self.quiet]
        return [*named, *said, "--log-format", self.log_format.value]


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
    log_format: Annotated[
        LogFormat,
        typer.Option(
            "--log-format", envvar=LOG_FORMAT_VARIABLE, help="Sentences on stderr, or an object a line for programs."
        ),
    ] = LogFormat.TEXT,
    _lang: Lang = None,
    _version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Print the version and exit.")
    ] = False,
) -> None:
    """Read the configuration."""
    if verbose and quiet:
        raise typer.BadParameter("--verbose and --quiet exclude each other")
    configure(log_format, verbose=verbose, quiet=quiet)
    context.obj = Options(config_file, database, verbose, quiet, log_format)


def options_of(context: typer.Context) -> Options:
    """Return what was said before the command."""
    chosen: Options = context.obj
    return chosen


def settings_of(context: typer.Context, formats: Sequence[str] | None) -> config.Settings:
    """Return the settings, with what `--format-of` says: it outweighs them, and its last word the ones before."""
    settings = options_of(context).settings
    if not formats:
        return settings
    chosen = dict(settings.extract.formats)
    for given in formats:
        pattern, sign, name = given.rpartition("=")
        if sign and not pattern:
            raise typer.BadParameter(f"{given!r} names no files before the “=”", param_hint="--format-of")
        if name not in tuple(DocumentFormat):
            message = f"{name!r} is no format; choose from {', '.join(DocumentFormat)}"
            raise typer.BadParameter(message, param_hint="--format-of")
        chosen.pop(pattern := pattern or "*", None)
        chosen[pattern] = DocumentFormat(name)
    return settings.model_copy(update={"extract": settings.extract.model_copy(update={"formats": chosen})})


def show(result: str | bytes, job: Job | None = None) -> None:
    """Print a result, below the bars of the job that it is of.

    A reader who has seen enough, such as `head`, is no failure. Raises ReportError.
    """
    if job is not None and isinstance(job.watcher, Watch):
        job.watcher.stop()
    try:
        if isinstance(result, str):
            sys.stdout.write(result)
        else:
            sys.stdout.buffer.write(result)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would try to flush again at its end, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit from None
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise ReportError(f"standard output cannot be written: {error.strerror}") from error


@contextmanager
def open_job(
    context: typer.Context,
    purpose: str,
    formats: Sequence[str] | None = None,
    *,
    create: bool = True,
    asks: bool = False,
) -> Iterator[Job]:
    """Open the database for writing, alone, with bars on a terminal. Exits with 3 when a part could not be done.

    `asks`: somebody is asked meanwhile, and bars would be drawn over the questions.
    """
    from dlt_crawler import pipeline

    settings = settings_of(context, formats)
    with Watch(quiet=asks or options_of(context).quiet) as watch:
        with pipeline.open_job(settings, purpose, watch, create=create) as job:
            yield job
        if watch.failures:
            raise typer.Exit(3)


@contextmanager
def open_stored(context: typer.Context, formats: Sequence[str] | None = None) -> Iterator[Job]:
    """Open a database that exists, for reading, whoever else works on it. Exits with 3 as `open_job` does."""
    from dlt_crawler import pipeline

    watch = Watch(quiet=True)
    with pipeline.open_for_reading(settings_of(context, formats), watch) as job:
        yield job
    if watch.failures:
        raise typer.Exit(3)


def failures_of(job: Job) -> tuple[str, ...]:
    """Return what could not be done in a job of `open_job` or `open_stored` until now, a sentence each."""
    return job.watcher.failures if isinstance(job.watcher, Watch) else ()
