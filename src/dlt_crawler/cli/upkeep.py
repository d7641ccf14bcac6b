"""The command that keeps the database small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import app, open_job, show

if TYPE_CHECKING:
    from dlt_crawler.pipeline import Pruned


@app.command()
def prune(
    context: typer.Context,
    *,
    days: Annotated[
        float | None, typer.Option(min=0, metavar="N", help="Keep all checks of so many days; default: 90.")
    ] = None,
) -> None:
    """Thin out old checks, and make the database smaller.

    Of each link the first check, the last one and every change stay; no verdict becomes another one by it.
    """
    from dlt_crawler import pipeline

    with open_job(context, "prune", create=False) as job:
        show(_told(pipeline.prune(job, days)), job)


def _told(pruned: Pruned) -> str:
    before, after = pruned.before, pruned.after
    rows = {
        "checks": (before.checks, after.checks),
        "evidence": (before.evidence, after.evidence),
        "pages": (before.pages, after.pages),
        "runs": (before.runs, after.runs),
    }
    lines = [f"  {name:<10}{was:>12,} → {now:,}" for name, (was, now) in rows.items()]
    lines.append(f"  {'megabytes':<10}{before.bytes / 1e6:>12,.1f} → {after.bytes / 1e6:,.1f}")
    return f"{before.checks - after.checks:,} old checks thinned out\n" + "".join(f"{line}\n" for line in lines)
