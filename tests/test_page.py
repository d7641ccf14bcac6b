"""What a page says of itself, source by source and trap by trap."""

from __future__ import annotations

import json
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.model import Page
from dlt_crawler.page import beginning_of, is_page, read_page

HTML = "text/html; charset=utf-8"


def page(head: str, body: str = "", content_type: str | None = HTML) -> Page:
    document = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"
    return read_page(document.encode(), content_type)


def json_ld(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta name="{name}" content="{content}">'


SOURCES = (
    # In the order in which they are believed; each later one stands alone.
    (meta("citation_title", "From citation"), "From citation"),
    (meta("bepress_citation_title", "From bepress"), "From bepress"),
    (meta("eprints.title", "From EPrints"), "From EPrints"),
    (meta("prism.title", "From PRISM"), "From PRISM"),
    (meta("DC.title", "From Dublin Core"), "From Dublin Core"),
    (meta("DCTERMS.title", "From DCMI terms"), "From DCMI terms"),
    ('<meta property="og:title" content="From Open Graph">', "From Open Graph"),
    (json_ld({"@type": "ScholarlyArticle", "headline": "From JSON-LD"}), "From JSON-LD"),
    (meta("twitter:title", "From a card"), "From a card"),
    ("<title>From the title</title>", "From the title"),
)


@pytest.mark.parametrize("place", range(len(SOURCES)))
def test_title_comes_from_the_best_source_there_is(place: int) -> None:
    worse_first = "".join(head for head, _ in reversed(SOURCES[place:]))

    assert page(worse_first, "<h1>From the heading</h1>").title == SOURCES[place][1]


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("", "<h1>From the heading</h1>", "From the heading"),
        ("", "<p>No title at all</p>", None),
        ("", "<h1><img src=logo.png></h1><h1>From the <b>second</b> heading</h1>", "From the second heading"),
        ("<title> \n </title>", "<h1>A</h1>", "A"),
        ("<title></title>", "<svg><title>An icon</title></svg>", None),
        ("", "<svg><title>An icon</title></svg><h1>Words</h1>", "Words"),
        ("<title>Two\n  lines\tand&nbsp;blanks</title>", "", "Two lines and blanks"),
        ("<title>Q&amp;A &amp;amp; more</title>", "", "Q&A & more"),
        (meta("citation_title", "Growth of &lt;i&gt;E. coli&lt;/i&gt; in H&lt;sub&gt;2&lt;/sub&gt;O"), "",
         "Growth of E. coli in H2O"),
        ("<title>if a &lt; b then c &gt; d</title>", "", "if a < b then c > d"),
        # What names the site is taken off.
        ('<title>A paper | A Site</title><meta property="og:site_name" content="A Site">', "", "A paper"),
        ('<title>A paper - a site</title><meta property="og:site_name" content="A Site">', "", "A paper"),
        ('<title>论文_知乎</title><meta property="og:site_name" content="知乎">', "", "论文"),
        ('<title>A paper | A Site</title><meta property="og:site_name" content="Other">', "", "A paper | A Site"),
        ('<title>A Site</title><meta property="og:site_name" content="A Site">', "", "A Site"),
        ("<title>A paper - NeurIPS 2020</title>", "<h1>A paper</h1>", "A paper"),
        ("<title>A paperback book</title>", "<h1>A paper</h1>", "A paperback book"),
        ("<title>Self-supervised learning</title>", "<h1>Self</h1>", "Self-supervised learning"),
        # What every page of its kind is called says nothing.
        ("<title>Just a moment...</title>", "", None),
        (meta("og:title", "YouTube") + "<title>A lecture - YouTube</title>", "", "A lecture - YouTube"),
        # JSON-LD of what is no page, or is no JSON.
        (json_ld({"@type": "Organization", "name": "Publisher"}) + "<title>T</title>", "", "T"),
        (json_ld({"@graph": [{"@type": "WebSite", "name": "Site"}, {"@type": "Article", "name": "A"}]}), "", "A"),
        (json_ld([{"@type": ["Thing", "Dataset"], "name": "D"}]), "", "D"),
        (json_ld({"@type": "Article", "headline": ["a", "list"]}) + "<title>T</title>", "", "T"),
        ('<script type="application/ld+json">{"@type": "Article", "headline": "tab\there"}</script>', "", "tab here"),
        ('<script type="application/ld+json">{broken</script><title>T</title>', "", "T"),
        ('<script type="application/ld+json">' + "[" * 100_000 + "</script><title>T</title>", "", "T"),
        ('<script type="application/ld+json">' + "9" * 100_000 + "</script><title>T</title>", "", "T"),
    ],
)  # fmt: skip
def test_title(head: str, body: str, title: str | None) -> None:
    assert page(head, body).title == title


