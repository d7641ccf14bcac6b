"""Ignore comments: links to off.example are left alone in each of these documents, those to on.example are not."""

from __future__ import annotations

import json
import time

import pytest

from dlt_crawler.model import DocumentFormat, Extraction, LintKind, Resource, SkipReason, SourceDocument
from dlt_crawler.sources import Limits, Options, extract_all
from dlt_crawler.sources.fallback import scanned
from tests.extraction_support import extraction_of

MARKDOWN = {
    "an alternative text": """
![<!-- dlt-crawl: disable -->](https://on.example/1) [a](https://on.example/2)
""",
    "line": """
[a](https://on.example/1)
[b](https://off.example/2) <!-- dlt-crawl: ignore --> [c](https://off.example/3)
[d](https://on.example/4)
""",
    "where the URL begins": """
[a label of
two lines](https://off.example/1) <!-- dlt-crawl: ignore -->

[b](https://on.example/2
"title") <!-- dlt-crawl: ignore -->

[c
](https://on.example/3) and
<!-- dlt-crawl: ignore -->
""",
    "as it may be written": """
<https://off.example/1> <!--dlt-crawl:ignore-->
<https://off.example/2> <!--   DLT-Crawl :\tIGNORE   -->
<https://off.example/3> <!-- dlt-crawl: ignore because -- as they say -- it is only up at night -->
<https://off.example/4> <!-- dlt-crawl: ignore, until 2027-01-01 -->
<https://off.example/5> <!-- dlt-crawl: ignore，因为 -->
<https://off.example/6> <!-- dlt-crawl: ignore dlt-crawl: enable -->
<https://off.example/7> <!-- dlt-crawl:
ignore -->

<https://off.example/8> <!--- dlt-crawl: ignore -->
""",
    "no directive": """
<https://on.example/1> <!-- see dlt-crawl: ignore -->
<https://on.example/2> `<!-- dlt-crawl: ignore -->`
<https://on.example/3> \\<!-- dlt-crawl: ignore -->
<https://on.example/4> <!-- dlt-crawler: ignore -->
<https://on.example/5> <a title="<!-- dlt-crawl: ignore -->">x</a>
<https://on.example/6> dlt-crawl: ignore [//]: # (dlt-crawl: ignore)

    <!-- dlt-crawl: disable -->

```html
<!-- dlt-crawl: disable -->
```

<script>
"<!-- dlt-crawl: disable -->"
</script>

# dlt-crawl: disable
[a](https://on.example/7)
""",
    "lines of a comment": """
- https://off.example/1 <!-- dlt-crawl: ignore
  while <b>they</b> --> <https://off.example/2>
  move https://on.example/3
""",
    "next line": """
<!-- dlt-crawl: ignore-next-line -->
[a](https://off.example/1) <https://off.example/2>
[b](https://on.example/3)

<!--
dlt-crawl: ignore-next-line
(they are moving)
-->

[c](https://off.example/4)
[d](https://on.example/5)

https://on.example/6 <!-- dlt-crawl: ignore-next-line --> https://on.example/7
https://off.example/8

https://on.example/9 <!-- dlt-crawl: ignore-next-line -->""",
    "between": """
[a](https://on.example/1) <!-- dlt-crawl: disable --> [b](https://off.example/2)

# [c](https://off.example/3)

![d](https://off.example/4)
<!-- dlt-crawl: disable --> <a href="https://off.example/5">e</a>

<!-- dlt-crawl: disable -->
- [f](https://off.example/6) <!-- dlt-crawl: enable --> [g](https://on.example/7)

[h](https://on.example/8)
""",
    "to the end": """
[a](https://on.example/1)

> <!-- dlt-crawl: disable -->

- https://off.example/2

[b]: https://off.example/3
""",
    "two in one comment, and two on a line": """
<!--
dlt-crawl: disable
dlt-crawl: ignore-next-line
-->
[a](https://off.example/1)
<!-- dlt-crawl: enable --><!-- dlt-crawl: ignore-next-line -->
[b](https://off.example/2)
[c](https://on.example/3)
""",
    "reference definitions": """
[a][], [b][], [c][] <!-- dlt-crawl: ignore -->, [d]

<!-- dlt-crawl: ignore-next-line -->
[a]: https://off.example/1
[b]: https://on.example/2
<!-- dlt-crawl: disable -->

[c]: https://off.example/3 "title"
<!-- dlt-crawl: enable -->

[d]: https://on.example/4
""",
    "tables": """
<!-- dlt-crawl: ignore-next-line -->
| [a](https://off.example/1) | b |
|---|---|
| https://off.example/2 | x\\|y <!-- dlt-crawl: ignore --> [b](https://off.example/3) |
| https://on.example/4 | <!-- dlt-crawl: ignore-next-line --> |
| [c](https://off.example/5) | `<!-- dlt-crawl: ignore -->` |
| `<!-- dlt-crawl: ignore -->` | [d](https://on.example/6) |
""",
    "containers": """
* a
  1. > <https://off.example/1> <!-- dlt-crawl: ignore
     > (for now)
     > --> <https://off.example/2>
     > <https://on.example/3>
     > <!-- dlt-crawl: ignore-next-line -->
     >
     > [x](https://off.example/4)
     > [x](https://on.example/5)
  2. <https://on.example/6>

     <!-- dlt-crawl: ignore-next-line -->
     <https://off.example/7>
\t\t<https://on.example/8>
""",
    "HTML blocks": """
<div><a href="https://off.example/1">a</a> <!-- dlt-crawl: ignore -->
<a href="https://on.example/2">b</a>
<!-- dlt-crawl: ignore-next-line -->
<img src="https://off.example/3" srcset="https://off.example/4 2x">
</div>

<p title="
<!-- dlt-crawl: disable -->"><a href="https://on.example/5">c</a></p>
""",
    "labels and images": """
[![a](https://off.example/1)](https://off.example/2) <!-- dlt-crawl: ignore -->

[b <!-- dlt-crawl: disable -->](https://off.example/3)
<!-- dlt-crawl: enable -->
""",
    "footnotes": """
A[^a] and b[^b].

[^a]: https://off.example/1 <!-- dlt-crawl: ignore -->
[^b]: https://on.example/2

    <!-- dlt-crawl: ignore-next-line -->
    https://off.example/3
""",
    "YAML": """---
# dlt-crawl: ignore-next-line
url: https://off.example/1
link: https://off.example/2 # dlt-crawl: ignore
title: 'a # b' # dlt-crawl: ignore-next-line
image: https://off.example/3
icon: https://on.example/4
text: "x # dlt-crawl: disable"
more: |
  # dlt-crawl: disable
plain: a#dlt-crawl:disable
cover: &x https://off.example/5   ## dlt-crawl: ignore
links: [ # dlt-crawl: ignore-next-line
  https://off.example/6,
  https://on.example/7] # dlt-crawl: disable
---
[a](https://off.example/8)
<!-- dlt-crawl: enable -->

# dlt-crawl: disable
[b](https://on.example/9)
""",
    "TOML": """+++
url = "https://off.example/1"# dlt-crawl: ignore
text = "# dlt-crawl: disable"
image = "https://on.example/2"
+++
""",
    "HTML in those of YAML": """---
# <!-- dlt-crawl: ignore-next-line -->
url: https://off.example/1
image: https://off.example/2 # <!-- dlt-crawl: ignore -->
link: https://on.example/3
---
""",
    "only comments in front": """---
# dlt-crawl: disable
---
https://off.example/1
""",
}

