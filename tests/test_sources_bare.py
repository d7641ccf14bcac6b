"""Where a bare URL ends: as its reader sees it, whatever stands behind it, and what GFM makes of it."""

from __future__ import annotations

import html
import re
import time

import cmarkgfm
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dlt_crawler.model import LinkKind, LinkOccurrence, LintKind, Resource, SourceDocument
from dlt_crawler.urls import normalise
from tests.extraction_support import extraction_of, links_of


def bare_links(text: str) -> list[LinkOccurrence]:
    return [link for link in links_of(SourceDocument("x.md", text.encode(), "")) if link.kind is LinkKind.BARE]


def bare(text: str) -> list[tuple[str, str | None]]:
    return [(link.raw, link.url) for link in bare_links(text)]


def in_gfm(text: str) -> list[tuple[str, str]]:
    """What cmark-gfm makes a link of: its text and its address. No e-mail addresses, and no autolinks in brackets."""
    rendered = cmarkgfm.github_flavored_markdown_to_html(text)
    found = re.findall(r'<a href="(?!mailto:)([^"]*)">([^<]*)</a>', rendered)
    return [(html.unescape(shown), html.unescape(address)) for address, shown in found]


X = "https://a.com/x"


@pytest.mark.parametrize(
    "text",
    [
        f"{X}，中文",
        f"（{X}）",
        f"【{X}】",
        f"《{X}》",
        f"「{X}」",
        f"参考：{X}",
        f"参考{X}",
        f"🎉{X}",
        f'"{X}"',
        f"'{X}'",
        f"({X})",
        f"*{X}*",
        f"**{X}**.",
        f"_{X}_",
        f"~~{X}~~",
        f"{X}_",
        f"{X}:",
        f"{X}?!",
        f"{X}&lt;",
        f"{X}<br>",
        f"{X}'>",
        f"{X}中文",
        f"{X}🎉",
        f"{X}\u3000中",
        f"{X}\u200b",
        f"{X}。",
        f"[{X}]",
        f"{X}[b](c)",
        f"{X}![b](c)",
        f"{X}\\*",
        f"{X}`code`",
        f"- {X}  \n  next",
        f"<b>{X}</b>",
        f"|a|\n|-|\n|{X}|",
        f"**{X}**中文",
        f"*{X}*中文",
        f"~~{X}~~中文",
        f"({X})中文",
        f"{X},中文",
        f"{X}.中文",
        f"{X};中文",
        f"{X}|中文",
        f"{X}(推荐)",
        f"{X}／中文",
        f"{X}：中文",
        f"{X}～",
        f"{X}を見る",
        f"{X}です。",
        f"{X}ﾃﾞｽ",
        f"{X}를",
        f"{X}에서 보세요",
        f"{X}ＡＢＣ",
        f"{X}的README.md",
        f"“{X}”",
        f"‘{X}’",
        f"«{X}»",
        f"{X}…",
        f"{X}—see",
        f"{X}–中文",
        f"{X}→",
        f"{X}\u00a0b",
        f"{X}\ufeff",
        f"{X}\u200by",
        f"{X}\ufffd",
        f"{X}[^1]\n\n[^1]: note",
        f"{X}]y",
        f"url = {{{X}}}",
        f"\\{X}",
        f"1{X}",
    ],
)
def test_what_stands_around_a_url_is_no_part_of_it(text: str) -> None:
    assert bare(text) == [(X, X)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.com中文", [("https://a.com", "https://a.com")]),
        ("https://a.com,中文", [("https://a.com", "https://a.com")]),
        ("https://a.com(中文)", [("https://a.com", "https://a.com")]),
        ("https://a.com–the", [("https://a.com", "https://a.com")]),
        ("https://a.com🎉", [("https://a.com", "https://a.com")]),
        ("https://a.com：8080", [("https://a.com", "https://a.com")]),
        ("https://127.0.0.1中文", [("https://127.0.0.1", "https://127.0.0.1")]),
        ("http://localhost:80中文", [("http://localhost:80", "http://localhost:80")]),
        ("www.a.com中文", [("www.a.com", "http://www.a.com")]),
        ("_https://a.com_ b", [("https://a.com", "https://a.com")]),
        (f"{X}?sn=YQ==中文", [(f"{X}?sn=YQ==", f"{X}?sn=YQ==")]),
        (f"{X}、https://b.com/y", [(X, X), ("https://b.com/y", "https://b.com/y")]),
        (f"{X},https://b.com", [(X, X), ("https://b.com", "https://b.com")]),
        (
            "https://zh.wikipedia.org/wiki/深度。",
            [("https://zh.wikipedia.org/wiki/深度", "https://zh.wikipedia.org/wiki/%E6%B7%B1%E5%BA%A6")],
        ),
        ("https://例え.jp/a", [("https://例え.jp/a", "https://xn--r8jz45g.jp/a")]),
        ("https://e签宝.com/x", [("https://e签宝.com/x", "https://xn--e-5c2bq55g.com/x")]),
        ("https://1号店.com/list", [("https://1号店.com/list", "https://xn--1-948a993a.com/list")]),
        ("http://t，中文", [("http://t", "http://t")]),
        ("see http://x.", [("http://x", "http://x")]),
        ("HTTPS://A.COM/x", [("HTTPS://A.COM/x", "HTTPS://A.COM/x")]),
        ("ftp://a.com/x", [("ftp://a.com/x", "ftp://a.com/x")]),
        (f"{X}_(b)_c_", [(f"{X}_(b)_c", f"{X}_(b)_c")]),
        (f"({X}(b))", [(f"{X}(b)", f"{X}(b)")]),
        (f"{X}?a=1&amp;b=2", [(f"{X}?a=1&amp;b=2", f"{X}?a=1&b=2")]),
        (f"{X}\\_y", [(f"{X}\\_y", f"{X}_y")]),
        (f"{X}#a[1]", [(f"{X}#a[1]", f"{X}#a%5B1%5D")]),
        (f"{X}[b]\n\n[b]: /c", [(X, X)]),
        ("http://127.0.0.1:8080/x", [("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x")]),
        ("http://[::1]/x", [("http://[::1]/x", "http://[::1]/x")]),
        ("www.a.com/x.", [("www.a.com/x", "http://www.a.com/x")]),
        ("见（www.a.com）", [("www.a.com", "http://www.a.com")]),
        (
            "https://a.com/p//q/%E2%80%8B.pdf",
            [("https://a.com/p//q/%E2%80%8B.pdf", "https://a.com/p//q/%E2%80%8B.pdf")],
        ),
    ],
)
def test_a_url_is_whole(text: str, expected: list[tuple[str, str]]) -> None:
    assert bare(text) == expected


