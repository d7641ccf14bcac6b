"""Which links a markdown text holds: one row a construct."""

from __future__ import annotations

import inspect
import re
import sys
from hashlib import sha256

import pytest

from dlt_crawler.errors import SourceError
from dlt_crawler.model import LinkKind, Resource, SkipReason, SourceDocument, Span
from tests.extraction_support import links_of

U = "https://example.org/a"

Row = tuple[str, str, str | None, str, str | None]
"""Kind, raw, URL, text, reason to skip."""


def as_written(kind: str, raw: str, skip: str | None = None) -> Row:
    """A link that is its own URL and its own text."""
    return kind, raw, raw, raw, skip


def rows(text: str, **options: bool) -> list[Row]:
    """Extract, and check on the way that every span holds exactly the bytes that are reported."""
    data = text.encode()
    found: list[Row] = []
    for link in links_of(SourceDocument("list.md", data, ""), **options):
        if link.span is not None:
            assert data[link.span.start : link.span.end].decode() == link.raw
        skip = link.target.value if isinstance(link.target, SkipReason) else None
        found.append((link.kind.value, link.raw, link.url, link.text, skip))
    return found


INLINE: list[tuple[str, list[Row]]] = [
    (f"[text]({U})", [("inline", U, U, "text", None)]),
    (f'[text]({U} "title")', [("inline", U, U, "text", None)]),
    (f"[text]( {U} 'title' )", [("inline", U, U, "text", None)]),
    (f"[text](\n{U}\n(title))", [("inline", U, U, "text", None)]),
    (f"[text](<{U}>)", [("inline", U, U, "text", None)]),
    (f"[text](<{U} b>)", [("inline", f"{U} b", f"{U}%20b", "text", None)]),
    (f"[text]({U}(1).pdf)(2019)", [("inline", f"{U}(1).pdf", f"{U}(1).pdf", "text", None)]),
    (f"[text]({U}\\)b)", [("inline", f"{U}\\)b", f"{U})b", "text", None)]),
    (f"[text]({U}?x=1&amp;y=2)", [("inline", f"{U}?x=1&amp;y=2", f"{U}?x=1&y=2", "text", None)]),
    (f"[text]({U}#part)", [("inline", f"{U}#part", f"{U}#part", "text", None)]),
    (
        "[text](https://例え.jp/道)",
        [("inline", "https://例え.jp/道", "https://xn--r8jz45g.jp/%E9%81%93", "text", None)],
    ),
    (f"[text](({U}))", [("inline", f"({U})", U, "text", None)]),
    (f"[text]((({U})))", [("inline", f"(({U}))", U, "text", None)]),
    (f"[text](({U})/(b))", [("inline", f"({U})/(b)", f"({U})/(b)", "text", "relative")]),
    ("[]()", [("inline", "", None, "", "empty")]),
    ("[text]()", [("inline", "", None, "text", "empty")]),
    ("[text](<>)", [("inline", "", None, "text", "empty")]),
    ("[text](  )", [("inline", "", None, "text", "empty")]),
    (f"[]({U})", [as_written("inline", U)]),
    ("[text](#part)", [("inline", "#part", "#part", "text", "fragment")]),
    ("[text](../b.md)", [("inline", "../b.md", "../b.md", "text", "relative")]),
    ("[text](//example.org/a)", [("inline", "//example.org/a", "//example.org/a", "text", None)]),
    ("[text](javascript:alert)", [("inline", "javascript:alert", "javascript:alert", "text", "scheme")]),
    ("[text](mailto:a@example.org)", [("inline", "mailto:a@example.org", "mailto:a@example.org", "text", "mailto")]),
    ("[text](https://exa mple.org)", [as_written("bare", "https://exa")]),
    (f"[*two*\n`words` &amp; \\*]({U})", [("inline", U, U, "two words & *", None)]),
    (f"[https://label.example]({U})", [("inline", U, U, "https://label.example", None)]),
    (f"[~~a~~ www.a.com]({U})", [("inline", U, U, "a www.a.com", None)]),
    (f"*[a]({U})*[b]({U}2)，中文", [("inline", U, U, "a", None), ("inline", f"{U}2", f"{U}2", "b", None)]),
    (f"\\[text]({U})", [as_written("bare", U)]),
    (f"`[text]({U})`", []),
    ("[not a link] [x](a b)", []),
]

