"""Abstracts: where they come from, and what is taken off them."""

from __future__ import annotations

import pytest

from dlt_crawler.page import Response
from dlt_crawler.page.reading import read_response
from tests.page_titles.labelled import HTML, ld, meta, page, tab

SOURCES = (
    # In the order in which they are believed; each later one stands alone.
    (meta("citation_abstract", "From citation"), "From citation"),
    (meta("DC.description", "From Dublin Core"), "From Dublin Core"),
    (meta("dcterms.abstract", "From DCMI terms"), "From DCMI terms"),
    (ld({"@type": "Article", "abstract": "From JSON-LD"}), "From JSON-LD"),
    (ld({"@type": "Article", "description": "Described in JSON-LD"}), "Described in JSON-LD"),
    ('<meta property="og:description" content="From Open Graph">', "From Open Graph"),
    (meta("Description", "From meta"), "From meta"),
    (meta("twitter:description", "From a card"), "From a card"),
)


def abstract(head: str, body: str = "") -> str | None:
    response = Response("https://host.example/", 200, (("content-type", HTML),), page(None, head, body).body)
    return read_response(response).page.abstract


@pytest.mark.parametrize("place", range(len(SOURCES)))
def test_abstract_comes_from_the_best_source_there_is(place: int) -> None:
    worse_first = "".join(head for head, _ in reversed(SOURCES[place:]))

    assert abstract(worse_first, "<div id=abstract>From the body</div>") == SOURCES[place][1]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<blockquote class="abstract mathjax"><span>Abstract:</span> We prove it.</blockquote>', "We prove it."),
        ('<div id="abstract"><h2>Abstract</h2><p>We prove it.</p></div>', "We prove it."),
        ('<section class="big abstract"><p>We <b>prove</b> it.</p><p>Really.</p></section>', "We prove it. Really."),
        ('<div id="Abs1"><p>We prove it.</p></div>', "We prove it."),
        ('<div id="abstract"></div><section class="abstract">We prove it.</section>', "We prove it."),
        ("<p class='abstraction'>No abstract</p>", None),
    ],
)  # fmt: skip
def test_abstract_from_the_body(body: str, expected: str | None) -> None:
    assert abstract("<title>T</title>", body) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        # What publishers put there: markup (bioRxiv), labels, escapes, lines.
        ("&lt;h3&gt;ABSTRACT&lt;/h3&gt;&lt;p&gt;We show.&lt;/p&gt;", "We show."),
        ("&lt;jats:p&gt;We show &lt;jats:italic&gt;E. coli&lt;/jats:italic&gt;.&lt;/jats:p&gt;", "We show E. coli ."),
        ("Abstract: We show.", "We show."),
        ("ABSTRACT We show.", "We show."),
        ("Summary. We show.", "We show."),
        ("摘要：本文介绍了一种方法。", "本文介绍了一种方法。"),
        ("【摘要】本文介绍了一种方法。", "本文介绍了一种方法。"),
        ("摘 要: 本文介绍了一种方法。", "本文介绍了一种方法。"),
        ("要旨 本論文では述べる。", "本論文では述べる。"),
        ("a &amp;lt; b &amp;amp; c", "a < b & c"),
        ("One\n  two\u200b three\u202e.", "One two three."),
        # What only begins like a label.
        ("Abstract algebra is fun.", "Abstract algebra is fun."),
        ("Summary judgment in three courts.", "Summary judgment in three courts."),
        ("摘要写作指南", "摘要写作指南"),
        ("Abstract", "Abstract"),
    ],
)
def test_abstract_is_cleaned(written: str, expected: str) -> None:
    assert abstract(f'<meta name="citation_abstract" content="{written}">') == expected


@pytest.mark.parametrize("nothing", ["A paper", "a paper.", "A paper | The Site", "The Site", "", "…"])
def test_abstract_that_repeats_the_title_says_nothing(nothing: str) -> None:
    head = tab("A paper | The Site") + '<meta property="og:site_name" content="The Site">'

    assert abstract(head + meta("description", nothing)) is None
    assert abstract(head + meta("citation_abstract", nothing) + meta("description", "Words.")) == "Words."


def test_abstract_is_cut() -> None:
    found = abstract(meta("description", "y" * 3_000))

    assert found == "y" * 1_999 + "…"
