"""URLs in HTML attributes: found as the HTML standard reads them, and where they are written."""

from __future__ import annotations

import html as entities
import time

import pytest
import tree_sitter_html
from hypothesis import given
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from dlt_crawler.sources.html import Comment, Tag, scan, url_attributes

U = "https://example.org/a"


def urls(fragment: str) -> list[str]:
    """The URLs of a fragment; those that are written as they are read are checked for their place on the way."""
    found = list(url_attributes(fragment))
    for one in found:
        written = fragment[one.start : one.end]
        assert "&" in written or written.translate({9: None, 10: None}) == one.url or "<base" in fragment
    return [one.url for one in found]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        # Syntax of attributes.
        (f'<a href="{U}">', [U]),
        (f"<a href='{U}'>", [U]),
        (f"<a href={U}>", [U]),
        (f"<A\tHREF\n=\n'{U}'\n>", [U]),
        (f"<a href={U}/>", [f"{U}/"]),
        (f"<img src={U} />", [U]),
        (f"<a/href={U}>", [U]),
        (f'<a href="{U}"title="t">', [U]),
        (f'<a title=">" href="{U}">', [U]),
        (f"<a title='<a href=\"x\">' href={U}>", [U]),
        (f"<a href={U} href=second>", [U]),
        ("<a href href=second>", []),
        (f"<a HREF={U} href=second>", [U]),
        (f'<a ="x" href={U}>', [U]),
        (f"<a href = {U}>", [U]),
        ('<a href="">', [""]),
        ("<a href=>", []),
        ("<a href>", []),
        ('<a href=x"y>', ['x"y']),
        ("<a\xa0href=x>", []),
        (f'<a href="\n {U}\t ">', [U]),
        ('<a href="https://example.org/\n\ta">', [U]),
        # Character references, of which an attribute has fewer.
        (f'<a href="{U}?b&amp;c">', [f"{U}?b&c"]),
        (f'<a href="{U}?b&copy=c">', [f"{U}?b&copy=c"]),
        (f'<a href="{U}?b&copyc">', [f"{U}?b&copyc"]),
        (f'<a href="{U}?b&copy;=c">', [f"{U}?b©=c"]),
        (f'<a href="{U}?b&copy">', [f"{U}?b©"]),
        (f'<a href="{U}?&#65;&#x42;&#67">', [f"{U}?ABC"]),
        (f'<a href="{U}?&bogus;&notit;">', [f"{U}?&bogus;&notit;"]),
        # Elements.
        (
            "<img src=1><iframe src=2></iframe><embed src=3><source src=4><track src=5><video src=6 poster=7>",
            list("1234567"),
        ),
        ("<area href=1><form action=2><button formaction=3><input type=image src=4>", list("1234")),
        ("<object data=1></object><p data=2>", ["1"]),
        ("<blockquote cite=1><q cite=2><ins cite=3><del cite=4><p cite=5>", list("1234")),
        ("<img longdesc=1><body background=2><td background=3><img data-src=4><p poster=5>", list("1234")),
        ('<svg><use xlink:href="#1"/><image href="2"/><a xlink:href="3"></a></svg>', ["#1", "2", "3"]),
        ('<a ping="1  2\n3" href=4>', ["1", "2", "3", "4"]),
        ("<link rel=preconnect href=1><link rel='DNS-Prefetch' href=2><link rel=icon href=3>", ["3"]),
        ("<x-card href=1></x-card>", ["1"]),
        ("</a href=1>", []),
        # Candidates.
        ('<img srcset="1 1x, 2 2x">', ["1", "2"]),
        ('<img srcset="1,2">', ["1,2"]),
        ('<img srcset="1 100w,2 200w">', ["1", "2"]),
        ('<img srcset="1, 2 ,3,">', ["1", "2", "3"]),
        ('<img srcset=",, 1 ,, 2 2x,">', ["1", "2"]),
        ('<img srcset="a,b/c_(1,2).png 1x, d">', ["a,b/c_(1,2).png", "d"]),
        ('<img srcset="1 (a, b) 2x, 2">', ["1", "2"]),
        ('<img srcset="data:,x 1x, 2 2x">', ["data:,x", "2"]),
        ('<link imagesrcset="1 1x, 2 2x"><source srcset=3><img data-srcset="4 2x">', ["1", "2", "3", "4"]),
        # Refresh.
        (f'<meta http-equiv="refresh" content="5; url={U}">', [U]),
        (f"<meta http-equiv=Refresh content=\"0;URL='{U}'\">", [U]),
        (f'<meta content="0,{U}" http-equiv="refresh">', [U]),
        (f"<meta http-equiv=refresh content=.5;url={U}>", [U]),
        ('<meta http-equiv="refresh" content="5">', []),
        (f'<meta http-equiv="refresh" content="{U}">', []),
        (f'<meta name="description" content="5; url={U}">', []),
        # The base of what comes after it.
        (
            '<base href="https://example.org/b/"><a href="../a"><a href="#c"><img src="//d.e/f">',
            ["https://example.org/b/", U, "#c", "https://d.e/f"],
        ),
        (
            '<base target=x><base href="https://example.org"><base href="https://d.e/"><a href="a">',
            ["https://example.org", "https://d.e/", U],
        ),
    ],
)
def test_the_urls_of_attributes(fragment: str, expected: list[str]) -> None:
    assert urls(fragment) == expected


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("<!-- <a href=1> --><a href=2>", ["2"]),
        ("<!--><a href=1>--><a href=2>", ["1", "2"]),
        ("<!---><a href=1>-->", ["1"]),
        ("<!----><a href=1>-->", ["1"]),
        ("<!-- --!><a href=1>-->", ["1"]),
        ("<!-- -- > <a href=1> --> <a href=2>", ["2"]),
        ("<!-- <a href=1>", []),
        ("<!DOCTYPE html PUBLIC 'a' 'http://www.w3.org/TR/html4/'><a href=1>", ["1"]),
        ("<![CDATA[ > <a href=1> ]]><a href=2>", ["2"]),
        ("<![CDATA[ x> <a href=1>", ["1"]),
        ("<?php 1 > 0; <a href=1> ?><a href=2>", ["2"]),
        ("<? x> <a href=1>", ["1"]),
        ("</ <a href=1><a href=2>", ["2"]),
        ("a < b <a href=1>", ["1"]),
        ("<script>'<a href=1>'</script ><a href=2>", ["2"]),
        ("<script src=1></script><a href=2>", ["1", "2"]),
        ("<script></scripts><a href=1></SCRIPT><a href=2>", ["2"]),
        ("<script><!-- <script></script> <a href=1> --></script><a href=2>", ["2"]),
        ("<script><!-- </script><a href=1>", ["1"]),
        ("<script>x <a href=1>", []),
        ("<style>a{} <a href=1></style><textarea><a href=2></textarea><title><a href=3></title><a href=4>", ["4"]),
        ("<xmp><a href=1></xmp><noembed><a href=2></noembed><iframe src=3><a href=4></iframe>", ["3"]),
        ("<noscript><img src=1></noscript><template><a href=2></a></template>", ["1", "2"]),
        ("<plaintext><a href=1></plaintext><a href=2>", []),
        ('<a href="1', []),
        ("<a href=1", []),
        ("<a title=' href=1><a href=2>", []),
    ],
)
def test_what_is_no_markup_holds_no_urls(fragment: str, expected: list[str]) -> None:
    assert urls(fragment) == expected


