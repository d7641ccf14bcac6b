"""The proof that an edited document differs from the original in the named URLs and in nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from dlt_crawler.errors import MeaningChanged
from dlt_crawler.model import MAX_HEADING, LinkKind, LinkOccurrence, Rendered, SourceDocument, Span
from dlt_crawler.repair.appearance import Change, unexpected
from dlt_crawler.repair.reader import Reader
from dlt_crawler.repair.splice import Edit, Moved, Written

_SHOWN = frozenset({LinkKind.BARE, LinkKind.AUTOLINK})
"""Kinds of links whose URL is itself what a reader sees, in a heading or a label, too."""
_RECOGNISED = len("https://a.")
"""Characters by which a URL is known that is cut short."""
_ENDS_GFM_URL = re.compile(rb"[ \t-\r<]")

_Pair = tuple[LinkOccurrence, LinkOccurrence, Edit | None]
"""A link before and after, and the edit that it has to do with."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Proves edits of one document."""

    original: SourceDocument
    before: tuple[LinkOccurrence, ...]
    """Its links."""
    reader: Reader
    _shown: list[Rendered | None] = field(default_factory=list)
    """What the original shows, once that was asked for."""

    def check(self, edited: SourceDocument, edits: Sequence[Edit]) -> None:
        """Raise MeaningChanged unless `edited` is the original with `edits` and nothing else.

        It holds when the bytes outside the edits are equal; when the links are the same in the same order: each on
        its line, of its kind, with its label, headings and target, shown or not, moved by exactly the bytes written
        before it, and those of the edits with their new URL; and when the document shows the same but for the edited
        URLs and what the edits add or drop, to a renderer that knows nothing of how links are found here. What else an
        edited link may mean is for the new URL to say. Two things change elsewhere with a bare URL: labels and
        headings that show it, and the other reading of a URL that it follows without a space.
        """
        moved = Moved(edits)
        if not _same_outside(self.original.data, edited.data, moved):
            raise MeaningChanged("bytes outside the URL would change")
        pairs = _paired(self.before, self.reader.links(edited), moved)
        _compare_links(pairs, moved, self.original.data)
        self._compare_appearance(edited, moved, pairs)

    def _compare_appearance(self, edited: SourceDocument, moved: Moved, pairs: Sequence[_Pair]) -> None:
        if not self._shown:
            self._shown.append(self.reader.rendered(self.original, _bare(self.before), ()))
        before = self._shown[0]
        known = [new for old, new, edit in pairs if _ends_as_before(old.span, edit, moved)]
        others = [new for old, new, edit in pairs if not _ends_as_before(old.span, edit, moved)]
        after = self.reader.rendered(edited, _bare(known), _bare(others))
        if before is None or after is None:
            return
        changes, returns = [], []
        for old, new, edit in pairs:
            if edit is not None and edit.written is not None and edit.written.comes_back:
                returns.append(Change(new, old.url or ""))
            elif edit is not None:
                changes.append(Change(old, new.url or ""))
        fault = unexpected(before, after, changes, moved.edits, returns)
        if fault is not None:
            raise MeaningChanged(fault)


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
            raise MeaningChanged(f"what is added would lead to {link.url} instead of {edit.written.reads}")
    if come:
        raise MeaningChanged("what is added would be no link")
    if len(staying) != len(remaining):
        raise MeaningChanged(f"the document would have {len(remaining)} links instead of {len(staying)}")
    return [(old, new, edit) for (old, edit), new in zip(staying, remaining, strict=True)]


def _url_at(written: Written, start: int) -> Span:
    return Span(start + written.start, start + written.end)


def _is_as_written(link: LinkOccurrence, written: Written) -> bool:
    is_same = (link.url, link.kind) == (written.reads, written.kind)
    return is_same and written.text in (None, link.text) and link.renders


def _compare_links(pairs: Sequence[_Pair], moved: Moved, original: bytes) -> None:
    shown = _Shown(pairs)
    places = {id(edit): start for edit, start in moved.starts()}
    for old, new, edit in pairs:
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
            raise MeaningChanged(_difference(expected, new))


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


class _Shown:
    """The edited URLs that a reader sees, old and new: where the old one was shown, the new one may be."""

    def __init__(self, pairs: Sequence[_Pair]) -> None:
        self._forms: set[str] = set()
        for old, new, edit in pairs:
            if edit is not None and old.kind in _SHOWN:
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
