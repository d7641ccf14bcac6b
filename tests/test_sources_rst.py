"""reStructuredText: every address that docutils makes a link of, where it is, and what is odd about references."""

from __future__ import annotations

from inspect import cleandoc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dlt_crawler.model import DocumentFormat, LinkOccurrence, LintKind, NoSpan, SourceDocument
from dlt_crawler.sources.destination import resolve
from tests.extraction_support import extraction_of, links_of
from tests.rst_oracle import documents, rendered

A, B = "https://a.com/1", "https://b.com/2"


def document(text: str | bytes) -> SourceDocument:
    data = text if isinstance(text, bytes) else text.encode()
    return SourceDocument("list.rst", data, "", DocumentFormat.RST)


def links(text: str, **options: bool) -> tuple[LinkOccurrence, ...]:
    """Also checks that spans hold what is reported, come in order and do not overlap, and that lines lead to them."""
    found = links_of(document(text), **options)
    data = text.encode()
    end = 0
    for link in found:
        if link.span is not None:
            assert end <= link.span.start < link.span.end
            end = link.span.end
            assert data[link.span.start : link.span.end].decode() == link.raw
            assert text.split("\n")[link.line - 1][link.column - 1 :].startswith(link.raw)
    return found


def written(text: str, **options: bool) -> list[tuple[str, str]]:
    return [(link.kind.value, link.raw) for link in links(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"`text <{A}>`_", [("inline", A, A, "text")]),
        (f"`text <{A}>`__", [("inline", A, A, "text")]),
        (f"`a\nlong text\n<{A}>`_", [("inline", A, A, "a long text")]),
        (f"`<{A}>`_", [("inline", A, A, A)]),
        (f"`text <{A}\\_>`_", [("inline", f"{A}\\_", f"{A}_", "text")]),
        (f"`text <{A}_>`_", [("inline", f"{A}_", f"{A}_", "text")]),
        (f"See {A}.", [("bare", A, A, A)]),
        (f"({A}), <{A}/.>", [("bare", A, A, A), ("bare", f"{A}/.", f"{A}/.", f"{A}/.")]),
        (f"{A}\\*x", [("bare", f"{A}\\*x", f"{A}*x", f"{A}\\*x")]),
        (f"{A}?a=1&b=2#c,d.", [("bare", f"{A}?a=1&b=2#c,d", f"{A}?a=1&b=2#c,d", f"{A}?a=1&b=2#c,d")]),
        ("me@a.com", [("bare", "me@a.com", "mailto:me@a.com", "me@a.com")]),
        (f"x_\n\n.. _x: {A}", [("reference", A, A, "x")]),
        (f"`X y`_\n\n.. _`x\n   y`: {A}", [("reference", A, A, "x y")]),
        (f"`a: b`_\n\n.. _a\\: b: {A}", [("reference", A, A, "a: b")]),
        (f"x__ y__\n\n__ {A}\n.. __: {B}", [("reference", A, A, A), ("reference", B, B, B)]),
        (f".. image:: {A}\n   :alt: a cat", [("image", A, A, "a cat")]),
        (f".. image::\n   {A}\n   :target: {B}", [("image", A, A, A), ("inline", B, B, B)]),
        (f".. figure:: {A}\n\n   Caption, {B}", [("image", A, A, A), ("bare", B, B, B)]),
        (f"|x|\n\n.. |x| image:: {A}\n   :target: {B}", [("image", A, A, "x"), ("inline", B, B, "x")]),
        (f"|x|\n\n.. |x| replace:: `y <{A}>`__", [("inline", A, A, "y")]),
        (f'.. raw:: html\n\n   <a href="{A}">\n   text</a>', [("html", A, A, "text")]),
    ],
)
def test_a_construct_is_found(text: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = links(text)
    assert [(link.kind, link.raw, link.url, link.text) for link in found] == expected
    assert all(link.renders for link in found)


@pytest.mark.parametrize(
    "text",
    [
        f"- item\n\n  {A}",
        f"12. item\n    {A}",
        f"(iv) {A}",
        f"text\n\n   {A}\n\n   -- {B}",
        f"term : class\n    {A}",
        f":Author: {A}",
        f"--option=x  {A}",
        f"| verse\n| {A}",
        f".. [1] note\n   {A}",
        f".. [#label] {A}",
        f".. [CIT2002] {A}",
        f".. note:: {A}",
        f".. admonition:: Title\n   :class: x\n\n   {A}",
        f".. versionadded:: 3.14\n   See {A}.",
        f".. topic:: {A}\n\n   text",
        f".. list-table::\n\n   * - {A}\n     - x",
        f'.. csv-table::\n   :delim: ;\n\n   "x; ""y"""; {A}; z',
        f"+------+-----------------+\n| 深度 | {A} |\n+------+-----------------+",
        f"====  =====\n深度  x\n====  =====\n习    {A} that overflows\n====  =====",
        f"+-----+-----+\n| a   | b   |\n+     +-----+\n| {A[:3]} | x   |\n+-----+-----+\n\n{A}",
        f"-\tlist\n\n\t{A}",
        f"Title {A}\n======================",
        f"=======\n {A}\n=======",
        f".. class:: x\n\n{A}",
        f"::\n\n  literal\n\n{A}",
        f">>> 1\n1\n\n{A}",
        f"* a\n* b\n\n  * {A}",
        f"a\n  b\n    c\n      {A}",
        f"text \u2028{A}",
    ],
)
def test_a_link_is_found_in_every_container(text: str) -> None:
    assert ("bare", A) in written(text)


PITFALLS = {
    "a quoted start-string": f"(*) `a <{A}>`_ x*",
    "nothing between start and end": f"****{A}** {B}",
    "a tab within a line": f"=========  ====\na\tb  {A}\n=========  ====",
    "a wide character that touches the margin": f"===  ===\na深  {A}\n===  ===\n\n{B}",
    "combining characters": f"====  ===\ne\u0301\u0301a  {A}\n====  ===",
    "a title that skips a level": f"A\n=\n\nB\n-\n\nC\n=\n\nD {A}\n~~~~~~~~~~~~~~~~~\n\n{B}",
    "a short overline": f"==\nlong title {A}\n==\n\n{B}",
    "an overline without underline": f"=====\n{A}\n\n{B}",
    "a title in a list": f"- {A}\n  =====================\n\n  {B}",
    "an attribution": f"   x\n\n   -- `a\n      <{A}>`_\n\n   {B}",
    "an empty comment": f"..\n\n   {A}",
    "a comment": f"..\n   {A}\n\n   {B}",
    "a literal block that is none": f"x::\n\n{A}",
    "a quoted literal block": f"x::\n\n> {A}\n> x\n\n{B}",
    "a term": f"{A} ::\n  {B}",
    "options": f"-a, --all=x  {A}\n--b\n\n    {B}",
    "no options": f"-a\n{A}",
    "a table that does not end": f"== ==\na  {A}\n\n{B}",
    "a row that spans": f"==  ==\n{A}\n------\na   {B}\n==  ==",
    "a span that fits no column": f"===  ===\na     b\n----  --\nc    {A}\n===  ===\n\n{B}",
    "borders of different widths": f"===  ===\na    {B}\n===  ====\nc    {A}\n===  ===",
    "a row that is too wide": f"+-----------------+\n|{A}  |\n|x                |y|\n+-----------------+\n\n{B}",
    "cells that span": f"+--+------------------+\n|a |{A}   |\n+  +-----+------------+\n|  | b   | c          |\n"
    "+--+-----+------------+",
    "a crooked table": f"+--+-------+\n|a | {A} |\n+--+-------+\n\n{B}",
    "unknown schemes": f"git+ssh://me@a.com/x {A}\n\n{B} svn:x {A}",
    "an escaped scheme": f"http\\://a.com {A}",
    "a trailing question mark": f"{A}?a? {B}#.",
    "references within an address": "https://a.com/x_ https://a.com/*x* https://a.com/a_b_c",
    "a substitution": f"|a| |b|_\n\n.. |a| replace:: x {A}\n.. |b| image:: {B}\n.. _b: {A}3",
    "text behind a substitution": f".. |a|\n\n   {A}\n\n{B}",
    "a target without end": f".. _a\n   {A}\n\n{B}",
    "a target that ends in an underscore": f"x_\n\n.. _x: page.html_\n.. _y: {A}_",
}


@pytest.mark.parametrize("text", PITFALLS.values(), ids=PITFALLS.keys())
def test_pitfalls_are_read_as_docutils_reads_them(text: str) -> None:
    shown = {resolve(url) for url in rendered(text).shown}
    assert {link.url for link in links(text) if link.renders} == shown


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"did. `a\n     <{A}>`_", "bare"),
        (f"mix. `a\n     <{A}>`_", "inline"),
        (f"1. `a\n3. <{A}>`_", "inline"),
        (f"1. `a\n2. <{A}>`_", "bare"),
        (f"(b) `a\n(c) <{A}>`_", "bare"),
        (f"(i) `a\n(ii) <{A}>`_", "bare"),
        (f"   x\n\n   -- `a\n      <{A}>`_", "inline"),
        (f"   -- `a\n      <{A}>`_", "bare"),
        (f'.. csv-table::\n\n   "`x\n   <{A}>`_", y', "inline"),
        (f'.. csv-table::\n\n   "`x\n   y, <{A}>`_", z', "inline"),
        (f".. csv-table::\n\n   `x, <{A}>`_", "bare"),
    ],
)
def test_a_phrase_ends_with_its_block(text: str, kind: str) -> None:
    assert written(text) == [(kind, A)]


