"""The proof that an edited document differs from the original in the named URLs and in nothing else."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from urllib.parse import unquote

from dlt_crawler.errors import MeaningChanged
from dlt_crawler.model import MAX_HEADING, LinkKind, LinkOccurrence, SourceDocument, Span
from dlt_crawler.repair.spelling import Spelling

Edits = Mapping[Span, Spelling]
"""What is written over which bytes of the original document."""

_SHOWN = frozenset({LinkKind.BARE, LinkKind.AUTOLINK})
"""Kinds of links whose URL is itself what a reader sees, in a heading or a label, too."""
_RECOGNISED = len("https://a.")
"""Characters by which a URL is known that is cut short."""
_ENDS_GFM_URL = re.compile(rb"[ \t-\r<]")


def prove(
    original: SourceDocument,
    before: tuple[LinkOccurrence, ...],
    edited: SourceDocument,
    after: tuple[LinkOccurrence, ...],
    edits: Edits,
) -> None:
    """Raise MeaningChanged unless `edited` is `original` with `edits` and nothing else.

    It holds when the bytes outside the edited spans are equal, and the links are the same in the same order: each on
    its line, of its kind, with its label, headings and target, shown or not, moved by exactly the bytes written before
    it, and those of the edits with their new URL. What else an edited link may mean is for the new URL to say. Two
    things change elsewhere with a bare URL: labels and headings that show it, and the other reading of a URL that it
    follows without a space.
    """
    moved = _Moved(edits)
    if _outside(original.data, edits) != _outside(edited.data, map(moved.whole, edits)):
        raise MeaningChanged("bytes outside the URL would change")
    if len(before) != len(after):
        raise MeaningChanged(f"the document would have {len(after)} links instead of {len(before)}")
    shown = _Shown(before, after, edits)
    for old, new in zip(before, after, strict=True):
        spelling = edits.get(old.span) if old.span is not None else None
        if spelling is None:
            expected = replace(old, span=old.span and moved.unedited(old.span), column=new.column)
            if old.alternative != new.alternative and moved.reads_into_edit(old.span, original.data):
                expected = replace(expected, alternative=new.alternative)
        else:
            expected = _edited(old, new, spelling, moved)
        expected = replace(
            expected,
            text=shown.expected(expected.text, new.text),
            headings=shown.expected_path(old.headings, new.headings),
        )
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
        alternative=new.alternative,
        original=new.original,
    )


def _difference(expected: LinkOccurrence, new: LinkOccurrence) -> str:
    if new.url != expected.url:
        return f"the link in line {expected.line} would lead to {new.url} instead of {expected.url}"
    if new.line != expected.line:
        return f"the link in line {expected.line} would move to line {new.line}"
    if new.text != expected.text:
        return f"the link in line {expected.line} would have the label {new.text!r} instead of {expected.text!r}"
    if new.headings != expected.headings:
        return f"the link in line {expected.line} would stand under other headings: {' / '.join(new.headings)!r}"
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

    def reads_into_edit(self, span: Span | None, data: bytes) -> bool:
        """Tell whether GFM, which ends a bare URL at white space or "<" (section 6.9), reads on into an edited URL."""
        index = bisect_left(self._starts, span.end) if span else len(self._starts)
        if span is None or index == len(self._starts):
            return False
        return _ENDS_GFM_URL.search(data, span.end, self._starts[index]) is None


class _Shown:
    """The edited URLs that a reader sees, old and new: where the old one was shown, the new one may be."""

    def __init__(self, before: Sequence[LinkOccurrence], after: Sequence[LinkOccurrence], edits: Edits) -> None:
        self._forms: set[str] = set()
        for old, new in zip(before, after, strict=True):
            if old.span in edits and old.kind in _SHOWN:
                self._forms |= _forms(old) | _forms(new)
        self._expected: dict[tuple[str, str], str] = {}

    def expected(self, old: str, new: str) -> str:
        """Return `new` if it is `old` but for the edited URLs that it shows, else `old`. Either may be cut short."""
        if old == new or not self._forms:
            return old
        if (old, new) not in self._expected:
            before, after = self._masked(old), self._masked(new)
            is_cut = max(len(old), len(new)) >= MAX_HEADING
            same = before == after or (is_cut and (before.startswith(after) or after.startswith(before)))
            self._expected[old, new] = new if same and before != old else old
        return self._expected[old, new]

    def expected_path(self, old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
        """Do the same with every heading of a path."""
        return old if len(old) != len(new) else tuple(map(self.expected, old, new))

    def _masked(self, text: str) -> str:
        """Return a text with the same character in place of every URL, and of one that is cut short at its end."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, "\0")
            cut = next((length for length in range(len(form) - 1, _RECOGNISED, -1) if text.endswith(form[:length])), 0)
            text = text[: len(text) - cut] + "\0" if cut else text
        return text


def _forms(link: LinkOccurrence) -> set[str]:
    """Return the ways in which renderers show a URL: as it is written, without escapes, percent-decoded."""
    return {link.raw, *((link.url, unquote(link.url)) if link.url else ())}


def _outside(data: bytes, spans: Iterable[Span]) -> list[bytes]:
    pieces, end = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        pieces.append(data[end : span.start])
        end = span.end
    return [*pieces, data[end:]]
