"""The report as JSON: the contract of DESIGN.md, section 4. Every key is always there, null where nothing is known.

What it holds is said, key by key, in schemas/report.schema.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import TypeAlias

from dlt_crawler.model import (
    Alternative,
    Dispute,
    Ignore,
    LinkOccurrence,
    LinkStatus,
    Lint,
    Observation,
    Report,
    Run,
    Snapshot,
    StaleIgnore,
    Transition,
)
from dlt_crawler.report.changes import changes_of
from dlt_crawler.report.place import place_fields
from dlt_crawler.report.view import View
from dlt_crawler.urls import masked

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

SCHEMA = 1

_MARGIN = "\n" + 4 * " "
"""Before every line of a link or lint in a report. In JSON no string holds a line feed as it is."""

_FILES = frozenset({"file", "written_to"})
"""Keys of what is the name of a file, and not a text that may hold URLs."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def report_json(report: Report, view: View) -> Iterator[str]:
    """Yield the report as one object, with the links that the view lists.

    The summary always counts all of them, and lints are always all there.
    """
    counts = {state.value: count for state, count in report.counts.items()}
    document: Json = {
        "schema": SCHEMA,
        "run": _run(report.run),
        "summary": {
            "links": len(report.links),
            "occurrences": report.occurrences,
            **counts,
            "ignored": sum(report.ignored.values()),
        },
        "changes": _changes(report),
        "held": report.held,
        "only": report.only or None,
        "ignores": [_stale(stale) for stale in report.ignores],
    }
    # Item by item: the text of a million links is two gigabytes, and they take four times that as objects.
    yield dump(discreet_object(document), indent=2).removesuffix("\n}") + ',\n  "links": '
    yield from _listed(map(_link, report.links.of(view.wants)))
    yield ',\n  "lints": '
    yield from _listed(map(lint_object, report.lints))
    yield "\n}\n"


def discreet_object(value: Json) -> Json:
    """Return the value with the secrets masked that are in URLs, in any string but the names of files."""
    match value:
        case str():
            return masked(value)
        case Mapping():
            return {key: item if key in _FILES else discreet_object(item) for key, item in value.items()}
        case Sequence():
            return [discreet_object(item) for item in value]
        case _:
            return value


def signals(seen: Observation) -> Json:
    """Return the array of what speaks against a page that answered."""
    return [{"kind": each.kind.value, "weight": each.weight, "what": each.what} for each in seen.signals]


def dispute_object(dispute: Dispute | None) -> Json:
    """Return the object of a repair that was taken back."""
    if dispute is None:
        return None
    return {"at": moment(dispute.at), "file": dispute.file, "replacement": dispute.replacement}


def lint_object(lint: Lint) -> Json:
    """Return the object of a lint in every JSON output."""
    return {
        **place_fields(lint),
        "lint": lint.kind.value,
        "message": masked(lint.message),
    }


def dump(value: Json, indent: int | None = None) -> str:
    """Return `value` as ASCII JSON: safe on every terminal and in every encoding.

    A lone surrogate, which JSON parsers disagree about (RFC 8259, section 8.2), becomes U+FFFD.
    """
    return json.dumps(_sound(value), indent=indent, ensure_ascii=True, allow_nan=False)


def laid_out(value: Json, margin: str, *, is_file: bool = False) -> str:
    """Return what `dump(discreet_object(value), indent=2)` does, with each line feed as `margin`, a third as slow.

    The encoder of the standard library is not written in C where it indents, and three passes over a million links are
    minutes. `is_file`: it is the name of a file.
    """
    match value:
        case str():
            return encode_basestring_ascii(sound(value if is_file else masked(value)))
        case dict() if value:
            inner = margin + "  "
            items = (
                f"{encode_basestring_ascii(sound(key))}: {laid_out(item, inner, is_file=key in _FILES)}"
                for key, item in value.items()
            )
            return f"{{{inner}{f',{inner}'.join(items)}{margin}}}"
        case list() | tuple() if value:
            inner = margin + "  "
            return f"[{inner}{f',{inner}'.join(laid_out(item, inner) for item in value)}{margin}]"
        case _:
            return json.dumps(value, allow_nan=False)


