"""HTML files: the URLs of all attributes, at their exact bytes, and what a reader can do with them."""

from __future__ import annotations

import pytest
import tree_sitter_html
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, SourceDocument
from tests.extraction_support import links_of

PAGE = """<!DOCTYPE html>
<html><head>
<meta http-equiv="refresh" content="0; url=http://new.example/">
<base href="http://base.example/"><link rel=stylesheet href='style.css'>
<script src="app.js">document.write("<a href='http://script.example/'>")</script>
<title><a href="http://title.example/"></title>
<style>a { background: url(http://style.example/) }</style>
</head><body>
<!-- <a href="http://comment.example/">gone</a> -->
<h1>The <em>Top</em> &amp; more</h1>
<p>http://bare.example/ <A HREF = "http://a.example/?x=1&amp;y=2">A <b>link</b></A></p>
<h2><a href=http://b.example/>Two</a></h2>
<img src='pic.png' alt="A &lt;picture&gt;"><area href="http://c.example/">
<h3>Three</h3> <blockquote cite="http://d.example/">said</blockquote>
<h2></h2>
<iframe src="http://e.example/"><a href="http://inner.example/"></a></iframe>
<template><a href="http://f.example/">f</a><template></template><a href="http://g.example/">g</a></template>
<template shadowrootmode="open"><a href="http://h.example/">h</a></template>
<a href="http://i.example/">深度学习</a>
</body></html>
"""


def page(text: str, **options: bool) -> list[LinkOccurrence]:
    document = SourceDocument("page.html", text.encode(), "", DocumentFormat.HTML)
    links = list(links_of(document, **options))
    for link in links:
        assert link.span is not None
        assert document.data[link.span.start : link.span.end].decode() == link.raw
    return links


def test_every_url_of_a_page_is_found_with_what_is_around_it() -> None:
    top, two, three = "The Top & more", "Two", "Three"
    assert [(link.url, link.text, link.renders, link.headings) for link in page(PAGE)] == [
        ("http://new.example/", "http://new.example/", True, ()),
        ("http://base.example/", "http://base.example/", False, ()),
        ("http://base.example/style.css", "style.css", False, ()),
        ("http://base.example/app.js", "app.js", False, ()),
        ("http://a.example/?x=1&y=2", "A link", True, (top,)),
        ("http://b.example/", "Two", True, (top, two)),
        ("http://base.example/pic.png", "A <picture>", True, (top, two)),
        ("http://c.example/", "http://c.example/", True, (top, two)),
        ("http://d.example/", "http://d.example/", False, (top, two, three)),
        ("http://e.example/", "http://e.example/", True, (top,)),
        ("http://f.example/", "f", False, (top,)),
        ("http://g.example/", "g", False, (top,)),
        ("http://h.example/", "h", True, (top,)),
        ("http://i.example/", "深度学习", True, (top,)),
    ]
    assert {link.kind for link in page(PAGE)} == {LinkKind.HTML}


def test_urls_in_comments_are_found_on_request() -> None:
    (link,) = [link for link in page(PAGE, code=True) if link.kind is LinkKind.CODE]
    assert (link.raw, link.renders, link.line) == ("http://comment.example/", False, 9)


def test_identifiers_are_found_on_request_and_not_inside_urls() -> None:
    text = '<p>arXiv:1706.03762 <a href="https://doi.org/10.1000/182">x</a> doi:10.1000/183</p>'
    assert [link.raw for link in page(text, implied=True)] == [
        "1706.03762",
        "https://doi.org/10.1000/182",
        "10.1000/183",
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("<h2>a</h2><h1>b</h1><a href=x>", ("b",)),
        ("<h1>a</h1><h3>b</h3><h2>c</h2><a href=x>", ("a", "c")),
        ("<h1>a<!-- b --> <script>c</script></h1><a href=x>", ("a c",)),
        ("<h1>never closed<a href=x>", ("never closed",)),
        ("<H1 class=x>a\n  b</H1><a href=x>", ("a b",)),
        ("<hr><header><a href=x>", ()),
    ],
)
def test_a_link_stands_under_its_headings(text: str, headings: tuple[str, ...]) -> None:
    assert page(text)[0].headings == headings


@pytest.mark.parametrize(
    "piece", ["<template>", "<h1>", "<a href=", "<!--", "<template shadowrootmode=open>", "<a href='"]
)
def test_hostile_pages_are_read_in_linear_time(piece: str) -> None:
    # Quadratic behaviour takes minutes at this length.
    page(piece * 20_000)


def values(data: bytes) -> list[tuple[int, int]]:
    """Where tree-sitter sees the values of `href` and `src`; of two of one name in a tag, the second says nothing."""
    found: list[tuple[int, int]] = []

    def visit(node: Node) -> None:
        seen: set[bytes] = set()
        for child in node.children:
            name = (child.children[0].text or b"").lower() if child.type == "attribute" else b""
            if name in (b"href", b"src") and name not in seen:
                value = child.children[-1]
                quote = value.type == "quoted_attribute_value"
                found.append((value.start_byte + quote, value.end_byte - quote))
            seen.add(name)
            visit(child)

    visit(Parser(Language(tree_sitter_html.language())).parse(data).root_node)
    return found


URL = st.sampled_from(
    ["http://a.example/", "b/c.html?x&amp;y", "#d", "http://深.example/度", "e", "?f", "//g.example/"]
)
ATTRIBUTE = st.builds(
    lambda name, space, quotes, url: f"{name}{space}={space}{quotes.replace('@', url)}",
    st.sampled_from(["href", "src", "SRC", "title", "class", "data-x"]),
    st.sampled_from(["", " ", "\n"]),
    st.sampled_from(['"@"', "'@'", "@", '"@\'"']),
    URL,
)
TAG = st.builds(
    lambda name, attributes: f"<{' '.join([name, *attributes])}>",
    st.sampled_from(["a", "img", "p", "IMG", "area", "svg"]),
    st.lists(ATTRIBUTE, max_size=3),
)
OTHER = st.sampled_from(
    [
        "text http://bare.example/ &amp;",
        "<!-- <a href='x'> -->",
        "<script>'<a href=\"y\">'</script>",
        "<style><img src=z></style>",
        "</a>",
        "</p>",
        "<br/>",
        "深\n",
        "<input disabled>",
    ]
)


@given(st.lists(st.one_of(TAG, OTHER), max_size=12).map("".join))
def test_spans_are_those_of_another_parser(text: str) -> None:
    spans = [(link.span.start, link.span.end) for link in page(text) if link.span]
    assert spans == values(text.encode())


def test_the_page_above_has_the_spans_of_another_parser() -> None:
    others = ("http://d.example/", "http://new.example/")  # neither `href` nor `src`
    spans = [(link.span.start, link.span.end) for link in page(PAGE) if link.span and link.raw not in others]
    # The oracle does not know that browsers read an iframe's and a title's content as text.
    inner = [PAGE.encode().index(url) for url in (b"http://inner.example/", b"http://title.example/")]
    assert spans == [value for value in values(PAGE.encode()) if value[0] not in inner]
