"""What a document shows to a renderer that is not our extraction."""

from __future__ import annotations

import pytest

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, SourceDocument, Span
from dlt_crawler.sources import rendered

MARKDOWN, HTML, NOTEBOOK = DocumentFormat.MARKDOWN, DocumentFormat.HTML, DocumentFormat.NOTEBOOK

TABLE, ROW = "<table><thead><tr><th style>=text-align:right", "<tbody><tr><td style>=text-align:right"
CELL = "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>"
NOTE = "footnote_reference"
A_NOTE = f"<{NOTE} label>=1<p>b</p></{NOTE}>"
Y = "tag:yaml.org,2002:"


def shown(
    data: bytes | str,
    document_format: DocumentFormat = MARKDOWN,
    bare: tuple[bytes, ...] = (),
    edited: tuple[bytes, ...] = (),
) -> str:
    """Return the pieces as one line: values after "=", and tags as they are."""
    written = data.encode() if isinstance(data, str) else data
    known, others = ([Span(at := written.index(url), at + len(url)) for url in urls] for urls in (bare, edited))
    pieces = rendered(SourceDocument("list", written, "", document_format), known, others)
    assert pieces is not None
    return "".join(pieces).replace("\0@", "=").replace("\0", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a *b* `c`", "<h1>a <em>b</em> <code>c</code></h1>"),
        ("[a](b 't') [c][] \n\n[c]: d", "<p><a href title>=b=ta</a> <a href>=dc</a></p>"),
        ("<http://a.b/?c&d> <e@f.g>", "<p><url>=http://a.b/?c&d <url>=mailto:e@f.g</p>"),
        ("![a *b*](c)", "<p><img src>=ca <em>b</em></img></p>"),
        ("a\\\nb  \nc\nd", "<p>a<br>b<br>c\nd</p>"),
        ("|a|\n|-:|\n|~~c~~|", f"{TABLE}a</th></tr></thead>{ROW}<s>c</s></td></tr></tbody></table>"),
        ("a[^1]\n\n[^1]: b", f"<p>a<footnote_ref label id>=1=0</p><{NOTE} label>=1<p>b</p></{NOTE}>"),
        ("```py\n<a>\n```", "<code info>=py<a>\n</code>"),
        ("|a|\n|-|\n<b>\n*c*", "<table><thead><tr><th>a</th></tr></thead></table><b>\n*c*\n"),
        ("|a|\n|-|\n<b>c</b>", f"{CELL}<b>c</b></td></tr></tbody></table>"),
        ("|a|\n|-|\n[^1]: b", f"<table><thead><tr><th>a</th></tr></thead></table>{A_NOTE}"),
        ("> a\n[^1]: b", f"<blockquote><p>a</p></blockquote>{A_NOTE}"),
        ("[a[^1]](b)\n\n[^1]: b", f"<p><a href>=ba<footnote_ref label id>=1=0</a></p>{A_NOTE}"),
        ("[a[^1](c)](b)\n\n[^1]: b", f"<p>[a<a href>=c^1</a>](b)</p>{A_NOTE}"),
        ("[a]: b\n    [c](d)", "<p><a href>=dc</a></p>"),
        ("[a]: b\n\n    [c](d)", "<code>[c](d)\n</code>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("- a\n\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("<b title='a&amp;b' id=c>d</b>", "<p><b title id>=a&b=cd</b></p>"),
        ("<div>\n<a href=b>", "<div>\n<a href>=b\n"),
        ("[a](javascript:b)", "<p><a href>=javascript:ba</a></p>"),
        ("&copy; &amp;amp;", "<p>© &amp;</p>"),
        ("a\0b \x01c\x02", "<p>a\ufffdb \x04c\x04</p>"),
        ("\ufeff# a\r\nb", "<h1>a</h1><p>b</p>"),
        ("> - <!--\n>", "<blockquote><ul><li><!--\n\n</li></ul></blockquote>"),
        ("http://a.b/_c_d_ www.a.b", "<p>http://a.b/<em>c_d</em> www.a.b</p>"),
        ("---\na: [1]\n---\nc", f"<front matter><{Y}map 2><{Y}str>=a<{Y}seq 1><{Y}int>=1<p>c</p>"),
        ("+++\na = ['b', 1]\n+++\nc", "<front matter><table 1><str>=a<array 2><str>=b<int>=1<p>c</p>"),
        ("---\na\n---\n", "<hr><h2>a</h2>"),
        ("---\n&a [*a]\n---\n", "<hr><h2>&a [*a]</h2>"),
        ("- " * 40 + "[a](b)", f"{'<ul><li>' * 40}<a href>=ba</a>{'</li></ul>' * 40}"),
    ],
)  # fmt: skip
def test_markdown(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "url", "known", "in_gfm"),
    [
        ("a http://b.c/d_e_.", "http://b.c/d_e_", "a <url>=http://b.c/d_e_.", "a <url>=http://b.c/d_e_."),
        ("（http://b.c/d）*e*", "http://b.c/d", "（<url>=http://b.c/d）<em>e</em>", "（<url>=http://b.c/d）*e*"),
        ("http://b.c/d*e*f", "http://b.c/d", "<url>=http://b.c/d<em>e</em>f", "<url>=http://b.c/d*e*f"),
        ("**http://b.c/d**", "http://b.c/d", "<strong><url>=http://b.c/d</strong>", "<strong><url>=http://b.c/d</strong>"),
        ("http://b.c/d&amp;e).", "http://b.c/d&amp;e", "<url>=http://b.c/d&amp;e).", "<url>=http://b.c/d&amp;e)."),
        ("(http://b.c/(d))&lt;", "http://b.c/(d)", "(<url>=http://b.c/(d))<", "(<url>=http://b.c/(d))<"),
        ("http://b_.c/d", "http://b_.c/d", "<url>=http://b_.c/d", "<url>=http://b_.c/d"),
        ("见www.b.c/d中文", "www.b.c/d", "见<url>=http://www.b.c/d中文", "见<url>=http://www.b.c/d中文"),
        ("\\https://b.c <d>", "https://b.c", "\\<url>=https://b.c <d>", "\\<url>=https://b.c <d>"),
        ("HTTPS://b.c/深<d>", "HTTPS://b.c/深", "<url>=HTTPS://b.c/深<d>", "<url>=HTTPS://b.c/深<d>"),
        ("[ http://b.c/d，*e*", "http://b.c/d", "[ <url>=http://b.c/d，<em>e</em>", "[ <url>=http://b.c/d，<em>e</em>"),
        ("[ http://b.c/*d*", "http://b.c/*d*", "[ <url>=http://b.c/*d*", "[ http://b.c/<em>d</em>"),
        ("[http://b.c](d)", "http://b.c", "<a href>=dhttp://b.c</a>", "<a href>=dhttp://b.c</a>"),
    ],
)  # fmt: skip
def test_bare_urls_end_where_they_are_known_to_or_where_gfm_says(text: str, url: str, known: str, in_gfm: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        data, raw = text.encode(encoding), url.encode("gb18030" if encoding == "gb18030" else "utf-8")
        assert shown(data, bare=(raw,)) == f"<p>{known}</p>"
        assert shown(data, edited=(raw,)) == f"<p>{in_gfm}</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<A HREF='b&amp;c' title>d &lt;e</A >", "<a href title>=b&c=d <e</a>"),
        ("<a href=b?c&copy=1&copy;><br/>", "<a href>=b?c&copy=1©<br>"),
        ("<a b=1 B=2>", "<a b>=1"),
        ("<script>if (a<b) '<a>'</script>", "<script>if (a<b) '<a>'</script>"),
        ("<!-- <a> --><!doctype html><a", "<!-- <a> --><!doctype html><a>"),
        ('<a href="<b>">c<!-- d', "<a href>=<b>c<!-- d"),
    ],
)
def test_html(text: str, expected: str) -> None:
    assert shown(text, HTML) == expected


