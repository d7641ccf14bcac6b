"""Which answers are read as pages, and how much of them."""

from __future__ import annotations

import pytest

from dlt_crawler.page import Response
from dlt_crawler.page.reading import beginning_of, is_page, read_response

HTML = "text/html; charset=utf-8"


def title(body: bytes, content_type: str | None = HTML) -> str | None:
    fields = () if content_type is None else (("content-type", content_type),)
    return read_response(Response("https://host.example/", 200, fields, body)).page.title


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("text/html", True), ("TEXT/HTML;charset=x", True), ("application/xhtml+xml", True), (None, True), ("", True),
        ("application/pdf", False), ("text/plain", False), ("application/xml", False), ("text/htmlx", False),
    ],
)  # fmt: skip
def test_only_html_is_a_page(content_type: str | None, expected: bool) -> None:
    assert is_page(content_type) is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"\n <HTML><title>T</title>", "T"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>T</title></head></html>", "T"),
        (b"\xef\xbb\xbf<!-- hello --><title>T</title>", "T"),
        (b"%PDF-1.7 <title>T</title>", None),
        (b"{\"title\": \"<title>T</title>\"}", None),
        (b"", None),
    ],
)  # fmt: skip
def test_body_without_a_type_is_a_page_when_it_looks_like_one(body: bytes, expected: str | None) -> None:
    assert title(body, None) == expected


def test_only_the_beginning_is_looked_at() -> None:
    assert title(b"<p>words</p>" * 100_000 + b"<title>T</title>") is None
    assert title(b"<title>T</title>" + b"<p>words</p>" * 1_000_000) == "T"


@pytest.mark.parametrize(
    "late", [b"", b"<TITLE>Late</TITLE>", b'<meta name="citation_title" content="Late">', b"<h1>Late</h1>"]
)
def test_beginning_of_a_long_page_is_enough_to_read_it(late: bytes) -> None:
    body = b"<html>" + b"<style></style>" * 30_000 + late

    assert title(beginning_of(body)) == title(body) == ("Late" if late else None)
    assert len(beginning_of(body)) == (len(body) if late else 262_144)
