"""The links of a document that is not parsed: checked like all others, and never edited."""

from __future__ import annotations

from itertools import chain, islice

from dlt_crawler.model import DocumentFormat, Extraction, LintKind, SourceDocument
from dlt_crawler.sources.directives import Comments
from dlt_crawler.sources.extraction import assembled
from dlt_crawler.sources.found import Found, FoundLint
from dlt_crawler.sources.options import Options
from dlt_crawler.sources.scan import scan
from dlt_crawler.sources.text import decode


def scanned(document: SourceDocument, options: Options, why: str, line: int = 1) -> Extraction:
    """Return what a plain scan finds, and a lint that says `why` the document is not parsed and what to do about it.

    `line` is the 1-based line that is to blame. Takes time and memory in proportion to the size, whatever is written.
    Raises SourceError, which names the document, if it is not text.
    """
    decoded = decode(document)
    message = f"this document is not parsed: its links are found by a plain scan, checked, and never edited; {why}"
    place = decoded.line_starts[line - 1]
    marked_up = document.format is not DocumentFormat.TEXT
    links = scan(decoded.text, 0, len(decoded.text), double_encoded=decoded.double_encoded, marked_up=marked_up)
    # One more than are listed, so that it is said: there may be millions.
    found: chain[Found] = chain(
        (FoundLint(LintKind.NOT_PARSED, place, place, message),),
        islice(links, options.max_links + 1),
        Comments(decoded.text).in_plain_text(0, len(decoded.text), document.format),
    )
    return assembled(document, decoded, found, options)