@pytest.mark.parametrize(
    "text",
    [
        f"``{A}``",
        f"::\n\n   {A}",
        f"Paragraph::\n\n> {A}",
        f">>> {A}",
        f".. {A}",
        f"..\n   {A}",
        f".. code-block:: python\n\n   {A}",
        f".. math:: {A}",
        "Not a table:\n\n+---+---+\n| " + A,
    ],
)
def test_code_and_comments_are_found_if_wanted(text: str) -> None:
    assert written(text) == []
    assert [(link.kind, link.raw, link.renders) for link in links(text, code=True)] == [("code", A, False)]


@pytest.mark.parametrize(
    "text",
    [
        f"*{A}*",
        f"**{A}**",
        f"`{A}`",
        f":role:`{A}`",
        f"x{A}",
        f"`x <name {A[8:]}>`",
        "std::vector",
        "a:b",
        ".. include:: https.txt",
        f".. role:: x\n   :class: {A}",
        f".. meta::\n   :description: {A}",
    ],
)
def test_what_docutils_makes_no_link_of_is_none(text: str) -> None:
    assert written(text) == []


def test_what_docutils_gives_up_on_is_found_and_does_not_render() -> None:
    found = links(f"std::vector and {A}\n\n{B}")
    assert [(link.raw, link.renders) for link in found] == [(A, False), (B, True)]


