"""Redirects to an address with a user name in it, which no reader of a list was ever meant to follow."""

from __future__ import annotations

import pytest

from dlt_crawler.fetch.outcome import Finding
from dlt_crawler.fetch.visit.redirects import next_url
from dlt_crawler.fetch.visit.server import server_of
from dlt_crawler.model import Outcome

PAGE = "https://a.example/dir/page"


@pytest.mark.parametrize(
    "location",
    [
        "https://user@b.example/",
        "https://user:secret@b.example/",
        "https://a.example@b.example/x",
        "//user:secret@b.example/",
        "/\\user@b.example/",
        "///user@b.example/",
        "http:user@b.example/",
        "HTTP:/user@b.example/",
        " https:\\\\user@b.example\\x",
        "ht\ttps:/\n/us\rer@b.example/",
        "https:///user@b.example",
    ],
)
def test_redirect_with_user_information_is_not_followed_and_not_repeated(location: str) -> None:
    url = next_url(PAGE, location.encode())

    assert isinstance(url, str)
    assert "user" not in url
    assert "secret" not in url
    found = server_of(url)
    assert isinstance(found, Finding)
    assert found.outcome is Outcome.UNSAFE
    assert "it has a user name, or a password, in its URL" in found.detail


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/@user/story", "https://a.example/@user/story"),
        ("@user", "https://a.example/dir/@user"),
        ("user@host", "https://a.example/dir/user@host"),
        ("https:@user", "https://a.example/dir/@user"),
        ("https:/@user", "https://a.example/@user"),
        ("https://b.example/@user", "https://b.example/@user"),
        ("https://b.example?mail=x@y.example", "https://b.example/?mail=x@y.example"),
        ("//b.example/x#y@z", "https://b.example/x"),
        ("https://@b.example/", "https://b.example/"),
    ],
)
def test_at_signs_elsewhere_are_part_of_the_address(location: str, url: str) -> None:
    assert next_url(PAGE, location.encode()) == url