@pytest.mark.parametrize(
    ("fragment", "labels"),
    [
        ("<a href=1>the <b>label</b> &amp; more</a>", ["the label & more"]),
        ("<a href=1>one<a href=2>two</a>", ["one", "two"]),
        ("<a href=1><img src=2 alt='&lt;logo>'></a>", ["<logo>", "<logo>"]),
        ("<a href=1><!-- > -->x</a>", ["x"]),
        ("<a href=1><abbr>x</abbr></a>", ["x"]),
        ("<area href=1 alt=x><iframe src=2 title=y></iframe><link href=3>", ["x", "y", ""]),
        ("<a href=1>never closed", [""]),
    ],
)
def test_what_a_reader_sees_of_a_url(fragment: str, labels: list[str]) -> None:
    assert [one.label for one in url_attributes(fragment)] == labels


def test_a_comment_has_its_place() -> None:
    fragment = "a<!-- b --><p><!-- c"
    comments = [item for item in scan(fragment) if isinstance(item, Comment)]
    assert [fragment[item.start : item.end] for item in comments] == ["<!-- b -->", "<!-- c"]


NAMES = st.sampled_from(["a", "img", "p", "x-y", "DIV", "h1"])
ATTRIBUTES = st.sampled_from(["href", "src", "title", "data-x", "xlink:href", "ALT", "a_b", "@click"])
VALUES = st.text("ab/.:?=&;-_#中 ", max_size=8)
SPACES = st.sampled_from([" ", "\n", "\t", "  "])


