"""Judge random documents for some time, on all cores: `python -m tests.fuzz [--minutes N] [--seed S]`."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice, takewhile
from multiprocessing import get_context
from pathlib import Path
from random import Random, SystemRandom
from typing import Annotated

import typer

from tests.fuzz.grammar import document
from tests.fuzz.judge import BATCH, Tally, judged, smallest


def main(
    minutes: Annotated[float, typer.Option(help="How long.")] = 1.0,
    seed: Annotated[
        int | None, typer.Option(help="Of the first document; each further one has the next number.")
    ] = None,
    keep: Annotated[int, typer.Option(help="Failing documents to keep at most.")] = 10,
) -> None:
    """Judge random documents by other parsers. Exit status 1 if one is misread, edited wrongly, or makes us crash.

    A document that fails is made smaller and kept in the working directory, in a file with its seed in the name.
    """
    first = SystemRandom().randrange(10**9) if seed is None else seed
    typer.echo(f"seed {first}, {os.cpu_count()} processes, {minutes:g} minutes")
    started = time.monotonic()
    batches = takewhile(lambda _: time.monotonic() < started + 60 * minutes, count(first, BATCH))
    total = Tally()
    failures: dict[int, str] = {}
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for tally, failed in _in_turn(pool, batches):
            total.add(tally)
            failures.update(failed)
            for number, why in failed:
                typer.echo(f"seed {number}: {why}")
        _report(total, Counter(why.partition(":")[0] for why in failures.values()), time.monotonic() - started)
        kept = dict(islice(failures.items(), keep))
        made_smaller = pool.map(smallest, map(document, map(Random, kept)), kept.values())
        for number, generated in zip(kept, made_smaller, strict=True):
            path = Path(f"fuzz-{number}.md")
            path.write_bytes(generated.data)
            typer.echo(f"seed {number}: kept as {path}: {generated}")
    raise typer.Exit(bool(failures))


def _in_turn(pool: ProcessPoolExecutor, batches: Iterator[int]) -> Iterator[tuple[Tally, list[tuple[int, str]]]]:
    """Yield the result of each batch; only as many wait as keep the workers busy."""
    waiting = [pool.submit(judged, first) for first in islice(batches, 2 * (os.cpu_count() or 1))]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [pool.submit(judged, first) for first in islice(batches, 1)]


def _report(total: Tally, failures: Counter[str], seconds: float) -> None:
    documents = total.counts["documents"]
    typer.echo(f"{documents:,} documents in {seconds:.0f} s, {documents / seconds:.0f} per second")
    typer.echo(f"{failures['crash']} crashes, {failures['wrong']} wrong")
    for what, number in [*sorted(total.counts.items()), *total.refusals.most_common()]:
        typer.echo(f"{number:10,} {what}")


if __name__ == "__main__":
    typer.run(main)
