"""Edits of a document: what is written over which bytes, and where everything else is afterwards."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import accumulate

from dlt_crawler.model import LinkKind, LinkOccurrence, Rendered, SourceDocument, Span
from dlt_crawler.repair.spelling import Spelling


@dataclass(frozen=True, slots=True)
class Written:
    """A link that is to be found in what is written."""

    start: int
    """Where its URL begins, in bytes from the beginning of what is written."""
    end: int
    """Where it ends."""
    reads: str
    """Where it leads."""
    kind: LinkKind
    text: str | None = None
    """Its label; None: what it was, or for a link whose text is its URL that URL."""
    comes_back: bool = False
    """Whether it stood there before as it is written: a bare URL may then be one that GFM reads on."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One place of the original document, and what is written there.

    A link that stands within `span` and one that is `written` are the same link before and after. Where only one of
    them is there, a link has come or gone, and `adds` or `drops` says all that a reader sees of it.
    """

    span: Span
    """What is written over: it holds at most one URL, whole. Empty, where something is only inserted."""
    data: bytes
    """What stands there afterwards."""
    written: Written | None = None
    """The link in `data`; None if it holds none."""
    adds: Rendered = ()
    """What is to be seen more than before, in the document's rendering."""
    drops: Rendered = ()
    """What is to be seen no more."""

    @property
    def order(self) -> tuple[int, int]:
        """By place: what is inserted comes before what is written over there."""
        return self.span.start, self.span.end


def replaced(span: Span, spelling: Spelling) -> Edit:
    """Return the edit that writes a URL over the one at `span`."""
    start = len(spelling.before)
    written = Written(start, start + len(spelling.written), spelling.reads, spelling.kind)
    return Edit(span, spelling.data, written)


def spliced(document: SourceDocument, edits: Iterable[Edit]) -> SourceDocument:
    """Return the document with the edits written; they do not overlap. The very document if there are none."""
    pieces, end = [], 0
    for edit in sorted(edits, key=lambda edit: edit.order):
        pieces += [document.data[end : edit.span.start], edit.data]
        end = edit.span.end
    if not pieces:
        return document
    data = b"".join([*pieces, document.data[end:]])
    return replace(document, data=data, digest=sha256(data).hexdigest())


class Moved:
    """Where the spans of the original document are in the edited one."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self.edits: Sequence[Edit] = sorted(edits, key=lambda edit: edit.order)
        """In the order of the document."""
        self._orders = [edit.order for edit in self.edits]
        self._shifts = list(accumulate((len(e.data) - (e.span.end - e.span.start) for e in self.edits), initial=0))
        self._over = [edit for edit in self.edits if edit.span.start < edit.span.end]
        self._over_starts = [edit.span.start for edit in self._over]

    def edit_of(self, link: LinkOccurrence) -> Edit | None:
        """Return the edit that writes over a link of the original document; None if there is none."""
        if link.span is None:
            return None
        index = bisect_right(self._over_starts, link.span.start) - 1
        return self._over[index] if index >= 0 and link.span.end <= self._over[index].span.end else None

    def starts(self) -> Iterator[tuple[Edit, int]]:
        """Yield each edit, in order, with the place in the edited document where its data begins."""
        for edit, shift in zip(self.edits, self._shifts, strict=False):
            yield edit, edit.span.start + shift

    def unedited(self, span: Span) -> Span:
        """Return a span that no edit touches, moved by the edits before it; what is inserted at its start is before."""
        shift = self._shifts[bisect_right(self._orders, (span.start, span.start))]
        return Span(span.start + shift, span.end + shift)

    def goes_at(self, offset: int) -> bool:
        """Tell whether what begins at `offset` in the original vanishes."""
        index = bisect_left(self._orders, (offset, offset))
        return index < len(self.edits) and self.edits[index].span.start == offset and not self.edits[index].data

    def next_edit(self, offset: int) -> int | None:
        """Return where the next edit is in the original, at `offset` or behind it; None if there is none."""
        index = bisect_left(self._orders, (offset, offset))
        return self.edits[index].span.start if index < len(self.edits) else None
