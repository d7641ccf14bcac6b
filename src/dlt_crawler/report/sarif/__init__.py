"""The report as SARIF 2.1.0 (OASIS Standard, errata 01), within what GitHub's code scanning takes.

Sections named in here are those of the standard; limits and words are those of GitHub Docs, "SARIF support for code
scanning" and "SARIF results exceed one or more limits", as read in November 2026.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from dlt_crawler.model import LinkOccurrence, Lint, Report
from dlt_crawler.report.json import dump
from dlt_crawler.report.rules import Level, Rule, findings, level_of, lint_rule
from dlt_crawler.report.sarif.result import Finding, as_written, is_exact, result
from dlt_crawler.report.sarif.run import run_without_results
from dlt_crawler.report.view import View

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

MAX_RESULTS = 25_000
"""A run with more is rejected as a whole. The worst 5,000 are shown."""


def report_sarif(report: Report, view: View) -> Iterator[str]:
    """Yield one run with a result for each place where something is found, the worst when they are too many.

    Links that are fine have none: code scanning shows every result as an alert. `Report.fixes` become the fixes of
    their links. One result a line, each written before the next is made.
    """
    counts = Counter(finding.level for finding in _findings(report, view))
    yield f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [\n'
    left_out = max(0, counts.total() - MAX_RESULTS)
    yield dump(run_without_results(report, left_out)).removesuffix("}") + ', "results": ['
    fixes = {as_written(fix.repair.occurrence): fix for fix in report.fixes if is_exact(fix)}
    separator = "\n"
    for finding in _reported(report, view, counts):
        yield separator + dump(result(finding, fixes))
        separator = ",\n"
    yield "\n]}]}\n"


def _reported(report: Report, view: View, counts: Mapping[Level, int]) -> Iterator[Finding]:
    """Return the findings that are reported: all, in the order of the links; or the worst, these first."""
    if sum(counts.values()) <= MAX_RESULTS:
        return _findings(report, view)
    by_level = (each for level in Level for each in _findings(report, view) if each.level is level)
    return islice(by_level, MAX_RESULTS)


def _findings(report: Report, view: View) -> Iterator[Finding]:
    ordinals: Counter[tuple[str, str, str]] = Counter()

    def ordinal(rule: Rule, place: LinkOccurrence | Lint, what: str) -> int:
        ordinals[rule.id, place.file, what] += 1
        return ordinals[rule.id, place.file, what]

    for link in report.links.of(view.wants):
        for rule in findings(link, view):
            for place in link.occurrences:
                yield Finding(rule, level_of(rule, link), place, link.url, ordinal(rule, place, link.url), link)
    for lint in report.lints if view.lints or view.all_links else ():
        rule = lint_rule(lint.kind)
        yield Finding(rule, rule.level, lint, lint.message, ordinal(rule, lint, lint.message))