OTHERS = {
    DocumentFormat.HTML: """<!DOCTYPE html>
<title><!-- dlt-crawl: disable --></title>
<a href="https://off.example/1">a</a> <!-- dlt-crawl: ignore --> <img src='https://off.example/2'>
<a href="https://on.example/3" title="<!-- dlt-crawl: ignore -->">b</a>
<script src=https://on.example/4>/* <!-- dlt-crawl: disable --> */</script>
<!-- dlt-crawl: ignore-next-line -->

<a href=https://off.example/5
   ping=https://on.example/6>c</a>
<!-- dlt-crawl: disable
--><a href="https://off.example/7">d</a><!-- dlt-crawl: enable --><a href="https://on.example/8">e</a>
""",
    DocumentFormat.TEXT: """
https://off.example/1 # dlt-crawl: ignore
https://off.example/2 <!-- dlt-crawl: ignore --> #1 https://off.example/3
https://on.example/4#dlt-crawl:ignore
https://off.example/5 #5 # dlt-crawl: ignore
# dlt-crawl: ignore-next-line

https://off.example/6
https://on.example/7 dlt-crawl: ignore
<!-- once
# dlt-crawl: disable
--> https://on.example/8
## dlt-crawl: disable
https://off.example/9
<!-- dlt-crawl: enable --> https://on.example/10
https://off.example/11 <!-- dlt-crawl: ignore
https://on.example/12 <!-- not closed
""",
    DocumentFormat.RST: """
.. dlt-crawl: ignore

`a <https://off.example/1>`_ and
https://on.example/2

.. dlt-crawl: ignore-next-line
   because

* https://off.example/3

  ..
     dlt-crawl: disable

  https://off.example/4

  .. dlt-crawl: enable

  https://on.example/5

+------------------------+---------------------------+
| https://off.example/6  | .. dlt-crawl: ignore      |
+------------------------+---------------------------+
| https://on.example/7   | .. is this dlt-crawl: no? |
+------------------------+---------------------------+

::

    .. dlt-crawl: disable

.. _b: https://on.example/8

b_ ``.. dlt-crawl: disable``

.. raw:: html

   <a href="https://off.example/9">x</a> <!-- dlt-crawl: ignore -->
   <a href="https://on.example/10">x</a>

.. dlt-crawl: disable

.. _c: https://off.example/11

c_
""",
    DocumentFormat.BIBTEX: """
% dlt-crawl: ignore-next-line
@misc{a, url = {https://off.example/1}}
@misc{b,
  url = {https://off.example/2}, % dlt-crawl: ignore
  note = {\\url{https://on.example/3} 100 % dlt-crawl: ignore
  }
} dlt-crawl: disable
@comment{dlt-crawl: disable}
@misc{c, url = {https://off.example/4}}
%% dlt-crawl: enable
@misc{d, url = {https://on.example/5}} % dlt-crawl: ignore-next-line
@misc{e, url = {https://off.example/6}}
@comment{
  dlt-crawl: disable
}
@misc{f, url = {https://off.example/7}}
@Comment dlt-crawl: enable
@misc{g, url = {https://on.example/8}}
""",
}