@pytest.mark.parametrize(
    ("text", "raw", "other"),
    [
        ("https://a.com中文", "https://a.com", "https://a/"),
        ("https://zh.a.org/wiki/深度。", "https://zh.a.org/wiki/深度", "https://zh.a.org/wiki"),
    ],
)
def test_a_bare_url_that_docutils_cuts_at_foreign_letters_is_whole(text: str, raw: str, other: str) -> None:
    (found,) = links(text)
    assert found.raw == raw
    assert found.alternative is not None
    assert found.alternative.url == other


@pytest.mark.parametrize(
    ("text", "raw"),
    [
        (f"x_\n\n.. _x: {A}/\n   index.html", f"{A}/index.html"),
        (f"`x <{A}/\nindex.html>`_", f"{A}/index.html"),
        (f".. image:: {A}/\n   index.png", f"{A}/index.png"),
        (f'.. csv-table::\n\n   "`a <{A}""b>`_"', f'{A}"b'),
    ],
)
def test_an_address_that_is_not_in_one_piece_has_no_span(text: str, raw: str) -> None:
    (found,) = links(text)
    assert (found.raw, found.span, found.no_span) == (raw, None, NoSpan.INTERRUPTED)
    assert found.url == resolve(raw)


@pytest.mark.parametrize(
    ("text", "renders"),
    [
        (f"x_\n\n.. _x: {A}", True),
        (f".. _x: {A}", False),
        (f"x_\n\n.. _x: {A}\n.. _x: {B}", False),
        (f"x_\n\n.. _x: {A}\n.. _x: {A}/", False),
        (f"`x <{B}>`_ x_\n\n.. _x: {A}", True),
        (f"y_\n\n.. _y: x_\n.. _x: {A}", True),
        (f".. _y: x_\n.. _x: {A}", False),
        (f"y_\n\n.. _y:\n.. _x: {A}", True),
        (f"y_\n\n.. _y:\n\nParagraph\n\n.. _x: {A}", False),
        (f"`text <x_>`_\n\n.. _x: {A}", True),
        (f"|x|_\n\n.. |x| replace:: X\n.. _x: {A}", True),
        (f".. image:: x.png\n   :target: x_\n\n.. _x: {A}", True),
        (f"x__\n\n__ {A}", True),
        (f"x__ y__\n\n__ {A}", False),
        (f"x__\n\n__ x_\n\n.. _x: {A}", True),
        (f".. |x| image:: {A}", False),
        (f"|X|\n\n.. |x| image:: {A}", True),
    ],
)
def test_what_nothing_leads_to_does_not_render(text: str, renders: bool) -> None:
    assert [link.renders for link in links(text) if link.raw == A] == [renders]


