"""The command that keeps the database small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dlt_crawler.cli.app import app, open_job, show
from dlt_crawler.language import _

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
    from dlt_crawler.report.paper import column

    before, after = pruned.before, pruned.after
    rows = {
        _("checks"): (before.checks, after.checks),
        _("evidence"): (before.evidence, after.evidence),
        _("pages"): (before.pages, after.pages),
        _("runs"): (before.runs, after.runs),
    }
    lines = [f"  {column(name, 10)}{was:>12,} → {now:,}" for name, (was, now) in rows.items()]
    lines.append(f"  {column(_('megabytes'), 10)}{before.bytes / 1e6:>12,.1f} → {after.bytes / 1e6:,.1f}")
    thinned = _("{number} old checks thinned out").format(number=f"{before.checks - after.checks:,}")
    return f"{thinned}\n" + "".join(f"{line}\n" for line in lines)
