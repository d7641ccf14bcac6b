"""Where a link stands: under which headings, and whether a reader of the rendered document can follow it."""

from __future__ import annotations

import pytest

from dlt_crawler.model import SourceDocument
from tests.extraction_support import links_of


def headings(text: str, **options: bool) -> dict[str, tuple[str, ...]]:
    return {link.raw: link.headings for link in links_of(SourceDocument("x.md", text.encode(), ""), **options)}


def rendering(text: str, **options: bool) -> dict[str, bool]:
    return {link.raw: link.renders for link in links_of(SourceDocument("x.md", text.encode(), ""), **options)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[a](u1)\n\n# A\n\n[b](u2)", {"u1": (), "u2": ("A",)}, id="before the first heading"),
        pytest.param(
            "# A\n## B\n[a](u1)\n### C\n[b](u2)\n## D\n[c](u3)\n# E\n[d](u4)",
            {"u1": ("A", "B"), "u2": ("A", "B", "C"), "u3": ("A", "D"), "u4": ("E",)},
            id="a heading ends the sections of its level and below",
        ),
        pytest.param("### C\n[a](u1)\n# A\n[b](u2)", {"u1": ("C",), "u2": ("A",)}, id="a level left out"),
        pytest.param("# A [a](u1)\n\nB [b](u2)\n---\n", {"u1": ("A a",), "u2": ("A a", "B b")}, id="in the heading"),
        pytest.param(
            "# *Deep* `code` [r] ![logo](u1) &amp; \\*\\*\n<b>x</b> [a](u2)\n\n[r]: u3",
            dict.fromkeys(("u1", "u2", "u3"), ("Deep code r logo & **",)),
            id="its text without markup",
        ),
        pytest.param("two\nlines\n===\n[a](u1)", {"u1": ("two lines",)}, id="setext over lines"),
        pytest.param("# A\n##\n[a](u1)", {"u1": ("A",)}, id="a heading without text is left out"),
        pytest.param(f"# {'中' * 500}\n[a](u1)", {"u1": ("中" * 200,)}, id="a long heading is cut"),
        pytest.param("# A\n- # L\n  [a](u1)\n- [b](u2)\n\n[c](u3)", {"u1": ("A", "L"), "u2": ("A",), "u3": ("A",)}),
        pytest.param("## A\n> # Q\n> [a](u1)\n\n[b](u2)", {"u1": ("A", "Q"), "u2": ("A",)}, id="a heading in a quote"),
        pytest.param("# A\n> ## Q\n> # R\n> [a](u1)", {"u1": ("A", "R")}, id="headings in a quote"),
        pytest.param("> # A\n> > ## B\n> > [a](u1)\n>\n> [b](u2)\n", {"u1": ("A", "B"), "u2": ("A",)}, id="quotes"),
        pytest.param("# A\n[^1]: # N\n    [a](u1)\n\n[b](u2)[^1]", {"u1": ("A", "N"), "u2": ("A",)}, id="a footnote"),
        pytest.param("```\n# no\n```\n<h1>no</h1>\n\n[a](u1)", {"u1": ()}, id="code and HTML are no headings"),
        pytest.param(
            "# A\n<img src='u1'>\n\n|a|\n|-|\n|[b](u2)|\n", {"u1": ("A",), "u2": ("A",)}, id="HTML and tables"
        ),
        pytest.param("---\nurl: https://a.b\n---\n# A", {"https://a.b": ()}, id="front matter"),
    ],
)
def test_a_link_stands_under_these_headings(text: str, expected: dict[str, tuple[str, ...]]) -> None:
    assert headings(text) == expected


def test_urls_in_code_stand_under_headings() -> None:
    assert headings("# A\n```\nhttps://a.b\n```\n", code=True) == {"https://a.b": ("A",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "[a](u1) ![b](u2) <uv:3> https://a.b <a href='u4'>", dict.fromkeys(["u1", "u2", "uv:3", "u4"], True)
        ),
        pytest.param("[![a](u1)](u2)", {"u1": True, "u2": True}, id="image in a link"),
        pytest.param(
            "![a [b](u1) ![c](u2) <uv:3> <a href='u4'>d</a> `e`](u5)",
            {"u1": False, "u2": False, "uv:3": False, "u4": False, "u5": True},
            id="in an alternative text",
        ),
        pytest.param("![![![a [b](u1)](u2)](u3)](u4)", {"u1": False, "u2": False, "u3": False, "u4": True}),
        pytest.param("[x][a] ![y][b]\n\n[a]: u1\n[b]: u2\n[c]: u3", {"u1": True, "u2": True, "u3": False}),
        pytest.param("[a]: u1\n[A]: u2\n\n[a]", {"u1": True, "u2": False}, id="the first definition counts"),
        pytest.param("![x [y][a]](u1)\n\n[a]: u2", {"u1": True, "u2": False}, id="referred to where nobody sees it"),
        pytest.param("![x [y][a]](u1) [a]\n\n[a]: u2", {"u1": True, "u2": True}, id="and where somebody does"),
        pytest.param("x[^1]\n\n[^1]: [a](u1)\n[^2]: [b](u2)", {"u1": True, "u2": False}, id="footnotes"),
        pytest.param("[^2]: [b](u2)\n\nx[^2]", {"u2": True}, id="a footnote before what refers to it"),
        pytest.param("x[^Note]\n\n[^note]: [a](u1)", {"u1": True}, id="GitHub compares labels without case"),
        pytest.param("x[^1]\n\n[^1]: [a](u1)\n\n[^1]: [b](u2)", {"u1": True, "u2": False}, id="a footnote twice"),
        pytest.param("[^1]: [x][a]\n\n[a]: u1", {"u1": False}, id="referred to in a footnote that is not shown"),
        pytest.param("x[^1]\n\n[^1]: [x][a]\n\n[a]: u1", {"u1": True}, id="referred to in a footnote that is"),
        pytest.param("---\nurl: https://a.b\n---\n", {"https://a.b": False}, id="front matter"),
    ],
)
def test_what_a_reader_can_follow_renders(text: str, expected: dict[str, bool]) -> None:
    found = rendering(text)
    assert {raw: found[raw] for raw in expected} == expected


def test_urls_in_code_and_comments_do_not_render() -> None:
    text = "`https://a.b/1`\n\n    https://a.b/2\n\n<!-- https://a.b/3 --> x\n\n```\nhttps://a.b/4\n```\n"
    assert rendering(text, code=True) == {f"https://a.b/{n}": False for n in range(1, 5)}
