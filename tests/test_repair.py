"""Repairs: the bytes of the named URLs change, in the spelling that each construct needs, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import partial

import pytest
from markdown_it import MarkdownIt

from dlt_crawler.model import (
    DocumentFormat,
    LinkOccurrence,
    Repair,
    RepairKind,
    RepairStyle,
    Rewrite,
    SourceDocument,
    Span,
)
from dlt_crawler.repair import RepairedDocument, apply
from tests.extraction_support import READER, links_of

OLD = "http://old.example/"
SNAPSHOT = "https://web.archive.org/web/20200102030405/http://old.example/"


def document(data: bytes, path: str = "list.md") -> SourceDocument:
    return SourceDocument(path, data, hashlib.sha256(data).hexdigest())


def repairs(original: SourceDocument, replacement: str = SNAPSHOT) -> list[Repair]:
    found = links_of(original)
    return [Repair(link, replacement, "gone") for link in found if "old.example" in link.raw]


def repaired(data: bytes, replacement: str = SNAPSHOT) -> RepairedDocument:
    original = document(data)
    return apply(original, repairs(original, replacement), READER)


@pytest.mark.parametrize(
    ("before", "replacement", "after"),
    [
        # Inline links and images: parentheses that do not pair need brackets, entities an escape.
        ("[t](http://old.example/)", SNAPSHOT, f"[t]({SNAPSHOT})"),
        ("[t](http://old.example/)", "https://n.example/a_(b)", "[t](https://n.example/a_(b))"),
        ("[t](http://old.example/)", "https://n.example/a(b", "[t](<https://n.example/a(b>)"),
        ("[t](http://old.example/)", "https://n.example/a)b(", "[t](<https://n.example/a)b(>)"),
        ("[t](http://old.example/)", "https://n.example/a b", "[t](https://n.example/a%20b)"),
        ("[t](http://old.example/)", "https://n.example/?a&copy=1&b", "[t](https://n.example/?a&copy=1&b)"),
        ("[t](http://old.example/)", "https://n.example/?a&copy;=1", "[t](https://n.example/?a&amp;copy;=1)"),
        ("[t](http://old.example/)", "https://n.example/深", "[t](https://n.example/%E6%B7%B1)"),
        ("[t](http://old.example/)", "https://例子.测试/", "[t](https://xn--fsqu00a.xn--0zwm56d/)"),
        ("[t](http://old.example/)", "https://n.example/[x]<y>|`z`", "[t](https://n.example/%5Bx%5D%3Cy%3E%7C%60z%60)"),
        ("[t](http://old.example/)", "https://n.example/100%", "[t](https://n.example/100%25)"),
        ("[t](http://old.example/)", "https://n.example/%E4%b8#a#b", "[t](https://n.example/%E4%b8#a%23b)"),
        ("![t](http://old.example/ 'T')", "https://n.example/a(b", "![t](<https://n.example/a(b> 'T')"),
        ("[t](<http://old.example/>)", "https://n.example/a(b", "[t](<https://n.example/a(b>)"),
        ("[t](http://old.example/)(2019)，几", SNAPSHOT, f"[t]({SNAPSHOT})(2019)，几"),
        ("[a\nb](http://old.example/)", SNAPSHOT, f"[a\nb]({SNAPSHOT})"),
        # A person who wrote doubled parentheses meant the URL inside.
        ("[t]((http://old.example/))", SNAPSHOT, f"[t]({SNAPSHOT})"),
        # The label is the author's text, also when it shows the old URL.
        ("[http://old.example/](http://old.example/)", SNAPSHOT, f"[http://old.example/]({SNAPSHOT})"),
        ("[![i](http://old.example/)](http://b.example)", SNAPSHOT, f"[![i]({SNAPSHOT})](http://b.example)"),
        # Reference definitions.
        ("[t][r]\n\n[r]: http://old.example/ 'T'\n", SNAPSHOT, f"[t][r]\n\n[r]: {SNAPSHOT} 'T'\n"),
        ("[r]\n\n[r]: <http://old.example/>\n", SNAPSHOT, f"[r]\n\n[r]: <{SNAPSHOT}>\n"),
        # Autolinks and bare URLs: some parsers decode entities there, so none may be written.
        ("<http://old.example/>", "https://n.example/?a&copy;", "<https://n.example/?a&copy%3B>"),
        ("- http://old.example/  \n", SNAPSHOT, f"- {SNAPSHOT}  \n"),
        ("see http://old.example/.", "https://n.example/a", "see https://n.example/a."),
        ("see http://old.example/", "https://n.example/a.", "see <https://n.example/a.>"),
        ("(http://old.example/)", "https://n.example/a)", "(<https://n.example/a)>)"),
        ("http://old.example/x，中文", "https://n.example/a", "<https://n.example/a>，中文"),
        ("见http://old.example/x中文", "https://n.example/a", "见<https://n.example/a>中文"),
        ("www.old.example/x", "https://n.example/a", "https://n.example/a"),
        # HTML attributes: quoted as they were, or where they must be.
        ('<img src="http://old.example/"/>', "https://n.example/?a&b", '<img src="https://n.example/?a&amp;b"/>'),
        ("<a href='http://old.example/'>x</a>", "https://n.example/'", "<a href='https://n.example/%27'>x</a>"),
        ("<a href=http://old.example/>x</a>", SNAPSHOT, f"<a href={SNAPSHOT}>x</a>"),
        ("<a href=http://old.example/>x</a>", "https://n.example/?a=b", '<a href="https://n.example/?a=b">x</a>'),
        ("<p>\n<a href=http://old.example/>x</a>", "https://n.example/?a=b", '<p>\n<a href="https://n.example/?a=b">x</a>'),
        ('<img srcset="http://old.example/ 1x">', "https://n.example/,", '<img srcset="https://n.example/%2C 1x">'),
        # Table cells.
        ("|a|\n|-|\n|[t](http://old.example/)|\n", "https://n.example/a|b", "|a|\n|-|\n|[t](https://n.example/a%7Cb)|\n"),
        ("|a|\n|-|\n| http://old.example/ |\n", "https://n.example/a|b", "|a|\n|-|\n| https://n.example/a%7Cb |\n"),
        # Front matter: YAML.
        ("---\nurl: http://old.example/\n---\n", SNAPSHOT, f"---\nurl: {SNAPSHOT}\n---\n"),
        ("---\nurl: http://old.example/\n---\n", "https://n.example/a:", '---\nurl: "https://n.example/a:"\n---\n'),
        ("---\nurl: 'http://old.example/'\n---\n", "https://n.example/'", "---\nurl: 'https://n.example/%27'\n---\n"),
        ('---\nurl: "http://old.example/"\n---\n', SNAPSHOT, f'---\nurl: "{SNAPSHOT}"\n---\n'),
    ],
)  # fmt: skip
def test_a_url_is_written_as_its_construct_needs_it(before: str, replacement: str, after: str) -> None:
    result = repaired(before.encode(), replacement)
    assert result.document == document(after.encode())
    assert (len(result.applied), result.refused) == (1, ())


CONSTRUCTS = [
    "[t](@)", "![t](@)", "[t](<@>)", "[t](@ 'T')", "*[t](@)*", "# [t](@)", "> - [t](@)\n> lazy", "[t](@)中文", "[![i](@)](http://b.example)",
    "[t][r]\n\n[r]: @", "[t][r]\n\n[r]: <@>", "<@>", "- @\n", "(@)", "**@**", "参考：@，中文", '"@"',
    '<img src="@">', "<a href='@'>x</a>", "<p>\n<a href=@>x</a>\n</p>",
    "| a | b |\n|---|---|\n| [t](@) | ![u](@) |\n", "| a |\n|---|\n| <@> |\n",
]  # fmt: skip
NASTY = [
    SNAPSHOT, "https://n.example/a_(b)", "https://n.example/((a)", "https://n.example/a)", "https://n.example/*a*_b_~~c~~",
    "https://n.example/?a=1&copy=2&amp;b&lt;x;", "https://n.example/a b\"c'<d>|e\\f^g`{h}", "https://n.example/a,b.",
    "https://n.example/[a](b)![c]", "https://n.example/x#a#b", "http://[::1]:8080/a", "https://n.example/深度，学习）", "https://n.example/!$&'()*+,;=:@",
]  # fmt: skip


def hrefs(markdown: str) -> list[str]:
    """What a markdown-it of its own, without our rules, links to."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    inline = [child for token in tokens for child in token.children or []]
    return [str(t.attrs.get("href", t.attrs.get("src"))) for t in inline if t.type in {"link_open", "image"}]