def test_a_notebook_is_shown_cell_by_cell() -> None:
    text = """{"cells": [{"cell_type": "markdown", "source": ["# a\\n", "http:\\/\\/b.c\\/d\\u4e2d\\r\\n---"]},
        {"cell_type": "code", "source": "b"}, {"cell_type": "markdown", "source": "*c*"}], "x": 1.50}"""
    cell, code = '{"cell_type": "markdown"}', '{"cell_type": "code", "source": "b"}'
    rest = f'{{"cells": [{cell}, {code}, {cell}], "x": 1.5}}'
    assert shown(text, NOTEBOOK) == f"{rest}<cell><h1>a</h1><h2>http://b.c/d中</h2><cell><p><em>c</em></p>"
    marked = shown(text, NOTEBOOK, bare=(b"http:\\/\\/b.c\\/d",))
    assert marked == f"{rest}<cell><h1>a</h1><h2><url>=http://b.c/d中</h2><cell><p><em>c</em></p>"


def test_what_cannot_be_read_is_said() -> None:
    for data in (b"{", b"[" * 100_000, b"\xff\xfe{"):
        with pytest.raises(SourceError, match=r"^list: "):
            shown(data, NOTEBOOK)


@pytest.mark.parametrize("document_format", [DocumentFormat.TEXT, DocumentFormat.BIBTEX, DocumentFormat.RST])
def test_other_formats_have_no_renderer(document_format: DocumentFormat) -> None:
    assert rendered(SourceDocument("list", b"a", "", document_format)) is None