ABSTRACTS = (
    (meta("citation_abstract", "&lt;h3&gt;ABSTRACT&lt;/h3&gt;&lt;p&gt;We show.&lt;/p&gt;"), "ABSTRACT We show."),
    (meta("DC.description", "From Dublin Core"), "From Dublin Core"),
    (meta("dcterms.abstract", "From DCMI terms"), "From DCMI terms"),
    (json_ld({"@type": "Article", "abstract": "From JSON-LD"}), "From JSON-LD"),
    (json_ld({"@type": "Article", "description": "Described in JSON-LD"}), "Described in JSON-LD"),
    ('<meta property="og:description" content="From Open Graph">', "From Open Graph"),
    (meta("Description", "From meta"), "From meta"),
)


@pytest.mark.parametrize("place", range(len(ABSTRACTS)))
def test_abstract_comes_from_the_best_source_there_is(place: int) -> None:
    worse_first = "".join(head for head, _ in reversed(ABSTRACTS[place:]))

    assert page(worse_first).abstract == ABSTRACTS[place][1]


@pytest.mark.parametrize(
    ("body", "abstract"),
    [
        ('<blockquote class="abstract mathjax"><b>Abstract:</b> We prove it.</blockquote>', "Abstract: We prove it."),
        ('<div id="abstract"><p>We prove it.</p></div>', "We prove it."),
        ("<p>No abstract</p>", None),
    ],
)  # fmt: skip
def test_abstract_from_the_body(body: str, abstract: str | None) -> None:
    assert page("<title>T</title>", body) == Page("T", abstract)


def test_text_is_cut_and_has_nothing_invisible_in_it() -> None:
    hostile = "a\x1b[31mb\x07c\u202ed\u200be\u2066f\ufeffg\x00h\x85i\u2028j"
    found = page(f"<title>{hostile}{'x' * 400}</title>{meta('description', hostile + 'y' * 3_000)}")

    assert found.title is not None
    assert found.abstract is not None
    assert found.title.startswith("a[31mbcdefgh")
    assert found.title.isprintable()
    assert found.abstract.isprintable()
    assert (len(found.title), found.title[-1]) == (300, "…")
    assert (len(found.abstract), found.abstract[-1]) == (2_000, "…")


TEXT = "<title>深度学习的数学理论：一个综述</title><meta charset={}>"
LATIN = "<title>Über die Größe naïver Ideen, à la française</title><meta charset={}>"


@pytest.mark.parametrize(
    ("declared", "written", "meta_says"),
    [
        ("text/html; charset=gbk", "gb18030", ""),
        ("text/html", "gb18030", "gb2312"),
        ("text/html", "gb18030", ""),
        ("text/html", "utf-8", ""),
        ("text/html", "utf-8-sig", "gb2312"),
        ("text/html", "utf-16", ""),
        ("text/html; charset=utf-16le", "utf-16-le", ""),
        ("text/html; charset=big5", "utf-8", ""),
        # A header that lies: Scrapy garbles these (science.md, C2).
        ("text/html; charset=iso-8859-1", "gb18030", "gbk"),
        ("text/html; charset=utf-8", "gb18030", "gbk"),
        ("text/html; charset=gbk", "utf-8", "utf-8"),
    ],
)
def test_chinese_is_read_whatever_the_header_says(declared: str, written: str, meta_says: str) -> None:
    body = TEXT.format(meta_says).encode(written)

    assert read_page(body, declared).title == "深度学习的数学理论：一个综述"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("text/html", "cp1252"),
        ("text/html; charset=iso-8859-1", "latin-1"),
        ("text/html; charset=utf-8", "utf-8"),
        ("text/html; charset=no-such-charset", "utf-8"),
        ("text/html; charset=", "cp1252"),
    ],
)
def test_latin_scripts_are_read(declared: str, written: str) -> None:
    title = "Über die Größe naïver Ideen, à la française"

    assert read_page(LATIN.format("").encode(written), declared).title == title


