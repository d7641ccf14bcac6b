"""Plain text: every address in it, at its exact bytes, and nothing else."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from dlt_crawler.model import DocumentFormat, LinkKind, LinkOccurrence, NoSpan, SourceDocument
from dlt_crawler.sources.formats import format_of
from tests.extraction_support import links_of

X = "https://a.com/x"


def plain(text: str, **options: bool) -> list[LinkOccurrence]:
    document = SourceDocument("notes.txt", text.encode(), "", DocumentFormat.TEXT)
    links = list(links_of(document, **options))
    for link in links:
        assert link.span is None or document.data[link.span.start : link.span.end].decode() == link.raw
    return links


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"See {X}.", [X]),
        (f"参考：{X}，中文", [X]),
        (f"({X})", [X]),
        (f'"{X}"', [X]),
        (f"{X},https://b.com", [X, "https://b.com"]),
        (f"{X}\nhttp://b.com/y_(z)\n", [X, "http://b.com/y_(z)"]),
        ("see www.a.com/x.", ["www.a.com/x"]),
        # Nothing is markup here: what markdown would hide is an address all the same.
        (f"    {X}\n`{X}`\n", [X, X]),
        (f"[text]({X}) ![i]({X})", [X, X]),
        # RFC 3986, appendix C: the brackets say where it ends.
        (f"<{X},y.>", [f"{X},y."]),
        (f"<{X}，中文>", [f"{X}，中文"]),
        (f"<URL:{X}!>", [f"{X}!"]),
        ("<www.a.com/x.>", ["www.a.com/x."]),
        (f"<{X} y>", [X]),
        (f"<{X}", [X]),
        (f'<a href="{X}">', [X]),
    ],
)
def test_addresses_are_found_whole(text: str, expected: list[str]) -> None:
    links = plain(text)
    assert [link.raw for link in links] == expected
    assert {(link.kind, link.renders, link.headings, link.alternative) for link in links} == {
        (LinkKind.BARE, True, (), None)
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notes.txt", DocumentFormat.TEXT),
        ("notes.TEXT", DocumentFormat.TEXT),
        ("page.html", DocumentFormat.HTML),
        ("page.htm", DocumentFormat.HTML),
        ("page.xhtml", DocumentFormat.HTML),
        ("papers.bib", DocumentFormat.BIBTEX),
    ],
)
def test_the_suffix_says_how_a_file_is_read(name: str, expected: DocumentFormat) -> None:
    assert format_of(PurePath(name), {}) is expected


@pytest.mark.parametrize("pattern", ["we[i]rd/a.md", "we[[]i]rd/*", "a.md"])
def test_a_pattern_may_be_the_name_of_the_file_itself(pattern: str) -> None:
    assert format_of(PurePath("we[i]rd/a.md"), {pattern: DocumentFormat.TEXT}) is DocumentFormat.TEXT


@pytest.mark.parametrize(
    "text", ["", "http://", "<http://>", "<https://->", "a.com/x", "me@a.com", "xhttp://a.com", "<www.>"]
)
def test_what_is_no_address_is_not_found(text: str) -> None:
    assert plain(text) == []


def test_www_means_http() -> None:
    assert [link.url for link in plain("www.a.com <www.b.com>")] == ["http://www.a.com", "http://www.b.com"]


def test_an_address_that_is_broken_in_brackets_is_put_together_and_has_no_span() -> None:
    (link,) = plain("see <URL:https://a.com/long-\n   path/x>.\n")
    assert (link.url, link.raw) == ("https://a.com/long-path/x",) * 2
    assert (link.span, link.no_span, link.line, link.column) == (None, NoSpan.INTERRUPTED, 1, 10)


def test_identifiers_are_found_on_request_and_not_inside_addresses() -> None:
    text = "arXiv:1706.03762, 10.1000/182 and https://doi.org/10.1000/183\n"
    assert [link.raw for link in plain(text)] == ["https://doi.org/10.1000/183"]
    assert [(link.kind, link.url) for link in plain(text, implied=True)] == [
        (LinkKind.IMPLIED, "https://arxiv.org/abs/1706.03762"),
        (LinkKind.IMPLIED, "https://doi.org/10.1000/182"),
        (LinkKind.BARE, "https://doi.org/10.1000/183"),
    ]


@pytest.mark.parametrize("piece", ["<http://", "<http://a\n", "http:///", "http://a.com/(", "&a;", "<http://a\n  "])
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    # Quadratic behaviour takes minutes at this length.
    plain(f"https://a.com/{piece * 20_000}")
