"""What the configuration and comments in documents say is to be left alone, and which of that should be looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from dlt_crawler.model import SUCCESSES, Check, Ignore, LinkStatus, Report, Resource
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import ignores
from dlt_crawler.sources import stale_ignore
from dlt_crawler.verdict import FAILURES

_AT_ONCE = 250
"""Links whose histories are in memory at once."""


def rules_of(job: Job) -> ignores.Rules:
    """Return the rules of the configuration, as they hold today."""
    rules = (
        ignores.Rule(Ignore(f'[[ignore]] "{each.url}"', each.url, each.reason, each.until), re.compile(each.url))
        for each in job.settings.ignore
    )
    return ignores.Rules.of(rules, job.now.date())


def with_ignores(job: Job, report: Report) -> Report:
    """Return the report with the links marked that the configuration ignores, and with all ignores that are stale."""
    in_comments = tuple(stale for lint in report.lints if (stale := stale_ignore(lint)) is not None)
    report = replace(report, ignores=in_comments)
    if not job.settings.ignore:
        return report

    def answered(links: Iterable[LinkStatus]) -> bool:
        remaining = iter(links)
        while batch := [Resource(link.url) for link in islice(remaining, _AT_ONCE)]:
            histories = job.store.histories_of(batch)
            if any(_days_of_answers(histories.get(each, ())) < 2 for each in batch):
                return False
        return True

    return ignores.with_ignores(report, rules_of(job), answered)


def _days_of_answers(checks: Sequence[Check]) -> int:
    """Return on how many UTC days a link has answered since it failed last."""
    since = takewhile(lambda check: check.seen.outcome not in FAILURES, reversed(checks))
    return len({check.seen.at.date() for check in since if check.seen.outcome in SUCCESSES})
