"""Text of pages whose encoding is declared wrongly, late or not at all; every encoding is among the labelled pages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlt_crawler.page.decoding import text_of

ZH = "深度学习的数学理论：一个综述。本文介绍了神经网络的表示能力、优化与泛化问题。"
RU = "Математическая теория глубокого обучения: обзор статей последних лет."
PL = "Zażółć gęślą jaźń, polski tytuł o małych łąkach."
TH = "สวัสดีการเรียนรู้ของเครื่อง"
WIDE = "自然语言处理：一言一行，一个综述。" * 4
"""With zeros in the lower bytes too."""
DE = "Über die Größe naïver Ideen, für Anfänger schön erklärt."


@pytest.mark.parametrize(
    ("text", "written", "header", "meta"),
    [
        # A header that lies: Scrapy garbles these (science.md, C2).
        (ZH, "gb18030", "iso-8859-1", "gbk"),
        (ZH, "gb18030", "utf-8", "gbk"),
        (ZH, "utf-8", "gbk", "utf-8"),
        # A page that lies.
        (ZH, "gb18030", "gbk", "iso-8859-1"),
        (ZH, "gb18030", "gbk", "utf-8"),
        (ZH, "gb18030", None, "windows-1252"),
        # Both do.
        (ZH, "gb18030", "iso-8859-1", "utf-8"),
        (RU, "koi8_r", "iso-8859-1", "iso-8859-1"),
        (RU, "cp1251", "utf-8", "iso-8859-1"),
        (ZH, "utf-8", "big5", "shift_jis"),
        # Neither does; the guess must not win over what is declared.
        (DE, "cp1252", "iso-8859-1", "iso-8859-1"),
        (DE, "cp1252", None, "windows-1252"),
        (RU, "koi8_r", "koi8-r", None),
        (ZH, "gb18030", "gb2312", "gb2312"),
        (RU, "koi8_r", "windows-1251", None),
        (RU, "koi8_r", None, "windows-1251"),
        (RU, "cp1251", "koi8-r", None),
        (RU.upper(), "cp1251", "windows-1251", None),
        (PL, "cp1250", None, None),
        (TH, "cp874", None, None),
        (WIDE, "utf-16-le", "utf-16", None),
        (WIDE, "utf-16-le", None, "utf-16"),
        (WIDE, "utf-16-be", "utf-16be", None),
        (WIDE, "utf-16-be", None, None),
        (WIDE * 9, "utf-16-le", "utf-16", None),
        (DE + "\0", "utf-8", "utf-16", "utf-8"),
    ],
)
def test_text_is_read_whatever_is_declared(text: str, written: str, header: str | None, meta: str | None) -> None:
    declaration = "" if meta is None else f"<meta charset={meta}>"
    body = f"{declaration}<p>{text}</p>".encode(written)

    assert text in text_of(body, f"text/html; charset={header}" if header else "text/html")


@pytest.mark.parametrize(
    "charset",
    [
        "no-such-charset",
        "",
        "utf-7",
        "hex",
        "rot13",
        "base64",
        "idna",
        "undefined",
        "punycode",
        "unicode_escape",
        "x" * 999,
    ],
)
def test_charset_that_is_none_is_nothing_declared(charset: str) -> None:
    assert ZH in text_of(ZH.encode("gb18030"), f"text/html; charset={charset}")
    assert ZH in text_of(f"<meta charset='{charset}'>{ZH}".encode("gb18030"), "text/html")
    assert "+ADw-b+AD4-" in text_of(b"+ADw-b+AD4-", f"text/html; charset={charset}")


def test_some_bad_bytes_do_not_make_another_encoding_of_utf_8() -> None:
    body = (ZH * 20).encode() + b"\xff\x80\xe5" + (ZH * 20).encode()

    assert text_of(body, "text/html; charset=gbk").count(ZH) == 40
    assert text_of(body, None).count(ZH) == 40


def test_some_bad_bytes_do_not_make_another_encoding_of_gb_18030() -> None:
    body = b"<meta charset=gbk>" + (ZH * 20).encode("gb18030") + b"\xff\x20\xff\x20" + (ZH * 20).encode("gb18030")

    assert text_of(body, "text/html; charset=iso-8859-1").count(ZH) == 40


@pytest.mark.parametrize(
    "encoding", ["utf-8", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("left", range(1, 5))
def test_text_may_be_cut_off_amid_a_character(encoding: str, left: int) -> None:
    body = ("<html><body><p>" + "中文書" * 20).encode(encoding)

    assert "中文書" * 17 in text_of(body[:-left], f"text/html; charset={encoding}")


def test_a_byte_order_mark_is_no_text() -> None:
    assert text_of(b"\xef\xbb\xbf<p>x", "text/html; charset=gbk") == "<p>x"
    assert text_of("\ufeff<p>x".encode("utf-16-le"), "text/html; charset=gbk") == "<p>x"


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=30)))
def test_nothing_makes_it_fail(body: bytes, charset: str | None) -> None:
    assert isinstance(text_of(body, None if charset is None else f"text/html; charset={charset}"), str)
