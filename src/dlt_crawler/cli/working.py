"""The command that asks for links on behalf of a run that goes on elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from dlt_crawler.cli.app import app, options_of, show
from dlt_crawler.language import _, ngettext
from dlt_crawler.terminal import Watch


@app.command()
def worker(
    context: typer.Context,
    *,
    sites: Annotated[
        int | None,
        typer.Option("--sites", min=1, metavar="N", help="Registrable domains at once; default: `worker.sites`."),
    ] = None,
    idle: Annotated[
        float | None,
        typer.Option("--idle", min=0, metavar="SECONDS", help="End when there was nothing to do for so long."),
    ] = None,
    status: Annotated[
        bool, typer.Option("--status", help="Only tell whether a worker is alive on this machine. Exits with 3 if not.")
    ] = False,
) -> None:
    """Ask for links of `run --distributed`, until asked to end.

    Several may work on one PostgreSQL database, on any machines, and come and go while a run goes on. SIGTERM: what is
    under way ends, the rest is given back. A worker that is killed: others take over within a minute.
    """
    from dlt_crawler.pipeline import working

    settings = options_of(context).settings
    if status:
        heard = working.heard_here(settings)
        if heard is None:
            show(_("No worker is alive on this machine.") + "\n")
            raise typer.Exit(3)
        show(_("A worker of this machine was heard of {seconds} s ago.").format(seconds=round(heard)) + "\n")
        return
    at_once = sites or settings.worker.sites or settings.fetch.concurrency
    with Watch(quiet=options_of(context).quiet) as watch:
        done = working.Worker(settings, watch, sites=at_once, idle=idle).run()
    said = ngettext("{number} link was asked for.", "{number} links were asked for.", done.links)
    show(said.format(number=f"{done.links:,}") + "\n")
