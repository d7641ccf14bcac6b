"""The wrapped parser reads what markdown-it-py reads: noting places and asking fewer rules changes no link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt, helpers
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from dlt_crawler.sources.destination import resolve, unwrapped
from dlt_crawler.sources.found import FoundLink
from dlt_crawler.sources.markdown.document import markdown_links
from dlt_crawler.sources.markdown.link_helpers import LinkHelpers

Row = tuple[str, str, str | None]
"""Kind, URL, label."""

FRAGMENTS = st.sampled_from(
    [
        *"[]()<>`*_|\\\"'#~!:&\t\n 中é",
        *("\n\n", "> ", "- ", "1. ", "    ", "x ", "  \n", "---\n", "===\n", "```\n", "# ", "- - -\n", "1) "),
        *("<!-- ", "-->", "<div>\n", "</a>", '<a href="/1">', "<u:v>", "<a@b.c>", "&amp;", "&#42;", "\\["),
        *("![a](", "](/u(2))", "](v 't')", "![", "](u)", "[t](w)", "[]()", "[](<>)", "[a]( \n<b c>\n'd' )", "((x:y))"),
        *("[d]", "[D][]", "[x][d]", "![y][d]", "[d]: </u 3> 't'\n", "[D]: z\n", "[e]:\n <f>\n 'g'\n", "[^1]: ", "[^1]"),
        *("|a|b|\n|-|-|\n", "|[t](u\\|v)|\n", "\\|", "**b**", "~~s~~", "`c`", "www.", "http:", "w"),
    ],
)
CONTAINERS = st.sampled_from(
    [
        ("> ", "> "),
        (">", ">"),
        ("- ", "  "),
        ("-\t", "\t"),
        ("10) ", "    "),
        ("[^1]: ", "    "),
        ("> ", ""),
        ("", "\t"),
    ],
)


@pytest.fixture(scope="module")
def reference() -> MarkdownIt:
    """markdown-it-py, set up as dlt-crawl sets it up, with every rule as it comes."""
    options = {"maxNesting": 100, "store_labels": True, "inline_definitions": True}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False, move_to_end=False)
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    markdown.normalizeLink = resolve  # type: ignore[method-assign]
    return markdown


def plain(tokens: Sequence[Token]) -> str:
    """The alternative text of tokens: CommonMark 0.31.2, section 6.4."""
    spaces = {"softbreak": " ", "hardbreak": " "}
    return "".join(
        plain(token.children or []) if token.type == "image" else spaces.get(token.type, token.content)
        for token in tokens
        if token.type != "html_inline"
    )


def rows(tokens: Sequence[Token]) -> Iterator[Row]:
    for index, token in enumerate(tokens):
        if token.type == "definition":
            yield "reference", unwrapped(token.meta["url"]), None
        elif token.type == "link_open" and token.markup == "autolink":
            yield "autolink", str(token.attrs["href"]), None
        elif token.type == "link_open" and "label" not in token.meta:
            end = next(end for end in range(index, len(tokens)) if tokens[end].type == "link_close")
            yield "inline", unwrapped(str(token.attrs["href"])), plain(tokens[index + 1 : end])
        elif token.type == "image" and "label" not in token.meta:
            yield "image", unwrapped(str(token.attrs["src"])), plain(token.children or [])
        yield from rows(token.children or [])


def found(text: str) -> Iterator[Row]:
    for link in markdown_links(text):
        if isinstance(link, FoundLink) and link.kind in ("inline", "image", "autolink", "reference"):
            yield link.kind.value, link.url, link.label if link.kind in ("inline", "image") else None


def in_container(text: str, container: tuple[str, str]) -> str:
    first, following = container
    return first + text.replace("\n", f"\n{following}")


@settings(max_examples=500, deadline=None, database=None)
@given(st.lists(FRAGMENTS, max_size=30).map("".join), st.lists(CONTAINERS, max_size=3))
def test_the_links_and_their_labels_are_those_of_markdown_it(
    reference: MarkdownIt, text: str, containers: list[tuple[str, str]]
) -> None:
    for container in containers:
        text = in_container(text, container)
    assume("://" not in text)  # bare URLs are ours
    assume("\\\n" not in text)  # markdown-it reads on in the next line where a destination ends
    # It reads code where a definition is followed by an indent: for cmark, and for us, that is the rest of a paragraph.
    assume(not re.search(r"\]:.*\n(?: {4}| {0,3}\t)", text))
    assert sorted(found(text), key=str) == sorted(rows(reference.parse(text + "\n")), key=str)


@settings(max_examples=500, deadline=None, database=None)
@given(st.text(alphabet="ab()<>\\& \t\x7f\n;中'[]#", max_size=20))
def test_a_destination_ends_where_markdown_it_ends_it(text: str) -> None:
    assume("\\\n" not in text and "\\\t" not in text and "\\\x7f" not in text)
    ours = LinkHelpers.parseLinkDestination(text, 0, len(text))
    theirs = helpers.parseLinkDestination(text, 0, len(text))
    assert (ours.ok, ours.ok and ours.pos, ours.str) == (theirs.ok, theirs.ok and theirs.pos, theirs.str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a](b\\\n)", [("inline", "b%5C", "a")]),
        ("[d]: b\\\n'title'", [("reference", "b%5C", None)]),
        ("[a](<b\\\nc>)", [("inline", "b%5C%0Ac", "a")]),
        ("[a](b\\\tc)", []),
        ("[a](<b\\\tc>)", [("inline", "b%5C%09c", "a")]),
    ],
)
def test_a_backslash_does_not_lead_a_destination_over_the_end_of_its_line(text: str, expected: list[Row]) -> None:
    """As in cmark. markdown-it-py 4.3 reads on without angle brackets, too."""
    assert list(found(text)) == expected
