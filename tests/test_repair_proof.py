"""The proof itself: an edited document that differs in anything but the named URL is never accepted."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest

from dlt_crawler.errors import MeaningChanged, SourceError
from dlt_crawler.model import (
    DocumentFormat,
    LinkKind,
    LinkOccurrence,
    NoSpan,
    Rendered,
    Repair,
    Resource,
    SourceDocument,
    Span,
    link_shown,
)
from dlt_crawler.repair import Reader, apply
from dlt_crawler.repair.plans import Plan
from dlt_crawler.repair.proof import Proof
from dlt_crawler.repair.splice import Edit, Written, spliced
from dlt_crawler.repair.trials import settle
from tests.extraction_support import READER, links_of

OLD = b"[a](http://old.example/) [b](http://b.example/)\n"
OLD_URL = "http://old.example/x_y"
NEW = "http://new.example/"

MARKDOWN, HTML, NOTEBOOK = DocumentFormat.MARKDOWN, DocumentFormat.HTML, DocumentFormat.NOTEBOOK


def nothing_shown(_: SourceDocument, _bare: Collection[Span], _edited: Collection[Span]) -> Rendered | None:
    return None


LINKS_ONLY = replace(READER, rendered=nothing_shown)
"""Sees the links of a document, and nothing else of it."""


def document(data: bytes, document_format: DocumentFormat = MARKDOWN) -> SourceDocument:
    return SourceDocument("list.md", data, hashlib.sha256(data).hexdigest(), document_format)


def written(url: str, kind: LinkKind, start: int = 0) -> Written:
    return Written(start, start + len(url), url, kind)


def fault(original: SourceDocument, edits: Sequence[Edit], reader: Reader = READER) -> str | None:
    try:
        Proof(original, reader.links(original), reader).check(spliced(original, edits), edits)
    except MeaningChanged as changed:
        return str(changed)
    return None


def proven(edited: bytes, data: str = NEW, reads: str = NEW) -> None:
    original = document(OLD)
    before = links_of(original)
    span = before[0].span
    assert span is not None
    edit = Edit(span, data.encode(), Written(0, len(data), reads, LinkKind.INLINE))
    Proof(original, before, LINKS_ONLY).check(document(edited), [edit])


def test_the_named_edit_alone_is_accepted() -> None:
    proven(b"[a](http://new.example/) [b](http://b.example/)\n")


@pytest.mark.parametrize(
    ("edited", "data", "why"),
    [
        (b"[a](http://new.example/) [b](http://b.example/) \n", NEW, "bytes outside the URL would change"),
        (b"[x](http://new.example/) [b](http://b.example/)\n", NEW, "bytes outside the URL would change"),
        (b"[a](http://new.example/) [b](http://c.example/)\n", NEW, "bytes outside the URL would change"),
        (b"[a](http://now.example/) [b](http://b.example/)\n", NEW, "bytes outside the URL would change"),
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
def test_anything_else_is_not(edited: bytes, data: str, why: str) -> None:
    with pytest.raises(MeaningChanged) as caught:
        proven(edited, data)
    assert str(caught.value) == why


def links(edited: SourceDocument) -> tuple[LinkOccurrence, ...]:
    """What an extraction may say: all links stand under the heading, which is cut short, and the second reads on."""
    lines = edited.data.decode().split("\n")
    found = [replace(link, headings=(lines[0][2:202],), alternative=None) for link in links_of(edited)]
    found[1] = replace(found[1], alternative=Resource(lines[2].split()[0]))
    return tuple(found)


def proven_bare(heading: str = "On", **differences: Any) -> None:
    """Replace a bare URL in a heading and in a line; `differences` are what the last link has besides."""
    text = f"# {heading} {OLD_URL}\n\nhttps://a.example/x，{OLD_URL} [b](http://b.example/)\n"
    original = document(text.encode())
    before = links(original)

    def links_after(edited: SourceDocument) -> tuple[LinkOccurrence, ...]:
        found = links(edited)
        return (*found[:-1], replace(found[-1], **differences))

    edits = [Edit(one.span, NEW.encode(), written(NEW, one.kind)) for one in before if one.span and "old" in one.raw]
    Proof(original, before, replace(LINKS_ONLY, links=links_after)).check(spliced(original, edits), edits)


@pytest.mark.parametrize("heading", ["On", f"{'x' * 170} and", "x" * 180, "x" * 199])
def test_what_shows_a_bare_url_changes_with_it(heading: str) -> None:
    proven_bare(heading)


@pytest.mark.parametrize(
    ("differences", "why"),
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
def test_what_has_nothing_to_do_with_the_edit_stays(differences: dict[str, Any], why: str) -> None:
    with pytest.raises(MeaningChanged) as caught:
        proven_bare(**differences)
    assert str(caught.value) == why


def test_links_that_do_not_render_are_edited_too() -> None:
    original = document(b"![a [t](http://old.example/) b](i.png)\n\n[r]: http://old.example/\n")
    named = [Repair(link, NEW, "gone") for link in links_of(original) if "old" in link.raw]
    result = apply(original, named, READER)
    assert (result.applied, result.refused) == (tuple(named), ())
    assert result.document.data.count(NEW.encode()) == len(named) >= 1


@pytest.mark.parametrize(
    ("text", "data", "document_format"),
    [
        ("[a](@)", '@ "title"', MARKDOWN),
        ("[a](@)", "@) *b* (", MARKDOWN),
        ("[a](@)", "@) &copy; (", MARKDOWN),
        ("[a](@) b", "@)\n\n(", MARKDOWN),
        ("[a](@)\n# b", "@)\n# (", MARKDOWN),
        ("[a](@)[^n]\n\n[^n]: note", "@) [^n] (", MARKDOWN),
        ("[a](@)\n\n[^n]: note", "@)\n\n[^m]: (", MARKDOWN),
        ("|a|b|\n|-|-|\n|[x](@)|y|", "@)|(", MARKDOWN),
        ("[a](@) ~b~", "@) ~~c~~ (", MARKDOWN),
        ("[a](@) <br>", "@)<hr>(", MARKDOWN),
        ("[a](@) <br>", "@)<!-- (-->(", MARKDOWN),
        ("[a](@)", "@)  \n(", MARKDOWN),
        ("[a]\n\n[a]: @", '@ "title"', MARKDOWN),
        ("[a]\n\n[a]: @\n[b]", "@\n- ", MARKDOWN),
        ("see @ `b`", "@ `", MARKDOWN),
        ("see **@**，中文", "@", MARKDOWN),
        ("see @，中文", "@", MARKDOWN),
        ("see @`b`", "@", MARKDOWN),
        ("see @.", "@.", MARKDOWN),
        ("see @ b", "<@> &gt;", MARKDOWN),
        ('x <a href="@" title="t">b</a>', '@" id="i', MARKDOWN),
        ('<a href="@">b</a>', '@" id="i', MARKDOWN),
        ('<a href="@">b</a>', '@"><b a="', MARKDOWN),
        ("---\nurls: [@, b]\n---\n", "@, c", MARKDOWN),
        ("+++\nurls = ['@']\n+++\n", "@', 'c", MARKDOWN),
        ('<a href="@">b</a>', '@" id="i', HTML),
        ('<a href="@">b</a> c', '@">b</a><a id="i', HTML),
        ('{"cells": [{"cell_type": "markdown", "source": ["[a](@)"]}]}', '@)", " (', NOTEBOOK),
        ('{"cells": [{"cell_type": "markdown", "source": ["[a](@)"], "id": "b"}]}', '@)"], "x": ["(', NOTEBOOK),
    ],
)
def test_damage_that_no_link_shows_is_noticed(text: str, data: str, document_format: DocumentFormat) -> None:
    original = document(text.replace("@", OLD_URL).encode(), document_format)
    (link,) = links_of(original)
    assert link.span is not None
    kind = LinkKind.AUTOLINK if data.startswith("<") else link.kind
    edit = Edit(link.span, data.replace("@", NEW).encode(), written(NEW, kind, data.index("@")))
    assert fault(original, [edit], LINKS_ONLY) is None
    assert fault(original, [edit]) is not None


@pytest.mark.parametrize(
    ("text", "data", "document_format"),
    [
        ("# [a *b*](@ 't')\n", "@", MARKDOWN),
        ("# [a *b*](@ 't')\n", "<@>", MARKDOWN),
        ("|a|\n|-|\n|![x](@)|", "<@>", MARKDOWN),
        ("[a] and [b][a]\n\n[a]: @ 't'", "@", MARKDOWN),
        ("see **@**，中文", "<@>", MARKDOWN),
        ("see @，中文 *b*", "<@>", MARKDOWN),
        ("see *@*", "<@>", MARKDOWN),
        ("see @`b`", "<@>", MARKDOWN),
        ("[@](b) <@>", "@", MARKDOWN),
        ("<img srcset='a 1x, @ 2x'>", "@", MARKDOWN),
        ("<meta http-equiv=refresh content='0; url=@'>", "@", MARKDOWN),
        ("---\na: see @, b\nc: @\n---\n", "@", MARKDOWN),
        ("+++\na = '@'\n+++\n", "@", MARKDOWN),
        ("<a href=@>@</a><style>a</style>", '"@"', HTML),
        ('{"cells": [{"cell_type": "markdown", "source": "@，中文 *b*"}]}', "<@>", NOTEBOOK),
        ('{"cells": [{"cell_type": "markdown", "source": "[a](@ \'t\')\\r\\n<@>"}]}', "@", NOTEBOOK),
    ],
)
@pytest.mark.parametrize("url", [OLD_URL, "http://old.example/~a/(b)?c=1&d=2;%7E"])
def test_nothing_is_found_where_only_urls_change(
    text: str, data: str, document_format: DocumentFormat, url: str
) -> None:
    for encoding in ("utf-8", "gb18030", "utf-8-sig"):
        original = document(text.replace("@", url).replace("\n", "\r\n").encode(encoding), document_format)
        edits = []
        for link in links_of(original):
            if link.span and link.raw == url:
                kind = LinkKind.AUTOLINK if link.kind is LinkKind.BARE and data == "<@>" else link.kind
                becomes = data.replace("@", NEW + "z")
                edits.append(Edit(link.span, becomes.encode(), written(NEW + "z", kind, data.index("@"))))
        assert edits
        assert fault(original, edits) is None


LINK = f" ([copy]({NEW}))".encode()
SHOWN = (" (", *link_shown(NEW, "copy"), ")")


def appended(offset: int, shows: Rendered = SHOWN) -> Edit:
    return Edit(
        Span(offset, offset), LINK, replace(written(NEW, LinkKind.INLINE, LINK.index(b"http")), text="copy"), shows
    )


@pytest.mark.parametrize(
    "text",
    [
        "[a](http://a.example/x)@ b *c*",
        "<http://a.example/x>@，b",
        "http://a.example/x@，中文 http://b.example/",
        "[a]@ [a][]@\n\n[a]: b",
    ],
)
def test_a_second_link_comes_and_goes(text: str) -> None:
    pieces = text.encode().split(b"@")
    original, offset, edits = document(b"".join(pieces)), 0, []
    for piece in pieces[:-1]:
        offset += len(piece)
        edits.append(appended(offset))
    assert fault(original, edits) is None
    after = spliced(original, edits)
    gone = [Edit(Span(start, start + len(LINK)), b"", drops=SHOWN) for start in starts(after.data, LINK)]
    assert len(gone) == len(edits)
    assert fault(after, gone) is None
    assert spliced(after, gone) == original


def starts(data: bytes, part: bytes) -> list[int]:
    return [offset for offset in range(len(data)) if data.startswith(part, offset)]


@pytest.mark.parametrize(
    ("text", "offset", "shows", "why"),
    [
        (b"[a](b) c", 6, (" (", *link_shown(NEW, "c"), ")"), "what is added would show otherwise than it should"),
        (b"[a](b) c", 6, (" (", *link_shown(NEW, "copy")), "the document would show ') c' instead of ' c'"),
        (b"[a](b) `c`", 8, SHOWN, "what is added would be no link"),
        (b"a **b**c", 5, SHOWN, "the document would show 'a **b**c' instead of 'a '"),
        (b"[a](b)\n===\n", 11, SHOWN, "what is added would show otherwise than it should"),
    ],
)
def test_what_is_added_must_show_as_it_should(text: bytes, offset: int, shows: Rendered, why: str) -> None:
    assert fault(document(text), [appended(offset, shows)]) == why


@pytest.mark.parametrize("text", ["`@`", "<!-- @ -->", "[a]\n\n[a]: b\n[a]: @", "[b]: @"])
def test_a_link_that_is_none_to_other_readers_is_not_edited(text: str) -> None:
    """The links may be read wrongly, and each time in the same way."""

    def misread(read: SourceDocument) -> tuple[LinkOccurrence, ...]:
        return tuple(replace(link, kind=LinkKind.INLINE, renders=True) for link in links_of(read, code=True))

    original = document(text.replace("@", OLD_URL).encode())
    (span,) = (link.span for link in misread(original) if link.raw == OLD_URL)
    assert span is not None
    edit = Edit(span, NEW.encode(), written(NEW, LinkKind.INLINE))
    misled = replace(READER, links=misread)
    assert fault(original, [edit], replace(misled, rendered=nothing_shown)) is None
    assert fault(original, [edit], misled) is not None


def counting(reader: Reader, read: list[bytes]) -> Reader:
    """The same reader; `read` gets every document whose links are asked for."""

    def links_and_count(document: SourceDocument) -> tuple[LinkOccurrence, ...]:
        read.append(document.data)
        return reader.links(document)

    return replace(reader, links=links_and_count)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("[a](@) b\n\n", '@ "title"', id="shows otherwise"),
        pytest.param("[a](@) b\n\n", "@) [c](@", id="another number of links"),
        pytest.param("[a](@) b\n\n", "@x", id="leads elsewhere"),
        pytest.param("[a](@) b\n\n", "<@\n>", id="a link less"),
        pytest.param("*[a](@)* b\n\n", "@ '\n\n", id="more of them"),
    ],
)
@pytest.mark.parametrize("with_second_way", [True, False])
def test_each_way_that_does_not_hold_costs_about_one_proof(text: str, first: str, with_second_way: bool) -> None:
    """Of 60 links six have a first way that does not hold: it is found from the difference that it makes."""
    original = document((text.replace("@", OLD_URL) * 60).encode())
    read: list[bytes] = []
    reader = counting(READER, read)
    plans, bad = [], set()
    for number, link in enumerate(links_of(original)):
        assert link.span is not None
        url = f"{NEW}{number}"
        good = Edit(link.span, url.encode(), written(url, link.kind))
        if number % 10 == 3:
            data = first.replace("@", url)
            way = Edit(link.span, data.encode(), written(url, link.kind, data.index(url)))
            plans.append(Plan((way, good) if with_second_way else (way,)))
            bad.add(link.span)
        else:
            plans.append(Plan((good,)))
    kept, reasons = settle(original, Proof(original, links_of(original), reader), plans)
    assert set(reasons) == (set() if with_second_way else bad)
    assert len(kept) == 60 - len(reasons)
    assert kept == {plan.span: plan.ways[-1] for plan in plans if plan.span in kept}
    assert len(read) <= 1 + 2 * len(bad)


def test_where_the_difference_leads_to_none_of_the_plans_they_are_tried_by_halves() -> None:
    original = document(b"[a](http://old.example/x_y) b\n\n" * 20)

    def unreadable(edited: SourceDocument) -> tuple[LinkOccurrence, ...]:
        if re.search(rb"example/(7|11)\b", edited.data):
            raise SourceError("is not to be read")
        return links_of(edited)

    named = [Repair(link, f"{NEW}{number}", "gone") for number, link in enumerate(links_of(original))]
    result = apply(original, named, replace(READER, links=unreadable))
    assert result.applied == tuple(repair for number, repair in enumerate(named) if number not in (7, 11))
    assert [refusal.repair for refusal in result.refused] == [named[7], named[11]]
    assert all(refusal.why.endswith("could not be read any more: is not to be read") for refusal in result.refused)


def calls(function: Callable[[], object]) -> int:
    """How many functions are called."""
    count = 0

    def one_more(_: object, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(one_more)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def test_headings_that_show_their_urls_are_compared_in_linear_time() -> None:
    def work(size: int) -> int:
        original = document(b"".join(b"# http://old.example/%d\n\n[a](b)\n\n" % number for number in range(size)))
        named = [Repair(link, f"{NEW}{link.line}", "gone") for link in links_of(original) if link.raw != "b"]
        return calls(lambda: apply(original, named, READER))

    work(10)
    assert work(120) < 3 * work(60)


def test_open_brackets_are_shown_in_few_steps() -> None:
    original = document(b"([" * 1000 + b" http://old.example/x\n\n[a](b)\n")
    READER.rendered(original, (), ())
    assert calls(lambda: READER.rendered(original, (), ())) < 100 * 1000
