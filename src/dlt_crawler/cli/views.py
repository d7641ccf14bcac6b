"""The commands that show what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import app, open_stored, show
from dlt_crawler.cli.selection import Baseline, ExitCode, Since, tell_of_baseline, tell_of_unread
from dlt_crawler.errors import ConfigError, RepairError, ReportError
from dlt_crawler.model import Resource
from dlt_crawler.report import (
    Format,
    HistoryFormat,
    Listed,
    Screen,
    View,
    broken,
    read_baseline,
    render_history,
    selected,
    written,
)
from dlt_crawler.terminal import screen
from dlt_crawler.urls import target_of

_AT_ONCE = 65_536
"""Characters that are printed together."""


@app.command()
def report(
    context: typer.Context,
    *,
    report_format: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or for the description of a pull request.")
    ] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to FILE instead of stdout.")] = None,
    all_links: Annotated[bool, typer.Option("--all", help="Every link, not only the broken ones.")] = False,
    listed: Annotated[
        list[Listed] | None,
        typer.Option(
            "--list",
            metavar="WHAT",
            help=f"List these, too; may be repeated. WHAT is one of {', '.join(Listed)}.",
        ),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say of each link what was seen last, and by which rule it is judged.")
    ] = False,
    since: Since = None,
    baseline: Baseline = None,
    exit_code: ExitCode = False,
) -> None:
    """Show the broken links.

    What is wrong, since when, where they stand, and what could replace them.
    """
    from dlt_crawler.pipeline import MOST_TO_WARN, changed_since_read, explained, report_of, report_since

    known = None if baseline is None else read_baseline(baseline)
    view = View.of(listed or (), all_links=all_links, explain=explain, screen=Screen() if output else screen())
    with open_stored(context) as job:
        view = replace(view, base=job.settings.report.base)
        whole = report_of(job, report_format, view)
        # Narrowed down to what is new, it is refused for them.
        unread = changed_since_read(job, most=MOST_TO_WARN) if since is None else ()
        whole, added = (whole, None) if since is None else report_since(job, whole, since)
        kept = selected(whole, added=added, baseline=known)
        shown = explained(job, kept.report, view)
        # While the database is open: links are read as they are written.
        pieces = written(shown, report_format, view)
        if output is None:
            for text in _together(pieces):
                show(text)
        else:
            _save(output, pieces)
    tell_of_unread(context, unread)
    tell_of_baseline(context, known, kept)
    if exit_code and broken(shown):
        raise typer.Exit(1)


def _together(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces, small ones together."""
    waiting = StringIO()
    for piece in pieces:
        waiting.write(piece)
        if waiting.tell() >= _AT_ONCE:
            yield waiting.getvalue()
            waiting = StringIO()
    yield waiting.getvalue()


def _save(output: Path, pieces: Iterable[str]) -> None:
    from dlt_crawler import sources

    data = (piece.encode("utf-8", "replace") for piece in pieces)
    try:
        if output.exists() and not output.is_file():
            # A pipe, /dev/stdout: nothing that could be replaced.
            with output.open("wb") as file:
                file.writelines(data)
        else:
            # A symbolic link stays one.
            sources.write(output.resolve(), data)
    except (OSError, RepairError) as error:
        cause = error.__cause__ or error
        why = cause.strerror if isinstance(cause, OSError) else cause
        raise ReportError(f"{output}: the report cannot be written: {why}") from error


@app.command()
def history(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A link, as it is written in a document or in a report.")],
    history_format: Annotated[
        HistoryFormat, typer.Option("--format", help="For people, or for programs.")
    ] = HistoryFormat.TEXT,
) -> None:
    """Tell the story of a link.

    Each check, each change of its verdict and why, the repairs, the return.
    """
    target = target_of(url)
    with open_stored(context) as job:
        story = job.store.story(target.url) if isinstance(target, Resource) else None
        if story is None:
            raise ConfigError(f"{url}: not in {job.settings.database}; `dlt-crawl report --all` lists what is")
        distrusted = job.store.distrusted_runs()
    show(render_history(story, history_format, distrusted=distrusted))