TITLES = f"""
=====
 Top
=====
{A}

One ``x``
---------
{A}

Deep `y <{B}>`_
~~~~~~~~~~~~~~~
* {A}

Two
---
.. _x: {A}
"""


def test_a_link_stands_under_the_titles_before_it() -> None:
    paths = [(link.raw, link.headings) for link in links(TITLES)]
    assert paths == [
        (A, ("Top",)),
        (A, ("Top", "One x")),
        (B, ("Top", "One x", "Deep y")),
        (A, ("Top", "One x", "Deep y")),
        (A, ("Top", "Two")),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "at"),
    [
        (f"text\n\n.. _x: {A}", LintKind.UNUSED_REFERENCE, A),
        (f"x__\n\n__ {A}\n__ {B}", LintKind.UNUSED_REFERENCE, B),
        (f"x_\n\n.. _x: {A}\n.. _x: {B}", LintKind.DUPLICATE_REFERENCE, B),
        ("see foo_ there", LintKind.DANGLING_REFERENCE, "foo"),
        ("see `foo\nbar`_ there", LintKind.DANGLING_REFERENCE, None),
        ("`x <foo_>`_", LintKind.DANGLING_REFERENCE, "foo"),
        (f"one__ two__\n\n__ {A}", LintKind.DANGLING_REFERENCE, "two"),
        (f"{A}\n\n" + "- " * 60 + B, LintKind.NESTING_LIMIT, None),
    ],
)
def test_what_is_odd_about_references(text: str, kind: LintKind, at: str | None) -> None:
    (lint,) = extraction_of(document(text)).lints
    assert lint.kind is kind
    if at is not None:
        assert lint.span is not None
        assert text.encode()[lint.span.start : lint.span.end].decode() == at


@pytest.mark.parametrize(
    "text",
    [
        f"foo_\n\n.. _Foo: {A}",
        "Foo\n===\n\nfoo_",
        "foo_ [1]_ `1`_ [x]_\n\n.. [1] a\n.. [x] b\n.. _foo:\n\ntext",
        "_`foo` foo_",
        f"`foo <{A}>`_ and foo_",
        "foo_\n\n.. note:: x\n   :name: foo",
        "foo_\n\n.. include:: links.txt",
        f"`a <{A}>`_ `a <{B}>`_",
        f"x_ x_\n\n.. _x: {A}",
        "``foo_`` foo\\_ snake_case __init__",
    ],
)
def test_what_is_not_odd(text: str) -> None:
    assert extraction_of(document(text)).lints == ()


