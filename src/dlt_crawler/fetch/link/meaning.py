"""What an answer means: its status, and what it shows. Pure: the same for a check and for one that is judged anew."""

from __future__ import annotations

from dataclasses import dataclass

from dlt_crawler.fetch.outcome import Finding, of_status
from dlt_crawler.model import LinkWarning, Signal
from dlt_crawler.page import Shown, interpret
from dlt_crawler.sites import Sites
from dlt_crawler.urls import host_of


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is said of a link on the strength of an answer."""

    finding: Finding
    signals: tuple[Signal, ...] = ()
    warnings: tuple[LinkWarning, ...] = ()


def meaning(shown: Shown, sites: Sites) -> Meaning:
    """Return what the last answer of a chain means."""
    host = host_of(shown.final_url)
    retry_after = any(name == "retry-after" for name, _ in shown.evidence.fields)
    finding = of_status(shown.status, host, retry_after=retry_after, redirects=len(shown.redirects))
    rules = dict.fromkeys(rule for url in (shown.url, shown.final_url) if (rule := sites.rule_for(url)) is not None)
    found = interpret(shown, tuple(rules))
    if found.outcome is not None:
        finding = Finding(found.outcome, f"{finding.detail.rstrip('.')}: {found.why}.")
    return Meaning(finding, found.signals, found.warnings)
