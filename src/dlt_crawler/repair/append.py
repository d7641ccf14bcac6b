"""Plans for the edits that put a second link behind a first one: ` ([archived](https://web.archive.org/web/…))`."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from dlt_crawler.errors import RepairError, SourceError
from dlt_crawler.model import (
    DocumentFormat,
    LinkKind,
    LinkOccurrence,
    Rendered,
    Repair,
    Resource,
    SkipReason,
    SourceDocument,
    Span,
    link_shown,
)
from dlt_crawler.repair.address import rfc3986
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.reader import Reader
from dlt_crawler.repair.spelling import Spelling, spellings
from dlt_crawler.repair.splice import Edit, Written
from dlt_crawler.urls import memento_of, normalise, same_page

_NEAR = 1000
"""Bytes between a link and its URL, or behind it, in which a second link is looked for."""


@dataclass(frozen=True, slots=True)
class _Form:
    """How a second link is written, and by what is around its URL one is known that stands there already."""

    kind: LinkKind
    before: str
    """What stands before the URL; the braces are for the label."""
    after: str
    opening: re.Pattern[bytes]
    """What may stand between the first link and the URL of the second one: with any label, on the next line, too."""
    closing: re.Pattern[bytes]


_MARKDOWN = _Form(
    LinkKind.INLINE,
    " ([{}](",
    "))",
    re.compile(rb"[\s>]*\(\[(?:[^\[\]\\]|\\.)*\]\(\s*<?"),
    re.compile(rb">?[^()]*\)\)"),
)
_ELEMENT = _Form(
    LinkKind.HTML,
    ' (<a href="',
    '">{}</a>)',
    re.compile(rb"[\s>]*\(<a\s[^<>]*=\s*\\?[\"']?\s*", re.IGNORECASE),
    re.compile(rb"[^<>]*>[^<>]*</a\s*>\)", re.IGNORECASE),
)
_TEXT = _Form(LinkKind.BARE, " ({}: ", ")", re.compile(rb"\s*\([^()<>]*<?"), re.compile(rb">?\)"))
_PHRASE = _Form(LinkKind.INLINE, " (`{} <", ">`__)", re.compile(rb"\s*\(`[^`<>]*<"), re.compile(rb">`__?\)"))
_FORMS: Mapping[DocumentFormat, tuple[_Form, ...]] = {
    DocumentFormat.MARKDOWN: (_MARKDOWN, _ELEMENT),
    DocumentFormat.NOTEBOOK: (_MARKDOWN, _ELEMENT),
    DocumentFormat.HTML: (_ELEMENT,),
    DocumentFormat.TEXT: (_TEXT,),
    DocumentFormat.RST: (_PHRASE, _ELEMENT),
}


class Appending:
    """What second links are appended to in one document."""

    def __init__(self, document: SourceDocument, links: Mapping[Span, LinkOccurrence], reader: Reader) -> None:
        self._document = document
        self._links = links
        self._reader = reader
        self._labels: dict[str, bytes] = {}

    @cached_property
    def _ends(self) -> Mapping[Span, tuple[int, ...]]:
        return self._reader.ends(self._document)

    @cached_property
    def _owners(self) -> Mapping[int, LinkOccurrence]:
        """Where constructs end, in order → the link that is written there."""
        owners = ((end, self._links[span]) for span, ends in self._ends.items() if span in self._links for end in ends)
        return dict(sorted(owners, key=lambda owner: owner[0]))

    @cached_property
    def _end_offsets(self) -> Sequence[int]:
        return list(self._owners)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return sorted(span.start for span in self._links)

    @cached_property
    def _by_start(self) -> Mapping[int, tuple[Span, LinkOccurrence]]:
        return {span.start: (span, link) for span, link in self._links.items()}

    def plans(self, there: LinkOccurrence, span: Span, repair: Repair) -> tuple[Plan, ...]:
        """Return how a second link can be put behind `there`: one plan for each place where its construct ends.

        None where a link to a copy of the same page stands already, be it behind one use of a definition only: what
        is missing behind the others somebody has taken away. Raises RepairError if there is no place for it.
        """
        url = rfc3986(repair.replacement)
        if there.url in (url, repair.replacement):
            return ()
        ends = self._ends.get(span)
        if not ends or not there.renders:
            raise RepairError(_why_not(self._document.format, there, ends))
        if self._is_appended(there, span, repair):
            raise RepairError("it is itself the copy of the link before it")
        form = self._form(there.kind)
        plans = tuple(Plan(tuple(self._ways(form, repair.label, url, end))) for end in ends)
        reads = {repair.replacement, *(way.written.reads for way in plans[0].ways if way.written)}
        seconds = [second for end in ends if (second := self._second(end)) is not None]
        if any(_is_copy(second, there, repair.replacement, reads) for second in seconds):
            return ()
        return plans

    def _form(self, kind: LinkKind) -> _Form:
        """Return the form for what stands behind a link: where one is HTML, markdown may not be read."""
        forms = _FORMS[self._document.format]
        return next((form for form in forms if form.kind is kind is LinkKind.HTML), forms[0])

    def _encoded(self, label: str) -> bytes:
        if label not in self._labels:
            in_json = self._document.format is DocumentFormat.NOTEBOOK
            written = json.dumps(label)[1:-1] if in_json else label
            try:
                self._labels[label] = self._reader.encoded(self._document, written)
            except SourceError as error:
                raise RepairError(str(error)) from error
        return self._labels[label]

    def _ways(self, form: _Form, text: str, url: str, end: int) -> Sequence[Edit]:
        label = self._encoded(text)
        quote = "'" if self._document.format is DocumentFormat.NOTEBOOK else '"'
        around = (piece.replace('"', quote).encode() for piece in (form.before, form.after))
        before, after = (piece.replace(b"{}", label) for piece in around)
        place = Span(end, end)
        ways = []
        for way in self._spellings(form, before, after, url):
            start = len(before) + len(way.before)
            label_shown = None if form is _TEXT else text
            written = Written(start, start + len(way.written), way.reads, way.kind, label_shown)
            adds = shown(self._document.format, form.kind, way.reads, text)
            ways.append(Edit(place, before + way.data + after, written, adds))
        return ways

    def _spellings(self, form: _Form, before: bytes, after: bytes, url: str) -> tuple[Spelling, ...]:
        """Return how `url` is spelled in the form, as if another URL stood there already."""
        other = SourceDocument("", before + b"x" + after, "", self._document.format)
        return spellings(other, Span(len(before), len(before) + 1), form.kind, url)

    def _second(self, end: int) -> LinkOccurrence | None:
        """Return the link that is appended to a construct which ends there; None if none is."""
        index = bisect_left(self._starts, end)
        if index == len(self._starts) or self._starts[index] > end + _NEAR:
            return None
        span, link = self._by_start[self._starts[index]]
        between = self._document.data[end : span.start]
        behind = self._document.data[span.end : span.end + _NEAR]
        for form in _FORMS[self._document.format]:
            if link.kind is form.kind and form.opening.fullmatch(between) and form.closing.match(behind):
                return link
        return None

    def _is_appended(self, there: LinkOccurrence, span: Span, repair: Repair) -> bool:
        """Tell whether a link is a second one itself: so it is called, or the link before it leads to the same page."""
        index = bisect_right(self._end_offsets, span.start) - 1
        if index < 0 or self._second(self._end_offsets[index]) is not there:
            return False
        return there.text == repair.label or _leads_to(there, self._owners[self._end_offsets[index]].target)


def shown(document_format: DocumentFormat, kind: LinkKind, url: str, label: str) -> Rendered:
    """Return what a reader sees of a second link."""
    return (" (", *link_shown(url, label), ")") if kind in (LinkKind.INLINE, LinkKind.HTML) else ()


def _is_copy(link: LinkOccurrence, first: LinkOccurrence, replacement: str, reads: Collection[str]) -> bool:
    """Tell whether a second link leads to the replacement, which reads in one of these ways, or to another capture."""
    if link.url in reads or _leads_to(link, first.target):
        return True
    memento = memento_of(normalise(replacement) or "")
    return memento is not None and _leads_to(link, Resource(memento.original))


def _leads_to(second: LinkOccurrence, page: Resource | SkipReason) -> bool:
    """Tell whether a link leads to an archive's copy of a page."""
    return second.original is not None and isinstance(page, Resource) and same_page(second.original.url, page.url)


def _why_not(document_format: DocumentFormat, there: LinkOccurrence, ends: tuple[int, ...] | None) -> str:
    if document_format not in _FORMS:
        return f"a second link is never appended in a document of format {document_format}"
    match there.kind:
        case LinkKind.FRONT_MATTER:
            return "a value of front matter has no place for a second link"
        case LinkKind.CODE | LinkKind.IMPLIED:
            return f"a link of kind {there.kind} is never edited"
    if ends is not None:
        return "a second link in a heading would change the heading's anchor"
    if not there.renders:
        return "no reader sees this link: a second one would be seen by none"
    match there.kind:
        case LinkKind.HTML:
            return "a second link has its place only behind an <a href> that is closed and in no other link"
        case LinkKind.REFERENCE:
            return "every use of this definition stands in another link"
    if document_format is DocumentFormat.RST:
        return "a second link has no place in a directive or a substitution"
    return "a link cannot hold a second one: this URL stands in another link"