OTHERS: list[tuple[str, list[Row]]] = [
    (f"![an *image*]({U})", [("image", U, U, "an image", None)]),
    (f"![]({U})", [as_written("image", U)]),
    (f"![see https://label.example]({U})", [("image", U, U, "see https://label.example", None)]),
    ("![x]()", [("image", "", None, "x", "empty")]),
    (f"[![logo]({U}1)]({U}2)", [("image", f"{U}1", f"{U}1", "logo", None), ("inline", f"{U}2", f"{U}2", "logo", None)]),
    (
        f"![see [this]({U}1) ![*or* that](<{U}2>)]({U}3)",
        [
            ("inline", f"{U}1", f"{U}1", "this", None),
            ("image", f"{U}2", f"{U}2", "or that", None),
            ("image", f"{U}3", f"{U}3", "see this or that", None),
        ],
    ),
    (
        f"![<{U}1> <a href='{U}2'>x</a> {U}3 []()]({U}4)",
        [
            as_written("autolink", f"{U}1"),
            ("html", f"{U}2", f"{U}2", "x", None),
            ("inline", "", None, "", "empty"),
            ("image", f"{U}4", f"{U}4", f"{U}1 x {U}3", None),
        ],
    ),
    (
        f"![a ![b ![c]({U}1) d]({U}2)]({U}3)",
        [
            ("image", f"{U}1", f"{U}1", "c", None),
            ("image", f"{U}2", f"{U}2", "b c d", None),
            ("image", f"{U}3", f"{U}3", "a b c d", None),
        ],
    ),
    (
        f"![a [b]({U}1)][c]\n\n[c]: {U}2",
        [
            ("inline", f"{U}1", f"{U}1", "b", None),
            ("reference", f"{U}2", f"{U}2", "c", None),
        ],
    ),
    (f"<{U}>", [as_written("autolink", U)]),
    ("<ftp://example.org>", [as_written("autolink", "ftp://example.org", "scheme")]),
    ("<a@example.org>", [("autolink", "a@example.org", "mailto:a@example.org", "a@example.org", "mailto")]),
    (f"see {U}.", [as_written("bare", U)]),
    (f"[label]\n\n[label]: {U} 'title'", [("reference", U, U, "label", None)]),
    (f"[never\n  used]:\n  <{U} b>\n  'title\n  on'", [("reference", f"{U} b", f"{U}%20b", "never used", None)]),
    (f"[a]: {U}1\n[A]: {U}2", [("reference", f"{U}1", f"{U}1", "a", None), ("reference", f"{U}2", f"{U}2", "A", None)]),
    (f"[a\\]b]: ({U})", [("reference", f"({U})", U, "a\\]b", None)]),
    (f"[a &amp; b]: {U}", [("reference", U, U, "a & b", None)]),
    (f"{U}\n\n> - <!--\n>", [as_written("bare", U)]),
    ("[a]: <>", [("reference", "", None, "a", "empty")]),
    (
        f"text[^1]\n\n[^1]: note {U}\n[^2]: [unused]({U}2)",
        [as_written("bare", U), ("inline", f"{U}2", f"{U}2", "unused", None)],
    ),
    (f"# heading [text]({U}) #", [("inline", U, U, "text", None)]),
    (f"[text]({U})\n===", [("inline", U, U, "text", None)]),
    ("- " * 40 + f"[text]({U})", [("inline", U, U, "text", None)]),
]

HTML: list[tuple[str, list[Row]]] = [
    (f'a <a href="{U}">the <b>label</b></a> b', [("html", U, U, "the label", None)]),
    (f'<p><a href="{U}">the <b>label</b></a></p>', [("html", U, U, "the label", None)]),
    (f"<img alt='a &lt; b' src={U} width=1/>", [("html", U, U, "a < b", None)]),
    (f"<A HREF = '{U}?a&amp;b'>", [("html", f"{U}?a&amp;b", f"{U}?a&b", f"{U}?a&amp;b", None)]),
    (f'<a href=" {U} ">', [as_written("html", U)]),
    (f'<a href="{U}">https://label.example</a>', [("html", U, U, "https://label.example", None)]),
    (f'x <a name="n"/> {U}1 </a> {U}2 <a> {U}3', [as_written("bare", f"{U}{n}") for n in (1, 2, 3)]),
    (f'x <a href="{U}">**the** {U}1</a> {U}2', [("html", U, U, f"the {U}1", None), as_written("bare", f"{U}2")]),
    (f'<img srcset="{U}1 1x, {U}2 2x">', [as_written("html", f"{U}1"), as_written("html", f"{U}2")]),
    (f'<object data="{U}1"></object><p data="{U}2">', [as_written("html", f"{U}1")]),
    ('<a href="">', [("html", "", None, "", "empty")]),
    ("<a href>", []),
    (f'<div>\n<a\n  class="x"\n  href="{U}">y</a>\n</div>', [("html", U, U, "y", None)]),
    (f'<!-- <a href="{U}"> -->', []),
    (f"<script>x = \"<a href='{U}'>\"</script>", []),
    (f"a <?php 1 > 0; <a href='{U}'> ?> b <![CDATA[<a href='{U}'>]]> c", []),
    (f"<div><a href='{U}1'></div><a\n\nhref='{U}2'>", [as_written("html", f"{U}1"), as_written("bare", f"{U}2")]),
    (f'<a href="{U}', [as_written("bare", U)]),
]