@st.composite
def tags(draw: st.DrawFn) -> str:
    parts = [f"<{draw(NAMES)}"]
    for name, value in draw(st.dictionaries(ATTRIBUTES, VALUES, max_size=4)).items():
        quote = draw(st.sampled_from(["'", '"', ""]))
        # An empty value without quotes is none; for tree-sitter there is no "=" in one.
        written = value if quote else value.translate({ord(" "): "x", ord("="): "x"}) or "v"
        parts += [draw(SPACES), name, draw(st.sampled_from(["=", " = "])), quote, written, quote]
    return "".join([*parts, draw(st.sampled_from([">", " >", " />"]))])


@given(
    st.lists(st.one_of(tags(), st.sampled_from(["text", "中", "<!-- <a href=x> -->", "</a>", "<br>"])), max_size=6).map(
        "".join
    )
)
def test_attributes_are_where_tree_sitter_sees_them(fragment: str) -> None:
    ours = [
        (fragment[item.start : item.end], len(fragment[: item.start].encode()))
        for tag in scan(fragment)
        if isinstance(tag, Tag)
        for item in tag.attributes
        if item.start < item.end
    ]
    assert ours == attribute_values(fragment)


def attribute_values(fragment: str) -> list[tuple[str, int]]:
    """Values that are not empty, by tree-sitter-html, each with the byte where it begins."""
    tree = Parser(Language(tree_sitter_html.language())).parse(fragment.encode())
    found: list[tuple[str, int]] = []
    waiting: list[Node] = [tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "attribute_value":
            found.append(((node.text or b"").decode(), node.start_byte))
        waiting.extend(reversed(node.children))
    return found


@given(st.text("<>!-=\"'/ a&;hrefscipt\n?[]CDATA", max_size=60))
def test_nothing_that_is_written_makes_the_scanner_fail(fragment: str) -> None:
    for found in url_attributes(fragment):
        assert 0 <= found.start <= found.end <= len(fragment)
        assert entities.unescape(fragment[found.start : found.end]).strip()[:1] == found.url[:1]


@pytest.mark.parametrize(
    "unit",
    [
        "<a href=",
        "<!--",
        "<!-- -",
        "\"'",
        "<a href='",
        "<?",
        "<![CDATA[",
        "<!",
        "</",
        "<a ",
        "<script>",
        "<a href=x>",
        "<a x=1 ",
        "&a",
        "<a/",
        "<title>",
    ],
)
def test_a_megabyte_of_anything_takes_time_in_proportion(unit: str) -> None:
    started = time.process_time()
    for before, size in (
        ("", 1_000_000),
        ('<a href="', 100_000),
        ("<img srcset='", 100_000),
        ("<meta http-equiv=refresh content='0", 100_000),
    ):
        for _ in url_attributes(before + unit * (size // len(unit))):
            pass
    assert time.process_time() - started < 6  # some tenths, and quadratic very many
