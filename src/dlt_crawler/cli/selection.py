"""The options that narrow down what a command is about, and when it fails for that: what CI uses."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import options_of
from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError
from dlt_crawler.language import _, ngettext
from dlt_crawler.report import Baseline as KnownLinks
from dlt_crawler.report import Kept, inert, read_baseline

Since = Annotated[
    str | None,
    typer.Option(
        metavar="REV",
        help="Only links that were added or changed since this git revision parted from HEAD, as in a pull request.",
    ),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Not what was broken before: FILE was written by `report --format json`.",
    ),
]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when there are broken links.")]


def known_links(settings: Settings, baseline: Path | None, *, writes_report: bool = True) -> KnownLinks | None:
    """Return what a baseline knows; None without one. Raises ConfigError for the report that the command writes."""
    known = None if baseline is None else read_baseline(baseline)
    report = settings.storage / "reports" / "report.json"
    if baseline is not None and writes_report and baseline.resolve() == report.resolve():
        raise ConfigError(f"{baseline}: each run writes it anew, so it is no baseline: copy it to another place first")
    return known


def tell_of_unread(context: typer.Context, unread: Sequence[str]) -> None:
    """Say on stderr that a report knows nothing of what is new in these documents."""
    if not unread or options_of(context).quiet:
        return
    said = ngettext(
        "{file} changed since the last run: `dlt-crawl run` checks what is new in it",
        "{file} and {more} more changed since the last run: `dlt-crawl run` checks what is new in them",
        len(unread),
    )
    typer.echo(said.format(file=inert(unread[0]), more=f"{len(unread) - 1:,}"), err=True)


def tell_of_baseline(context: typer.Context, baseline: KnownLinks | None, kept: Kept) -> None:
    """Say what a baseline was good for, on stderr: how much it hides, and when it is time for another one."""
    if baseline is None or options_of(context).quiet:
        return
    file = inert(baseline.file)
    if kept.known:
        known = ngettext(
            "{number} broken link is left out, as {file} has it",
            "{number} broken links are left out, as {file} has them",
            kept.known,
        )
        typer.echo(known.format(number=f"{kept.known:,}", file=file), err=True)
    if kept.fixed:
        fixed = ngettext(
            "{number} link of the baseline {file} is fixed",
            "{number} links of the baseline {file} are fixed",
            kept.fixed,
        ).format(number=f"{kept.fixed:,}", file=file)
        command = f"dlt-crawl report --format json --output {shlex.quote(file)}"
        typer.echo(_("{fixed}: write a new one with `{command}`").format(fixed=fixed, command=command), err=True)