@pytest.mark.parametrize(
    "url",
    [
        "https://zh.wikipedia.org/wiki/深度学习",
        "https://zh.wikipedia.org/wiki/C语言",
        "https://zh.wikipedia.org/wiki/苹果(公司)",
        "https://zh.wikipedia.org/wiki/Apple_(公司)",
        "https://zh.wikipedia.org/wiki/Wikipedia:首页",
        "https://baike.baidu.com/item/C语言/105958",
        "https://example.org/C语言/105958.html",
        "https://ja.wikipedia.org/wiki/佐々木希",
        "https://ja.wikipedia.org/wiki/レオナルド・ダ・ヴィンチ",
        "https://ko.wikipedia.org/wiki/딥_러닝",
        "https://fr.wikipedia.org/wiki/Théorème",
        "https://ru.wikipedia.org/wiki/Машинное_обучение",
        "https://fa.wikipedia.org/wiki/می\u200cروم",
        "https://en.wikipedia.org/wiki/Kullback–Leibler_divergence",
        "https://www.grün.de/größe",
        "https://www.中文.com/路径",
        "https://www.abc中文.com/路径",
        "https://例え.jp",
        "https://a.com/search?q=中文&page=2#中文",
        "https://a.com/#!中文",
        "https://a.com/@中文",
        "https://a.com/x-中文",
        "https://a.com/{id}/x",
        "https://a.com/x\u00ady",
        "https://a.com/" + "x" * 5000,
        "http://a_b.example.org/x",
        "https://web.archive.org/web/2020/https://a.com/x",
    ],
)
def test_an_address_in_any_script_is_whole(url: str) -> None:
    for text in (url, f"（{url}）", f"{url}。", f"“{url}”", f"见：{url}，中文"):
        assert [raw for raw, _ in bare(text)] == [url]


