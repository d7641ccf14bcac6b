"""Plans for the edits that write a new URL in the place of an old one."""

from __future__ import annotations

import re

from dlt_crawler.errors import RepairError
from dlt_crawler.model import DocumentFormat, LinkOccurrence, Repair, SourceDocument, Span
from dlt_crawler.repair.address import rfc3986
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.spelling import spellings
from dlt_crawler.repair.splice import replaced

_DELIMITERS_FOLLOW = re.compile(rb"[^\r\n]*(?:\r\n?|\n)[ \t>]*[|:-][|: \t-]*(?=[\r\n]|\Z)")
"""A line of hyphens after this one: two lines are a table only with as many pipes in both (GFM 0.29, section 4.10)."""


def replacement(document: SourceDocument, there: LinkOccurrence, span: Span, repair: Repair) -> tuple[Plan, ...]:
    """Return how the URL of `repair` can be written over `span`, where `there` stands; nothing if it is there already.

    Raises RepairError if it never can.
    """
    may_be_row = document.format is DocumentFormat.MARKDOWN and "|" in there.raw
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
    return (Plan(tuple(replaced(span, way) for way in ways)),)
