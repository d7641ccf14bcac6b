"""The option by which a run has its links asked for by workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import options_of

if TYPE_CHECKING:
    from dlt_crawler.model import Shard

Distributed = Annotated[
    bool,
    typer.Option(
        "--distributed", help="Have the links asked for by those who run `worker`, here or on other machines."
    ),
]


def require_workers(context: typer.Context, *, since: str | None, shard: Shard | None) -> None:
    """Refuse what does not go together with workers. Raises BadParameter, ConfigError without PostgreSQL."""
    from dlt_crawler.pipeline.distributed import place_of_queue

    for option, given in (("--since", since), ("--shard", shard)):
        if given is not None:
            raise typer.BadParameter(f"--distributed and {option} exclude each other")
    place_of_queue(options_of(context).settings)
