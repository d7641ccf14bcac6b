"""Which links are broken, place by place: a job that fails for them shows this and often nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import islice

from dlt_crawler.language import _
from dlt_crawler.model import Report
from dlt_crawler.report import place
from dlt_crawler.report.wording import reason, state_word
from dlt_crawler.summary.rows import Whole

_LISTED = 10
"""Places that are told; the report has all."""


def of_broken(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the state and the place of each broken link, and why it is called so; of many only the first."""
    broken = report.links.of(lambda kind: kind.is_broken)
    places = ((link, written) for link in broken for written in link.occurrences)
    for link, written in islice(places, _LISTED):
        yield state_word(link.verdict.state), Whole(f"{place(written)}: {link.url} ({reason(link.verdict)})")
    if (more := broken.occurrences() - _LISTED) > 0:
        yield "", _("and {number} more").format(number=f"{more:,}")


def report_command(*, since: str | None = None, baseline: str | None = None) -> str:
    """Return the command that reports what a run with these options was about."""
    given = {"--since": since, "--baseline": baseline}
    return " ".join(["dlt-crawl report", *(f"{name} {shlex.quote(value)}" for name, value in given.items() if value)])