def moment(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC, to the second: 2026-11-21T02:30:00Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def sound(text: str) -> str:
    """Return a text as JSON has it: with U+FFFD for each lone surrogate."""
    return _SURROGATE.sub("\ufffd", text)


def _sound(value: Json) -> Json:
    match value:
        case str():
            return sound(value)
        case Mapping():
            return {key: _sound(item) for key, item in value.items()}
        case Sequence():
            return [_sound(item) for item in value]
        case _:
            return value


def _listed(items: Iterable[Json]) -> Iterator[str]:
    yield "["
    before, end = _MARGIN, "]"
    for item in items:
        yield before + laid_out(item, _MARGIN)
        before, end = "," + _MARGIN, "\n  ]"
    yield end


def _run(run: Run | None) -> Json:
    if run is None:
        return None
    return {
        "id": run.id,
        "started": moment(run.started),
        "finished": moment(run.finished),
        "network": run.network.value,
        "trouble": run.trouble,
        "full": run.full,
        "since": run.since,
    }


def _changes(report: Report) -> Json:
    return {
        change.value: [_transition(each) for each in found]
        for change, found in changes_of(report.links, report.transitions).items()
    }


def _transition(transition: Transition) -> Json:
    return {
        "url": transition.url,
        "from": transition.before.value,
        "to": transition.after.value,
        "reason": transition.reason,
        "at": moment(transition.at),
        "moved_to": transition.moved_to,
    }


def _link(link: LinkStatus) -> Json:
    verdict, seen = link.verdict, link.last.seen if link.last else None
    return {
        "url": link.url,
        "state": verdict.state.value,
        "outcome": seen.outcome.value if seen else None,
        "reason": verdict.reason,
        "status": seen.status if seen else None,
        "final_url": seen.final_url if seen else None,
        "permanent": seen.permanent if seen else False,
        "redirects": _redirects(seen),
        "title": link.page.title,
        "abstract": link.page.abstract,
        "content_type": seen.content_type if seen else None,
        "first_seen": moment(link.first_seen),
        "last_checked": moment(verdict.last_checked),
        "last_ok": moment(verdict.last_ok),
        "failing_since": moment(verdict.failing_since),
        "checks": verdict.checks,
        "warnings": [warning.value for warning in seen.warnings] if seen else [],
        "signals": signals(seen) if seen else [],
        "note": link.note,
        "moved_to": verdict.moved_to,
        "written": moment(link.written),
        "ignored": _ignore(link.ignored),
        "snapshot": _snapshot(link.snapshot) if isinstance(link.snapshot, Snapshot) else None,
        "occurrences": [_occurrence(occurrence) for occurrence in link.occurrences],
        "alternatives": [_alternative(alternative) for alternative in link.alternatives],
        "original": _alternative(link.original) if link.original else None,
        "disputed": dispute_object(link.dispute),
    }


def _ignore(ignore: Ignore | None) -> Json:
    if ignore is None:
        return None
    return {
        "where": ignore.where,
        "reason": ignore.reason,
        "until": ignore.until.isoformat() if ignore.until else None,
    }


def _stale(stale: StaleIgnore) -> Json:
    ignore = stale.ignore
    return {
        "where": ignore.where,
        "what": ignore.what,
        "reason": ignore.reason,
        "until": ignore.until.isoformat() if ignore.until else None,
        "trouble": stale.trouble.value,
        "sentence": stale.sentence,
    }


def _redirects(seen: Observation | None) -> Json:
    if seen is None:
        return []
    return [{"url": hop.url, "status": hop.status, "location": hop.location} for hop in seen.redirects]


def _snapshot(snapshot: Snapshot) -> Json:
    return {
        "timestamp": snapshot.timestamp,
        "url": snapshot.url,
        "status": snapshot.status,
        "validated": snapshot.validated,
        "source": snapshot.source,
        "evidence": snapshot.evidence,
        "original": snapshot.original,
    }


def _occurrence(occurrence: LinkOccurrence) -> Json:
    return {
        **place_fields(occurrence),
        "kind": occurrence.kind.value,
        "text": occurrence.text,
        "renders": occurrence.renders,
        "headings": list(occurrence.headings),
        "alternative": occurrence.alternative.url if occurrence.alternative else None,
    }


def _alternative(alternative: Alternative) -> Json:
    return {
        "url": alternative.url,
        "state": alternative.verdict.state.value,
        "reason": alternative.verdict.reason,
    }
