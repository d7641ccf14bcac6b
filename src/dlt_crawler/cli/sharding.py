"""The option `--shard`: what goes with it, and the database that it works on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler import config
from dlt_crawler.cli.app import options_of, settings_of
from dlt_crawler.model import Shard
from dlt_crawler.terminal import Watch

if TYPE_CHECKING:
    from dlt_crawler.pipeline import Job


def _parse(text: str | Shard) -> Shard:
    try:
        return text if isinstance(text, Shard) else Shard.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


ShardOption = Annotated[
    Shard | None,
    typer.Option(
        "--shard",
        metavar="I/N",
        parser=_parse,
        help="Only the Ith of N parts of the list, by registrable domain, in a database of its own: see `merge`.",
    ),
]

_WHY_NOT: Mapping[str, str] = {
    "PATHS": "all shards, and the merge, are about the documents of `sources` in the configuration",
    "--since": "what a pull request adds is little: `dlt-crawl run --since` checks it on one machine",
    "--baseline": "a shard reports nothing: give it to `dlt-crawl merge`",
    "--exit-code": "a shard reports nothing: give it to `dlt-crawl merge`",
    "--yes": "deaths are judged over the whole list: give it to `dlt-crawl merge`",
}


def refuse_with_shard(**given: object) -> None:
    """Raise BadParameter for what does not go with `--shard`: option or argument → whether it was given."""
    for name, value in given.items():
        if value:
            option = "PATHS" if name == "paths" else f"--{name.replace('_', '-')}"
            raise typer.BadParameter(f"not together with {option}: {_WHY_NOT[option]}", param_hint="--shard")


@contextmanager
def open_shard(
    context: typer.Context, purpose: str, shard: Shard, formats: Sequence[str] | None = None
) -> Iterator[Job]:
    """Open the database of a shard for writing, alone, as `open_job` does that of the whole list."""
    from dlt_crawler import pipeline

    settings = settings_of(context, formats)
    named = options_of(context).database is not None or config.is_in_environment("database")
    with Watch(quiet=options_of(context).quiet) as watch:
        with pipeline.open_shard(settings, shard, f"{purpose} --shard {shard}", watch, named=named) as job:
            yield job
        if watch.failures:
            raise typer.Exit(3)