TABLES: list[tuple[str, list[Row]]] = [
    (f"|a|b|\n|-|-|\n|[x]({U}1)|{U}2|\n", [("inline", f"{U}1", f"{U}1", "x", None), as_written("bare", f"{U}2")]),
    (
        f"a|b\n-|-\n[x\\|y]({U}\\|1) | `c\\|d` [z]({U}2)\n",
        [("inline", f"{U}\\|1", f"{U}%7C1", "x|y", None), ("inline", f"{U}2", f"{U}2", "z", None)],
    ),
    ("|a|\n|-|\n|[x](\\|y)|\n", [("inline", "\\|y", "%7Cy", "x", "relative")]),
    (f"> | a |\n> |---|\n> |  [x]({U})  |  [gone]({U}) |\n", [("inline", U, U, "x", None)]),
]

CODE: list[tuple[str, list[Row]]] = [
    (f"`curl {U}`", [as_written("code", U)]),
    (f"```sh\ncurl '{U}' # see ({U}2).\n```", [as_written("code", U), as_written("code", f"{U}2")]),
    (f"> - text\n>\n>       {U}\n", [as_written("code", U)]),
    (f"a <!-- {U} --> b", [as_written("code", U)]),
    (f"<!--\n{U}\n-->", [as_written("code", U)]),
]

FRONT_MATTER: list[tuple[str, list[Row]]] = [
    (f"---\nsource: {U}\n---\n[x]({U})", [as_written("front_matter", U), ("inline", U, U, "x", None)]),
    (
        f"---\nsource: '{U}'\nother: \"{U}\\u0032\"\n...\n",
        [as_written("front_matter", U), as_written("front_matter", f"{U}2")],
    ),
    ("---\nheader-img: img/a.jpg\ntitle: img/b.jpg\n---\n", [as_written("front_matter", "img/a.jpg", "relative")]),
    (
        f"---\nlinks:\n  - name: x\n    href: {U}\n  - a/b\ncover: none\n---\n",
        [as_written("front_matter", U), as_written("front_matter", "a/b", "relative")],
    ),
    (f"---\nurl: &u {U}\nagain: *u\n---\n", [as_written("front_matter", U)]),
    (f"---\nurl: >\n  {U}\n---\n", [as_written("front_matter", U)]),
    (f"---\n[x]({U})\n---\n", [("inline", U, U, "x", None)]),
    (f"---\n- [x]({U})\n---\n", [("inline", U, U, "x", None)]),
    (f"---\n- {U}\n---\n", [as_written("bare", U)]),
    (f"---\ntitle: \0\nurl: {U}\n---\n", [as_written("front_matter", U)]),
    (f"---\na: b: c\nurl: {U}\n---\n", [as_written("bare", U)]),
    (f'+++\nurl = "{U}"\ntitle = "a"\n+++\n', [as_written("front_matter", U)]),
    (f"+++\nurl: {U}\n+++\n", [as_written("bare", U)]),
    (f"---\n\n---\n{U}", [as_written("bare", U)]),
    (f"---\nurl: > # {U}\n  {U}\n---\n", [as_written("front_matter", U)]),
    (f"text\n\n---\nurl: {U}\n---\n", [as_written("bare", U)]),
]

AS_CMARK: list[tuple[str, list[Row]]] = [
    # A complete tag alone on its line ends a table, with markdown; so does the definition of a footnote.
    (f"|a|\n|-|\n<br>\n[text]({U})", []),
    (f"|a|\n|-|\n<br>\n<a href='{U}'>", [("html", U, U, U, None)]),
    (f"|a|\n|-|\n<br>b\n[text]({U})", [("inline", U, U, "text", None)]),
    (f"|a|\n|-|\n[^1]: [a|b]({U})\n\n[^1]", [("inline", U, U, "a|b", None)]),
    # A label may hold a reference to a footnote, and no link.
    (f"[text[^1]]({U})\n\n[^1]: a", [("inline", U, U, "text", None)]),
    (f"[text[^1]][r]\n\n[^1]: a\n\n[r]: {U}", [("reference", U, U, "r", None)]),
    (f"[text[^1](b)]({U})\n\n[^1]: a", [("inline", "b", "b", "^1", "relative"), as_written("bare", U)]),
]
"""Where markdown-it reads otherwise."""

ARXIV, DOI = "https://arxiv.org/abs/", "https://doi.org/"