@pytest.mark.parametrize("construct", CONSTRUCTS)
@pytest.mark.parametrize("replacement", NASTY)
def test_whatever_the_new_url_holds_every_other_byte_and_link_stays(construct: str, replacement: str) -> None:
    data = f"[a](http://a.example/) x\n\n{construct}\n\n[z](http://z.example/)\n".replace("@", OLD)
    result = repaired(data.encode(), replacement)
    assert result.refused == ()
    # Around the new URL may stand new brackets or quotes; beyond them all is as before.
    around = r"[!-~]+?".join(re.escape(piece) for piece in data.split(OLD))
    assert re.fullmatch(around, result.document.data.decode())
    before, after = hrefs(data), hrefs(result.document.data.decode())
    if OLD in before:
        (new,) = {there for here, there in zip(before, after, strict=True) if here == OLD}
        assert new.startswith(replacement[:18])
        assert [href for href in after if href != new] == [href for href in before if href != OLD]
    assert {link.url for link in links_of(result.document)} >= {"http://a.example/", "http://z.example/"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xef\xbb\xbf# [t](http://old.example/)\n", id="byte order mark"),
        pytest.param(b"a\r\n\r\n* [t](http://old.example/)\r\n\r\nb\r\n", id="CR LF"),
        pytest.param(b"a\r[t](http://old.example/)\rb\n[t](http://old.example/)\r\nc", id="mixed line endings"),
        pytest.param(b"[t](http://old.example/)", id="no final newline"),
        pytest.param("深度学习 [理论](http://old.example/)，\n".encode("gbk"), id="GBK"),
        pytest.param("# æ·±åº¦å¦ä¹\xa0 [å›ç”](http://old.example/)ã€‚\n".encode(), id="mojibake"),
        pytest.param(b"caf\xe9 \xff\xfe [t\xe9](http://old.example/) \x80\n", id="broken UTF-8"),
        pytest.param(b"a\0b [t](http://old.example/)\0\x0c\x1c\n", id="control characters"),
        pytest.param("\u2028a\u2029\x85[t](http://old.example/)\u2028\n".encode(), id="Unicode line separators"),
        pytest.param(b"-\ta\n\n\t[t](http://old.example/)  \n   \n", id="tabs and trailing blanks"),
    ],
)
def test_bytes_around_a_url_stay_as_they_are(data: bytes) -> None:
    result = repaired(data)
    assert result.document == document(data.replace(OLD.encode(), SNAPSHOT.encode()))
    assert result.refused == ()


