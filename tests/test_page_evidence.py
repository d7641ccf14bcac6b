"""What is kept of an answer as evidence."""

from __future__ import annotations

import time

import pytest

from dlt_crawler.model import Evidence, SiteRule
from dlt_crawler.page import Response
from dlt_crawler.page.markers import LIKE_ERROR, NUMBER, SHELL
from dlt_crawler.page.reading import read_response
from tests.page_kinds.chrome import document

HTML = (("content-type", "text/html; charset=utf-8"),)
URL = "https://a.example/x/y"


def evidence(
    body: str, fields: tuple[tuple[str, str], ...] = HTML, status: int = 200, *, complete: bool = True
) -> Evidence:
    return read_response(Response(URL, status, fields, body.encode(), complete)).evidence


def test_text_is_what_can_be_seen_and_prose_is_what_is_no_furniture() -> None:
    found = evidence(document("T", """<header>Head</header><nav><a href=/>Menu</a></nav><main><h1>A <b>tree</b></h1>
        <p>It stands<br>alone.</p><a href=/a>A link</a><p hidden>No</p><p style="display: none;">No</p></main>
        <script>No</script><style>No</style><noscript>No</noscript><!-- No -->
        <template>No</template><svg><title>No</title><text>No</text></svg><textarea>No</textarea>"""))  # fmt: skip
    assert found.title == "T"
    assert found.headings == ("A tree",)
    assert found.text == "Head Menu A tree It stands alone. A link"
    assert found.prose == len("A tree It standsalone.")
    assert found.passage == "A tree It stands alone."


def test_what_themes_put_around_the_content_is_no_prose_whatever_its_element() -> None:
    around = '<div class="site-footer"><p>Foot</p></div><div id=cookie-note>Bite</div><div role=navigation>Way</div>'
    assert evidence(document("T", f"<p>{'a' * 200}</p>{around}")).prose == 200
    # A name says nothing of what holds the content.
    assert evidence(document("T", f"<div class=sticky-footer><h1>b</h1><p>{'a' * 200}</p></div>")).prose == 201


def test_of_a_long_page_the_beginning_is_kept_and_that_of_its_prose() -> None:
    menu = "".join(f"<a href=/{number}>Chapter {number}</a> " for number in range(200))
    found = evidence(document("T", f"<nav>{menu}</nav><h1>A tree</h1><p>{'It stands alone. ' * 100}</p>"))
    assert found.text.startswith("Chapter 0 Chapter 1")
    assert len(found.text) == 500
    assert found.passage.startswith("A tree It stands alone.")
    assert len(found.passage) == 1_000
    assert 1_500 < found.prose < 1_720 < found.length


def test_of_cookies_the_names_are_kept_and_other_fields_not() -> None:
    asked = (("set-cookie", "session=secret; Path=/"), ("server", "nginx\x1b[31m"), ("retry-after", "5"))
    fields = (*HTML, ("x-nobody-asks-for-this", "me"), *asked)
    kept = evidence("<p>x", fields).fields
    assert kept == (*HTML, ("set-cookie", "session"), ("server", "nginx[31m"), ("retry-after", "5"))
    assert len(evidence("<p>x", (*HTML, *[("set-cookie", f"c{number}=1") for number in range(500)])).fields) <= 40


@pytest.mark.parametrize(
    ("head", "fields", "noindex"),
    [
        ('<meta name="robots" content="noindex, follow">', (), True),
        ('<META NAME="ROBOTS" CONTENT="NONE">', (), True),
        ('<meta name="robots" content="index, follow">', (), False),
        ('<meta name="robots" content="max-image-preview:none">', (), False),
        ("", (("x-robots-tag", "googlebot: noindex"),), True),
        ("", (), False),
    ],
)
def test_noindex_is_seen_in_page_and_header(head: str, fields: tuple[tuple[str, str], ...], noindex: bool) -> None:
    assert evidence(document("T", "x", head=head), (*HTML, *fields)).noindex is noindex


