"""Where a bare URL ends: as its reader sees it, whatever stands behind it."""

from __future__ import annotations

import pytest

from dlt_crawler.model import LinkKind, SourceDocument
from tests.extraction_support import links_of


def bare(text: str) -> list[tuple[str, str | None]]:
    links = links_of(SourceDocument("x.md", text.encode(), ""))
    return [(link.raw, link.url) for link in links if link.kind is LinkKind.BARE]


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
    ],
)
def test_what_stands_around_a_url_is_no_part_of_it(text: str) -> None:
    assert bare(text) == [(X, X)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://a.com中文", [("https://a.com", "https://a.com")]),
        (f"{X}、https://b.com/y", [(X, X), ("https://b.com/y", "https://b.com/y")]),
        (f"{X},https://b.com", [(X, X), ("https://b.com", "https://b.com")]),
        (
            "https://zh.wikipedia.org/wiki/深度。",
            [("https://zh.wikipedia.org/wiki/深度", "https://zh.wikipedia.org/wiki/%E6%B7%B1%E5%BA%A6")],
        ),
        ("https://例え.jp/a", [("https://例え.jp/a", "https://xn--r8jz45g.jp/a")]),
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
        "www.a",
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


def test_in_double_encoded_text_a_url_ends_before_what_was_punctuation() -> None:
    chinese = "".join(f"- 中文：{X}-，深度学习\n" for _ in range(4))
    double_encoded = chinese.encode().decode("latin-1")
    assert bare(double_encoded) == [(f"{X}-", f"{X}-")] * 4


def test_one_odd_line_is_not_taken_for_double_encoded() -> None:
    assert bare(f"„groß“ {X}/ß") == [(f"{X}/ß", f"{X}/%C3%9F")]


def test_accented_text_is_not_taken_for_double_encoded() -> None:
    assert bare(f"- été : {X}/é\n" * 4) == [(f"{X}/é", f"{X}/%C3%A9")] * 4