IMPLIED: list[tuple[str, list[Row]]] = [
    ("see arXiv:1706.03762v2.", [("implied", "1706.03762v2", f"{ARXIV}1706.03762v2", "1706.03762v2", None)]),
    ("arXiv: hep-th/9901001", [("implied", "hep-th/9901001", f"{ARXIV}hep-th/9901001", "hep-th/9901001", None)]),
    ("```bibtex\n  eprint={1907.04840},\n```", [("implied", "1907.04840", f"{ARXIV}1907.04840", "1907.04840", None)]),
    ("volume = {abs/1211.5063}", [("implied", "1211.5063", f"{ARXIV}1211.5063", "1211.5063", None)]),
    ("(doi:10.1000/x(1)-2).", [("implied", "10.1000/x(1)-2", f"{DOI}10.1000/x(1)-2", "10.1000/x(1)-2", None)]),
    ("doi = {10.1000/182},", [("implied", "10.1000/182", f"{DOI}10.1000/182", "10.1000/182", None)]),
    (f"[x]({DOI}10.1000/182) `{ARXIV}1706.03762`", [("inline", f"{DOI}10.1000/182", f"{DOI}10.1000/182", "x", None)]),
    ("version 10.2/3, arXiv:17060.3762, abs/12", []),
]


@pytest.mark.parametrize(("text", "expected"), [*INLINE, *OTHERS, *HTML, *TABLES, *FRONT_MATTER, *AS_CMARK])
def test_a_construct_holds_these_links(text: str, expected: list[Row]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(("text", "expected"), CODE)
def test_urls_in_code_are_links_only_on_request(text: str, expected: list[Row]) -> None:
    assert (rows(text), rows(text, code=True)) == ([], expected)


@pytest.mark.parametrize(("text", "expected"), IMPLIED)
def test_identifiers_are_links_only_on_request(text: str, expected: list[Row]) -> None:
    written = [row for row in expected if row[0] != "implied"]
    assert (rows(text), rows(text, implied=True)) == (written, expected)


def test_an_occurrence_names_file_bytes_line_and_column() -> None:
    data = f"中文\n\n> 参考：[a]({U}) x".encode()
    (link,) = links_of(SourceDocument("lists/x.md", data, ""))
    assert (link.file, link.span, link.line, link.column) == ("lists/x.md", Span(23, 23 + len(U)), 3, 10)
    assert (link.kind, link.raw, link.url, link.text, link.target) == (LinkKind.INLINE, U, U, "a", Resource(U))


def test_an_excluded_url_is_listed_and_not_checked() -> None:
    (link,) = links_of(SourceDocument("x.md", f"<{U}>".encode(), ""), exclude=(re.compile("example"),))
    assert (link.url, link.target) == (U, SkipReason.EXCLUDED)


def test_the_empty_destination_has_its_place() -> None:
    (link,) = links_of(SourceDocument("x.md", "中 []() x".encode(), ""))
    assert (link.span, link.line, link.column) == (Span(7, 7), 1, 6)


def test_a_url_that_is_not_one_piece_is_listed_without_a_span() -> None:
    (link,) = links_of(SourceDocument("x.md", b'> <a href="https://example.org/a\n> b">x</a>\n', ""))
    assert (link.span, link.line, link.url, link.text) == (None, 1, "https://example.org/ab", "x")


def test_a_text_that_the_parser_cannot_take_is_an_error_that_names_the_file() -> None:
    nested = SourceDocument("deep.md", b"> " * 90 + b"x", "")

    def with_little_stack(frames: int) -> None:
        if frames:
            with_little_stack(frames - 1)
        else:
            links_of(nested)

    used = len(inspect.stack(0))
    links_of(nested)
    with pytest.raises(SourceError, match=r"^deep\.md: "):
        with_little_stack(sys.getrecursionlimit() - used - 200)


@pytest.mark.parametrize(
    ("written", "checked"),
    [
        ("https://BÜCHER.example/a", "https://xn--bcher-kva.example/a"),
        ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
        ("https://ｅｘａｍｐｌｅ.com/ß", "https://example.com/%C3%9F"),
    ],
)
def test_a_host_in_other_scripts_is_mapped_as_browsers_do(written: str, checked: str) -> None:
    for text in (f"[t]({written})", f"<{written}>", f'<a href="{written}">t</a>'):
        data = text.encode()
        (found,) = links_of(SourceDocument("list.md", data, sha256(data).hexdigest()))
        assert found.target == Resource(checked)


def test_bytes_that_are_no_text_are_checked_as_they_are() -> None:
    data = "[caf\xe9](https://a.example/caf\xe9) 中文".encode("latin-1", "replace") + b"\xff\xfe\xfd"
    (found,) = links_of(SourceDocument("list.md", data, sha256(data).hexdigest()))
    assert found.target == Resource("https://a.example/caf%E9")
