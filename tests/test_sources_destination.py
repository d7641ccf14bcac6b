"""A written destination: the URL that it resolves to, and what may stand around it by mistake."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.common.normalize_url import normalizeLink

from dlt_crawler.sources.destination import resolve, unwrapped


@given(st.text("abZ09-._~:/?#[]@!$&'()*+,;=%2F^|{} \"\\", max_size=20).map("https://a.bc".__add__))
def test_an_ascii_destination_resolves_as_markdown_it_does(destination: str) -> None:
    assert resolve(destination) == normalizeLink(destination)


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("https://BÜCHER.example/ß", "https://xn--bcher-kva.example/%C3%9F"),
        ("https://exam\u00adple\u200b.org/\u200b", "https://example.org/%E2%80%8B"),
        ("https://a.bc/caf\udce9", "https://a.bc/caf%E9"),
        ("https://a.bc/%zz%41 b", "https://a.bc/%25zz%41%20b"),
        ("img/a b.png", "img/a%20b.png"),
        ("", ""),
    ],
)
def test_what_a_browser_opens(written: str, resolved: str) -> None:
    assert resolve(written) == resolved


@pytest.mark.parametrize(
    "href",
    ["(" * 200_000 + "https://a.bc" + ")" * 200_000, "(" * 400_000, "()" * 200_000, "%5B" * 100_000, "%22" * 100_000],
)
def test_very_many_wrappers_take_time_in_proportion(href: str) -> None:
    started = time.process_time()
    assert unwrapped(href) in (href, "https://a.bc")
    assert time.process_time() - started < 5
