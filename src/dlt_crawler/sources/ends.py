"""Where the constructs end that links are written in."""

from __future__ import annotations

from collections.abc import Mapping

from dlt_crawler.model import SourceDocument, Span


def ends(document: SourceDocument) -> Mapping[Span, tuple[int, ...]]:
    """Return the byte offsets behind the construct of each link that another one can be appended to, by its span."""
    return {}
