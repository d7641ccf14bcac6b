"""The evidence for the verdicts that a report lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from dlt_crawler import verdict
from dlt_crawler.model import Explanation, LinkStatus, Report, Resource
from dlt_crawler.pipeline.job import Job
from dlt_crawler.report import View

_LATEST = 5
"""Checks of a link that are told: those of the nights in which a link that has worked for years is found dead."""
_AT_ONCE = 250
"""Links whose histories are in memory together: a year of nights is some 90,000 checks."""


def explained(job: Job, report: Report, view: View) -> Report:
    """Return the report with the evidence for the verdict on each link that the view lists, where it is to be told."""
    if not view.explain:
        return report
    listed = (link for link in report.links.of(view.wants) if link.last is not None)
    return replace(report, explanations={**_explanations(job, listed)})


def _explanations(job: Job, links: Iterable[LinkStatus]) -> Mapping[str, Explanation]:
    now, policy = job.now, job.settings.verdict
    distrusted = job.store.distrusted_runs()
    bad_nights = job.store.bad_nights(verdict.SLOW, policy.host_links)
    found: dict[str, Explanation] = {}
    for batch in _batches(Resource(link.url) for link in links):
        for resource, checks in job.store.histories_of(batch).items():
            standings = verdict.standings(checks, policy, now, distrusted=distrusted, bad_nights=bad_nights)
            found[resource.url] = Explanation(checks[-_LATEST:], standings)
    return found


def _batches(resources: Iterator[Resource]) -> Iterator[list[Resource]]:
    while batch := list(islice(resources, _AT_ONCE)):
        yield batch
