"""What stands in the documents, as rows and as domain objects: occurrences and lints."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dlt_crawler.model import Extraction, Ignore, LinkOccurrence, Lint, Resource, Span
from dlt_crawler.store.tables import Values, documents, lints, occurrences, resources

alternatives = resources.alias("alternatives")
"""The resources that written links lead to when they are read otherwise."""
originals = resources.alias("originals")
"""The pages that links into archives show."""

# Each tuple of columns is what one function below takes apart; both need their joins.
OCCURRENCE = (
    occurrences.c.ignored,
    originals.c.url,
    alternatives.c.url,
    occurrences.c.renders,
    occurrences.c.headings,
    occurrences.c.no_span,
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
LINT = (
    documents.c.path,
    lints.c.line,
    lints.c.column,
    lints.c.span_start,
    lints.c.span_end,
    lints.c.kind,
    lints.c.message,
)


def extraction_digest(extraction: Extraction) -> str:
    """Return the value of `documents.extraction_digest`: equal for equal occurrences and lints in the same order."""
    digest = hashlib.sha256()
    for found in (*extraction.links, *extraction.lints):
        digest.update(repr(found).encode())
    return digest.hexdigest()


def written_values(link: LinkOccurrence, ids: Mapping[Resource, int]) -> Values:
    """Return the columns that occurrences and repairs share; `ids` holds the occurrence's resources."""
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


def occurrence_values(link: LinkOccurrence, ids: Mapping[Resource, int]) -> Values:
    """Return the columns of an occurrence, its document and position aside."""
    return {
        **written_values(link, ids),
        "alternative_id": ids[link.alternative] if link.alternative else None,
        "original_id": ids[link.original] if link.original else None,
        "renders": link.renders,
        "headings": link.headings,
        "no_span": link.no_span,
        "ignored": _ignore_values(link.ignored),
    }


def occurrence_of(row: Sequence[Any]) -> LinkOccurrence:
    """Take OCCURRENCE apart."""
    ignored, original, alternative, renders, headings, no_span, *written = row
    file, start, end, line, column, kind, raw, url, text, target, skip = written
    return LinkOccurrence(
        file,
        _span(start, end),
        line,
        column,
        kind,
        raw,
        url,
        text,
        skip if target is None else Resource(target),
        None if alternative is None else Resource(alternative),
        renders,
        headings,
        no_span,
        None if original is None else Resource(original),
        ignored=_ignore_of(ignored),
    )


def lint_values(lint: Lint) -> Values:
    """Return the columns of a lint, its document and position aside."""
    return {
        "line": lint.line,
        "column": lint.column,
        "span_start": lint.span.start if lint.span else None,
        "span_end": lint.span.end if lint.span else None,
        "kind": lint.kind,
        "message": lint.message,
    }


def lint_of(row: Sequence[Any]) -> Lint:
    """Take LINT apart."""
    file, line, column, start, end, kind, message = row
    return Lint(file, line, column, _span(start, end), kind, message)


def _ignore_values(ignore: Ignore | None) -> tuple[str, ...] | None:
    if ignore is None:
        return None
    return ignore.where, ignore.what, ignore.reason, ignore.until.isoformat() if ignore.until else ""


def _ignore_of(texts: Sequence[str]) -> Ignore | None:
    """Take the column apart."""
    if not texts:
        return None
    where, what, reason, until = texts
    return Ignore(where, what, reason, date.fromisoformat(until) if until else None)


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)
