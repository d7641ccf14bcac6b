"""Which page is to be copied first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dlt_crawler.model import Resource
from dlt_crawler.risk import Exposure, is_personal, riskiest_first

SAFE = Exposure(
    Resource("https://safe.example/page"), "https://safe.example/page", 0, 10, False, datetime(2020, 1, 1, tzinfo=UTC)
)
LOSING = replace(SAFE, resource=Resource("https://losing.example/page"), lost=2)
HTTP = replace(SAFE, resource=Resource("http://http.example/page"), answered_at="http://http.example/page")
PERSONAL = replace(SAFE, resource=Resource("https://university.example/~someone/page"))
FAILED = replace(SAFE, resource=Resource("https://failed.example/page"), failed_lately=True)
OLDER = replace(SAFE, resource=Resource("https://older.example/page"), copied=datetime(2012, 1, 1, tzinfo=UTC))
UNCOPIED = replace(SAFE, resource=Resource("https://uncopied.example/page"), copied=None)
FRONT = replace(SAFE, resource=Resource("https://front.example/"))


def test_each_sign_puts_a_page_before_those_without_and_two_before_one() -> None:
    both = replace(FAILED, resource=Resource("https://both.example/"), lost=1, copied=datetime(2026, 1, 1, tzinfo=UTC))
    expected = [both, LOSING, HTTP, PERSONAL, FAILED, UNCOPIED, OLDER, SAFE, FRONT]
    assert riskiest_first(reversed(expected)) == expected


def test_pages_that_are_equal_stay_in_their_order() -> None:
    pages = [replace(SAFE, resource=Resource(f"https://safe.example/{number}")) for number in (3, 1, 2)]
    assert riskiest_first(pages) == pages


def test_a_platform_that_loses_single_pages_is_no_host_that_loses_pages() -> None:
    platform = replace(SAFE, resource=Resource("https://platform.example/page"), lost=3, known=500)
    assert riskiest_first([SAFE, platform]) == [SAFE, platform]


def test_a_link_that_is_redirected_to_https_is_not_http_only() -> None:
    redirected = replace(HTTP, answered_at="https://http.example/page")
    assert riskiest_first([SAFE, redirected]) == [SAFE, redirected]


@pytest.mark.parametrize(
    ("url", "personal"),
    [
        ("https://web.university.example/~name/notes.html", True),
        ("https://web.university.example/%7Ename/", True),
        ("https://university.example/people/name/", True),
        ("https://university.example/homepages/name/cv.pdf", True),
        ("https://people.university.example/name/", True),
        ("https://home.provider.example/name", True),
        ("https://name.github.io/", True),
        ("https://name.blogspot.co.uk/2010/01/post.html", True),
        ("https://sites.google.com/view/name", True),
        ("https://university.example/people/", False),
        ("https://people.example/", False),
        ("https://example.com/docs/~draft", False),
        ("https://github.com/name/project", False),
        ("https://github.io/", False),
        ("https://homes.example.com/", False),
    ],
)
def test_personal_pages_are_told_by_their_addresses(url: str, personal: bool) -> None:
    assert is_personal(url) is personal