def check(found: Extraction, text: str) -> None:
    """Every link of the text was found, and is left alone or not by the host that it leads to."""
    assert len(found.links) == text.count("://off.example") + text.count("://on.example")
    for link in found.links:
        assert (link.target is SkipReason.IGNORED) == ("off.example" in str(link.url)), link
    # Some comments show by that what they are not about.
    assert {lint.kind for lint in found.lints} <= {LintKind.NEEDLESS_IGNORE}


def extracted(text: str, document_format: DocumentFormat = DocumentFormat.MARKDOWN) -> Extraction:
    return extraction_of(SourceDocument("list", text.encode(), "", document_format))


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
def test_markdown(text: str) -> None:
    check(extracted(text.removeprefix("\n")), text)


@pytest.mark.parametrize("document_format", OTHERS)
def test_other_formats(document_format: DocumentFormat) -> None:
    text = OTHERS[document_format]
    check(extracted(text, document_format), text)


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=repr)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
@pytest.mark.parametrize("name", ["containers", "tables", "next line", "YAML", "as it may be written"])
def test_bytes_of_other_kinds(name: str, encoding: str, newline: str) -> None:
    text = MARKDOWN[name].removeprefix("\n") + "中文 https://on.example/99\n"
    data = text.replace("\n", newline).encode(encoding)
    check(extraction_of(SourceDocument("list.md", data, "")), text)


@pytest.mark.parametrize("in_one_string", [True, False])
def test_notebooks_have_the_lines_of_their_cells(in_one_string: bool) -> None:
    cells = [
        ("markdown", MARKDOWN["next line"]),
        ("markdown", MARKDOWN["line"] + "\n<!-- dlt-crawl: disable -->"),
        ("code", "# dlt-crawl: enable"),
        ("markdown", "https://off.example/97\n<!-- dlt-crawl: enable -->\n\nhttps://on.example/98 \U0001f4d3"),
        ("markdown", "<!-- dlt-crawl: ignore-next-line -->"),
        ("markdown", "https://on.example/99"),
    ]
    listed = [
        {"cell_type": kind, "metadata": {}, "source": source if in_one_string else source.splitlines(keepends=True)}
        for kind, source in cells
    ]
    text = json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    check(extracted(text, DocumentFormat.NOTEBOOK), text)


