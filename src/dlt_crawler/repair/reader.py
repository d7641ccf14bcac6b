"""How a document is read while it is edited. Given by the caller: the proof is worth what the reading is worth."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from dlt_crawler.model import LinkOccurrence, Rendered, SourceDocument, Span


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads any document, edited ones included. Each function may raise SourceError."""

    links: Callable[[SourceDocument], tuple[LinkOccurrence, ...]]
    """Every link, in document order."""
    rendered: Callable[[SourceDocument, Collection[Span], Collection[Span]], Rendered | None]
    """What the document shows, by a renderer that knows nothing of the extraction; None for a format that has none.
    The spans are those of the bare URLs that are as they were, and of those that are new or have a new neighbour: where
    these end is for the renderer to find out."""
    ends: Callable[[SourceDocument], Mapping[Span, tuple[int, ...]]]
    """For the span of each link that a second one can be appended to: the byte offsets behind its construct, of a
    reference definition behind each of its uses; none where it stands in headings."""
    encoded: Callable[[SourceDocument, str], bytes]
    """A text in the encoding of a document. Raises SourceError, too, where that encoding is not known."""
