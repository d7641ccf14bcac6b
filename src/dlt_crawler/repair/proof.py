"""The proof that an edited document differs from the original in the named URLs and in nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import accumulate

from dlt_crawler.errors import MeaningChanged
from dlt_crawler.model import LinkOccurrence, SourceDocument, Span
from dlt_crawler.repair.spelling import Spelling

Extract = Callable[[SourceDocument], tuple[LinkOccurrence, ...]]
"""How the links of a document are found. Given by the caller: the proof is worth what the extraction is worth."""

Edits = Mapping[Span, Spelling]
"""What is written over which bytes of the original document."""


def prove(
    original: SourceDocument,
    before: tuple[LinkOccurrence, ...],
    edited: SourceDocument,
    after: tuple[LinkOccurrence, ...],
    edits: Edits,
) -> None:
    """Raise MeaningChanged unless `edited` is `original` with `edits` and nothing else.

    It holds when the bytes outside the edited spans are equal, and the links are the same in the same order: each on
    its line, of its kind, with its label and target, moved by exactly the bytes written before it, and those of the
    edits with their new URL.
    """
    moved = _Moved(edits)
    if _outside(original.data, edits) != _outside(edited.data, map(moved.whole, edits)):
        raise MeaningChanged("bytes outside the URL would change")
    if len(before) != len(after):
        raise MeaningChanged(f"the document would have {len(after)} links instead of {len(before)}")
    for old, new in zip(before, after, strict=True):
        spelling = edits.get(old.span) if old.span is not None else None
        if spelling is None:
            expected = replace(old, span=old.span and moved.unedited(old.span), column=new.column)
        else:
            expected = _edited(old, new, spelling, moved)
        if new != expected:
            raise MeaningChanged(_difference(expected, new))


def _edited(old: LinkOccurrence, new: LinkOccurrence, spelling: Spelling, moved: _Moved) -> LinkOccurrence:
    labelled = old.text != old.raw
    return replace(
        old,
        span=moved.url(old.span) if old.span else None,
        column=new.column,
        kind=spelling.kind,
        raw=spelling.written,
        url=spelling.reads,
        text=old.text if labelled else new.text,
        target=new.target,
    )


def _difference(expected: LinkOccurrence, new: LinkOccurrence) -> str:
    if new.url != expected.url:
        return f"the link in line {expected.line} would lead to {new.url} instead of {expected.url}"
    if new.line != expected.line:
        return f"the link in line {expected.line} would move to line {new.line}"
    if new.text != expected.text:
        return f"the link in line {expected.line} would have the label {new.text!r} instead of {expected.text!r}"
    return f"the link in line {expected.line} would be another: {new.raw}"


class _Moved:
    """Where the spans of the original document are in the edited one."""

    def __init__(self, edits: Edits) -> None:
        self._edits = edits
        spans = sorted(edits, key=lambda span: span.start)
        self._starts = [span.start for span in spans]
        self._shifts = list(accumulate((len(edits[s].data) - (s.end - s.start) for s in spans), initial=0))

    def whole(self, span: Span) -> Span:
        """Return the bytes that were written over an edited span."""
        start = self.unedited(span).start
        return Span(start, start + len(self._edits[span].data))

    def url(self, span: Span) -> Span:
        """Return the URL alone in what was written over an edited span."""
        start = self.unedited(span).start + len(self._edits[span].before)
        return Span(start, start + len(self._edits[span].written))

    def unedited(self, span: Span) -> Span:
        """Return a span that no edit touches, moved by the edits before it."""
        shift = self._shifts[bisect_left(self._starts, span.start)]
        return Span(span.start + shift, span.end + shift)


def _outside(data: bytes, spans: Iterable[Span]) -> list[bytes]:
    pieces, end = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        pieces.append(data[end : span.start])
        end = span.end
    return [*pieces, data[end:]]
