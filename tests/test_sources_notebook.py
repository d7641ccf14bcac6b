"""Jupyter notebooks: the links of the markdown cells, each at its place in the JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
import tree_sitter_json
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Node, Parser

from dlt_crawler.errors import SourceError
from dlt_crawler.model import DocumentFormat, LinkOccurrence, LintKind, NoSpan, SourceDocument
from dlt_crawler.sources.json_strings import JsonError, JsonScalar, JsonString, JsonValue, decoded, read_json, value_of
from tests.extraction_support import extraction_of, links_of

A, B = "https://a.com/1", "https://b.com/2"


def document(text: str | bytes) -> SourceDocument:
    data = text if isinstance(text, bytes) else text.encode()
    return SourceDocument("list.ipynb", data, "", DocumentFormat.NOTEBOOK)


def notebook(*cells: tuple[str, Any], **style: Any) -> str:
    listed = [{"cell_type": kind, "metadata": {}, "source": source} for kind, source in cells]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, **style)


def links(text: str, **options: bool) -> tuple[LinkOccurrence, ...]:
    """Also checks that spans hold what is reported, in order, and that lines and columns lead to them."""
    found = links_of(document(text), **options)
    data = text.encode()
    end = 0
    for link in found:
        if link.span is not None:
            assert end <= link.span.start <= link.span.end
            end = link.span.end
            assert data[link.span.start : link.span.end].decode() == link.raw
            assert text.split("\n")[link.line - 1][link.column - 1 :].startswith(link.raw)
    return found


MARKDOWN = f"""# 标题 "quoted"

See [text]({A} "title"), <{B}> and {A}，中文

![image](attachment:image.png) ![x][r]
\t<a href="{A}">a\\b</a>
| a | b |
|---|---|
| x\\|y | [t]({B}) |

