"""Extraction as the tests call it."""

from __future__ import annotations

from typing import Any

from dlt_crawler import sources
from dlt_crawler.model import LinkOccurrence, SourceDocument


def links_of(document: SourceDocument, **options: Any) -> tuple[LinkOccurrence, ...]:
    return sources.extract(document, sources.Options(**options)).links
