"""How a document is read while it is edited. Given by the caller: the proof is worth what the reading is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlt_crawler.model import LinkOccurrence, SourceDocument, Span

Rendered = tuple[str, ...]
"""What a reader gets to see, piece by piece: tags and texts. Where a link leads is left out, and so is the text of a
link that shows its URL alone."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads any document, edited ones included. Each function may raise SourceError."""

    links: Callable[[SourceDocument], tuple[LinkOccurrence, ...]]
    """Every link, in document order."""
    rendered: Callable[[SourceDocument], Rendered]
    """What the document shows, by a renderer that knows nothing of the extraction; empty for a format that has none."""
    ends: Callable[[SourceDocument], Mapping[Span, tuple[int, ...]]]
    """For the span of each link that a second one can be appended to: the byte offsets behind its construct, of a
    reference definition behind each of its uses."""