def test_shifting_encoding_is_read_as_declared() -> None:
    body = "<title>深層学習の数学</title>".encode("iso2022_jp")

    assert read_page(body, "text/html; charset=iso-2022-jp").title == "深層学習の数学"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html", True), ("TEXT/HTML;charset=x", True), ("application/xhtml+xml", True), (None, True), ("", True),
        ("application/pdf", False), ("text/plain", False), ("application/xml", False), ("text/htmlx", False),
    ],
)  # fmt: skip
def test_only_html_is_a_page(content_type: str | None, expected: bool) -> None:
    assert is_page(content_type) is expected
    assert (page("<title>T</title>", content_type=content_type) == Page("T")) is expected


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"\n <HTML><title>T</title>", "T"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>T</title></head></html>", "T"),
        (b"\xef\xbb\xbf<!-- hello --><title>T</title>", "T"),
        (b"%PDF-1.7 <title>T</title>", None),
        (b"{\"title\": \"<title>T</title>\"}", None),
        (b"", None),
    ],
)  # fmt: skip
def test_body_without_a_type_is_a_page_when_it_looks_like_one(body: bytes, title: str | None) -> None:
    assert read_page(body, None).title == title


def test_only_the_beginning_is_looked_at() -> None:
    assert read_page(b"<p>words</p>" * 100_000 + b"<title>T</title>", HTML) == Page()
    assert read_page(b"<title>T</title>" + b"<p>words</p>" * 1_000_000, HTML) == Page("T")


HEAD = b"<title>T</title>"


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b"<div>" * 1_000_000,
        HEAD + b"<h1>" * 200_000,
        HEAD + b"<table><tr><td>" * 70_000,
        HEAD + b"<meta name=x content=y>" * 50_000,
        HEAD + b"<a " + b"x=1 " * 300_000 + b">",
        HEAD + b"<blockquote class=abstract>" * 40_000,
        HEAD + b"<script type=application/ld+json>{}</script>" * 20_000,
        HEAD + b"&amp" * 300_000,
        HEAD + b"<svg>" * 2_000 + b"<title>x</title>" * 10_000,
        b"<title>" + b"<" * 1_000_000,
        b"<title>" + b"T" * 5_000_000,
        b"<title>T - " + b" - | " * 200_000,
        b"<title>" + b"<span " * 200_000,
        b"<title>" + b"&lt;i " * 200_000,
        b"<meta name=description content='" + b"<!--" * 200_000 + b"'>",
        b"\xff\xfe" + b"\x00\xd8" * 500_000,
        b"\x80" * 1_000_000,
        b"\x00" * 1_000_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_hostile_page_is_read_in_bounded_time(body: bytes) -> None:
    began = time.process_time()

    found = read_page(body, HTML)

    assert time.process_time() - began < 3
    assert found.title == "T" if body.startswith(HEAD) else found.title is None or len(found.title) <= 300


@pytest.mark.parametrize("element", ["h1", "title", "blockquote class=abstract", "p id=abstract"])
def test_nested_elements_do_not_multiply_their_text_in_memory(element: str) -> None:
    # A wide character makes every character of a Python string take four bytes: 200 of these texts are 160 MB.
    body = f"<{element}><div>".encode() * 200 + "\N{GRINNING FACE}".encode() + b"x" * 200_000
    tracemalloc.start()
    try:
        read_page(body, HTML)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10_000_000


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    st.one_of(st.none(), st.text(max_size=40)),
)
def test_nothing_makes_the_reader_fail(body: bytes, charset: str | None) -> None:
    content_type = None if charset is None else f"text/html; charset={charset}"

    found = read_page(b"<html><title>" + body, content_type)

    assert found.title is None or (found.title.isprintable() and 0 < len(found.title) <= 300)


@pytest.mark.parametrize(
    "late", [b"", b"<TITLE>Late</TITLE>", meta("citation_title", "Late").encode(), b"<h1>Late</h1>"]
)
def test_beginning_of_a_long_page_is_enough_to_read_it(late: bytes) -> None:
    body = b"<html>" + b"<style></style>" * 30_000 + late

    assert read_page(beginning_of(body), HTML) == read_page(body, HTML) == Page("Late" if late else None)
    assert len(beginning_of(body)) == (len(body) if late else 262_144)