@pytest.mark.parametrize(
    "text",
    [
        "a@b.com",
        "//a.com/x",
        "a.com/x",
        "xhttp://a.com",
        "http\\://a.com",
        "http://",
        "http:///x",
        "https://.",
        "以http://开头",
        "https://_a.com",
        "http://a_b.com/x",
        "http://$HOST/x",
        "https：//a.com",
        "www.a",
        "WWW.a.com",
        "见www.a.com",
        "xwww.a.com",
        "Awww..",
        f"[{X}](y)",
        f"![{X}](y)",
        f'<a href="y">{X}</a>',
        f"`{X}`",
        "[www.a.com](y)",
    ],
)
def test_what_is_no_bare_url(text: str) -> None:
    assert bare(text) == []


ENDS_ELSEWHERE = [LintKind.URL_RUNS_INTO_TEXT]


@pytest.mark.parametrize(
    ("text", "other", "lints"),
    [
        (X, None, []),
        (f"{X}.", None, []),
        (f"({X})", None, []),
        (f"{X}，中文", f"{X}%EF%BC%8C%E4%B8%AD%E6%96%87", ENDS_ELSEWHERE),
        (f"（{X}）", f"{X}%EF%BC%89", ENDS_ELSEWHERE),
        (f"{X}中文 b", f"{X}%E4%B8%AD%E6%96%87", ENDS_ELSEWHERE),
        ("www.a.com/x，中文", "http://www.a.com/x%EF%BC%8C%E4%B8%AD%E6%96%87", ENDS_ELSEWHERE),
        ("，www.a.com/x，中文", None, []),
        (f'{X}"y', f"{X}%22y", ENDS_ELSEWHERE),
        (f"{X}]y", f"{X}%5Dy", ENDS_ELSEWHERE),
        (f"{X}[a](#b)", f"{X}%5Ba%5D(#b)".partition("#")[0], ENDS_ELSEWHERE),
        (f"{X}`y`", f"{X}%60y%60", ENDS_ELSEWHERE),
        (f"{X}\\*y", f"{X}%5C*y", ENDS_ELSEWHERE),
        # The end is the same, an escape is not.
        (f"{X}\\_y", f"{X}%5C_y", []),
        (f"{X}?a&amp;b", f"{X}?a&amp;b", []),
        # cmark-gfm makes no link in brackets.
        (f"[{X}，中文]", None, []),
        (f"[{X}]", None, []),
        # Nobody means an address of this length, and it would be kept for each of very many.
        (f"{X}，" + "中" * 5000, None, []),
    ],
)
def test_where_gfm_reads_on_its_reading_is_kept(text: str, other: str | None, lints: list[LintKind]) -> None:
    (link,) = bare_links(text)
    assert link.alternative == (Resource(other) if other else None)
    found = extraction_of(SourceDocument("x.md", text.encode(), "")).lints
    assert [lint.kind for lint in found] == lints
    assert all(f"<{link.raw}>" in lint.message and lint.span == link.span for lint in found)


@pytest.mark.parametrize(
    ("text", "other"),
    [(f"<{X}?a&amp;b>", f"{X}?a&b"), (f"<{X}?a&b>", None), (f"<{X}?a&copy=b>", None)],
)
def test_cmark_decodes_character_references_in_an_autolink(text: str, other: str | None) -> None:
    (link,) = links_of(SourceDocument("x.md", text.encode(), ""))
    assert link.alternative == (Resource(other) if other else None)
    (href,) = re.findall(r'href="([^"]*)"', cmarkgfm.markdown_to_html(text))
    assert html.unescape(href) == (other or link.url)


def test_a_backslash_before_a_url_is_text() -> None:
    (_, link) = links_of(SourceDocument("x.md", f"# \\{X}\n\n[a](b)".encode(), ""))
    assert link.headings == (f"\\{X}",)


def test_a_url_inside_of_what_gfm_reads_as_one_has_no_other_reading() -> None:
    text = f"{X}、https://b.com/y。 https://c.com/z。"
    assert [link.alternative and link.alternative.url for link in bare_links(text)] == [
        f"{X}%E3%80%81https://b.com/y%E3%80%82",
        None,
        "https://c.com/z%E3%80%82",
    ]