def test_the_links_of_what_is_nested_too_deeply_are_checked_and_not_edited() -> None:
    found = links(f"{A}\n\n" + "- " * 60 + f"`x <{B}>`_")
    assert [(link.raw, link.no_span) for link in found] == [(A, None), (B, NoSpan.SCANNED)]


def test_identifiers_are_found_if_wanted() -> None:
    text = f"`x <{A}>`_ arXiv:1706.03762"
    assert written(text) == [("inline", A)]
    assert written(text, implied=True) == [("inline", A), ("implied", "1706.03762")]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (f"\ufeff标题\r\n====\r\n\r\n深\t{A}\r\n".encode(), "utf-8"),
        (f"标题\n====\n\n深度学习 {A}\n".encode("gb18030"), "gb18030"),
        (f"caf\\xe9 {A}".encode().replace(b"\\xe9", b"\xe9"), "latin-1"),
        (f"a\0b\f{A}".encode(), "utf-8"),
    ],
)
def test_every_encoding_has_exact_spans(data: bytes, encoding: str) -> None:
    (found,) = links_of(document(data))
    assert found.span is not None
    assert data[found.span.start : found.span.end].decode(encoding) == found.raw == A


@settings(max_examples=250, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_docutils_finds_the_same(text: str) -> None:
    found = links(text)
    expected = rendered(text)
    assert {resolve(url) for url in expected.all} <= {link.url for link in found}
    if not expected.has_lost:
        assert {link.url for link in found if link.renders} <= {resolve(url) for url in expected.shown}


FRAGMENTS = st.sampled_from(
    [
        *"`*_|:<>[]()\\.-=+~\"'#@\t\n\0\f中",
        *("\n\n", "\n   ", "``", "**", "`_", "`__", "::", ".. ", ".. _", ".. |", "__ ", "- ", "1. ", ":a: ", "-a  "),
        *("+--+\n", "|  |\n", "== ==\n", "====\n", "----\n", ">>> ", "| ", " <", A, "a_", "a@b.c", ".. image:: "),
        *(".. csv-table::\n\n   ", ".. raw:: html\n\n   ", '<a href="', "\u2028", "[1]_", ".. [1] ", "|a|_"),
    ],
)


@settings(max_examples=400, deadline=None, database=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_whatever_is_written_spans_are_exact_in_order_and_apart(text: str) -> None:
    data = text.encode()
    end = 0
    for link in links_of(document(data), code=True, implied=True):
        if link.span is not None:
            assert end <= link.span.start <= link.span.end
            end = link.span.end
            assert data[link.span.start : link.span.end].decode() == link.raw


def test_a_table_that_would_take_forever_is_shown_as_it_is() -> None:
    rows = ["+" + "-" * 398 + "+", *["|" + "+" * 398 + "|"] * 400, "+" + "-" * 398 + "+"]
    assert written("\n".join([*rows, "", A])) == [("bare", A)]


def test_a_sphinx_page_is_read() -> None:
    page = cleandoc(
        f"""
        .. _top:

        API :func:`x`
        =============

        .. toctree::
           :maxdepth: 2

           intro
           Elsewhere <{A}>

        .. py:function:: f(*args, **options)
           :module: m

           See :ref:`top`, `docs <{A}>`_.

           :param args: what {B} says
           :rtype: `t <{B}>`__

        .. tab-set::

            .. tab-item:: One

                |badge|

        .. |badge| image:: {A}
           :target: {B}
        """
    )
    expected = [("bare", A), ("inline", A), ("bare", B), ("inline", B), ("image", A), ("inline", B)]
    assert written(page) == expected
