"""The commands that show what is known."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dlt_crawler.cli.app import app, open_stored, show
from dlt_crawler.errors import ConfigError, ReportError
from dlt_crawler.model import BROKEN_STATES, Resource
from dlt_crawler.report import Format, HistoryFormat, View, render, render_history
from dlt_crawler.urls import target_of


@app.command()
def report(
    context: typer.Context,
    *,
    report_format: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or for the description of a pull request.")
    ] = Format.TEXT,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Write to FILE instead of stdout.")] = None,
    all_links: Annotated[bool, typer.Option("--all", help="Every link, not only the broken ones.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 when there are broken links.")] = False,
) -> None:
    """Show the broken links.

    What is wrong, since when, where they stand, and what could replace them.
    """
    from dlt_crawler.pipeline import report_of

    with open_stored(context) as job:
        shown = report_of(job, report_format)
    text = render(shown, report_format, View(all_links=all_links))
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
