"""Pages that stand where a page was, and those that only look like them."""

from __future__ import annotations

import pytest

from dlt_crawler.archive.placeholders import is_refusal, placeholder
from dlt_crawler.page import Response
from dlt_crawler.page.reading import read_response

URL = "http://lab.example/notes/kernels.html"
PROSE = "<p>" + "Kernel methods measure how alike two things are, and what follows from that. " * 30 + "</p>"


def html(title: str, body: str) -> bytes:
    return f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>".encode()


def said(body: bytes) -> str | None:
    content = read_response(Response(URL, 200, (("content-type", "text/html; charset=utf-8"),), body, complete=True))
    return placeholder(content.page.title, content.evidence, body)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>Further configuration is required.</p>"),
        ("Apache2 Ubuntu Default Page: It works", "<p>It works! This is the default welcome page.</p>"),
        ("Apache HTTP Server Test Page powered by CentOS", "<h1>Testing 123..</h1>"),
        ("Test Page for the Nginx HTTP Server on Red Hat", "<p>Welcome</p>"),
        ("IIS Windows Server", "<img src=iisstart.png>"),
        ("IIS7", "<img src=welcome.png>"),
        ("", "<h1>It works!</h1>"),
        ("Domain Default page", "<p>Your website is not yet uploaded.</p>"),
        ("lab.example", "<h1>Future home of something quite cool.</h1>"),
        ("Database Error", "<h1>Error establishing a database connection</h1>"),
        ("Lab notes", "<p>Error establishing a database connection</p>"),
        ("", "<b>Fatal error</b>: Call to undefined function mysql_connect() in /x/index.php on line <b>12</b>"),
        ("Error", "<p>An error occurred while processing your request.</p>"),
        ("Site maintenance", "<h1>We&rsquo;ll be back soon!</h1>"),
        ("Coming Soon", "<p>Our website is under construction.</p>"),
        ("Squarespace - Website Expired", "<p>This account has expired.</p>"),
        ("Sorry, GeoCities has closed", "<p>It is no longer available.</p>"),
        ("YouTube", "<h1>This video isn't available anymore</h1>"),
        ("No such app", "<h1>There's nothing here, yet.</h1>"),
    ],
)
def test_pages_that_stand_where_a_page_was_are_known(title: str, body: str) -> None:
    assert said(html(title, body)) is not None


def test_what_is_no_page_for_people_is_known_by_its_source() -> None:
    assert is_refusal(b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Key>x</Key></Error>")
    assert not is_refusal(b"<?xml version='1.0'?><rss><channel><title>NoSuchKey</title></channel></rss>")
    script = b'<html><head><script>window.location="http://ww1.lab.example/?sub1=x"</script></head></html>'
    assert said(script) == "a page that only sends its visitors on"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Error", PROSE),
        ("Welcome to nginx!", PROSE),
        ("Error Analysis and Numerical Stability", "<h1>Error analysis</h1><p>Short.</p>"),
        ("Predictive Maintenance with Neural Networks", "<h1>Maintenance</h1><p>Short.</p>"),
        ("Graph kernels under construction", "<p>More lectures coming soon.</p>"),
        ("Suspended Judgments: Essays", "<p>Short.</p>"),
        ("Expired patents in compression", "<p>Short.</p>"),
        ("It works on my machine", "<p>Short.</p>"),
        ("Bayes rule", "<h1>Bayes rule</h1><p>P(A|B)=P(B|A)P(A)/P(B)</p>"),
        ("Photo of the board", "<img src=board.jpg>"),
        ("Notes", "<script>function go() { window.location = '/next.html' }</script>"),
    ],
)
def test_pages_that_only_look_like_them_are_none(title: str, body: str) -> None:
    assert said(html(title, body)) is None
