"""What is thought of a capture that was played back."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

import pytest
from requests.structures import CaseInsensitiveDict

from dlt_crawler.archive.judging import Judgement, Rejection, judge
from dlt_crawler.archive.transport import Answer
from dlt_crawler.model import Redirect, Wanted
from dlt_crawler.sites import known_sites
from tests.archive_support import wanted

SITES = known_sites()
PAGE = "http://lab.example/projects/gizmo"
PROSE = "The gizmo measures how far things are from other things, and writes that down. " * 30
PDF = b"%PDF-1.5\n\xe2\xe3\xcf\xd3 1 0 obj"
GIF = b"GIF89a\x01\0\x01\0\0\0\0"


def html(title: str = "The gizmo", text: str = PROSE, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>{title}</title>{head}</head><body><p>{text}</p></body></html>".encode()


def answer(
    body: bytes = b"", status: int = 200, content_type: str | None = "text/html; charset=utf-8", **headers: str
) -> Answer:
    fields: Mapping[str, str] = CaseInsensitiveDict(
        {"Memento-Datetime": "Sun, 01 Jan 2017 00:00:00 GMT", "Server": "nginx"}
        | ({"Content-Type": content_type} if content_type else {})
        | {name.replace("_", "-"): value for name, value in headers.items()}
    )
    return Answer("http://web.example/web/20170101000000id_/x", status, fields, body, True)


def judged(
    body: bytes, url: str = PAGE, question: Wanted | None = None, to: str | None = None, **more: str
) -> Judgement:
    redirects = [Redirect(url, 302, to)] if to else []
    return judge(question or wanted(url), url, answer(body, **more), redirects, SITES)


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(judged(html()), id="a page"),
        pytest.param(judged(html("How to fix a 404 Not Found error")), id="a page about errors"),
        pytest.param(judged(gzip.compress(html()), Content_Encoding="gzip"), id="packed"),
        pytest.param(judged(gzip.compress(html())), id="packed, and nobody says so"),
        pytest.param(judged(html(), Content_Encoding="gzip, gzip"), id="not packed, and said to be, twice"),
        pytest.param(judged(html(), Content_Encoding="br"), id="not packed, and said to be"),
        pytest.param(judged(html(), content_type=None), id="without a type"),
        pytest.param(judged(b"<frameset><frame src=a></frameset>"), id="frames"),
        pytest.param(judged(b"Just some notes.\n", content_type="text/plain"), id="text"),
        pytest.param(judged(PDF, "http://lab.example/paper.pdf", content_type="application/pdf"), id="a PDF"),
        pytest.param(judged(PDF, "http://lab.example/paper.pdf"), id="a PDF that is said to be a page"),
        pytest.param(
            judged(b"\n\n" + PDF, "http://lab.example/p", wanted("http://lab.example/p", media_type="application/pdf")),
            id="a PDF by its type",
        ),
        pytest.param(judged(GIF, "http://lab.example/x.gif", content_type=None), id="an image without a type"),
        pytest.param(judged(html(), "https://code.example/u/r/blob/main/paper.pdf"), id="a page about a PDF"),
        pytest.param(judged(html(), "https://wiki.example/wiki/File:Gizmo.png"), id="a page about an image"),
        pytest.param(
            judged(html(), "http://lab.example/x.pdf", wanted("http://lab.example/x.pdf", media_type="text/html")),
            id="a page that is called like a PDF",
        ),
        pytest.param(judged(html(), to="http://lab.example/new/gizmo/"), id="moved within the site"),
        pytest.param(
            judged(
                html(), question=wanted(PAGE, texts=("Gizmo, a measure of distances",)), to="http://gizmo.example/x"
            ),
            id="moved elsewhere, by its title",
        ),
    ],
)
def test_pages_and_files_are_good(found: Judgement) -> None:
    assert (found.rejection, found.why) == (None, "")


@pytest.mark.parametrize(
    ("found", "rejection"),
    [
        pytest.param(judge(wanted(PAGE), PAGE, answer(html(), 404), [], SITES), Rejection.STATUS, id="404"),
        pytest.param(judge(wanted(PAGE), PAGE, answer(html(), 203), [], SITES), Rejection.STATUS, id="203"),
        pytest.param(judge(wanted(PAGE), PAGE, answer(html(), 429), [], SITES), Rejection.STATUS, id="429"),
        pytest.param(judge(wanted(PAGE), PAGE, answer(html(), 503), [], SITES), Rejection.STATUS, id="503"),
        pytest.param(judged(b""), Rejection.EMPTY, id="nothing"),
        pytest.param(
            judged(b"<?xml version='1.0'?><Error><Code>NoSuchKey</Code></Error>", Content_Type="application/xml"),
            Rejection.PLACEHOLDER,
            id="an error of an object store",
        ),
        pytest.param(judged(html("Welcome to nginx!", "Hello.")), Rejection.PLACEHOLDER, id="a fresh server"),
        pytest.param(judged(b" \r\n\r\n "), Rejection.EMPTY, id="blanks"),
        pytest.param(judged(b"<html><head></head><body></body></html>"), Rejection.EMPTY, id="a page without anything"),
        pytest.param(
            judged(html("Page not found", "Sorry, the page you are looking for does not exist.")),
            Rejection.ERROR_PAGE,
            id="soft 404",
        ),
        pytest.param(judged(html("404 Not Found")), Rejection.ERROR_PAGE, id="a long page with the title of an error"),
        pytest.param(judged(html("页面不存在_某某论坛")), Rejection.ERROR_PAGE, id="the same in Chinese"),
        pytest.param(judged(gzip.compress(html("Not Found"))), Rejection.ERROR_PAGE, id="a packed error page"),
        pytest.param(
            judged(
                html("lab.example", "The domain lab.example is for sale. Buy this domain.", "<!-- sedoparking.com -->")
            ),
            Rejection.PARKED,
            id="parked",
        ),
        pytest.param(
            judged(
                html("Just a moment...", "Checking your browser", "<script src=/cdn-cgi/challenge-platform/x></script>")
            ),
            Rejection.WALL,
            id="challenge",
        ),
        pytest.param(
            judged(html("lab", "x"), X_Archive_Orig_cf_mitigated="challenge"),
            Rejection.WALL,
            id="a wall by the site's header",
        ),
        pytest.param(
            judged(html("Sign in", "<form><input name=user><input type=password></form>Sign in to continue")),
            Rejection.WALL,
            id="login",
        ),
        pytest.param(judged(html(), "http://lab.example/paper.pdf"), Rejection.KIND, id="a page for a PDF"),
        pytest.param(
            judged(html(), "http://lab.example/paper.pdf", content_type="application/pdf"),
            Rejection.KIND,
            id="a page that is said to be a PDF",
        ),
        pytest.param(
            judged(html(), "http://lab.example/p", wanted("http://lab.example/p", media_type="application/pdf")),
            Rejection.KIND,
            id="a page where a PDF was",
        ),
        pytest.param(judged(html(), "http://lab.example/data.zip"), Rejection.KIND, id="a page for an archive"),
        pytest.param(
            judged(html(), "http://lab.example/x", wanted("http://lab.example/x", media_type="image/png")),
            Rejection.KIND,
            id="a page where an image was",
        ),
        pytest.param(judged(html(), to="http://lab.example/"), Rejection.REDIRECT, id="to the front page"),
        pytest.param(judged(html(), to="http://lab.example/login"), Rejection.REDIRECT, id="to a login"),
        pytest.param(judged(html(), to="http://lab.example/blog/"), Rejection.REDIRECT, id="to a much shorter path"),
        pytest.param(judged(html(), to="http://other.example/x/y"), Rejection.REDIRECT, id="to another site"),
        pytest.param(
            judged(html("Offers"), question=wanted(PAGE, title="The gizmo"), to="http://other.example/x/y"),
            Rejection.REDIRECT,
            id="to another site, by its title",
        ),
        pytest.param(
            judged(html(head='<meta http-equiv=refresh content="0; url=/">', text="Moved")),
            Rejection.REDIRECT,
            id="sent on to the front page",
        ),
    ],
)
def test_what_is_not_the_page_is_told(found: Judgement, rejection: Rejection) -> None:
    assert found.rejection is rejection
    assert found.why
    assert not found.fits


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(
            judged(html("404 Not Found"), "http://http.example/status/404"), id="a page whose address is about errors"
        ),
        pytest.param(
            judged(html("Not Found"), question=wanted(PAGE, title="Not found")), id="a page that was called so"
        ),
        pytest.param(
            judged(html(head='<meta http-equiv=refresh content="0; url=/new/gizmo">', text="Moved")), id="refresh"
        ),
        pytest.param(
            judged(html("Our new offers", "在线购物" * 99), question=wanted(PAGE, title="The gizmo")),
            id="another title, short",
        ),
    ],
)
def test_what_something_speaks_against_is_doubtful(found: Judgement) -> None:
    assert found.doubtful
    assert not found.fits


@pytest.mark.parametrize(
    ("found", "fits"),
    [
        pytest.param(judged(html(), question=wanted(PAGE, title="The gizmo")), True, id="as it was called"),
        pytest.param(
            judged(html("Measuring distances"), question=wanted(PAGE, texts=("Measuring distances (2015)",))),
            True,
            id="as it is called",
        ),
        pytest.param(
            judged(html("Offers"), question=wanted(PAGE, texts=("Measuring distances",))), False, id="otherwise"
        ),
        pytest.param(judged(html()), False, id="nothing known"),
        pytest.param(judged(PDF, "http://lab.example/paper.pdf"), True, id="a PDF, as it has to be"),
        pytest.param(judged(PDF), False, id="a PDF, as it has not to be"),
    ],
)
def test_only_what_is_known_to_be_the_page_fits(found: Judgement, fits: bool) -> None:
    assert (found.rejection, found.fits) == (None, fits)


def test_the_page_of_a_site_is_judged_by_its_rule() -> None:
    gone = html("知乎", "你似乎来到了没有知识存在的荒原")
    assert judged(gone, "https://www.zhihu.com/question/1").rejection is Rejection.ERROR_PAGE
