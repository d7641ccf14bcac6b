"""Pages made to take long, to take memory, or to put into a title what must not be there."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.model import Page
from dlt_crawler.page import Response
from dlt_crawler.page.cleaning import one_line
from dlt_crawler.page.decoding import text_of
from dlt_crawler.page.json_ld import described
from dlt_crawler.page.languages import script_of
from dlt_crawler.page.reading import read_response
from dlt_crawler.page.site_suffix import Site

SECONDS = 1
"""A page of a megabyte may take, of processor time, on a machine that does other things too …"""
SMALL_SECONDS = 0.05
"""… and one of 8 KB, at best."""
PATTERN_SECONDS = 0.05
HEAD = b"<title>T</title>"


def read(body: bytes, content_type: str = "text/html; charset=utf-8") -> Page:
    return read_response(Response("https://host.example/", 200, (("content-type", content_type),), body)).page


@pytest.mark.parametrize(
    "body",
    [
        HEAD + b"<div>" * 1_000_000,
        HEAD + b"<h1>" * 200_000,
        HEAD + b"<h2><a href=x>" * 70_000,
        HEAD + b"<table><tr><td>" * 70_000,
        HEAD + b"<meta name=x content=y>" * 50_000,
        HEAD + b"<link rel=canonical href=//x>" * 40_000,
        HEAD + b"<a " + b"x=1 " * 300_000 + b">",
        HEAD + b"<blockquote class=abstract>" * 40_000,
        HEAD + b"<script type=application/ld+json>{}</script>" * 20_000,
        HEAD + b"<script type=application/ld+json>" + b'{"@graph":[' * 90_000,
        HEAD + b"<script type=application/ld+json>[" + b'{"@type":"Article","name":"| T"},' * 6_000 + b"{}]</script>",
        HEAD + b"<script type=application/ld+json>" + b"9" * 1_000_000 + b"</script>",
        HEAD + b"&amp" * 300_000,
        HEAD + b"<svg>" * 2_000 + b"<title>x</title>" * 10_000,
        b"<div>" * 100_000 + b"<title>T</title>" * 20,
        b"<title>" + b"<" * 1_000_000,
        b"<title>" + b"T" * 5_000_000,
        b"<title>T - " + b" - | " * 200_000,
        b"<title>" + b"<span " * 200_000,
        b"<title>" + b"&lt;i " * 200_000,
        b"<meta name=description content='" + b"<!--" * 200_000 + b"'>",
        b"\xff\xfe" + b"\x00\xd8" * 500_000,
        b"\x80" * 1_000_000,
        b"\x00" * 1_000_000,
        b"<meta " * 170_000 + b"\xff",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_hostile_page_is_read_in_bounded_time(body: bytes) -> None:
    began = time.process_time()

    found = read(body)

    assert time.process_time() - began < SECONDS
    assert found.title == "T" if body.startswith(HEAD) else found.title is None or len(found.title) <= 300


def test_half_of_a_surrogate_pair_in_json_is_no_part_of_a_text() -> None:
    script = '{"@type": "Article", "sameAs": "https://doi.org/10.1000/\\udc00", "headline": "\\ud83d\\ude00 \\uD800"}'
    (thing,) = described([script]).pages

    # Else it could not be stored, and one page would end the crawl of all others.
    assert thing["sameAs"] == "https://doi.org/10.1000/\N{REPLACEMENT CHARACTER}"
    assert thing["headline"] == "\N{GRINNING FACE} \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    "piece",
    [b"<h1>", b"<h2>", b"<h1></h1>", b"<h1><a>", b"<title>", b"<svg><title></title>",
     b"<meta property='a b c' content=d>", b"<section class=abstract>", b"<script type=application/ld+json>[",
     b"<div>", b"<h1>T | y", b"<title>T</title>"],
)  # fmt: skip
def test_small_hostile_page_is_read_at_once(piece: bytes) -> None:
    body = piece * (8_192 // len(piece))
    taken = []
    for _ in range(3):
        began = time.process_time()
        read(body)
        taken.append(time.process_time() - began)

    assert min(taken) < SMALL_SECONDS


HOSTILE = (
    "a",
    " ",
    "<",
    "&",
    "|",
    " | ",
    "- ",
    " -",
    "—",
    "_",
    ":",
    "《|",
    "：",
    "<b>",
    "</b ",
    "&lt;",
    "\u202e",
    "http://a.",
    "//",
    "\x80",
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize(
    "work",
    [
        lambda text: one_line(text, 300),
        lambda text: one_line(text, 2_000, markup=True),
        lambda text: Site(("Site",), ("host.example",)).without(one_line(text, 600) or "a", [], []),
        lambda text: described([text]),
        lambda text: described([f"//{text}-->"]),
        lambda text: text_of(b"\xff" + text.encode(), "text/html"),
        lambda text: text_of(f"<meta {text}".encode(), f"text/html; charset={text[:1_000]}"),
        script_of,
    ],
    ids=["line", "markup", "suffix", "script", "wrapped script", "decoding", "declaration", "script of"],
)
def test_no_pattern_is_slow_on_a_megabyte(work: Callable[[str], object], piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    taken = []
    for _ in range(3):
        began = time.process_time()
        work(text)
        taken.append(time.process_time() - began)

    assert min(taken) < PATTERN_SECONDS


@pytest.mark.parametrize("element", ["h1", "h2", "title", "blockquote class=abstract", "p id=abstract"])
def test_nested_elements_do_not_multiply_their_text_in_memory(element: str) -> None:
    # A wide character makes every character of a Python string take four bytes: 200 of these texts are 160 MB.
    body = f"<{element}><div>".encode() * 200 + "\N{GRINNING FACE}".encode() + b"x" * 200_000
    tracemalloc.start()
    try:
        read(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10_000_000


def test_text_is_cut_and_has_nothing_invisible_in_it() -> None:
    hostile = "a\x1b[31mb\x07c\u202ed\u200be\u2066f\ufeffg\x00h\x85i\u2028j"
    found = read(
        f"<title>{hostile}{'x' * 400}</title><meta name=description content='{hostile + 'y' * 3_000}'>".encode()
    )

    assert found.title is not None
    assert found.abstract is not None
    assert found.title.startswith("a[31mbcdefgh")
    assert found.title.isprintable()
    assert found.abstract.isprintable()
    assert (len(found.title), found.title[-1]) == (300, "…")
    assert (len(found.abstract), found.abstract[-1]) == (2_000, "…")


@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    st.one_of(st.none(), st.text(max_size=40)),
)
def test_nothing_makes_the_reader_fail(body: bytes, charset: str | None) -> None:
    found = read(b"<html><title>" + body, "text/html" if charset is None else f"text/html; charset={charset}")

    assert found.title is None or (found.title.isprintable() and 0 < len(found.title) <= 300)


@given(
    st.lists(
        st.sampled_from(["A", "site", " | ", " - ", "_", "中文", "：", " » ", "« ", "by B", "(c)", "-", " "]),
        max_size=12,
    )
)
def test_what_is_left_of_a_title_is_a_part_of_it(pieces: list[str]) -> None:
    line = one_line("".join(pieces), 600) or "x"

    left = Site(("site",), ("site.example",)).without(line, ["a"], ["中文"])

    assert left
    assert left in line
