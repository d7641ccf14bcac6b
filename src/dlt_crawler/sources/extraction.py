"""From a document to its link occurrences: every format's links together, in order, each with its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dlt_crawler.errors import SourceError
from dlt_crawler.model import LinkOccurrence, Resource, SkipReason, SourceDocument
from dlt_crawler.sources.destination import FoundLink
from dlt_crawler.sources.front_matter import front_matter
from dlt_crawler.sources.implied import implied_links
from dlt_crawler.sources.markdown import markdown_links
from dlt_crawler.sources.text import DecodedText, decode, on_one_line
from dlt_crawler.urls import target_of

_EXCEPT_LINE_ENDINGS = re.compile(r"[^\n]")


def extract(
    document: SourceDocument,
    *,
    code: bool = False,
    implied: bool = False,
    exclude: Sequence[re.Pattern[str]] = (),
) -> tuple[LinkOccurrence, ...]:
    """Return the links of a markdown document, in document order; no two spans overlap.

    With `code` also those in code and comments, with `implied` also arXiv identifiers and DOIs in the text. A span
    is given only if its bytes decode to exactly what the parser read as the destination. Raises SourceError, which
    names the document, if it is not text or the parser fails on it.
    """
    decoded = decode(document)
    try:
        found = sorted(_links(decoded, code=code, implied=implied), key=lambda link: (link.start, link.end))
    except RecursionError as error:
        raise SourceError(f"{document.path}: brackets are nested too deeply to be read") from error
    except Exception as error:
        raise SourceError(f"{document.path}: the markdown parser failed: {error!r}; please report this") from error
    return tuple(_occurrence(document, decoded, link, exclude) for link in found)


def _links(decoded: DecodedText, *, code: bool, implied: bool) -> Iterator[FoundLink]:
    front = front_matter(decoded.text)
    # Blanked and not cut off: the offsets of what follows stay what they are.
    body = _EXCEPT_LINE_ENDINGS.sub(" ", decoded.text[: front.end]) + decoded.text[front.end :]
    links = [*front.links, *markdown_links(body, double_encoded=decoded.double_encoded, code=code)]
    yield from links
    if implied:
        yield from _outside(links, sorted(implied_links(decoded.text), key=lambda link: link.start))


def _outside(links: Iterable[FoundLink], identifiers: Iterable[FoundLink]) -> Iterator[FoundLink]:
    """Yield the identifiers that overlap no link and no other identifier; they come sorted."""
    taken = sorted((link.start, link.end) for link in links)
    index = end = 0
    for identifier in identifiers:
        while index < len(taken) and taken[index][0] < identifier.end:
            end = max(end, taken[index][1])
            index += 1
        if identifier.start >= end:
            end = identifier.end
            yield identifier


def _occurrence(
    document: SourceDocument, decoded: DecodedText, link: FoundLink, exclude: Sequence[re.Pattern[str]]
) -> LinkOccurrence:
    span = decoded.span(link.start, link.end) if link.unlocated is None else None
    raw = decoded.written(span) if span else on_one_line(link.unlocated or decoded.text[link.start : link.end])
    line, column = decoded.line_and_column(link.start)
    url = link.url or None
    target: Resource | SkipReason = SkipReason.EMPTY if not raw.strip() else target_of(url, exclude)
    return LinkOccurrence(
        file=document.path,
        span=span,
        line=line,
        column=column,
        kind=link.kind,
        raw=raw,
        url=url if raw.strip() else None,
        text=on_one_line(link.label) or on_one_line(raw),
        target=target,
    )