# ── Documents, and places in them, that are not parsed ──────────────────────────────────────────────────────────────

SCANNED = {
    DocumentFormat.MARKDOWN: MARKDOWN["next line"] + " -->" + MARKDOWN["two in one comment, and two on a line"],
    DocumentFormat.HTML: """<a href="https://off.example/1"> <!-- dlt-crawl: ignore -->\n<a href="https://on.example/2">""",
    DocumentFormat.TEXT: OTHERS[DocumentFormat.TEXT],
    DocumentFormat.RST: ".. dlt-crawl: ignore\n\nhttps://off.example/1\nhttps://on.example/2",
    DocumentFormat.BIBTEX: OTHERS[DocumentFormat.BIBTEX].replace("100 % dlt", "dlt"),
}


@pytest.mark.parametrize("document_format", SCANNED)
def test_a_document_that_is_not_parsed(document_format: DocumentFormat) -> None:
    text = SCANNED[document_format]
    found = scanned(SourceDocument("list", text.encode(), "", document_format), Options(), "it is too long")
    # Among what is not parsed, a comment may stand for itself.
    expected = {LintKind.NOT_PARSED, LintKind.DUPLICATE_LINK, LintKind.NEEDLESS_IGNORE}
    assert {lint.kind for lint in found.lints} <= expected
    check(Extraction(found.links), text)


def test_front_matter_of_a_document_that_is_not_parsed() -> None:
    text = "---\nurl: https://off.example/1 # dlt-crawl: ignore\n---\n# dlt-crawl: disable\nhttps://on.example/2\n"
    check(Extraction(scanned(SourceDocument("list", text.encode(), ""), Options(), "it is too long").links), text)


def test_lines_that_are_too_long_and_their_comments() -> None:
    text = f"https://off.example/1 <!-- dlt-crawl: ignore -->\n{'x' * 5000}\nhttps://on.example/2\n"
    document = SourceDocument("list.md", text.encode(), "")
    ((_, found),) = extract_all([document], Options(max_line=1000), Limits())
    assert isinstance(found, Extraction)
    check(Extraction(found.links), text)


@pytest.mark.parametrize(
    ("document_format", "text"),
    [
        (
            DocumentFormat.MARKDOWN,
            f"{'> ' * 101}https://off.example/1 <!-- dlt-crawl: ignore -->\n{'> ' * 101}https://on.example/2\n",
        ),
        (
            DocumentFormat.MARKDOWN,
            f"{'[' * 120}https://off.example/1 <!-- dlt-crawl: ignore --> {'](x)' * 120}\nhttps://on.example/2",
        ),
        (
            DocumentFormat.MARKDOWN,
            "a <!-- dlt-crawl: disable --> {}https://off.example/1 {} <!-- dlt-crawl: enable -->".format(
                "![" * 120, "](x)" * 120
            ),
        ),
        (DocumentFormat.RST, f"{'* ' * 52}.. dlt-crawl: ignore\n\n{' ' * 104}https://off.example/1\n"),
    ],
)
def test_places_that_are_nested_too_deeply(document_format: DocumentFormat, text: str) -> None:
    found = extracted(text, document_format)
    by_host = {str(link.url).split("/")[2]: link.target for link in found.links if "example" in str(link.url)}
    assert by_host.pop("off.example") is SkipReason.IGNORED
    assert all(isinstance(target, Resource) for target in by_host.values())
    assert LintKind.UNKNOWN_DIRECTIVE not in {lint.kind for lint in found.lints}


# ── What else is said, and not said ─────────────────────────────────────────────────────────────────────────────────

ODD = """\
[]() [x]((https://a.example)) https://a.example/中文，x [https://b.example](https://c.example)
[d](https://d.example) [d](https://d.example) https://e.example/\u200bx [text][nowhere]
[unused]: https://f.example
"""


def test_links_that_are_left_alone_are_not_linted() -> None:
    assert len(extracted(ODD.replace("\n", "\n\n")).lints) >= 7
    found = extracted("<!-- dlt-crawl: disable -->\n\n" + ODD.replace("\n", "\n\n"))
    assert {link.target for link in found.links} == {SkipReason.IGNORED}
    assert not found.lints
    # Nor is one that is checked a duplicate of one that is not.
    assert not extracted("<https://d.example> <!-- dlt-crawl: ignore -->\n<https://d.example>").lints


