"""Rows to domain objects and back: the columns of each noun, and the two directions in the same order.

What stands in the documents is in `written`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dlt_crawler.model import (
    ArchiveAnswer,
    Check,
    LinkWarning,
    LoggedRepair,
    NoSnapshot,
    Observation,
    Page,
    Redirect,
    Repair,
    Resource,
    Rewrite,
    Run,
    RunId,
    Signal,
    SignalKind,
    Snapshot,
    Transition,
    Verdict,
)
from dlt_crawler.store.tables import Values, checks, pages, repairs, resources, runs, snapshots, transitions, verdicts
from dlt_crawler.store.written import occurrence_of

# Each tuple of columns is what one function below takes apart. CHECK, TRANSITION and REPAIR need
# their joins.
CHECK = (
    resources.c.url,
    checks.c.run_id,
    checks.c.look,
    checks.c.at,
    checks.c.elapsed,
    checks.c.outcome,
    checks.c.detail,
    checks.c.status,
    checks.c.final_url,
    checks.c.redirects,
    checks.c.content_type,
    pages.c.title,
    pages.c.abstract,
    pages.c.language,
    pages.c.script,
    checks.c.signals,
    checks.c.warnings,
    checks.c.nxdomain,
    checks.c.asked,
    checks.c.times,
)
RUN = (
    runs.c.id,
    runs.c.started,
    runs.c.finished,
    runs.c.network,
    runs.c.trouble,
    runs.c.full,
    runs.c.done,
    runs.c.since,
    runs.c.shard,
)
VERDICT = (
    verdicts.c.state,
    verdicts.c.reason,
    verdicts.c.last_checked,
    verdicts.c.last_ok,
    verdicts.c.failing_since,
    verdicts.c.checks,
    verdicts.c.recovering,
    verdicts.c.moved_to,
    verdicts.c.held,
)
TRANSITION = (
    resources.c.url,
    transitions.c.run_id,
    transitions.c.at,
    transitions.c.before,
    transitions.c.after,
    transitions.c.reason,
    transitions.c.moved_to,
)
ANSWER = (
    snapshots.c.original,
    snapshots.c.none,
    snapshots.c.timestamp,
    snapshots.c.url,
    snapshots.c.status,
    snapshots.c.validated,
    snapshots.c.source,
    snapshots.c.evidence,
)
REPAIR = (
    repairs.c.id,
    repairs.c.at,
    repairs.c.run_id,
    repairs.c.written_to,
    repairs.c.old,
    repairs.c.new,
    repairs.c.stood,
    repairs.c.ended,
    repairs.c.ending,
    repairs.c.replacement,
    repairs.c.evidence,
    repairs.c.why,
    repairs.c.style,
    repairs.c.file,
    repairs.c.span_start,
    repairs.c.span_end,
    repairs.c.line,
    repairs.c.column,
    repairs.c.kind,
    repairs.c.raw,
    repairs.c.url,
    repairs.c.text,
    resources.c.url,
    repairs.c.skip,
)


def resource_key(resource: Resource) -> str:
    """Return the value of `resources.key`."""
    return hashlib.sha256(resource.url.encode("utf-8", "surrogatepass")).hexdigest()


def page_key(page: Page) -> str:
    """Return the value of `pages.key`."""
    says = [page.title, page.abstract]
    # As it was computed when pages had nothing else.
    tongue = [page.language, page.script] if page.language or page.script else []
    return hashlib.sha256(json.dumps(says + tongue).encode()).hexdigest()


def check_values(
    run: RunId, look: int, seen: Observation, *, resource_id: int, page_id: int | None, evidence_id: int | None
) -> Values:
    """Return a row of checks."""
    return {
        "run_id": run,
        "resource_id": resource_id,
        "look": look,
        "at": seen.at,
        "elapsed": seen.elapsed,
        **meaning_values(seen),
        "status": seen.status,
        "final_url": seen.final_url,
        "redirects": [{"url": hop.url, "status": hop.status, "location": hop.location} for hop in seen.redirects]
        or None,
        "content_type": seen.content_type,
        "page_id": page_id,
        "evidence_id": evidence_id,
        "nxdomain": seen.nxdomain,
        "asked": seen.asked,
        "times": 1,
    }


def meaning_values(seen: Observation) -> Values:
    """Return those columns of a row of checks that are said anew when other rules read it."""
    return {
        "outcome": seen.outcome,
        "detail": seen.detail,
        "signals": [{"kind": each.kind, "weight": each.weight, "what": each.what} for each in seen.signals] or None,
        "warnings": list(seen.warnings) or None,
    }


def check_of(row: Sequence[Any]) -> Check:
    """Take CHECK apart."""
    url, run, look, at, elapsed, outcome, detail, status, final_url, hops, content_type, *rest = row
    title, abstract, language, script, signals, warnings, nxdomain, asked, times = rest
    seen = Observation(
        resource=Resource(url),
        at=at,
        elapsed=elapsed,
        outcome=outcome,
        detail=detail,
        status=status,
        final_url=final_url,
        redirects=tuple(Redirect(hop["url"], hop["status"], hop["location"]) for hop in hops or ()),
        content_type=content_type,
        page=Page(title, abstract, language, script),
        signals=tuple(Signal(SignalKind(each["kind"]), each["weight"], each["what"]) for each in signals or ()),
        warnings=tuple(map(LinkWarning, warnings or ())),
        nxdomain=nxdomain,
        asked=asked,
    )
    return Check(RunId(run), look, seen, times)


def run_of(row: Sequence[Any]) -> Run:
    """Take RUN apart."""
    number, *rest = row
    return Run(RunId(number), *rest)


def verdict_values(verdict: Verdict, resource_id: int, judged: datetime) -> Values:
    """Return a row of verdicts."""
    return {
        "resource_id": resource_id,
        "judged": judged,
        "state": verdict.state,
        "reason": verdict.reason,
        "last_checked": verdict.last_checked,
        "last_ok": verdict.last_ok,
        "failing_since": verdict.failing_since,
        "checks": verdict.checks,
        "recovering": verdict.recovering,
        "moved_to": verdict.moved_to,
        "held": verdict.held,
    }


def verdict_of(row: Sequence[Any]) -> Verdict:
    """Take VERDICT apart."""
    return Verdict(*row)


def transition_of(row: Sequence[Any]) -> Transition:
    """Take TRANSITION apart."""
    return Transition(*row)


def answer_values(answer: ArchiveAnswer, resource_id: int, asked: datetime) -> Values:
    """Return a row of snapshots."""
    found = answer if isinstance(answer, Snapshot) else None
    return {
        "resource_id": resource_id,
        "asked": asked,
        "original": answer.original,
        "none": answer.reason if isinstance(answer, NoSnapshot) else None,
        "timestamp": found.timestamp if found else None,
        "url": found.url if found else None,
        "status": found.status if found else None,
        "validated": found.validated if found else None,
        "source": found.source if found else None,
        "evidence": found.evidence if found else None,
    }


def answer_of(row: Sequence[Any]) -> ArchiveAnswer:
    """Take ANSWER apart."""
    original, none, *found = row
    return NoSnapshot(original, none) if none is not None else Snapshot(original, *found)


def repair_of(row: Sequence[Any]) -> LoggedRepair:
    """Take REPAIR apart. The log keeps where and how a link was written, not what stood around it."""
    number, at, run, written_to, old, new, stood, ended, ending, replacement, evidence, kind, style, *written = row
    link = occurrence_of((None, None, None, True, (), None, *written))
    repair = Repair(link, replacement, evidence, kind, style)
    return LoggedRepair(at, run, written_to, repair, Rewrite(old, new), number, stood, ended, ending)
