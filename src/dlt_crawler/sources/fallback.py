"""The links of a document that is not parsed: checked like all others, and never edited."""

from __future__ import annotations

from dlt_crawler.model import Extraction, LinkOccurrence, Lint, LintKind, NoSpan, SourceDocument
from dlt_crawler.sources.found import FoundLink
from dlt_crawler.sources.lints import too_many_links
from dlt_crawler.sources.options import Options
from dlt_crawler.sources.scan import scan
from dlt_crawler.sources.text import DecodedText, decode, on_one_line
from dlt_crawler.urls import target_of


def scanned(document: SourceDocument, options: Options, why: str, line: int = 1) -> Extraction:
    """Return what a plain scan finds, and a lint that says `why` the document is not parsed and what to do about it.

    `line` is the 1-based line that is to blame. Takes time and memory in proportion to the size, whatever is written.
    Raises SourceError, which names the document, if it is not text.
    """
    decoded = decode(document)
    message = f"this document is not parsed: its links are found by a plain scan, checked, and never edited; {why}"
    lints = [Lint(document.path, line, 1, None, LintKind.NOT_PARSED, message)]
    found = list(scan(decoded.text, 0, len(decoded.text), double_encoded=decoded.double_encoded))
    links = [_occurrence(document, decoded, link, options) for link in found[: options.max_links]]
    if len(found) > len(links):
        first_left_out = _occurrence(document, decoded, found[len(links)], options)
        lints.append(too_many_links(first_left_out, len(found), len(links)))
    return Extraction(tuple(links), tuple(sorted(lints, key=lambda lint: (lint.line, lint.column))))


def _occurrence(document: SourceDocument, decoded: DecodedText, link: FoundLink, options: Options) -> LinkOccurrence:
    line, column = decoded.line_and_column(link.start)
    raw = on_one_line(decoded.text[link.start : link.end])
    return LinkOccurrence(
        file=document.path,
        span=None,
        line=line,
        column=column,
        kind=link.kind,
        raw=raw,
        url=link.url,
        text=raw,
        target=target_of(link.url, options.exclude),
        no_span=NoSpan.SCANNED,
    )
