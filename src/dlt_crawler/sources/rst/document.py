"""From a reStructuredText document to its links."""

from __future__ import annotations

from collections.abc import Iterator

from dlt_crawler.sources.found import Found, LinkEnds, Reading
from dlt_crawler.sources.implied import with_implied
from dlt_crawler.sources.rst.blocks import read_document
from dlt_crawler.sources.rst.lines import lines_of
from dlt_crawler.sources.rst.notes import Notes


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of a document, and what is odd about its references.

    Found is what docutils makes a link of, and what stands in directives that only Sphinx knows. A target that nothing
    refers to, a substitution that nothing uses, code and comments do not render. Files that are included are not read.
    """
    return with_implied(_notes(reading).found(), reading.text, implied=reading.implied)


def link_ends(reading: Reading) -> LinkEnds:
    """Return for the places of the URLs in a document where their constructs end, of a target each reference to it."""
    return _notes(reading).link_ends()


def _notes(reading: Reading) -> Notes:
    notes = Notes(reading)
    read_document(lines_of(reading.text), notes)
    return notes
