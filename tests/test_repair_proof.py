"""The proof itself: an edited document that differs in anything but the named URL is never accepted."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from dlt_crawler.errors import MeaningChanged
from dlt_crawler.model import LinkKind, LinkOccurrence, NoSpan, Repair, Resource, SourceDocument
from dlt_crawler.repair import apply
from dlt_crawler.repair.proof import prove
from dlt_crawler.repair.spelling import Spelling
from tests.extraction_support import READER, links_of

OLD = b"[a](http://old.example/) [b](http://b.example/)\n"
NEW = "http://new.example/"


def document(data: bytes) -> SourceDocument:
    return SourceDocument("list.md", data, hashlib.sha256(data).hexdigest())


def proven(edited: bytes, written: str = NEW, reads: str = NEW) -> None:
    original = document(OLD)
    before = links_of(original)
    span = before[0].span
    assert span is not None
    after = document(edited)
    prove(original, before, after, links_of(after), {span: Spelling(written, reads, LinkKind.INLINE)})


def test_the_named_edit_alone_is_accepted() -> None:
    proven(b"[a](http://new.example/) [b](http://b.example/)\n")


@pytest.mark.parametrize(
    ("edited", "written", "fault"),
    [
        (b"[a](http://new.example/) [b](http://b.example/) \n", NEW, "bytes outside the URL would change"),
        (b"[x](http://new.example/) [b](http://b.example/)\n", NEW, "bytes outside the URL would change"),
        (b"[a](http://new.example/) [b](http://c.example/)\n", NEW, "bytes outside the URL would change"),
        (
            b"[a](http://n/) [c](http://c/) [b](http://b.example/)\n",
            "http://n/) [c](http://c/",
            "the document would have 3 links instead of 2",
        ),
        (
            b"[a](http://other.example/) [b](http://b.example/)\n",
            "http://other.example/",
            "the link in line 1 would lead to http://other.example/ instead of http://new.example/",
        ),
        (
            b"[a](http://new.example/ 'T') [b](http://b.example/)\n",
            "http://new.example/ 'T'",
            "the link in line 1 would be another: http://new.example/",
        ),
    ],
)
def test_anything_else_is_not(edited: bytes, written: str, fault: str) -> None:
    with pytest.raises(MeaningChanged) as caught:
        proven(edited, written)
    assert str(caught.value) == fault


OLD_URL = "http://old.example/x_y"


def links(edited: SourceDocument) -> tuple[LinkOccurrence, ...]:
    """What an extraction may say: all links stand under the heading, which is cut short, and the second reads on."""
    lines = edited.data.decode().split("\n")
    found = [replace(link, headings=(lines[0][2:202],), alternative=None) for link in links_of(edited)]
    found[1] = replace(found[1], alternative=Resource(lines[2].split()[0]))
    return tuple(found)


def proven_bare(heading: str = "On", **differences: Any) -> None:
    """Replace a bare URL in a heading and in a line; `differences` are what the last link has besides."""
    text = f"# {heading} {OLD_URL}\n\nhttps://a.example/x，{OLD_URL} [b](http://b.example/)\n"
    original, edited = document(text.encode()), document(text.replace(OLD_URL, NEW).encode())
    before, after = links(original), links(edited)
    after = (*after[:-1], replace(after[-1], **differences))
    spelling = Spelling(NEW, NEW, LinkKind.BARE)
    prove(original, before, edited, after, {link.span: spelling for link in before if link.span and "old" in link.raw})


@pytest.mark.parametrize("heading", ["On", f"{'x' * 170} and", "x" * 180, "x" * 199])
def test_what_shows_a_bare_url_changes_with_it(heading: str) -> None:
    proven_bare(heading)


@pytest.mark.parametrize(
    ("differences", "fault"),
    [
        ({"headings": ()}, "the link in line 3 would stand under other headings: ''"),
        (
            {"headings": ("On http://new.example/ more",)},
            "the link in line 3 would stand under other headings: 'On http://new.example/ more'",
        ),
        ({"headings": ("In " + NEW,)}, f"the link in line 3 would stand under other headings: 'In {NEW}'"),
        ({"alternative": Resource("http://c.example/")}, "the link in line 3 would be another: http://b.example/"),
        ({"renders": False}, "the link in line 3 would be another: http://b.example/"),
        ({"no_span": NoSpan.REWRITTEN}, "the link in line 3 would be another: http://b.example/"),
        ({"text": NEW}, f"the link in line 3 would have the label {NEW!r} instead of 'b'"),
    ],
)
def test_what_has_nothing_to_do_with_the_edit_stays(differences: dict[str, Any], fault: str) -> None:
    with pytest.raises(MeaningChanged) as caught:
        proven_bare(**differences)
    assert str(caught.value) == fault


def test_links_that_do_not_render_are_edited_too() -> None:
    original = document(b"![a [t](http://old.example/) b](i.png)\n\n[r]: http://old.example/\n")
    named = [Repair(link, NEW, "gone") for link in links_of(original) if "old" in link.raw]
    result = apply(original, named, READER)
    assert (result.applied, result.refused) == (tuple(named), ())
    assert result.document.data.count(NEW.encode()) == len(named) >= 1