def test_a_page_that_a_script_fills_is_marked() -> None:
    script = "<script src=/app.js></script>"
    assert SHELL in evidence(document("T", f"<div id=root></div>{script}")).markers
    assert SHELL in evidence(document("T", f"<div id=app>Loading…</div>{script}")).markers
    rendered = f"<div id=root><h1>404</h1><p>{'Rendered by the server. ' * 3}</p></div>{script}"
    assert SHELL not in evidence(document("T", rendered)).markers
    assert SHELL not in evidence(document("T", "<div id=root></div>")).markers


def test_the_program_that_made_an_error_page_is_named() -> None:
    assert "error page of a theme (error404)" in evidence(document("T", "x", body_class="home error404")).markers


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "", "application/octet-stream"])
def test_a_page_under_another_type_is_a_page(content_type: str) -> None:
    assert evidence(document("Not found", "x"), (("content-type", content_type),)).title == "Not found"


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_text_that_is_no_page_is_read_as_text(content_type: str) -> None:
    found = evidence("404 page\n  not found", (("content-type", content_type),))
    assert (found.text, found.title, found.length, found.prose) == ("404 page not found", None, 18, 18)
    assert not evidence("a" * 5_000, (("content-type", content_type),)).complete


def test_what_was_not_read_to_its_end_is_not_complete() -> None:
    assert evidence("<p>x").complete
    assert not evidence("<p>x", complete=False).complete
    assert not evidence(document("T", "<p>word " * 100_000)).complete


def test_strings_of_living_pages_are_kept_for_the_rule() -> None:
    rule = SiteRule("a", ("a.example",), living=("js_content", "absent"))
    found = read_response(Response(URL, 200, HTML, b"<div id=js_content></div>"), rule=rule).evidence
    assert [name for name in found.markers if "js_content" in name or "absent" in name] == ["site:js_content"]


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "<div>",
            "<h1>",
            "<p>a",
            "<a>",
            "<script>",
            "<!--",
            "<title>",
            "<",
            "<div hidden>",
            "<div class=footer>",
            "<svg>",
        ),
        *("&", "\x00", "a", "<div id=root>", "<nav><a>", "<p>a</p> ", "<noscript>", "<template>", "<form>"),
        *("<body class=error404>", "<meta name=robots>"),
    ],
)
def test_a_page_made_to_cost_time_costs_little(piece: str) -> None:
    body = (piece * (1_000_000 // len(piece))).encode()
    started = time.process_time()
    read_response(Response(URL, 200, HTML, body))
    assert time.process_time() - started < 4


@pytest.mark.parametrize(
    ("main", "named"),
    [
        ("<div class='wide error-404'>x</div>", "error-404"),
        ('<section id="page-not-found">x</section>', "page-not-found"),
        ("<img src='/img/404-error.svg'>", "/img/404-error.svg"),
        ("<img src='/a.png' alt='Page not found'>", "page not found"),
        ("<p class='post-404 page-id-404 menu-item-404'>x</p>", None),
        ("<img src='/photos/404.jpg' alt='404'>", None),
    ],
)
def test_what_is_named_as_on_error_pages_is_told_from_numbers(main: str, named: str | None) -> None:
    markers = evidence(document("T", main)).markers
    found = [name.removeprefix(LIKE_ERROR) for name in markers if name.startswith(LIKE_ERROR)]
    assert found == ([named] if named else [])


@pytest.mark.parametrize(
    ("main", "alone"),
    [
        ("<div class=big>404</div>", True),
        ("<p><span>4</span> <span>0</span> <span>4</span></p>", True),
        ("<table><tr><td>404</td></tr></table>", False),
        ("<a href=/404>404</a>", False),
        ("<p>Room 404</p>", False),
    ],
)
def test_the_number_alone_in_an_element_is_seen_where_it_is_no_link_and_no_row(main: str, alone: bool) -> None:
    assert (NUMBER in evidence(document("T", main)).markers) is alone


def test_smaller_headings_count_where_there_are_no_others() -> None:
    assert evidence(document("T", "<h3>A</h3><h4>B</h4>")).headings == ("A", "B")
    assert evidence(document("T", "<h3>A</h3><h2>B</h2>")).headings == ("B",)
