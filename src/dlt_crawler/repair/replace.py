"""Plans for the edits that write a new URL in the place of an old one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlt_crawler.errors import RepairError
from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, Repair, SourceDocument, Span
from dlt_crawler.repair.address import rfc3986
from dlt_crawler.repair.bare import ends_as_written, with_plain_end
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.spelling import Spelling, spellings
from dlt_crawler.repair.splice import replaced

_PIPE = re.compile(r"(?<!\\)\|")
"""An escaped one is no border of a cell, whether or not it stands in a table."""
_DELIMITERS_FOLLOW = re.compile(rb"[^\r\n]*(?:\r\n?|\n)[ \t>]*(?=[- \t]*[|:])[|:-][|: \t-]*(?=[\r\n]|\Z)")
"""A delimiter row after this line: the two are a table only with as many cells in both (GFM 0.29, section 4.10).

Hyphens alone make the line a heading.
"""


def replacement(document: SourceDocument, there: LinkOccurrence, span: Span, repair: Repair) -> tuple[Plan, ...]:
    """Return how the URL of `repair` can be written over `span`, where `there` stands; nothing if it is there already.

    Raises RepairError if it never can.
    """
    may_be_row = document.format is DocumentFormat.MARKDOWN and _PIPE.search(there.raw) is not None
    if may_be_row and _DELIMITERS_FOLLOW.match(document.data, span.end):
        raise RepairError("the pipe in this URL counts for the columns of a table")
    url = rfc3986(repair.replacement)
    if there.url in (url, repair.replacement):
        return ()
    ways = spellings(document, span, there.kind, url)
    if not ways:
        raise RepairError(f"a link of kind {there.kind} is never edited")
    if any(there.url == way.reads for way in ways):
        return ()
    if there.ambiguous:
        plain = with_plain_end(url)
        enclosed = document.data[span.start - 1 : span.start] == b"<"
        ways = _inert(there, (*ways, Spelling(plain, plain, there.kind)), enclosed=enclosed)
    return (Plan(tuple(replaced(span, way) for way in ways)),)


def _inert(there: LinkOccurrence, ways: Sequence[Spelling], *, enclosed: bool) -> tuple[Spelling, ...]:
    """Return the ways that leave alone what GFM takes a link for: the end or the middle of a bare URL, a definition.

    Between angle brackets that are there, every way does. Raises RepairError if there are none. A bare URL may stand in
    what is a tag or a comment to GFM, where it has another end.
    """
    inert = tuple(way for way in ways if not way.before and (enclosed or ends_as_written(way.written)))
    if not inert or there.kind is LinkKind.BARE:
        raise RepairError("to GitHub this is no link of its own, but a part of what stands before it")
    return inert
