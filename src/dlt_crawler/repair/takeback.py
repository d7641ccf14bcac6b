"""Plans for the edits that put back what stood in a document before it was repaired."""

from __future__ import annotations

from dlt_crawler.errors import RepairError
from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, Repair, Rewrite, SourceDocument, Span
from dlt_crawler.repair.append import shown
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.splice import Edit, Written

_NEEDED_MARKS = {LinkKind.AUTOLINK: LinkKind.BARE, LinkKind.INLINE: LinkKind.BARE}
"""Kinds of links that a new URL has made of others: it was put into brackets, in reStructuredText into a phrase."""


def takeback(document: SourceDocument, there: LinkOccurrence, span: Span, repair: Repair) -> tuple[Plan, ...]:
    """Return how what `repair.undoes` says was written can become what stood there before.

    `there` is the link at `span` now. Raises RepairError if what was written does not stand there any more.
    """
    if repair.undoes is None:
        raise RepairError("nothing is known of what stood here before")
    place = _place_of(document.data, span, repair.undoes)
    if place is None:
        raise RepairError("what was written here has been changed since: it is left as it is")
    old = repair.undoes.old
    if not old:
        return (Plan((Edit(place, b"", drops=shown(document.format, there.kind, there.url or "", there.text)),)),)
    kinds = [there.kind]
    if there.kind is LinkKind.AUTOLINK or document.format is DocumentFormat.RST:
        # Marks that go were written with the URL; those that stay were there before.
        kinds.insert(0 if place.start < span.start else 1, _NEEDED_MARKS.get(there.kind, there.kind))
    written = (Written(0, len(old), repair.replacement, kind, comes_back=True) for kind in dict.fromkeys(kinds))
    return (Plan(tuple(Edit(place, old, one) for one in written)),)


def _place_of(data: bytes, span: Span, undoes: Rewrite) -> Span | None:
    """Return where the bytes of `undoes.new` stand around the URL at `span`; None if they do not."""
    url = data[span.start : span.end]
    before = undoes.new.find(url) if url else -1
    while before >= 0:
        start = span.start - before
        if start >= 0 and data.startswith(undoes.new, start):
            return Span(start, start + len(undoes.new))
        before = undoes.new.find(url, before + 1)
    return None
