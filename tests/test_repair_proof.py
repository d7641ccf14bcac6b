"""The proof itself: an edited document that differs in anything but the named URL is never accepted."""

from __future__ import annotations

import hashlib

import pytest

from dlt_crawler.errors import MeaningChanged
from dlt_crawler.model import LinkKind, SourceDocument
from dlt_crawler.repair.proof import prove
from dlt_crawler.repair.spelling import Spelling
from tests.extraction_support import links_of

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
