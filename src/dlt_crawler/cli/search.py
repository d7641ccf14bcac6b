"""The command that finds links by what their pages and documents say of them."""

from __future__ import annotations

from typing import Annotated

import typer

from dlt_crawler.cli.app import app, open_stored, show
from dlt_crawler.report import SearchFormat, render_found


@app.command()
def search(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS",
            help="All of them, in any order; '\"in quotation marks\"' in this one; word* for what begins so.",
        ),
    ],
    search_format: Annotated[
        SearchFormat, typer.Option("--format", help="For people, or for programs.")
    ] = SearchFormat.TEXT,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, metavar="N", help="List the best N links.")] = 20,
) -> None:
    """Find links by their words.

    In titles, labels, abstracts and URLs. Chinese, Japanese and Korean by any part of a text; letter case, width and
    accents are all one.
    """
    asked = " ".join(words)
    with open_stored(context) as job:
        try:
            findings = job.store.search.find(asked, limit)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="WORDS") from error
    show(render_found(asked, findings, search_format))
