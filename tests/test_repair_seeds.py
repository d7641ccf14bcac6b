"""Repairs on whole documents: every URL of every seed can be replaced, and nothing else changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dlt_crawler.model import LinkOccurrence, Repair, SourceDocument
from dlt_crawler.repair import apply
from tests.extraction_support import READER, links_of

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("**/*.md"))
REPLACEMENTS = {
    "snapshot": "https://web.archive.org/web/20200102030405/http://gone.example/a_(b)",
    "hostile": 'https://gone.example/(a*_b]?x=1&copy=2"深`|~,.',
}


def document(path: Path, data: bytes) -> SourceDocument:
    return SourceDocument(path.name, data, hashlib.sha256(data).hexdigest())


def web_links(links: tuple[LinkOccurrence, ...]) -> list[LinkOccurrence]:
    return [link for link in links if link.raw.startswith(("http", "(http"))]


def outside(data: bytes, links: list[LinkOccurrence]) -> bytes:
    for link in reversed(links):
        assert link.span is not None
        data = data[: link.span.start] + b"@" + data[link.span.end :]
    return data.replace(b"<@>", b"@")


def test_the_five_seeds_are_here() -> None:
    assert len(SEEDS) == 5


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
@pytest.mark.parametrize("replacement", REPLACEMENTS.values(), ids=REPLACEMENTS.keys())
def test_all_urls_of_a_seed_can_be_replaced_at_once(path: Path, replacement: str) -> None:
    original = document(path, path.read_bytes())
    before = links_of(original)
    named = [Repair(link, replacement, "gone") for link in web_links(before)]
    result = apply(original, named, READER)
    assert (result.applied, result.refused) == (tuple(named), ())
    after = links_of(result.document)
    changed = [link for link in after if "gone.example" in link.raw]
    assert (len(changed), len({link.url for link in changed})) == (len(named), 1)
    assert [(link.line, link.text if link.text != link.raw else "") for link in after] == [
        (link.line, link.text if link.text != link.raw else "") for link in before
    ]
    assert outside(result.document.data, changed) == outside(original.data, web_links(before))
    assert apply(result.document, named, READER).document == result.document


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_each_url_of_a_seed_can_be_replaced_alone(path: Path) -> None:
    original = document(path, path.read_bytes())
    links = web_links(links_of(original))
    # A spread over each document: one URL costs two extractions.
    for link in links[:: max(1, len(links) // 8)]:
        repair = Repair(link, REPLACEMENTS["snapshot"], "gone")
        result = apply(original, [repair], READER)
        assert (result.applied, result.refused) == ((repair,), ())
        assert link.span is not None
        new = REPLACEMENTS["snapshot"].encode()
        expected = original.data[: link.span.start] + new + original.data[link.span.end :]
        assert result.document.data == expected
