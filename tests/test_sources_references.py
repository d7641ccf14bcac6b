"""Definitions that nothing refers to, that are repeated, and references that have none."""

from __future__ import annotations

import pytest

from dlt_crawler.model import SourceDocument
from tests.extraction_support import extraction_of

KINDS = ("unused_reference", "duplicate_reference", "dangling_reference")

Row = tuple[str, str, str]
"""Kind, the bytes that it is about, message."""


def lints(text: str) -> list[Row]:
    data = text.encode()
    found = extraction_of(SourceDocument("x.md", data, "")).lints
    return [
        (lint.kind.value, data[lint.span.start : lint.span.end].decode() if lint.span else "", lint.message)
        for lint in found
        if lint.kind in KINDS
    ]


def dangling(text: str) -> list[str]:
    return [written for kind, written, _ in lints(text) if kind == "dangling_reference"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]: u1", [("unused_reference", "u1", "nothing refers to [a]")]),
        ("[a]: u1\n\n[a] [x][a] ![y][a]", []),
        ("[a]: u1\n\n![x [y][a]](u2)", []),
        ("[a]: u1\n\n`[a]` <!-- [a] -->\n\n    [a]", [("unused_reference", "u1", "nothing refers to [a]")]),
        (
            "[a]\n\n[a]: u1\n[A ]: u2\n[a]: u3",
            [
                ("duplicate_reference", "u2", "[A] is defined in line 3 already: this definition is never used"),
                ("duplicate_reference", "u3", "[a] is defined in line 3 already: this definition is never used"),
            ],
        ),
        ("> [a\n> b]:\n> u1\n> 'title'\n", [("unused_reference", "u1", "nothing refers to [a b]")]),
        ("[^1]: x", [("unused_reference", "[^1]", "nothing refers to the footnote [^1]: it is not shown")]),
        (
            "> y[^n]\n>\n> [^n]: x\n>\n> [^N]: y",
            [("duplicate_reference", "[^N]", "the footnote [^N] is defined before already: this one is not shown")],
        ),
        ("[//]: # (a comment)\n\n[comment]: <> (another)", []),
        ("[^1]: see[^2]\n\n[^2]: see[^1]", []),
        ("中 [xy][b]", [("dangling_reference", "[xy][b]", "[xy][b] refers to nothing: its label is not defined")]),
    ],
)
def test_references_and_definitions_that_do_not_match_are_linted(text: str, expected: list[Row]) -> None:
    assert lints(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see [the paper][1], [this][] and ![logo][img].", ["[the paper][1]", "[this][]", "[logo][img]"]),
        ("见[文献][1]。", ["[文献][1]"]),
        ("> - [the\n>   paper][my\n>   label]", [""]),
        ("|a|\n|-|\n|[the paper][x\\|y]|", ["[the paper][x\\|y]"]),
        ("x[^1] y[^note]", ["[^1]", "[^note]"]),
        ("# [the paper][1]\n[the paper][2]\n---", ["[the paper][1]", "[the paper][2]"]),
        ("[`code` *em*][1]", ["[`code` *em*][1]"]),
    ],
)
def test_a_reference_without_a_definition_dangles(text: str, expected: list[str]) -> None:
    assert dangling(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "[UNREAD] [ ] [x] [1] - [ ] task",
        "`[the paper][1]` and <b title='[the paper][1]'>",
        "    [the paper][1]\n",
        "[the `paper][1]` x]",
        "\\[the paper][1] [the paper\\][1] [the paper]\\[1]",
        "as in [13][14] and [2][]",
        "matrix[row][column], f(x)[row][column], a[row][column][layer]",
        "[[https://a.b][the text]]",
        "[the paper] [1]",
        "[the paper][1](https://a.b)",
        "[the paper][label]\n\n[Label]: u",
        "[a-z][0-9]+ [^a-z] [^abc]* [A-Za-z][0-9]",
        "[a label with [the paper][1] in it](u) and ![with [the paper][1]](u)",
        "[the paper][^1]\n\n[^1]: x",
        "x[^Note]\n\n[^note]: y",
        "[^ ] [^] [^a b]",
        "$[i][j]$ [x][y]",
    ],
)
def test_other_brackets_do_not_dangle(text: str) -> None:
    assert dangling(text) == []
