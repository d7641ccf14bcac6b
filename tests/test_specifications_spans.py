"""The spans of the specifications' examples are those that tree-sitter-markdown reports, a parser with byte offsets."""

from __future__ import annotations

import pytest

from dlt_crawler.model import LinkKind
from tests.specifications.examples import commonmark, distinct, fixtures, gfm, required
from tests.specifications.forms import CONTAINERS, contained
from tests.specifications.reading import read
from tests.specifications.tree_sitter import destinations

# It knows no footnotes: their marks are text or a definition to it.
CONTAINERS_THAT_IT_KNOWS = [container for container in CONTAINERS if "footnote" not in container]

READ_OTHERWISE = {
    "CommonMark 512": "it misses a link with nested brackets in its text",
    "CommonMark 520": "it reads a link in a link in an alternative text, and so misses the image",
    "CommonMark 552": "it takes a label without any character but white space for one",
    "CommonMark 580": "it misses an image whose destination is in angle brackets",
    "normalize.md:42": "it misses a URL with square brackets",
    "normalize.md:69": "it misses a URL with square brackets",
}
"""Where tree-sitter-markdown is wrong."""

KINDS = (LinkKind.INLINE, LinkKind.IMAGE, LinkKind.REFERENCE, LinkKind.AUTOLINK)


@pytest.mark.parametrize("container", ["", *CONTAINERS_THAT_IT_KNOWS])
def test_spans_are_where_another_parser_finds_them(container: str) -> None:
    required()
    different = set()
    for name, markdown in distinct(commonmark(), gfm(), fixtures()).items():
        data = (contained(markdown, container) if container else markdown).encode()
        ours = [
            (link.span.start, link.span.end) for link in read(data) if link.span and link.kind in KINDS and link.raw
        ]
        if ours != [(start, end) for start, end in destinations(data) if start < end]:
            different.add(name.partition(",")[0])
    assert different == READ_OTHERWISE.keys()
