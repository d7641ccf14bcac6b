"""Where pages send their visitors by a meta element or a header field, and what they call themselves."""

from __future__ import annotations

import time
from html import escape

import pytest
from parsel import Selector

from dlt_crawler.page.refresh import canonical_of, refresh_of

URL = "http://a.example/dir/page?x=1"


def meta(content: str) -> str:
    return f'<meta http-equiv="refresh" content="{escape(content)}">'


def target_of(source: str, field: str | None = None) -> str | None:
    found = refresh_of(Selector(text=source), URL, field)
    return found.url if found else None


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0;url=/x", "http://a.example/x"),
        ("0; URL='x'", "http://a.example/dir/x"),
        ('5;\turl = "x y" and more', "http://a.example/dir/x%20y"),
        ("0;https://b.example", "https://b.example/"),
        ("0,/x", "http://a.example/x"),
        ("0 /x", "http://a.example/x"),
        (" 60 ; url=/x", "http://a.example/x"),
        (".5;/x", "http://a.example/x"),
        ("1.5.3;/x", "http://a.example/x"),
        ("0;url=//b.example/#there", "http://b.example/"),
        ("0;url=?x=2", "http://a.example/dir/page?x=2"),
        ("0;urx", "http://a.example/dir/urx"),
        ("0;'x", "http://a.example/dir/x"),
        # To nowhere else.
        ("5", None),
        ("5;", None),
        ("0;url=", None),
        ("0;url=''", None),
        ("0;url=#top", None),
        ("30;url=http://a.example/dir/page?x=1#a", None),
        # What is no refresh, or no web page.
        ("", None),
        ("url=/x", None),
        ("0x;/x", None),
        ("-1;/x", None),
        ("0;url=javascript:alert(1)", None),
        ("0;url=mailto:a@b.example", None),
        ("0;url=data:text/html,x", None),
        ("0;url=http://[", None),
    ],
)
def test_refresh_is_read_as_browsers_do(content: str, target: str | None) -> None:
    assert target_of(f"<title>T</title>{meta(content)}") == target
    assert target_of("", content) == target


@pytest.mark.parametrize(
    ("seconds", "prose", "followed"),
    [
        ("0", 100_000, True),
        ("5.9", 100_000, True),
        ("0005", None, True),
        ("6", 400, False),
        ("6", 399, True),
        ("6", None, False),
        ("60", 0, True),
        ("61", 0, False),
        ("86400", 0, False),
        ("100000000000000000000", 0, False),
    ],
)
def test_who_can_read_the_page_has_come_to_see_it(seconds: str, prose: int | None, followed: bool) -> None:
    refresh = refresh_of(None, URL, f"{seconds};url=/x")

    assert refresh is not None
    assert refresh.followed(prose) == ("http://a.example/x" if followed else None)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("<META HTTP-EQUIV=Refresh CONTENT='0;/x'>", "http://a.example/x"),
        (f"<body><p>Moving</p>{meta('0;/x')}", "http://a.example/x"),
        (f"<base href='//b.example/c/'>{meta('0;x')}", "http://b.example/c/x"),
        (f"{meta('0;x')}<base target=_top><base href=/c/><base href=/d/>", "http://a.example/c/x"),
        (f"<base href='mailto:x'>{meta('0;x')}", "http://a.example/dir/x"),
        # The first that can be read is heeded.
        (f"{meta('soon')}{meta('0;/x')}{meta('0;/y')}", "http://a.example/x"),
        (f"{meta('0;')}{meta('0;/y')}", None),
        # Where browsers heed none.
        (f"<noscript>{meta('0;/x')}</noscript>", None),
        (f"<head><title>T</title><noscript><p>{meta('0;/x')}</noscript></head>", None),
        (f"<!-- {meta('0;/x')} -->", None),
        (f"<template>{meta('0;/x')}</template>", None),
        (f"<textarea>{meta('0;/x')}</textarea>", None),
        (f"<script>'{meta('0;/x')}'</script>", None),
        ("<meta name=refresh content='0;/x'>", None),
        ("<meta http-equiv=refresh>", None),
    ],
)
def test_refresh_counts_where_browsers_heed_it(source: str, target: str | None) -> None:
    assert target_of(source) == target


def test_header_field_comes_before_the_page() -> None:
    page = meta("0;/page")

    assert target_of(page, "0;url=/field") == "http://a.example/field"
    assert target_of(page, "nonsense") == "http://a.example/page"
    assert target_of(page, "5") is None


@pytest.mark.parametrize(
    ("source", "url"),
    [
        ("<link rel=canonical href='/x'>", "http://a.example/x"),
        ("<link rel='shortlink CANONICAL' href='https://b.example/x#y'>", "https://b.example/x"),
        ("<base href=/c/><link rel=icon href=i><link rel=canonical href=x>", "http://a.example/c/x"),
        ("<link rel=canonical><link rel=canonical href=/x><link rel=canonical href=/y>", "http://a.example/x"),
        ("<!-- <link rel=canonical href=/x> -->", None),
        ("<meta property='og:url' content='http://a.example/x'>", None),
        ("<a rel=canonical href=/x>", None),
        ("<link rel=canonical href='javascript:x'>", None),
    ],
)
def test_canonical_url_is_absolute(source: str, url: str | None) -> None:
    assert canonical_of(Selector(text=source), URL) == url


@pytest.mark.parametrize(
    "content", ["0" * 10**6, "." * 10**6, "0;" + " " * 10**6, "0;url" + "=" * 10**6, "0;'" * 300_000]
)
def test_hostile_refresh_takes_no_time(content: str) -> None:
    began = time.process_time()
    refresh_of(None, URL, content)

    assert time.process_time() - began < 0.05