URLS = [
    X,
    "HTTP://A.com/",
    "ftp://a.b/c?d=e#f",
    "www.a.com/x",
    "https://a.com:80/a_b",
    "http://localhost/",
    "https://é.fr/",
]
PUNCTUATION = [*".,:;?!*_~'()/-+=#@&$%^|", "**", "~~", "&amp;", "&lt;", "%20", "://", "--"]
SENTENCE = st.lists(
    st.sampled_from([*URLS, *PUNCTUATION, "a", "b ", " ", "\n", "<br>", "1", " c ", "http", "é"]), max_size=9
)


@given(SENTENCE.map("".join))
@example(f"({X}).")
@example(f"'{X}'s")
def test_in_plain_sentences_a_bare_url_is_what_gfm_says(text: str) -> None:
    """Start and end are GFM's, with these exceptions, each for what its reader sees.

    A separator before another scheme ends a URL; so do what RFC 3986 allows in none (quotes, backslash, backtick, ">"),
    brackets, and braces that nothing opens. What a host may not end in (an underscore) is trimmed before it is judged.
    """
    assume(not re.search(r"[,;|](?:https?|ftp)://|é[^/]*\bhttps?:|(?:com|fr|localhost|b)_", text, re.IGNORECASE))
    assert [link.raw for link in bare_links(text)] == [shown for shown, _ in in_gfm(text)]


FOREIGN = [
    "中文",
    "，",
    "。",
    "）",
    "を",
    "는",
    "🎉",
    "…",
    "\u200b",
    "\u3000",
    "ﾃ",
    '"',
    ">",
    "\\",
    "`",
    "}",
    "]",
    "，www.a.com ",
]


@given(
    st.lists(st.sampled_from([X, "http://b.org/y_z", *FOREIGN, *FOREIGN, ",", "x", " ", "(", ")"]), max_size=8).map(
        "".join
    )
)
def test_no_reading_of_gfm_is_lost(text: str) -> None:
    """GFM links nothing that is not checked in its reading, too."""
    text += " end"  # markdown-it trims more white space off the end of a paragraph than cmark-gfm
    ours = {normalise(link.url or "") for link in bare_links(text)}
    ours |= {link.alternative.url for link in bare_links(text) if link.alternative}
    assume("`" not in text or text.count("`") == 1)  # else there is code for us, and none for cmark-gfm
    assert {normalise(address) for _, address in in_gfm(text)} <= ours


@pytest.mark.parametrize(
    ("unit", "tail", "links"),
    [
        ("http://a.com/x ", "", 10_000),
        ("http://a.com/x中", "", 10_000),
        ("http://a.com/x，", "", 10_000),
        ("http://a.com/x,", "", 10_000),
        ('http://a.com/x"', "", 10_000),
        ("http://a.com/x}", "", 10_000),
        ("http://a.com/x]", "", 10_000),
        ("http://a.com/x\\", "", 10_000),
        ("http://", "", 1),
        # No name of DNS is so long.
        ("www.", "", 0),
        ("www.a_", "", 0),
        ("www.a_/*", "", 0),
        ("", ")", 1),
        ("", "&a;", 1),
        ("", ",中", 1),
    ],
)
def test_a_line_of_very_many_characters_takes_time_in_proportion(unit: str, tail: str, links: int) -> None:
    text = unit * 10_000 if unit else "http://a.com/x" + tail * 100_000
    started = time.process_time()
    assert len(bare_links(text)) == links
    assert time.process_time() - started < 5  # some tenths, and quadratic very many


def test_in_double_encoded_text_a_url_ends_before_what_was_punctuation() -> None:
    chinese = "".join(f"- 中文：{X}-，深度学习\n" for _ in range(4))
    double_encoded = chinese.encode().decode("latin-1")
    assert bare(double_encoded) == [(f"{X}-", f"{X}-")] * 4


def test_one_odd_line_is_not_taken_for_double_encoded() -> None:
    assert bare(f"„groß“ {X}/ß") == [(f"{X}/ß", f"{X}/%C3%9F")]


def test_accented_text_is_not_taken_for_double_encoded() -> None:
    assert bare(f"- été : {X}/é\n" * 4) == [(f"{X}/é", f"{X}/%C3%A9")] * 4