[r]: {B}
"""


@pytest.mark.parametrize("style", [{}, {"indent": 1}, {"ensure_ascii": False}, {"separators": (",", ":")}], ids=str)
@pytest.mark.parametrize("split", [False, True], ids=["one string", "lines"])
def test_a_cell_has_the_links_of_its_markdown(style: dict[str, Any], split: bool) -> None:
    text = notebook(("markdown", MARKDOWN.splitlines(keepends=True) if split else MARKDOWN), **style)
    expected = links_of(SourceDocument("list.md", MARKDOWN.encode(), ""))
    found = links(text)
    assert [(link.kind, link.raw, link.url, link.text, link.renders, link.headings) for link in found] == [
        (link.kind, link.raw, link.url, link.text, link.renders, link.headings) for link in expected
    ]
    assert all(link.span for link in found)
    assert [link.target for link in found if link.raw.startswith("attachment:")] == ["scheme"]


def test_only_markdown_cells_are_read_and_code_if_wanted() -> None:
    cells = [("raw", f"[r]({A}/raw)"), ("code", [f"# {A}/c\n", f"x = '{B}'"]), ("markdown", f"[m]({A}/m) `{A}/x`")]
    text = notebook(*cells)
    assert [link.raw for link in links(text)] == [f"{A}/m"]
    assert [(link.kind, link.raw, link.renders) for link in links(text, code=True)] == [
        ("code", f"{A}/c", False),
        ("code", B, False),
        ("inline", f"{A}/m", True),
        ("code", f"{A}/x", False),
    ]


def test_what_cells_put_out_holds_no_links() -> None:
    cell = {"cell_type": "code", "source": "x", "outputs": [{"text": [A], "data": {"text/html": f"<a href='{B}'>"}}]}
    assert links(json.dumps({"cells": [cell], "nbformat": 4}), code=True) == ()


def test_each_cell_defines_its_own_references() -> None:
    text = notebook(
        ("markdown", f"[x]\n\n[x]: {A}"), ("markdown", f"[x]\n\n[x]: {B}"), ("markdown", "[text][missing] [x]")
    )
    assert [(link.raw, link.renders) for link in links(text)] == [(A, True), (B, True)]
    (lint,) = extraction_of(document(text)).lints
    assert lint.kind is LintKind.DANGLING_REFERENCE
    assert lint.span is not None
    assert text[lint.span.start : lint.span.end] == "[text][missing]"


def test_a_cell_has_no_front_matter() -> None:
    text = notebook(("markdown", f"---\nimage: {A}\n---\n"))
    assert [(link.kind, link.raw) for link in links(text)] == [("bare", A)]


def test_headings_go_on_over_the_cells() -> None:
    cells = ["# One [*x*][r]\n\n[r]: /r", A, "## Two", f"> ### In a quote\n\n{A}", f"# Three\n{A}"]
    text = notebook(*(("markdown", cell) for cell in cells), ("code", A))
    assert [link.headings for link in links(text, code=True) if link.raw == A] == [
        ("One x",),
        ("One x", "Two"),
        ("Three",),
        ("Three",),
    ]


def test_identifiers_are_found_if_wanted() -> None:
    text = notebook(("markdown", f"arXiv:1706.03762 and {A}/10.1000/182"), ("code", "arXiv:1706.03763"))
    assert [link.raw for link in links(text, implied=True)] == ["1706.03762", f"{A}/10.1000/182"]


def test_format_3_has_worksheets_and_heading_cells() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": [f"Top [x]({A})"]},
        {"cell_type": "markdown", "source": B},
        {"cell_type": "code", "input": f"get('{A}')"},
    ]
    text = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3})
    found = links(text, code=True)
    assert [(link.kind, link.raw, link.headings) for link in found] == [
        ("inline", A, ("Top x",)),
        ("bare", B, ("Top x",)),
        ("code", A, ("Top x",)),
    ]


@pytest.mark.parametrize(
    ("source", "raw", "url"),
    [
        (r'"[a](https:\/\/a.com\/1)"', r"https:\/\/a.com\/1", A),
        (r'"[a](https://a.com/\u4e2d)"', r"https://a.com/\u4e2d", "https://a.com/%E4%B8%AD"),
        (r'"[a](https://a.com/\ud83d\ude00)"', r"https://a.com/\ud83d\ude00", "https://a.com/%F0%9F%98%80"),
        (r'"<a href=\"https://a.com/1\">a</a>"', A, A),
        (r'"\"https://a.com/1\"\r\n"', A, A),
        (r'"[a](https://a.com/\\*)"', r"https://a.com/\\*", "https://a.com/*"),
        (r'"[a](https://a.com/\ud800)"', r"https://a.com/\ud800", "https://a.com/%EF%BF%BD"),
        (r'["[a](https://a.", "com/1)"]', A, A),
    ],
)
def test_escapes_are_resolved_in_the_url_and_kept_in_what_is_written(source: str, raw: str, url: str) -> None:
    (found,) = links(f'{{"cells": [{{"cell_type": "markdown", "source": {source}}}]}}')
    assert (found.raw, found.url) == (raw, url)
    assert found.no_span is (NoSpan.INTERRUPTED if source.startswith("[") else None)


def test_an_empty_link_has_its_place() -> None:
    text = notebook(("markdown", "[a]()"))
    (found,) = links(text)
    assert found.span is not None
    assert text[: found.span.start].endswith("[a](")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "in line 1, column 1, a value is missing or not complete"),
        ('{"cells": [\n  {"a" 1}]}', "in line 2, column 8, a colon is missing"),
        ('{"cells": [1 2]}', "in line 1, column 14, a comma or a closing bracket is missing"),
        ('{"cells": []}}', "in line 1, column 14, more text stands behind the end"),
        ('{"cells": ["a\tb"]}', "in line 1, column 12, a value is missing or not complete"),
        ("{cells: []}", "in line 1, column 2, the name of a member is missing or not complete"),
        ("[]", "it has no cells"),
        ('{"nbformat": 4}', "it has no cells"),
    ],
)
def test_what_is_no_notebook_is_named_with_what_to_do(text: str, message: str) -> None:
    with pytest.raises(SourceError) as error:
        links(text)
    what_to_do = "save it again in Jupyter, or name another format with --format-of"
    assert str(error.value) == f"list.ipynb: is no notebook: {message}; {what_to_do}"


@pytest.mark.parametrize(
    "text",
    [
        '{"cells": 1}',
        '{"cells": [1, null, [], {}, {"cell_type": 1}]}',
        '{"cells": [{"cell_type": "markdown"}, {"cell_type": "markdown", "source": [1, {}]}]}',
        '{"worksheets": [1, {"cells": {}}]}',
    ],
)
def test_what_is_odd_in_a_notebook_is_passed_over(text: str) -> None:
    assert links(text) == ()


def test_half_a_surrogate_pair_is_no_character_and_does_no_harm() -> None:
    """JSON can say it (RFC 8259, section 8.2)."""
    text = notebook(("markdown", f"# h\ud800\n\n[a\udfff]({A}\udc80) and ![]({B})"))
    first, second = links(text)
    assert (first.raw, first.url, first.text) == (f"{A}\\udc80", f"{A}%EF%BF%BD", "a\ufffd")
    assert (first.headings, second.url) == (("h\ufffd",), B)


def test_every_encoding_has_exact_spans() -> None:
    text = notebook(("markdown", ["深度学习\n", f"[a]({A})"]), indent=1, ensure_ascii=False)
    for data in (text.encode("utf-8-sig"), text.encode("gb18030"), text.replace("\n", "\r\n").encode()):
        (found,) = links_of(document(data))
        assert found.span is not None
        assert data[found.span.start : found.span.end] == A.encode()


# ── JSON ────────────────────────────────────────────────────────────────────────────────────────────────────────────

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def plain(text: str, value: JsonValue) -> Any:
    match value:
        case JsonString():
            return value_of(text, value)
        case JsonScalar():
            return json.loads(value.written)
        case list():
            return [plain(text, item) for item in value]
        case dict():
            return {name: plain(text, item) for name, item in value.items()}


def strings(value: JsonValue) -> list[JsonString]:
    match value:
        case JsonString():
            return [value]
        case list():
            return [string for item in value for string in strings(item)]
        case dict():
            return [string for item in value.values() for string in strings(item)]
        case _:
            return []


@settings(max_examples=300, deadline=None, database=None)
@given(JSON, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_json_is_read_as_the_standard_library_reads_it(value: Any, ascii_only: bool, indent: Any) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert repr(plain(text, read_json(text))) == repr(json.loads(text))


def is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


@settings(max_examples=500, deadline=None, database=None)
@given(st.lists(st.sampled_from([*'{}[],:"\\ \n\t\r', "1", "-0.5e+3", "01", '"a"', "true", "NaN", "\\u00", "中"])))
def test_what_the_standard_library_refuses_is_refused(pieces: list[str]) -> None:
    text = "".join(pieces)
    if is_json(text):
        read_json(text)
    else:
        with pytest.raises(JsonError) as refused:
            read_json(text)
        assert 0 <= refused.value.offset <= len(text)


def nodes_of(node: Node) -> list[Node]:
    if node.type == "pair":
        node = node.named_children[1]
    if node.type == "string":
        return [node]
    return [found for child in node.named_children for found in nodes_of(child)]


@settings(max_examples=200, deadline=None, database=None)
@given(st.recursive(st.text(st.characters(exclude_characters="\0", codec="utf-8")), st.lists), st.booleans())
def test_strings_are_where_tree_sitter_finds_them(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    tree = Parser(Language(tree_sitter_json.language())).parse(text.encode())
    found = [(len(text[: s.start].encode()) - 1, len(text[: s.end].encode()) + 1) for s in strings(read_json(text))]
    assert found == [(node.start_byte, node.end_byte) for node in nodes_of(tree.root_node)]


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(st.text(), min_size=1, max_size=4), st.booleans(), st.data())
def test_a_place_holds_what_is_said_there(said: list[str], ascii_only: bool, data: st.DataObject) -> None:
    text = json.dumps(said, ensure_ascii=ascii_only)
    joined = decoded(text, strings(read_json(text)))
    normal = "".join(said).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert joined.text == normal
    start = data.draw(st.integers(0, len(normal)))
    end = data.draw(st.integers(start, len(normal)))
    span = joined.span(start, end)
    if span is not None:
        there = str(json.loads(f'"{text[span[0] : span[1]]}"'))
        assert there.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd") == normal[start:end]
    elif start < end and len(said) == 1:
        pytest.fail("within one string everything has a place")


def test_nesting_has_no_limit() -> None:
    value = read_json("[" * 100_000 + '"a"' + "]" * 100_000)
    depth = 0
    while isinstance(value, list):
        value = value[0]
        depth += 1
    assert (depth, value) == (100_000, JsonString(100_001, 100_002))
