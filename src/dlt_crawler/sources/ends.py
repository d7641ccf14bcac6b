"""Where the constructs end that links are written in."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, SourceDocument, Span
from dlt_crawler.sources.found import LinkEnds, Reading
from dlt_crawler.sources.text import decode

_MODULES: Mapping[DocumentFormat, str] = {
    DocumentFormat.MARKDOWN: "markdown.link_ends",
    DocumentFormat.HTML: "html.link_ends",
    DocumentFormat.TEXT: "plain",
    DocumentFormat.NOTEBOOK: "notebook",
    DocumentFormat.RST: "rst.document",
}
"""The module whose `link_ends` knows a format; the others have no place for a second link."""


def ends(document: SourceDocument) -> Mapping[Span, tuple[int, ...]]:
    """Return the byte offsets behind the construct of each link that another one can be appended to, by its span.

    Of a reference definition, behind each of its uses, in order; none where it stands in headings, whose anchors would
    change. Left out are links without a place for another one: in front matter, within other links, in alternative
    texts. Raises SourceError where `extract` does.
    """
    name = _MODULES.get(document.format)
    if name is None:
        return {}
    decoded = decode(document)
    module = import_module(f"dlt_crawler.sources.{name}")
    try:
        found = cast("LinkEnds", module.link_ends(Reading(decoded.text, decoded.double_encoded)))
    except RecursionError as error:
        raise SourceError(f"{document.path}: brackets are nested too deeply to be read") from error
    located: dict[Span, tuple[int, ...]] = {}
    for url, behind in found.items():
        span = decoded.span(*url)
        last = [decoded.span(end - 1, end) for end in behind]
        if span is not None and None not in last:
            located[span] = tuple(sorted(character.end for character in last if character is not None))
    return located
