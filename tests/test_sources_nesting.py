"""What is nested too deeply is said, and what stands beside it is not lost."""

from __future__ import annotations

import pytest

from dlt_crawler.model import Extraction, NoSpan, SourceDocument
from tests.extraction_support import extraction_of

U = "https://a.com"


def extraction(text: str) -> Extraction:
    return extraction_of(SourceDocument("x.md", text.encode(), ""))


def nesting_lints(found: Extraction) -> list[tuple[int, int]]:
    return [(lint.line, lint.column) for lint in found.lints if lint.kind == "nesting_limit"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- " * 49 + f"[a]({U}/1)", id="list"),
        pytest.param("> " * 99 + f"[a]({U}/1)", id="quote"),
        pytest.param("> 1. " * 33 + f"[a]({U}/1)", id="quotes and lists"),
        pytest.param(
            "".join(f"{'  ' * depth}- item\n" for depth in range(48)) + "  " * 48 + f"- [a]({U}/1)", id="lines"
        ),
        pytest.param("[" * 300 + f"[a]({U}/1)", id="brackets"),
        pytest.param("![" * 99 + f"[a]({U}/1)" + "](u)" * 99, id="images"),
    ],
)
def test_links_nested_within_the_limit_are_parsed(text: str) -> None:
    found = extraction(text)
    (link,) = (link for link in found.links if link.raw == f"{U}/1")
    assert (link.kind, link.text, link.span is None, nesting_lints(found)) == ("inline", "a", False, [])


@pytest.mark.parametrize(
    ("text", "position"),
    [
        pytest.param("x\n\n" + "- " * 60 + f"[a]({U}/1)\n\n[after]({U}/2)", (3, 101), id="list"),
        pytest.param(
            "- " * 60 + f"x\n{' ' * 120}\n{' ' * 120}[a]({U}/1)\n- [after]({U}/2)", (1, 101), id="lines of it"
        ),
        pytest.param("> " * 150 + f"[a]({U}/1)\n> [after]({U}/2)", (1, 201), id="quote"),
        pytest.param("> " * 150 + f"[a]({U}/1)\n\n[after]({U}/2)", (1, 201), id="after the quote"),
        pytest.param("> 1. " * 50 + f"[a]({U}/1)\n\n[after]({U}/2)", (1, 168), id="both"),
    ],
)
def test_links_nested_too_deeply_are_found_by_a_scan(text: str, position: tuple[int, int]) -> None:
    found = extraction(f"# A\n{text}")
    deep, after = found.links
    assert (deep.raw, deep.url, deep.span, deep.no_span) == (f"{U}/1", f"{U}/1", None, NoSpan.SCANNED)
    assert (after.raw, after.text, after.span is None) == (f"{U}/2", "after", False)
    assert deep.headings == after.headings == ("A",)
    assert nesting_lints(found) == [(position[0] + 1, position[1])]


def test_brackets_nested_too_deeply_lose_no_link() -> None:
    found = extraction(f"> x {'![' * 120}a{f']({U}/1)' * 120}\n\n[after]({U}/2)")
    assert [link.url for link in found.links] == [f"{U}/1"] * 120 + [f"{U}/2"]
    assert nesting_lints(found) == [(1, 3)]
    parsed = [link for link in found.links if link.kind != "bare"]
    assert parsed
    assert {link.no_span for link in found.links if link.kind == "bare"} == {NoSpan.SCANNED}
    assert all(link.span for link in parsed)


def test_brackets_that_hold_no_link_are_not_linted() -> None:
    assert extraction("[" * 300 + "x" + "]" * 300) == Extraction(())
