"""The history of one link: every check, and why the verdict is what it is."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from dlt_crawler.model import Check, LinkStatus
from dlt_crawler.report.json import Json, discreet_object, dump, moment, signals
from dlt_crawler.report.paper import Paper, cell, minute


def history_json(link: LinkStatus, checks: Sequence[Check]) -> str:
    """Return the object of `history --format json` (DESIGN.md, section 4), with look, warnings, signals of checks."""
    document: Json = {
        "url": link.url,
        "state": link.verdict.state.value,
        "reason": link.verdict.reason,
        "checks": [_check(check) for check in checks],
    }
    return dump(discreet_object(document), indent=2) + "\n"


def history_text(link: LinkStatus, checks: Sequence[Check]) -> str:
    """Return the verdict and a table of the checks, for a person."""
    paper = Paper()
    paper.line(link.url)
    paper.prose(f"{link.verdict.state.value}: {link.verdict.reason}")
    paper.blank()
    if checks:
        paper.table(_table(checks))
    else:
        paper.prose("No check has been made yet.")
    return paper.text


def _check(check: Check) -> Json:
    return {
        "at": moment(check.seen.at),
        "run": check.run,
        "look": check.look,
        "outcome": check.seen.outcome.value,
        "status": check.seen.status,
        "final_url": check.seen.final_url,
        "elapsed": round(check.seen.elapsed, 3),
        "detail": check.seen.detail,
        "warnings": [warning.value for warning in check.seen.warnings],
        "signals": signals(check.seen),
    }


def _table(checks: Sequence[Check]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("at (UTC)", no_wrap=True)
    table.add_column("run", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("seconds", justify="right", no_wrap=True)
    table.add_column("what happened", overflow="fold")
    for check in checks:
        seen = check.seen
        outcome = seen.outcome.value if seen.status is None else f"{seen.outcome.value} {seen.status}"
        run = str(check.run) if check.look == 1 else f"{check.run}, look {check.look}"
        table.add_row(
            cell(minute(seen.at)), cell(run), cell(outcome), cell(f"{seen.elapsed:.1f}", right=True), cell(seen.detail)
        )
    return table