def test_an_equal_url_that_was_not_named_stays() -> None:
    original = document(b"[a](http://old.example/) [b](http://old.example/) [c](http://old.example/)\n")
    second = repairs(original)[1]
    result = apply(original, [second], READER)
    expected = f"[a](http://old.example/) [b]({SNAPSHOT}) [c](http://old.example/)\n"
    written = ((second, Rewrite(OLD.encode(), SNAPSHOT.encode())),)
    assert result == RepairedDocument(document(expected.encode()), (second,), (), written)


def test_without_repairs_the_document_is_the_same() -> None:
    original = document(b"[a](http://old.example/)")
    assert apply(original, [], READER) == RepairedDocument(original, (), ())


def test_a_url_that_is_the_replacement_already_needs_no_repair() -> None:
    original = document(b"[a](http://old.example/) [b](http://old.example/%20)\n")
    same = [Repair(link, str(link.url), "gone") for link in links_of(original)]
    assert apply(original, same, READER) == RepairedDocument(original, (), ())


def test_the_same_repairs_a_second_time_change_nothing() -> None:
    original = document(b"[a](http://old.example/) and http://old.example/x\n")
    named = repairs(original)
    once = apply(original, named, READER)
    assert len(once.applied) == 2
    assert apply(once.document, named, READER).document == once.document


def refusals(original: SourceDocument, *named: Repair, code: bool = False) -> list[str]:
    result = apply(original, named, replace(READER, links=partial(links_of, code=code)))
    assert (result.document, result.applied) == (original, ())
    return [refusal.why for refusal in result.refused]


def test_a_document_that_has_changed_is_not_edited_at_the_old_place() -> None:
    found = repairs(document(b"[a](http://old.example/)\n"))
    stale = "the document has changed: this URL is no longer where it was found"
    assert refusals(document(b"[ab](http://old.example/)\n"), *found) == [stale]
    assert refusals(document(b"[a](http://new.example/)\n"), *found) == [stale]


