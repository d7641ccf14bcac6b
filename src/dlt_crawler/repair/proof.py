"""The proof that an edited document differs from the original in the named URLs and in nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from dlt_crawler.errors import MeaningChanged, SourceError
from dlt_crawler.model import LinkKind, LinkOccurrence, Rendered, SourceDocument, Span
from dlt_crawler.repair.appearance import Change, unexpected
from dlt_crawler.repair.labels import Shown
from dlt_crawler.repair.reader import Reader
from dlt_crawler.repair.splice import Edit, Moved, Written

_ADDED, _THERE, _LIKE_BEFORE, _SHOWS = range(1, 5)
"""The steps of a comparison: what is added is there, all links are, they are what they were, and so is what shows."""
_ENDS_GFM_URL = re.compile(rb"[ \t-\r<]")

_Pair = tuple[LinkOccurrence, LinkOccurrence, Edit | None]
"""A link before and after, and the edit that it has to do with."""


class Proof:
    """Proves edits of one document, whose links `before` are."""

    def __init__(self, original: SourceDocument, before: tuple[LinkOccurrence, ...], reader: Reader) -> None:
        self._original = original
        self._before = before
        self._reader = reader

    @cached_property
    def _shown(self) -> Rendered | None:
        """What the original shows."""
        return self._reader.rendered(self._original, _bare(self._before), ())

    def check(self, edited: SourceDocument, edits: Sequence[Edit]) -> None:
        """Raise MeaningChanged unless `edited` is the original with `edits` and nothing else.

        It holds when the bytes outside the edits are equal; when the links are the same in the same order: each on
        its line, of its kind, with its label, headings and target, shown or not, moved by exactly the bytes written
        before it, and those of the edits with their new URL; and when the document shows the same but for the edited
        URLs and what the edits add or drop, to a renderer that knows nothing of how links are found here. What else an
        edited link may mean is for the new URL to say. Two things change elsewhere with a bare URL: labels and
        headings that show it, and the other reading of a URL that it follows without a space.

        Raises what the reader raises of the original.
        """
        moved = Moved(edits)
        if not _same_outside(self._original.data, edited.data, moved):
            raise MeaningChanged("bytes outside the URL would change")
        try:
            after = self._reader.links(edited)
        except SourceError as error:
            raise MeaningChanged(f"the document could not be read any more: {error}") from error
        pairs = _paired(self._before, after, moved)
        _compare_links(pairs, moved, self._original.data)
        self._compare_appearance(edited, moved, pairs)

    def _compare_appearance(self, edited: SourceDocument, moved: Moved, pairs: Sequence[_Pair]) -> None:
        before = self._shown
        known = [new for old, new, edit in pairs if _ends_as_before(old.span, edit, moved)]
        others = [new for old, new, edit in pairs if not _ends_as_before(old.span, edit, moved)]
        try:
            after = self._reader.rendered(edited, _bare(known), _bare(others))
        except SourceError as error:
            raise MeaningChanged(f"the document could not be read any more: {error}", None, (_SHOWS, 0)) from error
        if before is None or after is None:
            return
        changes, returns = [], []
        for old, new, edit in pairs:
            if edit is not None and edit.written is not None and edit.written.comes_back:
                returns.append(Change(new, old.url or ""))
            elif edit is not None:
                changes.append(Change(old, new.url or ""))
        found = unexpected(before, after, changes, moved.edits, returns)
        if found is not None:
            raise MeaningChanged(found.why, found.near, (_SHOWS, found.part))


def _bare(links: Iterable[LinkOccurrence]) -> list[Span]:
    return [link.span for link in links if link.kind is LinkKind.BARE and link.span is not None]


def _ends_as_before(span: Span | None, edit: Edit | None, moved: Moved) -> bool:
    """Tell whether a link has ended there before: it is not edited, or comes back, or what was appended to it goes."""
    if edit is not None:
        return edit.written is not None and edit.written.comes_back
    return span is None or moved.next_edit(span.end) != span.end or moved.goes_at(span.end)


def _same_outside(original: bytes, edited: bytes, moved: Moved) -> bool:
    old = new = 0
    for edit, start in moved.starts():
        if original[old : edit.span.start] != edited[new:start]:
            return False
        if edited[start : start + len(edit.data)] != edit.data:
            return False
        old, new = edit.span.end, start + len(edit.data)
    return original[old:] == edited[new:]


def _paired(before: Sequence[LinkOccurrence], after: Sequence[LinkOccurrence], moved: Moved) -> list[_Pair]:
    """Return the links that are there before and after. Raise MeaningChanged if others have come or gone."""
    edited = {id(edit) for link in before if (edit := moved.edit_of(link)) is not None and edit.written is not None}
    come = {
        _url_at(edit.written, start): edit
        for edit, start in moved.starts()
        if edit.written is not None and id(edit) not in edited
    }
    staying = [(link, edit) for link in before if (edit := moved.edit_of(link)) is None or edit.written is not None]
    remaining = []
    for link in after:
        edit = come.pop(link.span, None) if link.span is not None else None
        if edit is None:
            remaining.append(link)
        elif edit.written is not None and not _is_as_written(link, edit.written):
            why = f"what is added would lead to {link.url} instead of {edit.written.reads}"
            raise MeaningChanged(why, edit.span.start, (_ADDED, edit.span.start))
    if come:
        near = min(edit.span.start for edit in come.values())
        raise MeaningChanged("what is added would be no link", near, (_ADDED, near))
    if len(staying) != len(remaining):
        why = f"the document would have {len(remaining)} links instead of {len(staying)}"
        place, near = _first_elsewhere(staying, remaining, moved)
        raise MeaningChanged(why, near, (_THERE, place))
    return [(old, new, edit) for (old, edit), new in zip(staying, remaining, strict=True)]


def _first_elsewhere(
    staying: Sequence[tuple[LinkOccurrence, Edit | None]], remaining: Sequence[LinkOccurrence], moved: Moved
) -> tuple[int, int]:
    """Return the number of the first link that is not where it should be, and what place in the original is at fault.

    That place is before the link, if another one stands there instead.
    """
    starts = {id(edit): start for edit, start in moved.starts()}
    near = 0
    for place, (old, edit) in enumerate(staying):
        if old.span is None:
            continue
        if place == len(remaining):
            return place, old.span.start
        begin = starts[id(edit)] if edit else moved.unedited(old.span).start
        span = _url_at(edit.written, begin) if edit and edit.written else moved.unedited(old.span)
        new = remaining[place].span
        if new != span:
            return place, old.span.start - (new is not None and new.start < begin)
        near = old.span.start
    return len(staying), near


def _url_at(written: Written, start: int) -> Span:
    return Span(start + written.start, start + written.end)


def _is_as_written(link: LinkOccurrence, written: Written) -> bool:
    is_same = (link.url, link.kind) == (written.reads, written.kind)
    return is_same and written.text in (None, link.text) and link.renders


def _compare_links(pairs: Sequence[_Pair], moved: Moved, original: bytes) -> None:
    shown = Shown((old, new) for old, new, edit in pairs if edit is not None)
    places = {id(edit): start for edit, start in moved.starts()}
    for place, (old, new, edit) in enumerate(pairs):
        if edit is None or edit.written is None:
            expected = replace(old, span=old.span and moved.unedited(old.span), column=new.column)
            if old.alternative != new.alternative and _reads_into_edit(old.span, moved, original):
                expected = replace(expected, alternative=new.alternative)
        else:
            expected = _edited(old, new, edit.written, places[id(edit)])
        expected = replace(
            expected,
            text=shown.expected(expected.text, new.text),
            headings=shown.expected_path(old.headings, new.headings),
        )
        if new != expected:
            # What moves a link, or puts it under another heading, stands before it.
            is_moved = (new.line, new.headings) != (expected.line, expected.headings)
            near = old.span.start - is_moved if old.span else None
            raise MeaningChanged(_difference(expected, new), near, (_LIKE_BEFORE, place))


def _edited(old: LinkOccurrence, new: LinkOccurrence, written: Written, start: int) -> LinkOccurrence:
    labelled = old.text != old.raw
    return replace(
        old,
        span=_url_at(written, start),
        column=new.column,
        kind=written.kind,
        raw=new.raw,
        url=written.reads,
        text=old.text if labelled else new.text,
        target=new.target,
        alternative=new.alternative,
        original=new.original,
    )


def _reads_into_edit(span: Span | None, moved: Moved, data: bytes) -> bool:
    """Tell whether GFM, which ends a bare URL at white space or "<" (section 6.9), reads on into an edit."""
    start = moved.next_edit(span.end) if span else None
    return span is not None and start is not None and _ENDS_GFM_URL.search(data, span.end, start) is None


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
