"""Extraction as the tests call it."""

from __future__ import annotations

from typing import Any

from dlt_crawler import sources
from dlt_crawler.model import Extraction, LinkOccurrence, SourceDocument
from dlt_crawler.repair import Reader


def extraction_of(document: SourceDocument, **options: Any) -> Extraction:
    return sources.extract(document, sources.Options(**options))


def links_of(document: SourceDocument, **options: Any) -> tuple[LinkOccurrence, ...]:
    return extraction_of(document, **options).links


READER = Reader(links_of, sources.rendered, sources.ends, sources.encoded)