def test_links_without_a_place_or_a_url_and_code_are_refused() -> None:
    original = document(b"[]() `http://old.example/` [a](http://a.example)\n")
    empty, code, link = links_of(original, code=True)
    nowhere = LinkOccurrence(link.file, None, 1, 1, link.kind, link.raw, link.url, link.text, link.target)
    named = [Repair(occurrence, SNAPSHOT, "gone") for occurrence in (empty, code, nowhere)]
    assert refusals(original, *named, code=True) == [
        "an empty link has no URL to replace",
        "a link of kind code is never edited",
        "the exact place of this URL in the file is not known",
    ]


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "/relative", "http://", "ftp://a.example/"])
def test_only_web_addresses_are_ever_written(url: str) -> None:
    original = document(b"[a](http://old.example/)\n")
    assert refusals(original, *repairs(original, url)) == [f"{url!r} is not an http or https URL"]


def test_one_edit_that_would_change_more_is_refused_alone() -> None:
    # A value over two lines cannot be written on one without moving every later link to another line.
    data = b'[a](http://old.example/1)\n\nx <a href="http://old.example/\nb">x</a>\n\n[c](http://old.example/2)\n'
    original = document(data)
    named = repairs(original)
    result = apply(original, named, READER)
    assert result.document.data == data.replace(b"http://old.example/1", SNAPSHOT.encode()).replace(
        b"http://old.example/2", SNAPSHOT.encode()
    )
    assert result.applied == (named[0], named[2])
    assert [(refusal.repair, refusal.why) for refusal in result.refused] == [
        (
            named[1],
            "no way to write the new URL leaves the rest as it is: the link in line 6 would move to line 5",
        )
    ]


def test_two_repairs_of_one_url_agree_or_the_second_is_refused() -> None:
    original = document(b"[a](http://old.example/)\n")
    (one,) = repairs(original)
    (other,) = repairs(original, "https://n.example/")
    result = apply(original, [one, one, other], READER)
    assert result.document.data == f"[a]({SNAPSHOT})\n".encode()
    assert result.applied == (one, one)
    assert [refusal.why for refusal in result.refused] == ["another repair writes something else there"]


def test_a_span_that_covers_a_neighbour_is_refused() -> None:
    original = document(b"[a](http://old.example/)\n")
    (one,) = links_of(original)
    wider = LinkOccurrence(one.file, Span(0, 23), 1, 1, one.kind, one.raw, one.url, one.text, one.target)
    assert refusals(original, Repair(wider, SNAPSHOT, "gone")) == [
        "the document has changed: this URL is no longer where it was found"
    ]


def test_a_label_with_quotes_leaves_a_notebook_one() -> None:
    source = {
        "cells": [{"cell_type": "markdown", "source": ["[a](http://old.example/) <a href='http://old.example/'>b</a>"]}]
    }
    original = replace(document(json.dumps(source).encode()), format=DocumentFormat.NOTEBOOK)
    named = [replace(one, style=RepairStyle.APPEND, label='Arch "x"') for one in repairs(original)]
    result = apply(original, named, READER)
    assert (result.applied, result.refused) == (tuple(named), ())
    (text,) = json.loads(result.document.data)["cells"][0]["source"]
    assert text == (
        f'[a](http://old.example/) ([Arch "x"]({SNAPSHOT}))'
        f" <a href='http://old.example/'>b</a> (<a href='{SNAPSHOT}'>Arch \"x\"</a>)"
    )


@pytest.mark.parametrize(("label", "is_written"), [("archived", True), ("存档", False)])
def test_a_label_is_written_only_in_an_encoding_that_is_known(label: str, is_written: bool) -> None:
    original = document("é [a](http://old.example/) ü\n".encode("latin-1"))
    (named,) = (replace(one, style=RepairStyle.APPEND, label=label) for one in repairs(original))
    result = apply(original, [named], READER)
    assert bool(result.applied) is is_written
    if not is_written:
        assert result.document == original
        assert "the encoding of this document is not known" in result.refused[0].why


def test_autolinks_come_back_with_one_proof() -> None:
    """Whether their brackets stay is known from what was written."""
    original = document(b"<http://old.example/> and http://old.example/x\n\n" * 20)
    once = apply(original, repairs(original, "https://n.example/a_"), READER)
    rewrites = {one.occurrence.span: rewrite for one, rewrite in once.rewrites}
    reads: list[bytes] = []

    def links(edited: SourceDocument) -> tuple[LinkOccurrence, ...]:
        reads.append(edited.data)
        return links_of(edited)

    back = [
        Repair(link, str(was.url), "back", RepairKind.RETURN, undoes=rewrites[was.span])
        for link, was in zip(links_of(once.document), links_of(original), strict=True)
    ]
    assert apply(once.document, back, replace(READER, links=links)).document.data == original.data
    assert len(reads) == 2
