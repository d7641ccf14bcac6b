"""Every span is exact: in every container, in every encoding, in the seeds, and in whatever hypothesis writes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlt_crawler.errors import SourceError
from dlt_crawler.model import LinkOccurrence, SourceDocument
from dlt_crawler.sources import read
from dlt_crawler.sources.markdown.segments import SegmentMap, compared
from tests.extraction_support import links_of

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.md"))

CONSTRUCTS = (
    '[text](https://a.com/1 "title")',
    "![alt](<https://a.com/2>)",
    "<https://a.com/3>",
    "see https://a.com/4, and",
    "[text]\n\n[text]:\n  https://a.com/5\n  'title'",
    'a <a\n  href="https://a.com/6">b</a>',
    '<p>\n<img src="https://a.com/7">\n</p>',
    "[text\nover lines](\nhttps://a.com/8\n)",
    "# [text](https://a.com/9) #",
    "[text](https://a.com/10)\n---",
    "|a|b|\n|-|-|\n| x\\|y | [t](https://a.com/11) |",
    "- item\n\n  [text](https://a.com/12)\n\n  - [text](https://a.com/12b)",
    "[text]((https://a.com/13))[]()",
    "```\nhttps://a.com/14\n```",
    "![a [b](https://a.com/15)\n![c](https://a.com/16)](https://a.com/17)",
    "|a|b|\n|-|-|\n| `x\\|y` [t](\\|https://a.com/18\\|x\\|) | ![\\|](<https://a.com/19\\|>) https://a.com/20 |",
    "[t](\n<https://a.com/21 x>\n'title\nover lines')",
    "[the\nlabel]:\n<https://a.com/22>\n'title\nover lines'",
    "x  \n  y\n\tz [t](https://a.com/23)",
    "###\t[t](https://a.com/24) \\# ###\t",
    "[t](https://a.com/25)\nand more\n===  ",
    "> - x\n>   > <div>\n>   > <a href='https://a.com/26'>\n>   > </div>\nlazy\n\n[t](https://a.com/27)",
)

CONTAINERS = (
    ("", ""),
    ("> ", "> "),
    (">", ">"),
    ("- ", "  "),
    ("-\t", "\t"),
    ("10) ", "    "),
    ("> - ", ">   "),
    ("- > ", "  > "),
    (">\t", ">\t"),
    ("[^1]: ", "    "),
    ("> 1. - > ", ">      > "),
)


def document(data: bytes) -> SourceDocument:
    return SourceDocument("list.md", data, "")


def check(data: bytes, links: Sequence[LinkOccurrence], encoding: str = "utf-8") -> None:
    """Spans hold what is reported, come in order, and do not overlap; lines and columns lead to them."""
    lines = data.decode(encoding).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = 0
    for link in links:
        if link.span is None:
            continue
        assert end <= link.span.start <= link.span.end <= len(data)
        end = link.span.end
        assert data[link.span.start : link.span.end].decode(encoding) == link.raw
        start_of_url = lines[link.line - 1][link.column - 1 :].replace("\0", "\ufffd")
        assert start_of_url.startswith(link.raw.replace("\r", "\n").partition("\n")[0].replace("\0", "\ufffd"))


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_a_construct_is_found_in_every_container(construct: str, container: tuple[str, str]) -> None:
    plain = links_of(document(construct.encode()), code=True)
    first, following = container
    lines = construct.split("\n")
    wrapped = "\n".join([first + lines[0], *(following + line for line in lines[1:])]).encode()
    links = links_of(document(wrapped), code=True)
    assert [(link.kind, link.raw, link.url, link.text) for link in links] == [
        (link.kind, link.raw, link.url, link.text) for link in plain
    ]
    assert all(link.span for link in links)
    check(wrapped, links)


def test_a_lazy_line_of_a_quote_is_mapped_to_where_it_is() -> None:
    data = b"> - text\n[lazy](https://a.com/1)\n> > [not](https://a.com/2)\n   https://a.com/3\n"
    links = links_of(document(data))
    assert [(link.line, link.column, link.raw) for link in links] == [
        (2, 8, "https://a.com/1"),
        (3, 11, "https://a.com/2"),
        (4, 4, "https://a.com/3"),
    ]
    check(data, links)


TEXT = (
    "---\nurl: https://a.com/0\n---\n\n# 标题 [深度](https://a.com/学/1)\n\n- 中 https://a.com/2，中\n\n"
    "> <b>x</b>\n> [y]\n\n[y]: https://a.com/3\n"
)
RAWS = ["https://a.com/0", "https://a.com/学/1", "https://a.com/2", "https://a.com/3"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        pytest.param(TEXT.encode(), "utf-8", id="UTF-8"),
        pytest.param(TEXT.encode("utf-8-sig"), "utf-8", id="byte order mark"),
        pytest.param(TEXT.replace("\n", "\r\n").encode(), "utf-8", id="CR LF"),
        pytest.param(TEXT.replace("\n", "\r").encode(), "utf-8", id="CR"),
        pytest.param(TEXT.replace("\n\n", "\r\n\r").encode(), "utf-8", id="mixed"),
        pytest.param(TEXT.replace("\n", "\r\n").encode("gb18030"), "gb18030", id="GB 18030"),
        pytest.param(TEXT.replace("标", "\0\u2028").encode(), "utf-8", id="NUL and a line separator"),
        pytest.param(TEXT.rstrip().encode(), "utf-8", id="no final newline"),
    ],
)
def test_every_encoding_and_line_ending_has_exact_spans(data: bytes, encoding: str) -> None:
    links = links_of(document(data))
    kinds = ["front_matter", "inline", "bare", "reference"]
    assert [(link.kind, link.raw) for link in links] == list(zip(kinds, RAWS, strict=True))
    assert [link.line for link in links] == [2, 5, 7, 12]
    check(data, links, encoding)


def test_bytes_that_are_no_text_stay_where_they_are() -> None:
    data = b"caf\xe9\xff [\xe9](https://a.com/\xff) \xe4\xb8 https://a.com/2"
    links = links_of(document(data))
    found = [(link.span and data[link.span.start : link.span.end], link.raw, link.url, link.text) for link in links]
    assert found == [
        (b"https://a.com/\xff", "https://a.com/\ufffd", "https://a.com/%FF", "\ufffd"),
        (b"https://a.com/2", "https://a.com/2", "https://a.com/2", "https://a.com/2"),
    ]


def test_a_byte_order_mark_before_ascii_shifts_every_span() -> None:
    data = b"\xef\xbb\xbf[a](https://a.com/1)\r\n\r\n<https://a.com/2>"
    links = links_of(document(data))
    assert [(link.span and link.span.start, link.raw) for link in links] == [
        (7, "https://a.com/1"),
        (28, "https://a.com/2"),
    ]
    check(data, links)


def test_a_long_line_has_exact_spans() -> None:
    data = "".join(f"中[{n}](https://a.com/{n}) " for n in range(1000)).encode()
    links = links_of(document(data))
    assert [link.text for link in links] == [str(n) for n in range(1000)]
    check(data, links)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    data = "\ufeff[a](https://a.com)".encode(encoding)
    with pytest.raises(SourceError, match=r"^list\.md: is UTF-(16|32); save it as UTF-8$"):
        links_of(document(data))


WIDE = [
    "- [a](https://a.com/x)\n",
    "深度学习是机器学习的分支，以人工神经网络为架构。\n" * 50 + "https://a.com/x\n",
    # 一 and the ideographic space are U+4E00 and U+3000: a NUL where ASCII has none.
    "- [第一章：一个统一的视角](https://a.com/x)\n" * 9,
    "\u3000\u3000这是一种方法。\n" * 50 + "https://a.com/x\n",
]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", WIDE, ids=["ASCII", "Chinese", "Chinese with U+4E00", "Chinese with U+3000"])
def test_wide_encodings_without_a_byte_order_mark_are_refused(text: str, encoding: str) -> None:
    message = r"^list\.md: is UTF-16 or UTF-32 without a byte order mark; save it as UTF-8$"
    with pytest.raises(SourceError, match=message):
        links_of(document(text.encode(encoding)))


CHINESE = "- [第一章](https://a.com/x) 一个统一的视角\n"


@pytest.mark.parametrize(
    "data",
    [
        ("a\0b [c\0](https://a.com/x)\n" * 20).encode(),
        ("\0" * 8 + CHINESE).encode(),
        (CHINESE * 9).replace("一", "\0").encode(),
        (CHINESE * 99).encode("gb18030"),
        b"\0" + CHINESE.encode(),
    ],
    ids=["scattered NULs", "NULs in a row", "NULs in Chinese", "GB 18030", "one NUL"],
)
def test_text_that_is_not_wide_is_read(data: bytes) -> None:
    links = links_of(document(data))
    assert {link.raw for link in links} == {"https://a.com/x"}
    assert all(link.span for link in links)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_every_link_of_the_seeds_has_an_exact_span(seed: Path) -> None:
    read_seed = read(seed)
    links = links_of(read_seed, code=True, implied=True)
    assert links
    assert all(link.span for link in links)
    check(read_seed.data, links)


def test_a_map_that_disagrees_with_the_parser_gives_no_span() -> None:
    """`> a\\n> b`, and a tab that was split into two spaces of which one is content."""
    segments = SegmentMap("> a\n> b\tc", "a\nb c", starts=(0, 2, 3, 4), origins=(2, 6, -1, 8))
    assert (segments.span(0, 2), segments.span(0, 3), segments.span(3, 3), segments.near(3)) == ((2, 4), None, None, 8)
    assert compared(segments, "a\nb  c", segments.text).span(0, 2) is None
    assert compared(segments, "a\nb c", segments.text) is segments


# Examples of the CommonMark specification 0.31.2 (CC BY-SA 4.0) by number, with the destinations that are in them.
SPECIFICATION = [
    (6, "\t- a\n - [x](/u)\n", ["/u"]),
    (24, '[foo](/bar\\* "ti\\*tle")\n', ["/bar\\*"]),
    (32, '[foo](/f&ouml;&ouml; "f&ouml;&ouml;")\n', ["/f&ouml;&ouml;"]),
    (194, "[Foo*bar\\]]:my_(url) 'title (with parens)'\n\n[Foo*bar\\]]\n", ["my_(url)"]),
    (195, "[Foo bar]:\n<my url>\n'title'\n\n[Foo bar]\n", ["my url"]),
    (196, "[foo]: /url '\ntitle\nline1\nline2\n'\n\n[foo]\n", ["/url"]),
    (198, "[foo]:\n/url\n\n[foo]\n", ["/url"]),
    (202, '[foo]: /url\\bar\\*baz "foo\\"bar\\baz"\n\n[foo]\n', ["/url\\bar\\*baz"]),
    (204, "[foo]\n\n[foo]: first\n[foo]: second\n", ["first", "second"]),
    (209, '[foo]: /url "title" ok\n', []),
    (212, "```\n[foo]: /url\n```\n\n[foo]\n", []),
    (218, "[foo]\n\n> [foo]: /url\n", ["/url"]),
    (344, "*foo [bar](/url)*\n", ["/url"]),
    (489, "[link](foo\nbar)\n", []),
    (492, "[a](<b)c>)\n", ["b)c"]),
    (494, "[a](<b)c\n[a](<b)c>\n[a](<b>c)\n", []),
    (495, "[link](\\(foo\\))\n", ["\\(foo\\)"]),
    (496, "[link](foo(and(bar)))\n", ["foo(and(bar))"]),
    (497, "[link](foo(and(bar))\n", []),
    (505, '[link](/url "title \\"&quot;")\n', ["/url"]),
    (511, '[link](   /uri\n  "title"  )\n', ["/uri"]),
    (518, "[link [foo [bar]]](/uri)\n", ["/uri"]),
    (518, "[foo [bar](/uri)](/uri2)\n", ["/uri"]),
    (520, "![[[foo](uri1)](uri2)](uri3)\n", ["uri1", "uri3"]),
    (524, "[foo *bar](baz*)\n", ["baz*"]),
    (526, "[foo<https://example.com/?search=](uri)>\n", ["https://example.com/?search=](uri)"]),
    (532, "[foo`](/uri)`\n", []),
    (594, "<https://foo.bar.baz/test?q=hello&id=22&boolean>\n", ["https://foo.bar.baz/test?q=hello&id=22&boolean"]),
    (601, "<https://example.com/\\[\\>\n", ["https://example.com/\\[\\"]),
    (642, '<a href="foo  \nbar">\n', ["foo  \nbar"]),
]


@pytest.mark.parametrize(("text", "raws"), [row[1:] for row in SPECIFICATION])
def test_examples_of_the_specification(text: str, raws: list[str]) -> None:
    links = [link for link in links_of(document(text.encode())) if link.kind != "bare"]
    assert [link.raw for link in links] == raws
    check(text.encode(), links)


FRAGMENTS = st.sampled_from(
    [
        *"[]()<>`*_|\\\"'#~!:&\t\n\0中，é",
        *(
            "\n\n",
            "\r\n",
            "> ",
            "- ",
            "1. ",
            "    ",
            "x ",
            "---\n",
            "===\n",
            "```\n",
            "<!-- ",
            "-->",
            "<div>\n",
            "</a>",
        ),
        *('<a href="https://a.com/1">', "![a](", "](https://a.com/(2))", "[d]", "[d]: </u 3> 't'\n", "[^1]: ", "[^1]"),
        *(
            "<https://a.com/4>",
            "https://a.com/5",
            "www.a.com",
            "|a|b|\n|-|-|\n",
            "\\|",
            "---\nurl: https://a.com/6\n---\n",
        ),
        *("arXiv:1706.03762", "10.1000/182", "[]()", "((https://a.com/7))", "&amp;"),
    ],
)


@settings(max_examples=300, deadline=None, database=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_whatever_is_written_spans_are_exact_in_order_and_apart(text: str) -> None:
    check(text.encode(), links_of(document(text.encode()), code=True, implied=True))


@settings(max_examples=200, deadline=None, database=None)
@given(st.binary(max_size=200).map(lambda noise: b"[a](https://a.com/1)\n\n" + noise))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    assert links_of(document(data), code=True, implied=True)[0].raw == "https://a.com/1"
