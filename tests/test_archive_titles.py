"""Which titles of captures are error messages, and which are those of the page that is looked for."""

from __future__ import annotations

import pytest

from dlt_crawler.archive.titles import fits, is_error_title, is_spam
from tests.archive_support import wanted


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "Error 404",
        "404 Not Found",
        "404 - Page not found",
        "HTTP 404",
        "410 Gone",
        "NOT FOUND!",
        "Page not found · GitHub",
        "Example University | 404",
        "File not found",
        "The requested URL was not found",
        "The page you requested does not exist",
        "This page doesn’t exist",
        "页面不存在",
        "抱歉，页面未找到",
        "頁面不存在 - 某某網站",
        "404错误页面",
        "页面不存在_某某论坛",
        "example.com is for sale",
        "This domain is for sale",
        "Account Suspended",
        "Just a moment...",
        "Attention Required! | Cloudflare",
        "403 Forbidden",
        "Access Denied",
    ],
)
def test_a_title_that_is_an_error_message_and_nothing_else_is_that_of_an_error_page(title: str) -> None:
    assert is_error_title(title)


@pytest.mark.parametrize(
    "title",
    [
        "A living page",
        "How to fix a 404 Not Found error",
        "404: a history of the error page",
        "Lost and not found: a memoir",
        "Room 404",
        "The house is for sale",
        "Just a moment in time",
        "Access denied: how firewalls work",
        "Highway 404 - Wikipedia",
        "The Theorem That Was Not Found in the Literature",
        "页面不存在怎么办？教你解决",
        "Deep Learning - 404 problems with solutions",
        "",
    ],
)
def test_a_title_that_only_mentions_an_error_is_that_of_a_page(title: str) -> None:
    assert not is_error_title(title)


@pytest.mark.parametrize(
    ("title", "known", "texts", "expected"),
    [
        pytest.param("Attention Is All You Need", "Attention is all you need", (), True, id="as it was"),
        pytest.param("[1706.03762] Attention Is All You Need", None, ("Attention Is All You Need",), True, id="label"),
        pytest.param(
            "Understanding LSTM Networks -- colah's blog", None, ("Understanding LSTMs, networks",), True, id="two"
        ),
        pytest.param("LSTM networks", None, ("Long short-term memory, LSTM networks and others",), True, id="half"),
        pytest.param("深度学习入门教程 - 某博客", None, ("深度学习教程",), True, id="Chinese"),
        pytest.param("Casino bonus codes 2024", "Understanding LSTM networks", (), False, id="something else"),
        pytest.param("在线赌场", None, ("深度学习教程",), False, id="something else in Chinese"),
        pytest.param("The project page", None, ("project page", "paper"), False, id="what any page is called"),
        pytest.param("Example", None, ("Example",), False, id="the name of the host"),
        pytest.param("Example", "Example", (), True, id="the name of the host, as it was called"),
        pytest.param("Example casino bonus", "Example", (), False, id="with more than that"),
        pytest.param("Transformer oil suppliers and prices", None, ("Transformer",), False, id="one word of many"),
        pytest.param("Transformer (annotated)", None, ("The Transformer",), True, id="one word of few"),
        pytest.param("Anything", None, (), False, id="nothing known"),
        pytest.param("", "", ("",), False, id="nothing said"),
    ],
)
def test_a_title_fits_by_words_that_tell_something(
    title: str, known: str | None, texts: tuple[str, ...], expected: bool
) -> None:
    assert fits(title, wanted("http://www.example.org/x", title=known, texts=texts)) == expected


@pytest.mark.parametrize(
    ("title", "spam"),
    [
        ("Best online casino 2024", True),
        ("lab.example – Casino", True),
        ("Slot Gacor Hari Ini", True),
        ("澳门博彩公司", True),
        ("Buy cheap viagra online", True),
        ("The Casino de Paris: a history", False),
        ("DeepStack: Expert-Level Artificial Intelligence in Heads-Up No-Limit Poker", False),
        ("Slot attention, online", False),
    ],
)
def test_titles_of_those_who_take_addresses_over_are_known(title: str, spam: bool) -> None:
    assert is_spam(title, wanted("http://www.example.org/x", texts=("Measuring distances",))) == spam


def test_a_page_that_was_always_about_casinos_is_no_spam() -> None:
    assert not is_spam("Online casinos, modelled", wanted("http://a.example/", texts=("Models of online casinos",)))
    assert not is_spam("Online casinos, modelled", wanted("http://a.example/", title="Online casinos, modelled"))
