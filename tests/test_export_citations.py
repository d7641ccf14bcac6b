"""What of a list is cited, which links are one work, and by what keys."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest

from dlt_crawler.model import Ignore, LinkKind, LinkOccurrence, LinkStatus, Name, Page, State, Verdict, Work
from tests.citation_samples import ATTENTION, JOURNAL, SEEN, citation, citations, dead, link, written

ABSTRACT, PDF, RESOLVER = "https://arxiv.org/abs/1706.03762", "https://a.example/x.pdf", "https://doi.org/10.1000/l_7"
BADGE = "https://img.shields.io/badge/build-passing-green.svg"


def test_links_are_cited_in_document_order_with_all_that_is_known() -> None:
    first, second = citations(
        link(ABSTRACT, "Attention", page=Page("Attention", "We propose.", "en")),
        link(PDF, None, written(PDF, line=7, text="The label")),
        works={ABSTRACT: ATTENTION},
    )

    assert (first.title, first.work, first.url, first.state) == ("Attention", ATTENTION, ABSTRACT, State.ALIVE)
    assert (first.abstract, first.language, first.headings) == ("We propose.", "en", ("Papers",))
    assert (first.accessed, first.snapshot) == (SEEN.date(), None)
    assert (second.title, second.work, second.file, second.line) == ("The label", Work(), "list.md", 7)


@pytest.mark.parametrize(
    ("label", "title"),
    [
        ("A label", "A label"),
        ("a.example/x.pdf", PDF),
        (PDF, PDF),
        ("", PDF),
        ("Node.js in action", "Node.js in action"),
        ("a\u202eb\x1b[31m\nc ghp_012345678901234567890123456789abcdef", "ab[31m c ***"),
    ],
)
def test_a_page_without_a_title_is_called_as_the_list_calls_it(label: str, title: str) -> None:
    (found,) = citations(link(PDF, None, written(PDF, text=label)))

    assert found.title == title


@pytest.mark.parametrize(
    "place",
    [
        written(PDF, kind=LinkKind.IMAGE),
        written(PDF, kind=LinkKind.CODE),
        written(PDF, renders=False),
    ],
)
def test_what_no_reader_follows_is_not_cited(place: LinkOccurrence) -> None:
    assert citations(link(PDF, "T", place)) == ()
    assert len(citations(link(PDF, "T", place, written(PDF, line=2)))) == 1


def test_an_identifier_that_is_written_as_such_is_cited() -> None:
    assert len(citations(link(ABSTRACT, "T", written(ABSTRACT, kind=LinkKind.IMPLIED, renders=False)))) == 1


@pytest.mark.parametrize("state", [State.SKIPPED, State.INVALID, State.UNSAFE])
def test_what_is_not_checked_is_not_cited(state: State) -> None:
    assert citations(link(PDF, verdict=Verdict(state, "not checked"))) == ()


def test_what_is_ignored_is_cited_and_not_as_dead() -> None:
    (found,) = citations(replace(dead(PDF), ignored=Ignore("configuration, ignore[1]", PDF)))

    assert (found.url, found.state, found.snapshot) == (PDF, None, None)


def test_a_title_holds_no_secret_and_nothing_that_acts() -> None:
    (found,) = citations(link(PDF, "Sign in: https://a.example/?token=12345678secret \u202eb"))

    assert found.title == "Sign in: https://a.example/?token=*** b"


def test_badges_are_not_cited_unless_they_lead_to_a_paper() -> None:
    image = written(BADGE, kind=LinkKind.IMAGE)
    assert image.span is not None
    around = replace(image.span, start=image.span.end + 3, end=image.span.end + 30)
    in_html = replace(image.span, start=image.span.start - 60, end=image.span.start - 20)
    page, paper = "https://ci.example/", ABSTRACT
    badges = (
        link(BADGE, None, image),
        link(page, "CI", written(page, span=around)),
        link(f"{page}2", "CI", written(f"{page}2", span=in_html, kind=LinkKind.HTML)),
        link(paper, "T", written(paper, span=around)),
        link(f"{page}3", "CI", written(f"{page}3", span=replace(around, start=around.start + 20))),
    )

    assert [each.url for each in citations(*badges, works={paper: ATTENTION})] == [paper, f"{page}3"]


def test_links_to_one_work_are_one_citation_that_knows_what_all_of_them_know() -> None:
    preprint, journal = replace(ATTENTION, doi="10.1000/l_7"), replace(JOURNAL, authors=())
    (found,) = citations(
        link(PDF, None, written(PDF, line=3), page=Page(None, "An abstract.")),
        link(RESOLVER, "The Journal's Title", written(RESOLVER, line=4, headings=("More",))),
        link(ABSTRACT, "The Preprint's Title", written(ABSTRACT, line=5)),
        works={PDF: Work(arxiv="1706.03762"), RESOLVER: journal, ABSTRACT: preprint},
    )

    assert found.work == replace(JOURNAL, authors=ATTENTION.authors, arxiv="1706.03762", category="cs.CL")
    assert (found.title, found.abstract, found.url) == ("The Journal's Title", "An abstract.", PDF)
    assert (found.line, found.headings) == (3, ("Papers", "More"))


def test_of_a_work_with_several_links_one_that_lives_is_shown() -> None:
    gone = dead(PDF)
    (found,) = citations(gone, link(ABSTRACT), works={PDF: ATTENTION, ABSTRACT: ATTENTION})

    assert (found.url, found.state, found.snapshot) == (ABSTRACT, State.ALIVE, None)


def test_a_dead_page_has_its_copy_and_a_dead_paper_its_living_page() -> None:
    page, paper = citations(dead("https://a.example/?token=12345678secret"), dead(PDF, source="arxiv"))

    assert page.snapshot is not None
    assert page.snapshot.url.endswith("/https://a.example/?token=***")
    assert (paper.snapshot, paper.url) == (None, f"https://web.archive.org/web/20200102030405/{PDF}")


@pytest.mark.parametrize(
    ("title", "work", "url", "key"),
    [
        ("Attention Is All You Need", ATTENTION, ABSTRACT, "vaswani2017attention"),
        ("The Élan of Łódź", Work(authors=(Name("Müller-Øst", "A"),), issued="2001"), PDF, "mullerost2001elan"),
        ("On the Origin", Work(authors=(Name("van der Berg", "J"),)), PDF, "vanderbergorigin"),
        ("GPT-4", Work(authors=(Name(literal="The OpenAI Team"),), issued="2023-03"), PDF, "openai2023gpt"),
        ("深度学习", Work(authors=(Name(literal="周志华"),), issued="2016"), "https://www.zhihu.com/q/1", "zhihu2016"),
        ("首页", Work(), "http://127.0.0.1/", "link"),
        ("首页", Work(), "https://例子.测试/", "link"),
        ("\\x}{@", Work(), "https://blog.example.co.uk/x", "example"),
    ],
)
def test_key_of_a_work(title: str, work: Work, url: str, key: str) -> None:
    assert re.fullmatch(rf"{key}-[0-9a-f]{{4}}", citation(title, work, url).key)


def test_keys_stay_what_they_are_when_the_list_grows_shrinks_or_is_sorted() -> None:
    def keys(*links: LinkStatus) -> dict[str, str]:
        return {each.url: each.key for each in citations(*links, works=dict.fromkeys(urls, same))}

    urls = [f"https://a.example/{number}" for number in range(300)]
    same = replace(ATTENTION, arxiv="")
    alone, together = keys(link(urls[7])), keys(*map(link, urls))
    assert len(set(together.values())) == len(urls)
    assert alone.items() <= together.items()
    assert keys(*map(link, reversed(urls))) == together


def test_the_key_of_a_paper_does_not_depend_on_how_it_is_linked() -> None:
    assert citation("T", ATTENTION, ABSTRACT).key == citation("T", ATTENTION, PDF).key


def test_many_links_take_seconds() -> None:
    # Each work under two addresses, all in one line with as many badges.
    urls = [f"https://a.example/{number}" for number in range(6_000)]
    works = {url: Work(doi=f"10.1000/{number // 2}") for number, url in enumerate(urls)}
    badges = link(BADGE, None, *(written(BADGE, line=1, kind=LinkKind.IMAGE) for _ in range(3_000)))
    links = [link(url) for url in urls]
    began = time.process_time()
    assert len(citations(badges, *links, works=works)) == 3_000
    assert time.process_time() - began < 3
