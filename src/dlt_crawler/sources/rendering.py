"""What a document shows, destinations aside: by renderers that know nothing of our extraction."""

from __future__ import annotations

from dlt_crawler.model import SourceDocument


def rendered(document: SourceDocument) -> tuple[str, ...]:
    """Return what a reader gets to see, piece by piece; empty for a format that has no renderer."""
    return ()
