"""Which archived pages with status 200 are plainly error pages."""

from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest

from dlt_crawler.archive.error_page import is_error_page

HTML = "text/html; charset=utf-8"


def titled(title: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>…</body></html>".encode()


@pytest.mark.parametrize(
    "title",
    [
        "404",
        "Error 404",
        "404 Not Found",
        "404 - Page not found",
        "HTTP 404",
        "410 Gone",
        "Not Found",
        "NOT FOUND!",
        "Page Not Found",
        "Page not found · GitHub",
        "Example University | 404",
        "File not found",
        "The requested URL was not found",
        "The page cannot be found",
        "The page you requested does not exist",
        "This page doesn’t exist",
        "&#52;04 &ndash; Not&nbsp;Found",
        "  \n  Page\n not   found ",
        "页面不存在",
        "您访问的页面不存在",
        "抱歉，页面未找到",
        "找不到页面",
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
def test_a_title_that_is_an_error_message_and_nothing_else_is_an_error_page(title: str) -> None:
    assert is_error_page(titled(title), HTML)


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
        "Understanding deep learning (still) requires rethinking generalization",
        "",
    ],
)
def test_a_title_that_only_mentions_an_error_is_a_page(title: str) -> None:
    assert not is_error_page(titled(title), HTML)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(titled("页面不存在").decode().encode("gbk"), "text/html; charset=gbk", id="GBK in the header"),
        pytest.param(
            b"<meta charset=gbk>" + titled("页面不存在").decode().encode("gbk"), "text/html", id="GBK in a meta element"
        ),
        pytest.param(gzip.compress(titled("Not Found")), HTML, id="still packed"),
        pytest.param(gzip.compress(titled("Not Found") * 3000)[:200], HTML, id="packed and cut"),
        pytest.param(titled("Not Found"), None, id="no content type"),
        pytest.param(b"<TITLE lang=en>Not Found</TITLE>", "Text/HTML", id="capitals and attributes"),
    ],
)
def test_the_title_is_read_however_the_body_is_coded(body: bytes, content_type: str | None) -> None:
    assert is_error_page(body, content_type)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"%PDF-1.7 <title>Not Found</title>", "application/pdf"),
        (b"<title>Not Found</title>", "text/plain"),
        (b"", HTML),
        (b"<title>Not Found", HTML),
        (b"\x1f\x8b and no gzip", HTML),
    ],
)
def test_a_body_without_a_title_is_no_error_page(body: bytes, content_type: str) -> None:
    assert not is_error_page(body, content_type)


@pytest.mark.parametrize("piece", [b"<title ", b"<title>", b"<title>404", b"<title>\n", b"<title>--- "])
def test_a_body_made_to_cost_time_costs_little(piece: bytes) -> None:
    started = time.process_time()
    is_error_page(piece * (262_144 // len(piece)), HTML)
    assert time.process_time() - started < 1


def test_a_gzip_bomb_is_unpacked_only_at_its_head() -> None:
    bomb = gzip.compress(b"<title>Not Found</title>" + b"\0" * 50_000_000, compresslevel=1)
    tracemalloc.start()
    assert is_error_page(bomb, HTML)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
