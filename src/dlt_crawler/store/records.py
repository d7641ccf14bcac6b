"""Rows to domain objects and back: the columns of each noun, and the two directions in the same order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dlt_crawler.model import (
    ArchiveAnswer,
    Check,
    LinkOccurrence,
    LinkWarning,
    NoSnapshot,
    Observation,
    Page,
    Redirect,
    Repair,
    Resource,
    Run,
    RunId,
    Snapshot,
    Span,
    Verdict,
)
from dlt_crawler.store.tables import (
    checks,
    documents,
    occurrences,
    pages,
    repairs,
    resources,
    runs,
    snapshots,
    verdicts,
)

Values = Mapping[str, Any]
"""One row to be written: column name → value."""

# Each tuple of columns is what one function below takes apart. OCCURRENCE, CHECK and REPAIR need their joins.
OCCURRENCE = (
    documents.c.path,
    occurrences.c.span_start,
    occurrences.c.span_end,
    occurrences.c.line,
    occurrences.c.column,
    occurrences.c.kind,
    occurrences.c.raw,
    occurrences.c.url,
    occurrences.c.text,
    resources.c.url,
    occurrences.c.skip,
)
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
    checks.c.warnings,
    checks.c.nxdomain,
    checks.c.asked,
)
RUN = (runs.c.id, runs.c.started, runs.c.finished, runs.c.network)
VERDICT = (
    verdicts.c.state,
    verdicts.c.reason,
    verdicts.c.last_checked,
    verdicts.c.last_ok,
    verdicts.c.failing_since,
    verdicts.c.checks,
    verdicts.c.recovering,
)
ANSWER = (
    snapshots.c.original,
    snapshots.c.none,
    snapshots.c.timestamp,
    snapshots.c.url,
    snapshots.c.status,
    snapshots.c.validated,
)
REPAIR = (
    repairs.c.replacement,
    repairs.c.evidence,
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
    return hashlib.sha256(json.dumps([page.title, page.abstract]).encode()).hexdigest()


def links_digest(links: Sequence[LinkOccurrence]) -> str:
    """Return the value of `documents.links_digest`: equal for equal occurrences in the same order."""
    digest = hashlib.sha256()
    for link in links:
        digest.update(repr(link).encode())
    return digest.hexdigest()


def occurrence_values(link: LinkOccurrence, ids: Mapping[Resource, int]) -> Values:
    """Return the columns that occurrences and repairs share; `ids` holds the occurrence's resource."""
    checked = isinstance(link.target, Resource)
    return {
        "span_start": link.span.start if link.span else None,
        "span_end": link.span.end if link.span else None,
        "line": link.line,
        "column": link.column,
        "kind": link.kind,
        "raw": link.raw,
        "url": link.url,
        "text": link.text,
        "resource_id": ids[link.target] if isinstance(link.target, Resource) else None,
        "skip": None if checked else link.target,
    }


def occurrence_of(row: Sequence[Any]) -> LinkOccurrence:
    """Take OCCURRENCE apart."""
    file, start, end, line, column, kind, raw, url, text, target, skip = row
    span = None if start is None else Span(start, end)
    return LinkOccurrence(file, span, line, column, kind, raw, url, text, skip if target is None else Resource(target))


def check_values(run: RunId, look: int, seen: Observation, resource_id: int, page_id: int | None) -> Values:
    """Return a row of checks."""
    return {
        "run_id": run,
        "resource_id": resource_id,
        "look": look,
        "at": seen.at,
        "elapsed": seen.elapsed,
        "outcome": seen.outcome,
        "detail": seen.detail,
        "status": seen.status,
        "final_url": seen.final_url,
        "redirects": [{"url": hop.url, "status": hop.status, "location": hop.location} for hop in seen.redirects]
        or None,
        "content_type": seen.content_type,
        "page_id": page_id,
        "warnings": list(seen.warnings) or None,
        "nxdomain": seen.nxdomain,
        "asked": seen.asked,
    }


def check_of(row: Sequence[Any]) -> Check:
    """Take CHECK apart."""
    url, run, look, at, elapsed, outcome, detail, status, final_url, hops, content_type, title, abstract, *rest = row
    warnings, nxdomain, asked = rest
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
        page=Page(title, abstract),
        warnings=tuple(map(LinkWarning, warnings or ())),
        nxdomain=nxdomain,
        asked=asked,
    )
    return Check(RunId(run), look, seen)


def run_of(row: Sequence[Any]) -> Run:
    """Take RUN apart."""
    number, started, finished, network = row
    return Run(RunId(number), started, finished, network)


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
    }


def verdict_of(row: Sequence[Any]) -> Verdict:
    """Take VERDICT apart."""
    return Verdict(*row)


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
    }


def answer_of(row: Sequence[Any]) -> ArchiveAnswer:
    """Take ANSWER apart."""
    original, none, timestamp, url, status, validated = row
    return NoSnapshot(original, none) if none is not None else Snapshot(original, timestamp, url, status, validated)


def repair_of(row: Sequence[Any]) -> Repair:
    """Take REPAIR apart."""
    replacement, evidence, *occurrence = row
    return Repair(occurrence_of(occurrence), replacement, evidence)