def test_nothing_else_is_checked_for_a_link_that_is_left_alone() -> None:
    text = (
        "https://a.example/x\u200by https://b.example/,中文 <https://c.example/?a&amp;b>\n"
        "https://web.archive.org/web/2020/https://d.example/"
    )
    before = extracted(text).links
    assert [bool(link.alternative) for link in before] == [True, True, True, False]
    assert before[-1].original == Resource("https://d.example/")
    after = extracted(f"<!-- dlt-crawl: disable --> {text} <!-- dlt-crawl: enable -->".replace("\n", " ")).links
    assert len(after) <= len(before)
    after = extracted(text.replace("\n", " <!-- dlt-crawl: ignore -->\n") + " <!-- dlt-crawl: ignore -->").links
    assert [link.url for link in after] == [link.url for link in before]
    assert {(link.target, link.alternative, link.original) for link in after} == {(SkipReason.IGNORED, None, None)}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n<!-- dlt-crawl: ignor -->", 2, "“ignor” is not understood behind “dlt-crawl:”; write ignore, "),
        ("<!-- dlt-crawl: ignore_next_line -->", 1, "“ignore_next_line” is not understood"),
        (f"<!-- dlt-crawl: {'x' * 1000} -->", 1, f"“{'x' * 40}” is not understood"),
        ("<!-- dlt-crawl: -->", 1, "nothing is said behind “dlt-crawl:”; write ignore, "),
        ("<!-- dlt-crawl: enable -->", 1, "this comment enables what nothing before it has disabled"),
        ("<!-- dlt-crawl: disable -->\n<ab:c> <!-- dlt-crawl: enable -->\n\n<!-- dlt-crawl: enable -->", 4, "this "),
        ("---\na: 1 # dlt-crawl: on\n---\n", 2, "“on” is not understood"),
    ],
)
def test_a_comment_that_means_nothing_is_linted(text: str, line: int, message: str) -> None:
    (lint,) = extracted(text).lints
    assert (lint.kind, lint.line) == (LintKind.UNKNOWN_DIRECTIVE, line)
    assert lint.message.startswith(message)
    assert lint.span is not None
    assert b"dlt-crawl" in text.encode()[lint.span.start : lint.span.end]


def test_code_and_implied_links_are_left_alone_too() -> None:
    text = "`https://off.example/1` arXiv:2101.00001 <!-- dlt-crawl: ignore https://off.example/2 -->\n"
    found = extraction_of(SourceDocument("list.md", text.encode(), ""), code=True, implied=True)
    assert [link.target for link in found.links] == 3 * [SkipReason.IGNORED]


def test_links_that_are_left_alone_count_for_the_limit() -> None:
    text = "https://off.example/1 <!-- dlt-crawl: ignore -->\nhttps://on.example/2\nhttps://on.example/3\n"
    found = extraction_of(SourceDocument("list.md", text.encode(), ""), max_links=2)
    assert [link.target for link in found.links] == [SkipReason.IGNORED, Resource("https://on.example/2")]
    assert [lint.kind for lint in found.lints] == [LintKind.TOO_MANY_LINKS]


@pytest.mark.parametrize(
    ("document_format", "text"),
    [
        (DocumentFormat.TEXT, "x <!-- dlt-crawl: ignore -->" * 40_000),
        (DocumentFormat.TEXT, "<!-- dlt-crawl: ignore\n" * 40_000),
        (DocumentFormat.TEXT, "<!-- dlt-crawl: ignore-next-line -->" * 20_000 + "\n" * 500_000 + "x"),
        (DocumentFormat.TEXT, "<!-- dlt-crawl: disable -->\n\n<!-- dlt-crawl: enable -->\n" * 20_000),
        (DocumentFormat.HTML, "<!-- dlt-crawl:" + "\n - " * 300_000),
        (DocumentFormat.BIBTEX, "@comment" * 40_000 + "% dlt-crawl: ignore\n" * 20_000),
    ],
)
def test_many_comments_take_time_in_proportion(document_format: DocumentFormat, text: str) -> None:
    started = time.process_time()
    extracted(text, document_format)
    assert time.process_time() - started < 5
